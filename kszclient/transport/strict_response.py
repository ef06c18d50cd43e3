"""Answers that can be read in one way only, where http.client is content with a guess.

What two readers take for two different answers is how an answer is smuggled past one of them, so
what RFC 9112 leaves no room for is refused. http.client would drop a header line that it cannot
read and all that come after it, take a size from ``0x10`` or ``1_0``, and take any HTTP/1.x for
HTTP/1.1. It would also take an interim answer other than 100 for the answer itself.
"""

from __future__ import annotations

import http.client
import re
from email.errors import (
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from io import BufferedReader
from typing import Any

from kszclient.transport.http_answer import refuse_flood

_VERSIONS = ("HTTP/1.1", "HTTP/1.0")
_INTERIM = range(102, 200)
"""Those that http.client does not know as such; 101 ends what HTTP is spoken here."""

_UNREADABLE = (
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]+)[ \t]*(?:;[^\r\n]*)?\r\n")
_TRAILER = re.compile(rb"(?:[^\s:]+:[^\r\n]*)?\r\n")


class UnreadableHeaderError(http.client.HTTPException):
    """A header line is no header line, so that nobody knows what the next ones are."""


class UnreadableChunkError(http.client.HTTPException):
    """What stands around a chunk is not what must stand there."""


class StrictResponse(http.client.HTTPResponse):
    """An answer of HTTP/1.0 or HTTP/1.1, after a few interim ones at most."""

    fp: Any
    _interim = 0

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]
        if version not in _VERSIONS:
            raise http.client.UnknownProtocol(version)
        if status != http.client.CONTINUE and status not in _INTERIM:
            return version, status, reason
        self._interim += 1
        refuse_flood(self._interim)
        # http.client skips what follows 100 and reads on.
        return version, http.client.CONTINUE, reason

    def begin(self) -> None:
        """Read up to the body.

        Raises:
            HTTPException: It cannot be read, or not in one way only.
        """
        file = self.fp
        self.fp = _CleanLines(file)
        super().begin()
        self.fp = file
        headers = self.headers
        if headers.get_unixfrom() or any(isinstance(each, _UNREADABLE) for each in headers.defects):
            raise UnreadableHeaderError
        if self.chunked:
            self.fp = _ChunkFrame(file)


class _CleanLines:
    """Reads the lines before a body; within one, http.client takes a carriage return for its end.

    RFC 9110, section 5.5, has no answer with that or a zero byte taken as it is.
    """

    def __init__(self, file: BufferedReader) -> None:
        self._file = file

    def readline(self, limit: int = -1) -> bytes:
        line = self._file.readline(limit)
        if b"\r" in line[:-2] or b"\0" in line:
            raise UnreadableHeaderError
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _ChunkFrame:
    """Between a body in chunks and who puts it together: reads what is between them with care."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._left = 0
        self._last = False

    def readline(self, limit: int = -1) -> bytes:
        line = self._file.readline(limit)
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(b"")
        if self._last:
            if not _TRAILER.fullmatch(line):
                raise UnreadableChunkError
            return line
        size = _CHUNK_SIZE.fullmatch(line)
        if size is None:
            raise UnreadableChunkError
        self._left = int(size[1], 16)
        self._last = not self._left
        return line

    def read(self, amount: int) -> bytes:
        data = self._file.read(amount)
        if self._left:
            self._left -= len(data)
        elif data != b"\r\n":
            raise UnreadableChunkError
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
