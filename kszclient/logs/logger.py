"""The library's own loggers: structlog in front, the standard library's logging behind.

They write nowhere until the program that uses the library says where, as a library should; their
events are cleaned whether or not `protect` was called.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

from kszclient.logs.records import FIELDS, CleanText
from kszclient.logs.redaction import redact, redact_field

ROOT = "kszclient"
_OURS = frozenset({"event", "exc_info", "stack_info"})
_render = structlog.processors.LogfmtRenderer(bool_as_flag=False)

logging.getLogger(ROOT).addHandler(logging.NullHandler())


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a part of the library.

    Args:
        name: Such as ``cadaster``; it is put under ``kszclient``.

    For example:

        log = get_logger("cadaster")
        log.info("consulted", ticket=ticket, outcome="COMPLETE", seconds=0.3)
    """
    logger: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(f"{ROOT}.{name}"),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            redact_event,
            _hand_over,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        context_class=dict,
        cache_logger_on_first_use=True,
    )
    return logger


def redact_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Clean an event; a structlog processor that any chain may use."""
    for key, value in event.items():
        if key == "event":
            event[key] = redact(str(value))
        elif key not in _OURS:
            event[key] = redact_field(key, value)
    return event


def _hand_over(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> tuple[tuple[str], dict[str, Any]]:
    options = {key: event.pop(key) for key in ("exc_info", "stack_info") if key in event}
    text = event.pop("event")
    fields = dict(event)
    line = f"{text} {_render(logger, method, event)}" if event else text
    return (CleanText(line),), {**options, "extra": {FIELDS: (text, fields)}}
