"""Servers that are out to harm whoever asks them: what each puts on the line, by its name."""

import gzip
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kszclient.errors import (
    ConnectionFailedError,
    ContractDriftError,
    DeadlineExceededError,
    GatewayError,
    KszError,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BLOCK = b"a" * 65536


@dataclass(frozen=True)
class Line:
    """What a server sends after it has read a question, and the errors that this may become.

    Args:
        send: Gives the bytes, piece by piece, perhaps for ever; None is a short wait.
        errors: The errors; where two are named, the two transports differ.
    """

    send: Callable[[], Iterator[bytes | None]]
    errors: tuple[type[KszError], ...]


def _once(*pieces: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: iter(pieces)


def _endless(begin: bytes, again: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: itertools.chain([begin], itertools.repeat(again))


def _slow(begin: bytes, again: bytes) -> Callable[[], Iterator[bytes | None]]:
    return lambda: itertools.chain([begin], itertools.cycle([again, None]))


_BROKEN = (ConnectionFailedError,)
_TOO_MUCH = (ContractDriftError,)
_LATE = (DeadlineExceededError,)
_NO_ANSWER = (GatewayError,)
_STOPPED = (*_TOO_MUCH, *_LATE, *_BROKEN)
"""Where whatever ends first ends it: the bytes allowed, the time, or a limit of the library."""

LINES: Mapping[str, Line] = {
    "silence": Line(lambda: itertools.repeat(None), _LATE),
    "hangs up at once": Line(_once(), _BROKEN),
    "headers, then silence": Line(_slow(OK + b"Content-Length: 9\r\n\r\n", b""), _LATE),
    "a byte of a header now and then": Line(_slow(OK + b"X: ", b"x"), _LATE),
    "a byte of the body now and then": Line(_slow(OK + b"\r\n", b"x"), _LATE),
    "a chunk now and then": Line(_slow(CHUNKED, b"1\r\nx\r\n"), _LATE),
    "an endless body": Line(_endless(OK + b"\r\n", BLOCK), _TOO_MUCH),
    "endless chunks": Line(_endless(CHUNKED, b"10000\r\n" + BLOCK + b"\r\n"), _TOO_MUCH),
    "endless chunks of one byte": Line(
        _endless(CHUNKED, b"1\r\nx\r\n" * 10_000), (*_TOO_MUCH, *_LATE)
    ),
    "an endless size of a chunk": Line(_endless(CHUNKED, b"0" * 65536), _STOPPED),
    "an endless extension of a chunk": Line(_endless(CHUNKED + b"1;", BLOCK), _STOPPED),
    "a chunk of less than nothing": Line(
        _endless(CHUNKED + b"-1\r\n", BLOCK), (*_TOO_MUCH, *_BROKEN)
    ),
    "a chunk of 16 exabytes": Line(_endless(CHUNKED + b"f" * 16 + b"\r\n", BLOCK), _TOO_MUCH),
    "chunks that are none": Line(_once(CHUNKED + b"zz\r\n" * 100), _BROKEN),
    # aiohttp tells nobody of a flaw that comes after the headers: the deadline ends it.
    "chunks that are none, after a while": Line(
        lambda: iter([CHUNKED, None, b"zz\r\n" * 100]), (*_BROKEN, *_LATE)
    ),
    "endless trailers": Line(_endless(CHUNKED + b"0\r\n", b"X: y\r\n" * 10_000), _STOPPED),
    "a million headers": Line(
        lambda: itertools.chain([OK], (b"X-%d: y\r\n" % each for each in range(1_000_000))), _BROKEN
    ),
    "a header of 100 MB": Line(
        lambda: itertools.chain([OK + b"X: "], itertools.repeat(BLOCK, 1600)), _BROKEN
    ),
    "an endless status line": Line(_endless(b"HTTP/1.1 200 ", BLOCK), _BROKEN),
    "endless interim answers": Line(
        _endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 3000),
        _STOPPED,
    ),
    "a million cookies": Line(
        lambda: itertools.chain([OK], (b"Set-Cookie: a%d=b\r\n" % n for n in range(1_000_000))),
        _BROKEN,
    ),
    "a gzip bomb": Line(
        _once(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"0" * 100_000_000)), _TOO_MUCH
    ),
    "a gzip bomb of many names": Line(
        _once(
            OK + b"Content-Encoding: identity\r\nContent-Encoding: gzip, br\r\n\r\n",
            gzip.compress(b"0" * 100_000_000),
        ),
        _TOO_MUCH,
    ),
    "a gzip bomb without a name": Line(
        _once(OK + b"\r\n", gzip.compress(b"0" * 100_000_000)), _TOO_MUCH
    ),
    "a gzip bomb as transfer coding": Line(
        _once(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", gzip.compress(b"0" * 100_000_000)),
        _STOPPED,
    ),
    "less than promised": Line(_once(OK + b"Content-Length: 900\r\n\r\nhalf"), _BROKEN),
    "more than promised": Line(
        _once(OK + b"Content-Length: 4\r\n\r\nhalf" + OK + b"\r\n"), _TOO_MUCH
    ),
    "two lengths": Line(
        _once(OK + b"Content-Length: 4\r\nContent-Length: 9\r\n\r\nhalf"),
        (*_BROKEN, *_TOO_MUCH),
    ),
    "a length of 5,000 digits": Line(
        _once(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhalf"), (*_BROKEN, *_TOO_MUCH)
    ),
    "a length of less than nothing": Line(
        _once(OK + b"Content-Length: -5\r\n\r\nhalf"), (*_BROKEN, *_TOO_MUCH)
    ),
    "no HTTP at all": Line(_once(b"220 smtp ready\r\n"), _BROKEN),
    "HTTP of another age": Line(_once(b"HTTP/9.9 200 OK\r\n\r\n"), (*_BROKEN, *_NO_ANSWER)),
    "a status of five digits": Line(_once(b"HTTP/1.1 99999 OK\r\n\r\n"), _BROKEN),
    "a switch to another protocol": Line(
        _once(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nxxxx"),
        (*_NO_ANSWER, *_BROKEN),
    ),
    "a redirect elsewhere": Line(
        _once(
            b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{port}/\r\nContent-Length: 0\r\n\r\n"
        ),
        _NO_ANSWER,
    ),
    "bytes of no alphabet in a header": Line(
        _once(OK + b"X-\xff\xfe: \x80\x00\r\nContent-Length: 0\r\n\r\n"), (*_NO_ANSWER, *_BROKEN)
    ),
    "a page, status 502": Line(
        _once(b"HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\n\r\n<html><h1>Bad Gateway"),
        _NO_ANSWER,
    ),
}
"""Every hostile line."""

WAIT_SECONDS = 0.02


def speak(line: Line, send: Callable[[bytes], object], *, other_port: int) -> None:
    """Send what a line has to say, until it is over or the other side has left."""
    for piece in line.send():
        if piece is None:
            time.sleep(WAIT_SECONDS)
        elif piece:
            send(piece.replace(b"{port}", str(other_port).encode()))
