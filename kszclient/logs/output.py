"""Where logs go: lines of text or of JSON on standard error."""

from __future__ import annotations

import datetime as dt
import logging
import sys
from typing import TextIO

import msgspec

from kszclient.foreign_text import json_line
from kszclient.logs.logger import ROOT
from kszclient.logs.masking import masked_line
from kszclient.logs.records import FIELDS, PersonalDataFilter, protect

_encode = msgspec.json.Encoder(enc_hook=str).encode


def configure(
    level: str = "INFO",
    *,
    others: str = "WARNING",
    json: bool = False,
    stream: TextIO | None = None,
) -> None:
    """Write logs of the library and of all others, cleaned; a second call replaces the first.

    Args:
        level: From which level on this library's events are written.
        others: From which level on those of other libraries are.
        json: One JSON object a line instead of text with key=value.
        stream: Where to; standard error where left out.
    """
    protect()
    handler = _OurHandler(stream or sys.stderr)
    handler.addFilter(PersonalDataFilter())
    handler.setFormatter(JsonLines() if json else KeyValueLines())
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _OurHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(others)
    logging.getLogger(ROOT).setLevel(level)


class _OurHandler(logging.StreamHandler[TextIO]):
    """Known as ours, so that it can be replaced."""


class KeyValueLines(logging.Formatter):
    """``2024-05-06T07:08:09.123Z info kszclient.cadaster consulted outcome=COMPLETE``.

    A record is one line, whatever stands in it; only the lines of a traceback follow, each behind a
    bar, so that no text can pass for a record of its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, with its traceback below."""
        line = f"{_moment(record)} {record.levelname.lower()} {record.name} {record.getMessage()}"
        below = "\n".join(filter(None, (record.exc_text, record.stack_info)))
        lines = [
            masked_line(line),
            *(f"| {masked_line(each)}" for each in below.split("\n") if each),
        ]
        return "\n".join(lines)


class JsonLines(logging.Formatter):
    """One JSON object a line; the fields of an event stand beside its time, level and logger."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        event, fields = getattr(record, FIELDS, None) or (record.getMessage(), {})
        line = {
            **fields,
            "timestamp": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event,
        }
        if record.exc_text:
            line["exception"] = record.exc_text
        if record.stack_info:
            line["stack"] = record.stack_info
        return json_line(_encode(line).decode())


def _moment(record: logging.LogRecord) -> str:
    moment = dt.datetime.fromtimestamp(record.created, tz=dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
