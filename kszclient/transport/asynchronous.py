"""The asynchronous transport: what the blocking one does, for many questions at once."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Self

import aiohttp

from kszclient.errors import ConnectionFailedError
from kszclient.transport.deadline import Deadline
from kszclient.transport.failure import failure
from kszclient.transport.http_answer import (
    CHUNK_BYTES,
    UNCOMPRESSED,
    HttpAnswer,
    refuse_unread,
    too_large,
)

_NEVER_ROUNDED = float("inf")
"""aiohttp lets what is longer than this end with a whole second of its clock, up to one late."""


class AsyncTransport:
    """Posts bytes and reads the whole answer; connections are kept and reused.

    Args:
        connect_timeout_seconds: Longest wait for a connection.
        max_answer_bytes: Largest body that is read.
        connections: Most connections at the same time.
        tls: The policy of secure connections; without one only plain http is reached.
    """

    def __init__(
        self,
        *,
        connect_timeout_seconds: float,
        max_answer_bytes: int,
        connections: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._connect_timeout_seconds = connect_timeout_seconds
        self._max_answer_bytes = max_answer_bytes
        self._connections = connections
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], deadline: Deadline
    ) -> HttpAnswer:
        """Send a body and give what came back, whatever its status.

        Raises:
            ConnectionFailedError: No connection, or it broke before the answer was complete.
            DeadlineExceededError: The answer was not complete in time.
            TlsRefusedError: A certificate was refused, ours or theirs.
            ContractDriftError: The answer is too large or compressed, which nobody asked for.
        """
        if self._tls is None and url.startswith("https:"):
            raise ConnectionFailedError("no TLS policy was given for this address")
        remaining = deadline.remaining_seconds()
        timeout = aiohttp.ClientTimeout(
            total=remaining,
            sock_connect=min(self._connect_timeout_seconds, remaining),
            ceil_threshold=_NEVER_ROUNDED,
        )
        try:
            async with self._opened().post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                read = await self._read(response)
                return HttpAnswer.of(response.status, response.headers, read)
        except aiohttp.ConnectionTimeoutError:
            raise ConnectionFailedError("no connection within the time allowed") from None
        except TimeoutError:
            raise deadline.exceeded() from None
        except (aiohttp.ClientError, OSError) as error:
            raise failure(error) from None

    def _opened(self) -> aiohttp.ClientSession:
        # Made within the running loop, which is the one that it belongs to.
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, ssl=self._tls or True)
            self._session = aiohttp.ClientSession(
                connector=connector,
                auto_decompress=False,
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=UNCOMPRESSED,
            )
        return self._session

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        if refuse_unread(response.headers, self._max_answer_bytes):
            return await response.read()
        body = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            body += chunk
            if len(body) > self._max_answer_bytes:
                raise too_large(self._max_answer_bytes)
        return bytes(body)

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
