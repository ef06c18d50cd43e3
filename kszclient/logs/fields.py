"""Fields of a log event without personal data: by their names, their kinds and their texts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from enum import Enum
from pathlib import PurePath

from kszclient.logs.redaction import redact
from kszclient.values import Month, MonthPeriod, Ticket

WITHHELD = "[withheld]"
_PERSONAL = frozenset(
    {
        "address",
        "answer",
        "authorization",
        "beneficiaries",
        "birthdate",
        "body",
        "children",
        "content",
        "cookie",
        "envelope",
        "familyname",
        "filenumber",
        "firstname",
        "givenname",
        "insz",
        "lastname",
        "naam",
        "name",
        "nationalnumber",
        "niss",
        "nom",
        "password",
        "payload",
        "person",
        "persons",
        "request",
        "requestbody",
        "response",
        "responsebody",
        "rrn",
        "secret",
        "ssin",
        "ssins",
        "surname",
        "token",
        "voornaam",
        "xml",
    }
)
_NOT_LETTERS = str.maketrans("", "", "_- .")
_DEEPEST = 6
_TEXTS = (str, uuid.UUID, PurePath, dt.date, dt.time, dt.timedelta, Ticket, Month, MonthPeriod)


def redact_field(key: str, value: object) -> object:
    """Give a field as it may be logged.

    A field whose name says that it is about a person or a body is withheld whole. What is no
    plain value is given by its kind alone, because its `repr` may hold an answer.

    >>> redact_field("ssin", "85023000125"), redact_field("note", "of 85.02.30-001.25")
    ('[withheld]', 'of [number]')
    >>> redact_field("files", [{"fileNumber": "AB-12", "months": 3}])
    [{'fileNumber': '[withheld]', 'months': 3}]
    >>> redact_field("outcome", object())
    '<object>'
    """
    return _redact(key, value, _DEEPEST)


def _redact(key: str, value: object, deeper: int) -> object:
    if value is None or isinstance(value, bool):
        return value
    if key.translate(_NOT_LETTERS).lower() in _PERSONAL:
        return WITHHELD
    return _redact_kind(value.value if isinstance(value, Enum) else value, deeper)


def _redact_kind(value: object, deeper: int) -> object:
    if isinstance(value, int | float):
        text = str(value)
        return value if redact(text) == text else redact(text)
    if isinstance(value, _TEXTS):
        return redact(str(value))
    if isinstance(value, Mapping) and deeper:
        return {
            redact(str(key)): _redact(str(key), held, deeper - 1) for key, held in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset) and deeper:
        return [_redact("", held, deeper - 1) for held in value]
    return f"<{type(value).__name__}>"
