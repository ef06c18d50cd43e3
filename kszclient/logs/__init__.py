"""Logs without personal data: no national number, name, file number or body, whoever logs.

The library logs through `get_logger` and writes nowhere by itself. A program calls `configure`,
or keeps its own handlers and calls `protect`. What only masks loads no library for logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.logs.masking import MaskedStruct, masked_line, masked_repr
from kszclient.logs.redaction import redact, redact_field

if TYPE_CHECKING:
    from kszclient.logs.logger import get_logger, redact_event
    from kszclient.logs.output import configure
    from kszclient.logs.records import PersonalDataFilter, protect

__all__ = [
    "MaskedStruct",
    "PersonalDataFilter",
    "configure",
    "get_logger",
    "masked_line",
    "masked_repr",
    "protect",
    "redact",
    "redact_event",
    "redact_field",
]

_HOMES = {
    "PersonalDataFilter": "records",
    "configure": "output",
    "get_logger": "logger",
    "protect": "records",
    "redact_event": "logger",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - see above

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
