"""The mock's desks as a web application: complaints in, receipts out.

Besides what `kszclient.complaints.submission.desk` describes, a test can list what a desk has
(``GET {INSTANCE}/complaints``) and change how all desks behave (``POST control``):
``{"days_later": 12}`` moves their clock on (or back), ``{"lose_answers": 1}`` keeps
the next case and breaks the connection, ``{"hold_answers": 1}`` keeps it and does not answer until
the mock stops.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import msgspec
from aiohttp import web

from kszclient.complaints.case.complaint import read_complaint
from kszclient.complaints.submission.desk import KEY_HEADER, DeskRefusal, Handed
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import InputError
from kszclient.testing.desks.cases import DeskCases, desk_cards
from kszclient.values import BRUSSELS, Language

PATH = "/desks"
_MAX_BYTES = 1_000_000


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How all desks behave from now on.

    Args:
        days_later: How many days their clock is moved on.
        lose_answers: How many answers break off.
        hold_answers: How many answers never come.
    """

    days_later: int = 0
    lose_answers: int = 0
    hold_answers: int = 0


class MockDesks:
    """Every desk, each with its cases.

    Args:
        clock: Gives the time, with a time zone.
    """

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        self._clock = clock
        self._later = dt.timedelta()
        self._lose = self._hold = 0
        self._desks = {instance: DeskCases(instance) for instance in desk_cards()}

    def application(self) -> web.Application:
        """Return the routes."""
        app = web.Application(client_max_size=_MAX_BYTES)
        app.router.add_post("/control", self._control)
        app.router.add_post("/{instance}/complaints", self._take)
        app.router.add_get("/{instance}/complaints", self._list)
        app.router.add_get("/{instance}/complaints/{receipt}", self._show)
        return app

    def _desk(self, request: web.Request) -> DeskCases:
        code = request.match_info["instance"]
        if code not in {instance.value for instance in self._desks}:
            raise web.HTTPNotFound(text="This instance has no desk.")
        return self._desks[Instance(code)]

    def _time(self) -> dt.datetime:
        return self._clock().astimezone(BRUSSELS) + self._later

    async def _take(self, request: web.Request) -> web.StreamResponse:
        desk, key = self._desk(request), request.headers.get(KEY_HEADER)
        if not key:
            raise web.HTTPBadRequest(text=f"The header {KEY_HEADER} must identify the case.")
        body = await request.read()
        if case := desk.known(key, self._time()):
            return await self._answer(request, case, 200)
        try:
            handed = msgspec.json.decode(body, type=Handed)
            # A complaint without a domicile is one that registers were asked about in vain.
            complaint = read_complaint(bytes(handed.complaint), to_look_up=True)
        except (msgspec.MsgspecError, InputError) as error:
            field = str(error) if isinstance(error, InputError) else "expected a handed complaint"
            raise web.HTTPBadRequest(text=field) from None
        if handed.instance.value != request.match_info["instance"]:
            raise web.HTTPBadRequest(text="The complaint is for another instance.")
        outcome = desk.take(key, complaint, self._time(), _language(request))
        return await self._answer(
            request, outcome, 422 if isinstance(outcome, DeskRefusal) else 201
        )

    async def _answer(
        self, request: web.Request, content: object, status: int
    ) -> web.StreamResponse:
        if self._hold:
            self._hold -= 1
            await asyncio.Event().wait()
        if self._lose and request.transport is not None:
            self._lose -= 1
            request.transport.abort()
        return _json(content, status)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        return _json(self._desk(request).all(self._time()))

    async def _show(self, request: web.Request) -> web.StreamResponse:
        for case in self._desk(request).all(self._time()):
            if case.receipt == request.match_info["receipt"]:
                return _json(case)
        raise web.HTTPNotFound(text="No case has this receipt.")

    async def _control(self, request: web.Request) -> web.StreamResponse:
        try:
            change = msgspec.json.decode(await request.read(), type=Control)
        except msgspec.MsgspecError as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        self._later += dt.timedelta(days=change.days_later)
        self._lose += change.lose_answers
        self._hold += change.hold_answers
        return _json({"now": self._time()})


def _language(request: web.Request) -> Language:
    """Return the first language that is asked for and spoken here; English where there is none."""
    asked = request.headers.get("Accept-Language", "").split(",")
    codes = (each.strip()[:2].lower() for each in asked)
    return next((Language(code) for code in codes if code in set(Language)), Language.EN)


def _json(content: object, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(content), status=status, content_type="application/json"
    )
