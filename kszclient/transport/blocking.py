"""The blocking transport: bytes out, bytes back, within a deadline and a size."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Self

import msgspec
import requests
import urllib3.exceptions

from kszclient.errors import ConnectionFailedError, ContractDriftError
from kszclient.transport.deadline import Deadline
from kszclient.transport.failure import failure
from kszclient.transport.timed_connection import (
    Allowance,
    TimedAdapter,
    current_allowance,
    current_deadline,
)

_CHUNK_BYTES = 65_536
_FRAME_BYTES = 1_048_576
"""Headers and the sizes of chunks: what may come beside the body."""


class HttpAnswer(msgspec.Struct, frozen=True):
    """What came back, not yet looked into.

    Args:
        status: HTTP status.
        content_type: As the peer named it, or None.
        body: The whole body, as sent.
        retry_after: The header Retry-After, or None.
        date: The header Date, or None.
    """

    status: int
    content_type: str | None
    body: bytes
    retry_after: str | None = None
    date: str | None = None

    def __repr__(self) -> str:
        return f"HttpAnswer(status={self.status}, {len(self.body)} bytes)"


class BlockingTransport:
    """Posts bytes and reads the whole answer; connections are kept and reused.

    Args:
        connect_timeout_seconds: Longest wait for a connection.
        max_answer_bytes: Largest body that is read.
        tls: The policy of secure connections; without one only plain http is reached.
    """

    def __init__(
        self,
        *,
        connect_timeout_seconds: float,
        max_answer_bytes: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._connect_timeout_seconds = connect_timeout_seconds
        self._max_answer_bytes = max_answer_bytes
        self._session = requests.Session()
        # Settings of the machine (proxies, .netrc) must not reroute personal data.
        self._session.trust_env = False
        # Nor may the other side make us carry its mark from one question to the next.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.adapters.clear()
        self._session.mount("http://", TimedAdapter())
        if tls is not None:
            self._session.mount("https://", TimedAdapter(tls))

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], deadline: Deadline
    ) -> HttpAnswer:
        """Send a body and give what came back, whatever its status.

        Raises:
            ConnectionFailedError: No connection, or it broke before the answer was complete.
            DeadlineExceededError: The answer was not complete in time.
            TlsRefusedError: A certificate was refused, ours or theirs.
            ContractDriftError: The answer is too large or compressed, which nobody asked for.
        """
        return self._exchange("POST", url, body, headers, deadline)

    def get(self, url: str, headers: Mapping[str, str], deadline: Deadline) -> HttpAnswer:
        """Ask for what stands at an address, under the same conditions as `post`.

        Raises:
            ConsultationError: As `post`.
        """
        return self._exchange("GET", url, None, headers, deadline)

    def _exchange(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        deadline: Deadline,
    ) -> HttpAnswer:
        token = current_deadline.set(deadline)
        allowance = current_allowance.set(Allowance(self._max_answer_bytes + _FRAME_BYTES))
        try:
            remaining = deadline.remaining_seconds()
            with self._session.request(
                method,
                url,
                data=body,
                headers={"Accept-Encoding": "identity", **headers},
                timeout=(min(self._connect_timeout_seconds, remaining), remaining),
                allow_redirects=False,
                stream=True,
            ) as response:
                return HttpAnswer(
                    status=response.status_code,
                    content_type=response.headers.get("Content-Type"),
                    body=self._read(response),
                    retry_after=response.headers.get("Retry-After"),
                    date=response.headers.get("Date"),
                )
        except requests.exceptions.InvalidSchema:
            raise ConnectionFailedError("no TLS policy was given for this address") from None
        except requests.ConnectTimeout:
            raise ConnectionFailedError("no connection within the time allowed") from None
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise deadline.exceeded() from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise failure(error) from None
        finally:
            current_deadline.reset(token)
            current_allowance.reset(allowance)

    def _read(self, response: requests.Response) -> bytes:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise ContractDriftError("the answer is compressed, though no compression was asked")
        # Chunks may be of one byte each, and millions: none is kept as an object of its own.
        body = bytearray()
        for chunk in response.raw.stream(_CHUNK_BYTES, decode_content=False):
            body += chunk
            if len(body) > self._max_answer_bytes:
                raise ContractDriftError(
                    f"the answer is larger than {self._max_answer_bytes} bytes"
                )
        return bytes(body)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
