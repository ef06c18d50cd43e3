"""What tells one case from every other, without saying whose it is."""

from __future__ import annotations

import hmac
from typing import Any

import msgspec

from kszclient.competence import DomicileHistory
from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.vocabulary import Instance
from kszclient.values import plain

_USE = b"kszclient hand-in 1"


def canonical_case(complaint: Complaint) -> bytes:
    """Write a complaint as JSON in one way only, with the keys of a complaint file.

    Args:
        complaint: The case; whatever order its file had, its canonical form is the same.

    >>> from kszclient.complaints.case.complaint import read_complaint
    >>> canonical_case(read_complaint(
    ...     '{"steps_done": ["KBD", "PAYER"], "nis": "11002", "subject": "AMOUNT", '
    ...     '"filing_date": "2025-03-03", "role": null}'
    ... ))
    b'{"filing_date":"2025-03-03","nis":"11002","steps_done":["KBD","PAYER"],"subject":"AMOUNT"}'
    """
    return _stated(complaint)


def _stated(complaint: Complaint, *, but: str = "") -> bytes:
    # An empty list of steps says that nothing was tried; only what was left out is left out.
    stated = {
        field.name: _told(value)
        for field in msgspec.structs.fields(Complaint)
        if (value := getattr(complaint, field.name)) != field.default and field.name != but
    }
    return msgspec.json.encode(stated, order="sorted")


def _told(value: Any) -> Any:
    if isinstance(value, DomicileHistory):
        return [
            {key: each for key, each in plain(stay.spell).items() if each is not None}
            for stay in value.stays
        ]
    if isinstance(value, frozenset):
        return sorted(value)
    return plain(value)


def case_key(secret: bytes, complaint: Complaint, instance: Instance) -> str:
    """Give the keyed digest of a case and the instance to which it goes (HMAC-SHA-256).

    A plain digest would not do: dates and a national number have so few values that they could be
    found again by trying. The day of filing does not count: the same child, subject, months and
    decision on another day are the same case.

    Args:
        secret: The secret of the register of cases.
        complaint: The case as it was given.
        instance: To whom.
    """
    text = b"\0".join((_USE, instance.value.encode(), _stated(complaint, but="filing_date")))
    return hmac.digest(secret, text, "sha256").hex()
