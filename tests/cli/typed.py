"""Run the command line in this process, as if a person had typed it."""

import contextlib
import functools
import io
import sys
from dataclasses import dataclass
from unittest import mock

import typer.main

from kszclient.cli.app import main

# A process builds its commands once. It takes longer than most of them run.
_built = functools.cache(typer.main.get_command)


@dataclass(frozen=True)
class Shown:
    """What a person sees."""

    code: int
    out: str
    err: str


def kszclient(*words, stdin=""):
    """Type a command; a number of arguments that are no text is written as text."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        mock.patch.object(typer.main, "get_command", _built),
        mock.patch.object(sys, "argv", ["kszclient", *map(str, words)]),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()))),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as left:
            code = int(left.code or 0)
    return Shown(code, out.getvalue(), err.getvalue())
