"""One line for each request on standard error, without anything that leads to a person."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import structlog

from kszclient.foreign_text import json_line
from kszclient.logs import redact
from kszclient.testing.server.engine import Seen


def request_log() -> Callable[[Seen], None]:
    """Return a log for `MockKsz`: JSON lines with ticket, status, code, sources and time."""
    logger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
            # A ticket or the place of a violation is whatever the client sent.
            _made_safe,
        ],
    )

    def write(seen: Seen) -> None:
        fields = {
            "ticket": seen.ticket,
            "customer_ticket": seen.customer_ticket,
            "http_status": seen.http_status,
            "value": seen.value,
            "code": seen.code,
            "sources": list(seen.sources),
            "violations": list(seen.violations),
            "broken": seen.broken,
            "duration_ms": seen.duration_ms,
        }
        logger.info("request", **{name: value for name, value in fields.items() if value})

    return write


def _made_safe(_logger: Any, _method: str, line: Any) -> str:
    """Mask what may be the number of a person in a line of JSON, and escape what acts."""
    return json_line(redact(line))
