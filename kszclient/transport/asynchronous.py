"""The asynchronous transport: what the blocking one does, for many questions at once."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from functools import partial
from typing import Self

import aiohttp

from kszclient.errors import ConnectionFailedError
from kszclient.transport.deadline import Deadline
from kszclient.transport.failure import failure, no_connection
from kszclient.transport.http_answer import (
    CHUNK_BYTES,
    UNCOMPRESSED,
    HttpAnswer,
    refuse_unread,
    too_large,
)
from kszclient.transport.watched_connection import ReadFirstSocket, WatchedConnection

_LONGEST_REASON, _LONGEST_HEADER, _MOST_HEADERS = 65_521, 65_532, 99
"""How long and how many the lines before a body may be: as with http.client.

It counts in 65,536 bytes a whole line and in 100 lines the empty one too; aiohttp counts of a
status line what follows the number, of a header its name and value.
"""

_VERSIONS = (aiohttp.HttpVersion11, aiohttp.HttpVersion10)
_NEVER_ROUNDED = float("inf")
"""aiohttp lets what is longer than this end with a whole second of its clock, up to one late."""


class AsyncTransport:
    """Posts bytes and reads the whole answer; connections are kept and reused.

    Args:
        connect_timeout_seconds: Longest wait for a connection.
        max_answer_bytes: Largest body that is read.
        connections: Most connections at the same time.
        tls: The policy of secure connections; without one only plain http is reached.
        proxy: The address of a proxy that secure connections go through; plain http never does.
    """

    def __init__(
        self,
        *,
        connect_timeout_seconds: float,
        max_answer_bytes: int,
        connections: int,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
    ) -> None:
        self._proxy = proxy
        self._connect_timeout_seconds = connect_timeout_seconds
        self._max_answer_bytes = max_answer_bytes
        self._connections = connections
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._timeout: aiohttp.ClientTimeout | None = None

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
        try:
            async with self._opened().post(
                url,
                data=body,
                headers=headers,
                timeout=self._timeout_of(remaining),
                allow_redirects=False,
                proxy=self._proxy if url.startswith("https:") else None,
            ) as response:
                if response.version not in _VERSIONS:
                    raise ConnectionFailedError("the answer is of another version of HTTP")
                read = await self._read(response)
                return HttpAnswer.of(response.status, response.headers, read)
        except aiohttp.ConnectionTimeoutError:
            raise no_connection(deadline, remaining, self._connect_timeout_seconds) from None
        except TimeoutError:
            raise deadline.exceeded() from None
        except (aiohttp.ClientError, OSError) as error:
            raise failure(error) from None

    def _timeout_of(self, remaining: float) -> aiohttp.ClientTimeout:
        """Return the last one where it would be the same, as in whole milliseconds it often is."""
        total = int(remaining * 1000) / 1000 or remaining
        if self._timeout is None or self._timeout.total != total:
            self._timeout = aiohttp.ClientTimeout(
                total=total,
                sock_connect=min(self._connect_timeout_seconds, total),
                ceil_threshold=_NEVER_ROUNDED,
            )
        return self._timeout

    def _opened(self) -> aiohttp.ClientSession:
        # Made within the running loop, which is the one that it belongs to.
        if self._session is None:
            loop = asyncio.get_running_loop()
            connector = aiohttp.TCPConnector(
                limit=self._connections,
                ssl=self._tls or True,
                socket_factory=ReadFirstSocket.of,
            )
            # aiohttp has no other way to set the class of its connections.
            connector._factory = partial(WatchedConnection, loop=loop)  # type: ignore[assignment]  # noqa: SLF001
            self._session = aiohttp.ClientSession(
                connector=connector,
                auto_decompress=False,
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=UNCOMPRESSED,
                max_line_size=_LONGEST_REASON,
                max_field_size=_LONGEST_HEADER,
                max_headers=_MOST_HEADERS,
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
