"""Logs without personal data: no national number, name, file number or body, whoever logs.

The library logs through `get_logger` and writes nowhere by itself. A program calls `configure`,
or keeps its own handlers and calls `protect`.
"""

from kszclient.logs.fields import redact_field
from kszclient.logs.logger import get_logger, redact_event
from kszclient.logs.masked_line import masked_line
from kszclient.logs.masked_repr import MaskedStruct, masked_repr
from kszclient.logs.output import configure
from kszclient.logs.records import PersonalDataFilter, protect
from kszclient.logs.redaction import redact

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
