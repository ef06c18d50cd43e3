"""`kszclient route`: where a complaint goes, with dates and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.complaint_file import ComplaintFile, given_complaint
from kszclient.cli.output import console, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from kszclient.complaints import PartReading, Reading

_PAPER_WIDTH = 110


def route(
    file: ComplaintFile,
    *,
    language: Annotated[
        str, typer.Option(metavar="LANGUAGE", help="Of the sentences: en, nl or fr.")
    ] = "en",
    json: Annotated[bool, typer.Option("--json", help="The whole result as JSON.")] = False,
) -> None:
    """Tell where a complaint goes: the steps, their dates and reasons, and what to do first."""
    from kszclient.complaints import Language, read_route
    from kszclient.errors import InputError

    if language not in set(Language):
        raise InputError(f"--language: expected one of {', '.join(Language)}")
    reading = read_route(given_complaint(file), Language(language))
    if json:
        print_json(reading.route)
        return
    show_route(reading, console())


def show_route(reading: Reading, out: Console) -> None:
    """Print a route for a person to read.

    Args:
        reading: The route in words.
        out: Where to print it.
    """
    for part in reading.parts:
        _show_part(part, out)
    out.print()
    _say(out, reading.notices_heading, style="bold")
    for notice in reading.route.notices:
        _say(out, f"- {notice}")


def _show_part(part: PartReading, out: Console) -> None:
    out.print()
    _say(out, part.heading, style="bold")
    for line in part.why:
        _say(out, line)
    for number, step in enumerate(part.steps, start=1):
        out.print()
        _say(out, f"{number}. {step.heading}", style="bold")
        for line in (step.sentence, *step.dates, *step.channels, step.basis):
            _say(out, line, indent="   ")
    out.print()
    for line in part.advice:
        _say(out, line, style="bold")


def _say(out: Console, line: str, *, indent: str = "", style: str = "") -> None:
    from textwrap import fill

    width = min(out.width, _PAPER_WIDTH)
    hanging = f"{indent}  "
    text = fill(line, width, initial_indent=indent, subsequent_indent=hanging)
    out.print(text, style=style, markup=False, soft_wrap=True)
