"""From a foreign error to ours: by its kind alone, for its text may hold what was sent."""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterator

from kszclient.errors import ConnectionFailedError, ConsultationError, GatewayError
from kszclient.transport.deadline import Deadline
from kszclient.transport.tls_failure import explain_tls

# What the libraries call an answer of which a part did not come; ValueError is urllib3's word for
# the size of a chunk that is not there.
_CUT_SHORT = frozenset(
    {"IncompleteRead", "ValueError", "ContentLengthError", "TransferEncodingError"}
)

# What the ssl module, http.client, urllib3, asyncio and aiohttp call a connection that the other
# side closed; the first three of them have an `errno` that is no number of the operating system.
_CLOSED = frozenset(
    {
        "SSLEOFError",
        "SSLZeroReturnError",
        "SSLSyscallError",
        "BrokenPipeError",
        "ConnectionAbortedError",
        "ConnectionResetError",
        "ClientConnectionResetError",
        "RemoteDisconnected",
        "ServerDisconnectedError",
    }
)

# How http.client reports that a proxy made no tunnel; aiohttp has a class for it.
_NO_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
_PROXY_UNREACHED = frozenset({"ProxyError", "ClientProxyConnectionError"})


def failure(error: BaseException) -> ConsultationError:
    """Return what a broken connection means.

    Args:
        error: What requests, urllib3, aiohttp or the socket raised.

    Returns:
        A refused certificate as such; anything else as a failed connection, which may be tried
        again: an answer cut short too, though its status was 200. A proxy that does not let us
        through is a gateway that answered.
    """
    causes = list(_causes(error))
    refusal = explain_tls(causes)
    if refusal is not None:
        return refusal
    status = next(filter(None, map(_status_of_proxy, causes)), None)
    if status is not None:
        return GatewayError(
            f"the proxy does not let us through (HTTP status {status})",
            http_status=status,
            next_step="Ask your network desk whether the proxy lets this machine reach the host "
            "and port of endpoint; kszclient has no user name to give to a proxy.",
        )
    if any(type(cause).__name__ in _CUT_SHORT for cause in causes):
        return ConnectionFailedError("the connection broke before the answer was complete")
    if type(causes[-1]).__name__ in _CLOSED:
        return ConnectionFailedError("the other side closed the connection before it answered")
    if any(type(cause).__name__ in _PROXY_UNREACHED for cause in causes):
        return ConnectionFailedError(
            f"the connection to the proxy failed: {_kind(causes[-1])}",
            next_step="Check that proxy is right and reachable; trying again may help.",
        )
    return ConnectionFailedError(f"the connection failed: {_kind(causes[-1])}")


def no_connection(
    deadline: Deadline, remaining_seconds: float, connect_timeout_seconds: float
) -> ConsultationError:
    """Return which time passed before a connection came.

    Args:
        deadline: Of the question.
        remaining_seconds: What was left of it when the connection was asked for.
        connect_timeout_seconds: The longest wait for a connection.
    """
    if remaining_seconds <= connect_timeout_seconds:
        return deadline.exceeded()
    return ConnectionFailedError("no connection within the time allowed")


def timed_out(error: BaseException) -> bool:
    """Whether what is behind an error is that a time passed."""
    return isinstance(list(_causes(error))[-1], TimeoutError)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Return an error and what is behind it, the deepest last; the libraries wrap thrice."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        behind = (seen.__cause__, seen.__context__, getattr(seen, "reason", None), *seen.args)
        seen = next((each for each in behind if isinstance(each, BaseException)), None)


def _status_of_proxy(error: BaseException) -> int | None:
    if type(error).__name__ == "ClientHttpProxyError":
        status: int = error.status  # type: ignore[attr-defined]
        return status
    found = _NO_TUNNEL.match(str(error)) if isinstance(error, OSError) else None
    return int(found[1]) if found else None


def _kind(error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        return "the name of the endpoint is not known here"
    if isinstance(error, ssl.SSLError):
        return "the secure line broke, or the other side is in trouble"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return type(error).__name__
