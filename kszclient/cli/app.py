"""The command `kszclient`: its subcommands and the exit codes they share.

0 done, 1 done with findings or an incomplete answer, 2 bad input, 3 refused by the KSZ,
4 technical failure. A command file imports what is heavy inside its function, so that
`kszclient --help` stays fast.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from kszclient.cli.audit import audit
from kszclient.cli.cases import cases
from kszclient.cli.competence import competence
from kszclient.cli.demo import demo
from kszclient.cli.doctor import doctor
from kszclient.cli.letter import letter
from kszclient.cli.lookup import lookup
from kszclient.cli.mock import mock
from kszclient.cli.output import Exit, explain_error, say, show_what_can_be_shown
from kszclient.cli.reconcile import reconcile
from kszclient.cli.route import route
from kszclient.cli.rules import rules
from kszclient.errors import InputError, KszError

_INTERRUPTED = 130


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"kszclient {version('kszclient')}\n")
        raise typer.Exit


app = typer.Typer(
    name="kszclient",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Child benefits in Belgium: who is competent, what the registers hold, "
    "where a complaint goes.",
)


@app.callback()
def main_options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_tell_version, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Take what goes before a command."""


app.command("demo")(demo)
app.command("cases")(cases)
app.command("competence")(competence)
app.command("letter")(letter)
app.command("lookup")(lookup)
app.command("mock")(mock)
app.command("reconcile")(reconcile)
app.command("route")(route)
app.command("rules")(rules)
app.command("doctor")(doctor)
app.add_typer(audit, name="audit")


def _without_typed_numbers(message: str) -> str:
    """Mask typed words with digits: a number in groups, or mistyped, has no form to know it by."""
    from kszclient.logs.redaction import MASK

    for word in sys.argv[1:]:
        if sum(letter.isdigit() for letter in word) > 1:
            message = message.replace(word, MASK)
    return message


def main() -> None:
    """Run the command line; bad input and failures become a message and an exit code."""
    show_what_can_be_shown()
    try:
        sys.exit(app(standalone_mode=False))
    except (typer.Abort, KeyboardInterrupt):
        say("kszclient: interrupted")
        sys.exit(_INTERRUPTED)
    except typer.TyperException as error:
        message = _without_typed_numbers(error.format_message())
        hint = "\n  Add --help to see what it takes."
        say(message if "\n" in message else f"kszclient: {message}{hint}")
        sys.exit(Exit.BAD_INPUT)
    except KszError as error:
        explain_error(error)
        sys.exit(Exit.BAD_INPUT if isinstance(error, InputError) else Exit.TECHNICAL)
    except BrokenPipeError:
        # The reader of our output left (`| head`); that is no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.DONE)
    except OSError as error:
        say(f"kszclient: cannot go on: {error.strerror or type(error).__name__}")
        sys.exit(Exit.TECHNICAL)
    except Exception as error:  # noqa: BLE001 - a traceback here could hold what was asked
        say(f"kszclient: a mistake of ours: {type(error).__name__}")
        say("  Please report it, with the command and without any number of a person.")
        sys.exit(Exit.TECHNICAL)
