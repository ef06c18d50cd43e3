"""The command `kszclient`: its subcommands and the exit codes they share.

0 done, 1 done with findings or an incomplete answer, 2 bad input, 3 refused by the KSZ,
4 technical failure. A command file imports what is heavy inside its function, so that
`kszclient --help` stays fast.
"""

from __future__ import annotations

import re
import sys
from typing import Annotated, Any

import typer

from kszclient.cli.commands.audit import audit
from kszclient.cli.commands.cases import cases
from kszclient.cli.commands.competence import competence
from kszclient.cli.commands.demo import demo
from kszclient.cli.commands.doctor import doctor
from kszclient.cli.commands.letter import letter
from kszclient.cli.commands.lookup import lookup
from kszclient.cli.commands.mock import mock
from kszclient.cli.commands.place import place
from kszclient.cli.commands.reconcile import reconcile
from kszclient.cli.commands.route import route
from kszclient.cli.commands.rules import rules
from kszclient.cli.output.printing import Exit, explain_error, write_line, write_message
from kszclient.cli.output.streams import stand_by_streams
from kszclient.errors import InputError, KszError

_INTERRUPTED = 130
_ELSEWHERE = (
    "Windows is not supported: keys and trails are kept by owners, rights and locks of files "
    "as POSIX systems have them.\n  Run it on Linux or macOS, or in Windows Subsystem for Linux."
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        write_line(f"kszclient {version('kszclient')}")
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
            "--version", is_eager=True, callback=_print_version, help="Show the version and exit."
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
app.command("place")(place)
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
    stand_by_streams()
    if sys.platform == "win32":
        write_message(f"kszclient: {_ELSEWHERE}")
        sys.exit(Exit.TECHNICAL)
    try:
        code = _run()
        sys.stdout.flush()
    except OSError as error:
        code = _stopped_by(error)
    sys.exit(code)


def _run() -> Any:
    try:
        return app(standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        write_message("kszclient: interrupted")
        return _INTERRUPTED
    except typer.TyperException as error:
        message = _without_typed_numbers(reworded(error.format_message()))
        if message:  # There is none where nothing was typed: the help was shown.
            write_message(f"kszclient: {message}")
            write_message("  Add --help to see what it takes.")
        return Exit.BAD_INPUT
    except KszError as error:
        explain_error(error)
        return Exit.BAD_INPUT if isinstance(error, InputError) else Exit.TECHNICAL
    except OSError as error:
        return _stopped_by(error)
    except Exception as error:  # noqa: BLE001 - a traceback here could hold what was asked
        write_message(f"kszclient: a mistake of ours: {type(error).__name__}")
        write_message("  Please report it, with the command and without any number of a person.")
        return Exit.TECHNICAL


def _stopped_by(error: OSError) -> Exit:
    where = f"{error.filename}: " if error.filename else ""
    write_message(f"kszclient: cannot go on: {where}{error.strerror or type(error).__name__}")
    return Exit.TECHNICAL


_WORDINGS = (
    (r"Invalid value for '(.*?)': ", r"\1: "),
    (r"Input should be a valid integer.*", "expected a whole number"),
    (r"Input should be a valid number.*", "expected a number"),
    (r"Input should be greater than or equal to (\S+)", r"expected \1 or more"),
    (r"Input should be less than or equal to (\S+)", r"expected \1 or less"),
)


def reworded(message: str) -> str:
    """Word a message of the parser as the other messages are worded.

    >>> reworded("Invalid value for '--seed': Input should be a valid integer, unable to parse")
    '--seed: expected a whole number'
    >>> reworded("Invalid value for '--rate': Input should be a valid number, unable to parse")
    '--rate: expected a number'
    """
    for pattern, wording in _WORDINGS:
        message = re.sub(pattern, wording, message)
    return message
