"""Standard input, output and error, where they may be closed or break while we write.

A reader who leaves (``| head``), or who closes a stream, wants no more of it: that is no failure,
and the command goes on to its own exit code. What else goes wrong with standard output is reported;
of standard error nothing can be reported, for there is nowhere to report it.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Outlet(io.FileIO):
    """A stream that takes what is written to it, also when nobody reads it any more.

    Args:
        number: Of the open file.
        name: Of the stream, for messages; a stream without one reports nothing.
    """

    def __init__(self, number: int, name: str = "") -> None:
        super().__init__(number, "w", closefd=False)
        self._shown_as = name
        self._gone = False

    def write(self, content: ReadableBuffer, /) -> int:
        """Write; what nobody can have is let go."""
        if not self._gone:
            try:
                return super().write(content) or 0
            except BrokenPipeError:
                self._gone = True
            except OSError as error:
                self._gone = True
                if self._shown_as:
                    raise OSError(error.errno, error.strerror, self._shown_as) from None
        return memoryview(content).nbytes


def stand_by_streams() -> None:
    """Make every standard stream usable, whatever it was closed to or breaks on.

    Letters that the encoding of standard output does not have are replaced. A stream that a test
    or a host program has put in its place is left alone.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            _open_to_nothing(name, "r" if number == 0 else "w")
    if sys.stdout is sys.__stdout__ and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout = _over(sys.stdout, "standard output", errors="replace")
    if sys.stderr is sys.__stderr__ and isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _over(sys.stderr, "", errors="backslashreplace")


def _open_to_nothing(name: str, mode: str) -> None:
    # The lowest free number is taken: that of the closed stream, which no file of ours gets then.
    number = os.open(os.devnull, os.O_RDWR)
    os.set_inheritable(number, True)
    setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", errors="replace"))


def _over(stream: io.TextIOWrapper, name: str, *, errors: str) -> io.TextIOWrapper:
    outlet = io.BufferedWriter(_Outlet(stream.fileno(), name))
    return io.TextIOWrapper(
        outlet,
        encoding=stream.encoding,
        errors=errors,
        # Where Python is told not to buffer, lines still leave one by one.
        line_buffering=stream.line_buffering or stream.write_through,
        write_through=stream.write_through,
    )
