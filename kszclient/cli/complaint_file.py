"""The complaint that a command is given: a file, or standard input for ``-``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kszclient.complaints import Complaint

ComplaintFile = Annotated[
    str, typer.Argument(metavar="FILE|-", help="The complaint as JSON; - reads standard input.")
]


def given_complaint(file: str, *, to_look_up: bool = False) -> Complaint:
    """Read the complaint that a command was given.

    Args:
        file: A path, or ``-``.
        to_look_up: Whether the registers will be asked about the child.

    Raises:
        IntakeError: It cannot be read; the message names the file and the field.
    """
    from kszclient.complaints import read_complaint
    from kszclient.errors import IntakeError
    from kszclient.resources import MAX_INPUT_BYTES, read_input

    name = "standard input" if file == "-" else Path(file).name
    if file == "-":
        text = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        if len(text) > MAX_INPUT_BYTES:
            raise IntakeError(f"{name}: larger than the {MAX_INPUT_BYTES} bytes that are read")
    else:
        text = read_input(Path(file))
    try:
        return read_complaint(text, to_look_up=to_look_up)
    except IntakeError as error:
        raise IntakeError(f"{name}: {error}", next_step=error.next_step) from error
