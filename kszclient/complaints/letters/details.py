"""The personal particulars of a letter; they go into the letter and nowhere else."""

from __future__ import annotations

import re
from typing import NoReturn

import msgspec

from kszclient.errors import InputError, IntakeError
from kszclient.resources import decode_json, key_shown

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class LetterDetails(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What only the person can tell; each that is left out becomes a blank.

    Args:
        name: Name of the person.
        address: Street, number, postcode and municipality.
        email: E-mail address.
        phone: Phone, in office hours.
        national_number: National number, or birth date and sex.
        child_name: Name of the child.
        child_birth_date: Birth date of the child.
        child_number: National number of the child, or birth date.
        file_number: Number of the file.
        respondent: The service, person or institution that it is about.
        court: The court, with its division.
        facts: What happened.
        grounds: Why it is not right.
        request: What is asked.
        discussed_with: With whom it was discussed, and with what answer.
        interest: Why it concerns the person.
        place: Where the letter is written.
    """

    name: str | None = None
    address: str | None = None
    email: str | None = None
    phone: str | None = None
    national_number: str | None = None
    child_name: str | None = None
    child_birth_date: str | None = None
    child_number: str | None = None
    file_number: str | None = None
    respondent: str | None = None
    court: str | None = None
    facts: str | None = None
    grounds: str | None = None
    request: str | None = None
    discussed_with: str | None = None
    interest: str | None = None
    place: str | None = None

    def given(self) -> dict[str, str]:
        """Give what is told, without control characters."""
        told = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: _CONTROL.sub(" ", text).strip() for name, text in told.items() if text}


def read_details(text: bytes | str) -> LetterDetails:
    """Read particulars from JSON.

    Args:
        text: One JSON object with the keys of `LetterDetails`.

    Raises:
        IntakeError: It cannot be read; the message names the field and repeats nothing of it.

    >>> read_details('{"name": 7}')
    Traceback (most recent call last):
    kszclient.errors.IntakeError: field name: expected text
    """
    try:
        return msgspec.convert(decode_json(text, "the file of particulars"), LetterDetails)
    except msgspec.ValidationError as error:
        _refuse(str(error))
    except InputError as error:
        raise IntakeError(str(error)) from None


def _refuse(message: str) -> NoReturn:
    problem, _, path = message.partition(" - at `$")
    if unknown := re.match(r"Object contains unknown field `(.*)`", problem):
        known = ", ".join(LetterDetails.__struct_fields__)
        raise IntakeError(
            f"field {key_shown(unknown[1])}: unknown; expected one of {known}"
        ) from None
    field = path.rstrip("`").lstrip(".")
    raise IntakeError(f"field {field}: expected text" if field else "expected an object") from None
