"""The mock KSZ as a web application: the operation, the WSDL and the schemas it imports.

Pages of a browser on this machine are kept away. Any page may send requests to loopback. One that
lets its own name lead there (DNS rebinding) is known by the header Host; one that sends a form or a
script elsewhere, by Origin and Sec-Fetch-Site, which a page can neither leave out nor write itself.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from kszclient.testing.desks import application as desks
from kszclient.testing.server.answer_xml import write_soap_fault
from kszclient.testing.server.breakage import Ending, Sent
from kszclient.testing.server.engine import MAX_REQUEST_BYTES, MockEngine, Seen
from kszclient.wire.encoding import as_utf8
from kszclient.wire.parse import MalformedXmlError
from kszclient.wire.schema import schema_files, wsdl_bytes

if TYPE_CHECKING:
    from kszclient.testing.server.guard import Guard

PATH = "/ChildBenefitsService/v1/consult"
SOAP_ACTION = "http://kszbcss.fgov.be/child-benefits/consultFilesBySsin"
_XML = "text/xml"


class Service:
    """Takes requests from the web to the engine and back.

    Args:
        engine: What answers.
        endpoint: Own address, to stand in the WSDL.
        remember: Called once for each question answered.
        guard: Whom to let in; everybody where left out.
        sleep: Holds back an answer for so many seconds.
    """

    def __init__(
        self,
        engine: MockEngine,
        endpoint: str,
        remember: Callable[[Seen], None],
        guard: Guard | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._engine = engine
        self._guard = guard
        self._sleep = sleep
        self._remember = remember
        self._wsdl = wsdl_bytes(endpoint)

    def application(self) -> web.Application:
        """Return the routes.

        The schemas lie where the relative imports of the WSDL lead: two folders above it.
        """
        app = web.Application(
            client_max_size=MAX_REQUEST_BYTES, middlewares=[_in_soap, refuse_other_sites]
        )
        app.router.add_get(PATH, self._describe)
        app.router.add_post(PATH, self._consult)
        app.add_subapp(desks.PATH, desks.MockDesks(self._engine.now).application())
        for path, content in schema_files().items():
            app.router.add_get(f"/{path}", _serves(content))
        return app

    async def _describe(self, request: web.Request) -> web.Response:
        if "wsdl" not in {name.lower() for name in request.query}:
            raise web.HTTPMethodNotAllowed(
                "GET", ["POST"], text="Send questions with POST; the contract is at ?wsdl."
            )
        return web.Response(body=self._wsdl, content_type=_XML, charset="utf-8")

    async def _consult(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != _XML:
            raise web.HTTPUnsupportedMediaType(text="SOAP 1.1 comes as text/xml.")
        if request.headers.get("SOAPAction", "").strip().strip('"') != SOAP_ACTION:
            raise web.HTTPBadRequest(text=f'The header SOAPAction must be "{SOAP_ACTION}".')
        if self._engine.leaves_unread():
            return await reply(request, Sent(200, b"", ending=Ending.RESET))
        opened = await self._let_in(request)
        if isinstance(opened, Sent):
            return await reply(request, opened)
        answer = self._engine.answer(opened)
        self._remember(answer.seen)
        if answer.delay_seconds:
            await self._sleep(answer.delay_seconds)
        sent = self._guard.seal(answer.sent, answer.replied_at) if self._guard else answer.sent
        return await reply(request, sent)

    async def _let_in(self, request: web.Request) -> bytes | Sent:
        """Return the question to answer, or what comes instead of an answer."""
        if self._guard is None:
            return _utf8(request, await request.read())
        tls = request.get_extra_info("ssl_object")
        shown = tls.getpeercert(binary_form=True) if tls else None
        refused = self._guard.admit(request.headers.get("Authorization"), shown)
        if refused:
            return refused
        body = _utf8(request, await request.read())
        return body if isinstance(body, Sent) else self._guard.open(body, self._engine.now())


class ServerConnection(web.RequestHandler):
    """A connection that answers what is no HTTP, or is cut off, with a SOAP fault.

    aiohttp would log a traceback, and answer in plain text that repeats what it could not read.
    """

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be handled; only a mistake of the mock itself is logged."""
        if not isinstance(exc, (HttpProcessingError, OSError)):
            return super().handle_error(request, status, exc, message)
        answer = _fault(400, "The request is not valid HTTP.")
        answer.force_close()
        return answer


def _utf8(request: web.Request, body: bytes) -> bytes | Sent:
    """Return a question in UTF-8, or the fault for one whose encoding cannot be read."""
    try:
        return as_utf8(body, request.headers.get("Content-Type"))
    except MalformedXmlError as error:
        return Sent(500, write_soap_fault("Client", f"{str(error).capitalize()}."))


@web.middleware
async def _in_soap(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Put what is wrong with a request into a SOAP fault, for SOAP stacks show no other text.

    The HTTP status stays: the Basic Profile 1.1 of WS-I has 400, 405 and 415 for such requests.
    """
    try:
        return await handler(request)
    except web.HTTPException as error:
        desk = request.path.startswith(f"{desks.PATH}/")
        if desk or (request.path != PATH and request.method in {"GET", "HEAD"}):
            raise
        allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return _fault(error.status, error.text or error.reason, allowed)


def _fault(status: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status,
        body=write_soap_fault("Client", text),
        content_type=_XML,
        charset="utf-8",
        headers=headers,
    )


def _serves(content: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.Response(body=content, content_type=_XML, charset="utf-8")

    return serve


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
    # aiohttp reports no such moment to a handler, unless it cancels every handler then.
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
