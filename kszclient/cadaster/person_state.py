"""Whether a person's number is still the one in force.

The KSZ can tell it in two ways, and which it uses is not published: attributes of the element
``ssin``, or a refusal with MSG00006 (replaced, the new number in ``newSSIN``) or MSG00007
(cancelled). Both are read; a number is never swapped silently.
"""

from __future__ import annotations

import msgspec

from kszclient.errors import InvalidValueError
from kszclient.values import Ssin
from kszclient.wire import Answer

_REPLACED = "MSG00006"
_CANCELED = "MSG00007"
_NEW_NUMBER_FIELD = "newSSIN"


class PersonState(msgspec.Struct, frozen=True):
    """The state of a number.

    Args:
        canceled: Whether it was withdrawn; None where the answer does not say.
        replaced_by: The number that took its place, or None.
    """

    canceled: bool | None
    replaced_by: Ssin | None


def person_state(answer: Answer) -> PersonState:
    """Read what an answer says about the number that was asked about."""
    canceled = answer.ssin.canceled if answer.ssin else None
    replaced_by = answer.ssin.replaced_by if answer.ssin else None
    status = answer.status
    if canceled is None and status.code == _CANCELED:
        canceled = True
    if replaced_by is None and status.code == _REPLACED:
        named = [
            each.field_value for each in status.information if each.field_name == _NEW_NUMBER_FIELD
        ]
        replaced_by = _number(named[0]) if named else None
    return PersonState(canceled, replaced_by)


def _number(text: str | None) -> Ssin | None:
    try:
        return Ssin.from_wire(text or "")
    except InvalidValueError:
        return None
