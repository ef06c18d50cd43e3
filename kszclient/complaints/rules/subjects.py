"""The subjects of complaints: whose act each is about, and the groups that rules speak of."""

from __future__ import annotations

from functools import cache

import msgspec

from kszclient.competence import rulebook
from kszclient.complaints.datafile import convert_row, entries, load
from kszclient.complaints.vocabulary import Body, Instance, Subject
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.values import Translated

# The table of the bodies with steps of their own, and the words for the instances of each.
OWN = "OWN"
ROLES = ("DESK", "OMBUDSMAN", "SUPERVISOR")


class BodyCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row `[[body]]` of a file under `config/complaints/instances`.

    Args:
        code: Its code.
        names: Its name, as it stands in a sentence.
        desk: The instance whose file it stands in: its own complaint desk.
        turned_to: The steps that mean that it has had its chance; its desk where left out.
        turned_to_in: The same, by the area whose rules apply.
        runs_files: Whether it is the payer, which a complaint names in `payer`.
        own_steps: Whether a complaint about it goes steps of its own, wherever the child lives.
        area: Then, its region or community; none of a federal body.
        ombudsman: Then, who comes after its desk; nobody where left out.
        supervisor: Then, who supervises what it does with personal data; left out where not known.
    """

    code: Body
    names: Translated
    desk: Instance
    turned_to: tuple[Instance, ...] | None = None
    turned_to_in: dict[Area, tuple[Instance, ...]] | None = None
    runs_files: bool = False
    own_steps: bool = False
    area: Area | None = None
    ombudsman: Instance | None = None
    supervisor: Instance | None = None

    @property
    def tables(self) -> frozenset[str]:
        """The tables of its own steps: that of all such bodies, and its own."""
        return frozenset({OWN, self.code.value})

    def in_role(self, role: str) -> Instance | None:
        """Its instance where a rule about bodies with steps of their own names a role.

        >>> bodies()[Body("fedris")].in_role("OMBUDSMAN").value
        'FEDERAL_OMBUDSMAN'
        """
        return {"DESK": self.desk, "OMBUDSMAN": self.ombudsman, "SUPERVISOR": self.supervisor}[role]

    def steps(self, area: Area | None) -> frozenset[Instance]:
        """The steps that mean that it has had its chance.

        Args:
            area: Whose rules apply; where it is not known, none of those by area does.
        """
        if self.turned_to_in is not None:
            return frozenset(self.turned_to_in[area]) if area else frozenset()
        return frozenset((self.desk,) if self.turned_to is None else self.turned_to)


@cache
def bodies() -> dict[Body, BodyCard]:
    """Every body by its code.

    Raises:
        DataError: A row is broken, or not exactly one body runs files.

    >>> bodies()[Body("podmi")].desk.value
    'PODMI'
    """
    rows = [({**row, "desk": entry.code}, entry.code) for entry in entries() for row in entry.body]
    read = [convert_row(row, BodyCard, f"instance {code}") for row, code in rows]
    for card in read:
        if card.turned_to_in is not None and set(card.turned_to_in) != set(Area):
            raise DataError(f"body {card.code.value}: turned_to_in must name every area")
        if not card.own_steps and (card.area or card.ombudsman or card.supervisor):
            raise DataError(
                f"body {card.code.value}: area, ombudsman and supervisor go with own_steps"
            )
    if (number := sum(card.runs_files for card in read)) != 1:
        raise DataError(f"config/complaints/instances: {number} bodies run files, expected 1")
    return {card.code: card for card in read}


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


@cache
def subjects() -> Subjects:
    """Return the subjects.

    >>> subjects().body[Subject.KG_SERVICE].value
    'kind_en_gezin'
    """
    found = load(Subjects, "subjects.toml")
    allowances = frozenset(rulebook().allowances)
    return msgspec.structs.replace(found, groups=found.groups | {"participation": allowances})
