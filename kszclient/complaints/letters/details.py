"""The personal particulars of a letter; they go into the letter and nowhere else."""

from __future__ import annotations

import datetime as dt
import re
from typing import NoReturn

import msgspec

from kszclient.errors import InputError, IntakeError
from kszclient.foreign_text import plain_lines
from kszclient.resources import decode_json, key_shown
from kszclient.values import Ssin

# A national number as people write it; what is shorter is a birth date in digits.
_NUMBER = re.compile(r"[0-9 .\-/]+", re.ASCII)
_DIGITS_OF_A_DAY = 8
_DAY = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII
)


class LetterDetails(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What only the person knows; each that is left out becomes a blank.

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
        decision_reference: The reference of the decision, as the letter names it.
        respondent: The service, person or institution that it is about.
        opponent: Against whom a petition is brought; left out, the payer that decided.
        other_parent: Name and address of the other parent.
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
    decision_reference: str | None = None
    respondent: str | None = None
    opponent: str | None = None
    other_parent: str | None = None
    court: str | None = None
    facts: str | None = None
    grounds: str | None = None
    request: str | None = None
    discussed_with: str | None = None
    interest: str | None = None
    place: str | None = None

    def __repr__(self) -> str:
        return f"LetterDetails(given: {', '.join(self.given()) or 'nothing'})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return [(name, "***") for name in self.given()]

    def given(self) -> dict[str, str]:
        """Return what is known, in plain lines."""
        texts = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: plain_lines(text).strip() for name, text in texts.items() if text}


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
        details = msgspec.convert(decode_json(text, "the file of particulars"), LetterDetails)
    except msgspec.ValidationError as error:
        _refuse(str(error))
    except InputError as error:
        raise IntakeError(str(error)) from None
    _check(details)
    return details


def _check(details: LetterDetails) -> None:
    """Refuse what is written as a number or a day, and cannot be one."""
    for name in ("national_number", "child_number"):
        text = (getattr(details, name) or "").strip()
        if _NUMBER.fullmatch(text) and len(re.sub(r"[^0-9]", "", text)) > _DIGITS_OF_A_DAY:
            try:
                Ssin.parse(re.sub(r"[^0-9]", "", text))
            except InputError:
                raise IntakeError(
                    f"field {name}: no such national number exists; check its digits"
                ) from None
    try:
        written_day(details.child_birth_date or "")
    except ValueError:
        raise IntakeError("field child_birth_date: no such day exists") from None


def written_day(text: str) -> dt.date | None:
    """The day that a text writes in figures; none where it writes something else.

    Args:
        text: Year first or year last, with points, dashes or slashes.

    Raises:
        ValueError: The figures are no day.

    >>> written_day("1/3/2020")
    datetime.date(2020, 3, 1)
    """
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
    return dt.date(int(year), int(month), int(day))


def _refuse(message: str) -> NoReturn:
    problem, _, path = message.partition(" - at `$")
    if unknown := re.match(r"Object contains unknown field `(.*)`", problem):
        known = ", ".join(LetterDetails.__struct_fields__)
        raise IntakeError(
            f"field {key_shown(unknown[1])}: unknown; expected one of {known}"
        ) from None
    field = path.rstrip("`").lstrip(".")
    raise IntakeError(f"field {field}: expected text" if field else "expected an object") from None
