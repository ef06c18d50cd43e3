"""Keeps the pages of a browser on this machine away from the mock.

Any page may send requests to loopback. One that lets its own name lead there (DNS rebinding) is
known by the header Host; one that sends a form or a script elsewhere, by Origin and Sec-Fetch-Site,
which a page can neither leave out nor write itself.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

_CHANGES_NOTHING = ("GET", "HEAD", "OPTIONS")
_OWN_SITE = ("same-origin", "none")


@web.middleware
async def refuse_other_sites(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Pass a request on, unless it is for another host or a page of another site sends it.

    Raises:
        HTTPException: 421 for another host; 403 for another site that would change something.
    """
    host = request.headers.get("Host", "")
    if not is_loopback(host):
        raise web.HTTPMisdirectedRequest(text="The mock answers under a name of loopback only.")
    origin = request.headers.get("Origin")
    own = origin is None or origin.lower() == f"{request.scheme}://{host}".lower()
    site = request.headers.get("Sec-Fetch-Site", _OWN_SITE[0]).strip().lower()
    if request.method not in _CHANGES_NOTHING and not (own and site in _OWN_SITE):
        raise web.HTTPForbidden(text="A page of another site may change nothing here.")
    return await handler(request)


def is_loopback(host: str) -> bool:
    """Return whether the header Host names this machine's loopback.

    >>> [is_loopback(each) for each in ("localhost:80", "127.0.0.1", "[::1]:9", "example.org", "")]
    [True, True, True, False, False]
    """
    try:
        url = urlsplit(f"//{host}")
        _ = url.port  # refuses what is no number
        name = url.hostname or ""
        alone = url.netloc == host and "@" not in host
        return alone and (name == "localhost" or ipaddress.ip_address(name).is_loopback)
    except ValueError:
        return False
