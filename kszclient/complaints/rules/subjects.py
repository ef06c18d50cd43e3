"""The subjects of complaints: whose act each is about, and the groups that rules speak of."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from kszclient.competence import rulebook
from kszclient.complaints.rules.bodies import BodyCard, bodies
from kszclient.complaints.rules.datafile import load
from kszclient.complaints.vocabulary import Body, Subject
from kszclient.errors import DataError

if TYPE_CHECKING:
    from kszclient.complaints.case.complaint import Complaint


class Subjects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file `config/complaints/subjects.toml`.

    Args:
        body: Whose act each subject is about.
        never: The bodies whose act a subject is never about.
        groups: Words that rules name together; ``participation`` holds the allowances of
            ``config/competence/allowances.toml``.
    """

    body: dict[Subject, Body]
    never: dict[Subject, frozenset[Body]]
    groups: dict[str, frozenset[str]]

    def excluded(self, subject: Subject) -> frozenset[Body]:
        """The bodies whose act a subject is never about."""
        never = self.never.get(subject, frozenset())
        if subject not in self.groups["of_one_body"]:
            return never
        return never | {body for body, card in bodies().items() if card.own_steps}

    def __post_init__(self) -> None:
        """Check that every subject has a body."""
        for subject in Subject:
            if subject not in self.body:
                raise DataError(f"config/complaints/subjects.toml: [body] lacks {subject.value}")


def body_of(complaint: Complaint) -> Body:
    """The body whose act a complaint is about: as the complaint names it, else by its subject."""
    return complaint.body or subjects().body[complaint.subject]


def of_body(complaint: Complaint) -> BodyCard:
    """What is known of the body whose act a complaint is about."""
    return bodies()[body_of(complaint)]


def of_payer(complaint: Complaint) -> bool:
    """Whether a complaint is about the act of the payer that runs the file."""
    return of_body(complaint).runs_files


@cache
def subjects() -> Subjects:
    """Give the subjects.

    >>> subjects().body[Subject.KG_SERVICE].value
    'kind_en_gezin'
    """
    found = load(Subjects, "subjects.toml")
    allowances = frozenset(rulebook().allowances)
    return msgspec.structs.replace(found, groups=found.groups | {"participation": allowances})
