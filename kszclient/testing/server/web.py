"""The mock KSZ as a web application: the operation, the WSDL and the schemas it imports."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from kszclient.testing.desks import application as desks
from kszclient.testing.server.answer_xml import write_soap_fault
from kszclient.testing.server.breakage import Ending, Sent
from kszclient.testing.server.cross_site import refuse_other_sites
from kszclient.testing.server.engine import MAX_REQUEST_BYTES, Engine, Seen
from kszclient.testing.server.reply import reply
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
        engine: Engine,
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
        """Give the routes.

        The schemas lie where the relative imports of the WSDL lead: two folders above it.
        """
        app = web.Application(
            client_max_size=MAX_REQUEST_BYTES, middlewares=[_in_soap, refuse_other_sites]
        )
        app.router.add_get(PATH, self._describe)
        app.router.add_post(PATH, self._consult)
        app.add_subapp(desks.PATH, desks.Desks(self._engine.now).application())
        for path, content in schema_files().items():
            app.router.add_get(f"/{path}", _gives(content))
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
        """Give the question to answer, or what comes instead of an answer."""
        if self._guard is None:
            return _utf8(request, await request.read())
        tls = request.get_extra_info("ssl_object")
        shown = tls.getpeercert(binary_form=True) if tls else None
        refused = self._guard.admit(request.headers.get("Authorization"), shown)
        if refused:
            return refused
        body = _utf8(request, await request.read())
        return body if isinstance(body, Sent) else self._guard.open(body, self._engine.now())


class Connection(web.RequestHandler):
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


def _gives(content: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def give(_: web.Request) -> web.StreamResponse:
        return web.Response(body=content, content_type=_XML, charset="utf-8")

    return give
