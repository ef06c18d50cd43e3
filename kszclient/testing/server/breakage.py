"""Answers spoilt on their way, so that a client can show what it does with them.

Each breakage takes a sound answer and returns what arrives instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

import msgspec

_TICKET = re.compile(rb"<ticket>[^<]*</ticket>")
_ASKED = re.compile(rb"(<criteria><ssin>)[0-9]{11}")
_OTHER_TICKET = b"<ticket>00000000-0000-4000-8000-000000000000</ticket>"
_NOBODY = b"85023000125"


class Ending(StrEnum):
    """How a reply ends."""

    WHOLE = "whole"
    HANG_UP = "hang-up"
    RESET = "reset"
    SILENCE = "silence"


class Sent(msgspec.Struct, frozen=True):
    """What goes over the line.

    Args:
        http_status: Status of the reply.
        body: Its bytes.
        content_type: Its declared type.
        headers: Further headers.
        ending: Whether all of it goes out, or else what follows instead.
        midway: Whether half of the body goes out before such an ending, or nothing at all.
    """

    http_status: int
    body: bytes
    content_type: str = "text/xml; charset=utf-8"
    headers: dict[str, str] = {}
    ending: Ending = Ending.WHOLE
    midway: bool = False


def _gateway_page(_: Sent) -> Sent:
    page = b"<html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>"
    return Sent(502, page, "text/html; charset=utf-8")


def _gateway_text(_: Sent) -> Sent:
    return Sent(503, b"upstream connect error", "text/plain; charset=utf-8")


def _login_page(_: Sent) -> Sent:
    return Sent(200, b"<!DOCTYPE html><html><body>Log in</body></html>", "text/html; charset=utf-8")


def _empty(sent: Sent) -> Sent:
    return msgspec.structs.replace(sent, body=b"")


def _truncated(sent: Sent) -> Sent:
    return msgspec.structs.replace(sent, body=sent.body[: len(sent.body) // 2])


def _ends(ending: Ending, *, midway: bool = False) -> Callable[[Sent], Sent]:
    def break_off(sent: Sent) -> Sent:
        return msgspec.structs.replace(sent, ending=ending, midway=midway)

    return break_off


def _off_contract(sent: Sent) -> Sent:
    spoilt = sent.body.replace(b"<criteria>", b"<surprise/><criteria>", 1)
    return msgspec.structs.replace(sent, body=spoilt)


def _other_ticket(sent: Sent) -> Sent:
    return msgspec.structs.replace(sent, body=_TICKET.sub(_OTHER_TICKET, sent.body, count=1))


def _other_person(sent: Sent) -> Sent:
    spoilt = _ASKED.sub(rb"\g<1>" + _NOBODY, sent.body, count=1)
    return msgspec.structs.replace(sent, body=spoilt)


BREAKAGES: Mapping[str, Callable[[Sent], Sent]] = {
    "gateway-page": _gateway_page,
    "gateway-text": _gateway_text,
    "login-page": _login_page,
    "empty": _empty,
    "truncated": _truncated,
    "hang-up": _ends(Ending.HANG_UP),
    "cut-off": _ends(Ending.HANG_UP, midway=True),
    "reset": _ends(Ending.RESET),
    "reset-midway": _ends(Ending.RESET, midway=True),
    "silence": _ends(Ending.SILENCE),
    "stalled": _ends(Ending.SILENCE, midway=True),
    "off-contract": _off_contract,
    "other-ticket": _other_ticket,
    "other-person": _other_person,
}
"""Every breakage by the name that scenarios use."""
