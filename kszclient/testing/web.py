"""The mock KSZ as a web application: the operation, the WSDL and the schemas it imports."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from kszclient.testing import desks
from kszclient.testing.breakage import Sent
from kszclient.testing.engine import MAX_REQUEST_BYTES, Engine, Seen
from kszclient.wire.schema import schema_files, wsdl_bytes

PATH = "/ChildBenefitsService/v1/consult"
SOAP_ACTION = "http://kszbcss.fgov.be/child-benefits/consultFilesBySsin"
_XML = "text/xml"


class Service:
    """Takes requests from the web to the engine and back.

    Args:
        engine: What answers.
        endpoint: Own address, to stand in the WSDL.
        remember: Called once for each question answered.
    """

    def __init__(self, engine: Engine, endpoint: str, remember: Callable[[Seen], None]) -> None:
        self._engine = engine
        self._remember = remember
        self._wsdl = wsdl_bytes(endpoint)

    def application(self) -> web.Application:
        """Give the routes.

        The schemas lie where the relative imports of the WSDL lead: two folders above it.
        """
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        app.router.add_get(PATH, self._describe)
        app.router.add_post(PATH, self._consult)
        app.add_subapp(desks.PATH, desks.Desks().application())
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
        if request.headers.get("SOAPAction", "").strip('"') != SOAP_ACTION:
            raise web.HTTPBadRequest(text=f'The header SOAPAction must be "{SOAP_ACTION}".')
        answer = self._engine.answer(await request.read())
        self._remember(answer.seen)
        if answer.delay_seconds:
            await asyncio.sleep(answer.delay_seconds)
        return _response(request, answer.sent)


def _response(request: web.Request, sent: Sent) -> web.StreamResponse:
    if sent.hang_up and request.transport is not None:
        request.transport.abort()
    return web.Response(
        status=sent.http_status, body=sent.body, headers={"Content-Type": sent.content_type}
    )


def _gives(content: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def give(_: web.Request) -> web.StreamResponse:
        return web.Response(body=content, content_type=_XML, charset="utf-8")

    return give
