"""The complaint that a command is given: a file, or standard input for ``-``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kszclient.complaints import Complaint

ComplaintFile = Annotated[
    Path, typer.Argument(metavar="FILE|-", help="The complaint as JSON; - reads standard input.")
]


def given_complaint(file: Path, *, to_look_up: bool = False) -> Complaint:
    """Read the complaint that a command was given.

    Args:
        file: A path, or ``-``.
        to_look_up: Whether the registers will be asked about the child.

    Raises:
        InputError: It cannot be read; the message names the file and the field.
    """
    from kszclient.complaints import read_complaint
    from kszclient.errors import IntakeError
    from kszclient.resources import input_name, read_input

    text = read_input(file)
    try:
        return read_complaint(text, to_look_up=to_look_up)
    except IntakeError as error:
        raise IntakeError(f"{input_name(file)}: {error}", next_step=error.next_step) from error
