"""The blocking transport: bytes out, bytes back, within a deadline and a size."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Self

import requests
import urllib3.exceptions

from kszclient.errors import ConnectionFailedError
from kszclient.transport.deadline import Deadline
from kszclient.transport.failure import failure, no_connection, timed_out
from kszclient.transport.http_answer import (
    CHUNK_BYTES,
    UNCOMPRESSED,
    HttpAnswer,
    refuse_unread,
    too_large,
)
from kszclient.transport.timed_connection import (
    Allowance,
    TimedAdapter,
    current_allowance,
    current_deadline,
)

_FRAME_BYTES = 1_048_576
"""Headers and the sizes of chunks: what may come beside the body."""

# Sizes that make no sense (a chunk of -5 bytes) come out of http.client as they are.
_BROKEN = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    HTTPException,
    OSError,
    ValueError,
    OverflowError,
)


class BlockingTransport:
    """Posts bytes and reads the whole answer; connections are kept and reused.

    Args:
        connect_timeout_seconds: Longest wait for a connection.
        max_answer_bytes: Largest body that is read.
        tls: The policy of secure connections; without one only plain http is reached.
        proxy: The address of a proxy that secure connections go through; plain http never does.
    """

    def __init__(
        self,
        *,
        connect_timeout_seconds: float,
        max_answer_bytes: int,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
    ) -> None:
        self._proxies = {} if proxy is None else {"https": proxy}
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
        self._prepared: tuple[tuple[object, ...], requests.PreparedRequest] | None = None

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
            # Not `Session.send`: even where it may not follow a redirect it reads and unpacks its
            # whole body, to find out where it would lead.
            with self._session.get_adapter(url).send(
                self._request(method, url, body, headers),
                timeout=(min(self._connect_timeout_seconds, remaining), remaining),
                stream=True,
                proxies=self._proxies,
            ) as response:
                body = self._read(response)
                return HttpAnswer.of(response.status_code, response.headers, body)
        except requests.exceptions.InvalidSchema:
            raise ConnectionFailedError("no TLS policy was given for this address") from None
        except requests.ConnectTimeout:
            raise no_connection(deadline, remaining, self._connect_timeout_seconds) from None
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise deadline.exceeded() from None
        except _BROKEN as error:
            # Where a proxy stands between, requests has no name of its own for a late connection.
            if isinstance(error, requests.exceptions.ProxyError) and timed_out(error):
                raise no_connection(deadline, remaining, self._connect_timeout_seconds) from None
            raise failure(error) from None
        finally:
            current_deadline.reset(token)
            current_allowance.reset(allowance)

    def _request(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> requests.PreparedRequest:
        """Return a request like the last one but for its body; preparing one anew costs 0.1 ms."""
        key = (method, url, *headers.items())
        kept = self._prepared
        if kept is None or kept[0] != key:
            plain = requests.Request(method, url, headers={**UNCOMPRESSED, **headers})
            kept = self._prepared = key, self._session.prepare_request(plain)
        request = kept[1].copy()
        request.body = body
        request.prepare_content_length(body)
        return request

    def _read(self, response: requests.Response) -> bytes:
        refuse_unread(response.headers, self._max_answer_bytes)
        # Chunks may be of one byte each, and millions: none is kept as an object of its own.
        body = bytearray()
        for chunk in response.raw.stream(CHUNK_BYTES, decode_content=False):
            body += chunk
            if len(body) > self._max_answer_bytes:
                raise too_large(self._max_answer_bytes)
        return bytes(body)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
