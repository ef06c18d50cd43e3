"""A reply on its way to the client: all of it, half of it or nothing."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress

from aiohttp import web

from kszclient.testing.server.breakage import Ending, Sent

_NO_LINGER = struct.pack("ii", 1, 0)
_LOOK_AGAIN_SECONDS = 0.05


async def reply(request: web.Request, sent: Sent) -> web.StreamResponse:
    """Send a reply and end it as it asks.

    Args:
        request: What is replied to.
        sent: What goes out, and how it ends.
    """
    headers = {"Content-Type": sent.content_type, **sent.headers}
    if sent.ending is Ending.WHOLE:
        return web.Response(status=sent.http_status, body=sent.body, headers=headers)
    begun = web.StreamResponse(status=sent.http_status, headers=headers)
    if sent.midway:
        begun.content_length = len(sent.body)
        with suppress(ConnectionResetError):  # the client has left before us
            await begun.prepare(request)
            await begun.write(sent.body[: len(sent.body) // 2])
    if sent.ending is Ending.SILENCE:
        await _until_the_client_leaves(request)
    _break_off(request, reset=sent.ending is Ending.RESET)
    return begun


async def _until_the_client_leaves(request: web.Request) -> None:
    # aiohttp tells a handler of no such moment, unless it cancels every handler then.
    while request.transport is not None:  # noqa: ASYNC110 - see above
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


def _break_off(request: web.Request, *, reset: bool) -> None:
    if request.transport is None:
        return
    if reset:
        # A socket that does not linger is closed with a reset (RST) instead of an end (FIN).
        line = request.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    request.transport.abort()
