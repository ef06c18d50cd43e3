"""What a complaint states of the things that an instance requires, and in which field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kszclient.complaints.case.complaint import Complaint, of_payer
from kszclient.complaints.rules.subjects import subjects
from kszclient.complaints.vocabulary import Item

# The field of a complaint file that states a thing; the others are only known to lack (`missing`).
_FIELDS = {
    Item.IDENTITY: "identified",
    Item.GROUNDS: "motivated",
    Item.NATIONAL_NUMBER: "child_ssin",
    Item.CHILD: "child_ssin",
    Item.DECISION: "decision_date",
    Item.RESPONDENT: "payer",
}


def missing_items(complaint: Complaint, required: Iterable[Item]) -> Iterator[Item]:
    """Return what is required and a complaint does not state.

    Args:
        complaint: The case.
        required: What an instance wants to read.
    """
    undecided = subjects().groups["undecided"]
    for item in required:
        if item is Item.DECISION and complaint.subject in undecided:
            continue  # A decision is required if there is one (C13).
        if item in complaint.missing or not _states(complaint, item):
            yield item


def field_to_fill(complaint: Complaint, item: Item) -> str | None:
    """Return the field that states a thing.

    Args:
        complaint: The case.
        item: What it does not state.

    Returns:
        The field of a complaint file; None where the complaint itself lists the thing in `missing`.
    """
    return None if item in complaint.missing else _FIELDS.get(item)


def _states(complaint: Complaint, item: Item) -> bool:
    if item not in _FIELDS:
        return True
    if item is Item.RESPONDENT:
        # Whoever is no payer is known by the subject.
        payer = complaint.payer or complaint.register_payers
        return bool(payer) or not of_payer(complaint)
    if item in (Item.CHILD, Item.NATIONAL_NUMBER) and complaint.child_birth_date:
        return complaint.child_sex is not None
    return bool(getattr(complaint, _FIELDS[item]))
