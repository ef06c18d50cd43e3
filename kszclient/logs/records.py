"""Records of the standard library's logging, cleaned before any handler sees them.

`protect` reaches every record of the process, whoever logs it: zeep, urllib3, requests and aiohttp
at DEBUG too. What it cannot reach is what is printed without logging (`http.client` with its
`debuglevel`) and what a caller adds with `extra=`, which comes later: a handler that writes extras
needs the filter besides.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

from kszclient.logs.redaction import redact, redact_field

FIELDS = "kszclient_fields"
"""Under which name a record carries the fields of one of our own events, cleaned already."""
_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", FIELDS}


class CleanText(str):
    """A text that was cleaned already, so that it is not done twice."""

    __slots__ = ()


def clean(record: logging.LogRecord) -> None:
    """Take personal data out of a record's message, traceback and stack.

    The arguments are put into the message and dropped, and so is the exception itself, for its
    text may hold what was sent; the traceback stays as cleaned text.
    """
    if record.args or type(record.msg) is not CleanText:
        record.msg = _clean_message(record)
        record.args = ()
    if record.exc_info:
        if record.exc_info[0] is not None:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        record.exc_info = None
    if record.exc_text:
        record.exc_text = redact(record.exc_text)
    if record.stack_info:
        record.stack_info = redact(record.stack_info)


class PersonalDataFilter(logging.Filter):
    """Cleans each record that passes, what was added with `extra=` too; stops none.

    >>> handler = logging.StreamHandler()
    >>> handler.addFilter(PersonalDataFilter())
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean a record and let it pass."""
        clean(record)
        for key, value in vars(record).items():
            if key not in _KNOWN:
                vars(record)[key] = redact_field(key, value)
        return True


def protect() -> None:
    """Clean every record of this process from now on; doing it twice is doing it once."""
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, _CleanRecords):
        logging.setLogRecordFactory(_CleanRecords(factory))


class _CleanRecords:
    def __init__(self, factory: Any) -> None:
        self.factory = factory

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = self.factory(*args, **kwargs)
        clean(record)
        return record


def _clean_message(record: logging.LogRecord) -> Any:
    if isinstance(record.msg, dict):  # of a program's own structlog, which formats it later
        return redact_field("", record.msg)
    try:
        return CleanText(redact(record.getMessage()))
    except Exception:  # noqa: BLE001 - arguments that do not fit must not stop the program
        return CleanText(redact(f"[arguments do not fit] {record.msg}"))
