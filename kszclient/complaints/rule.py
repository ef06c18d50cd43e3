"""One line of the decision table."""

from __future__ import annotations

import datetime as dt

import msgspec

from kszclient.complaints.vocabulary import Certainty, Instance

# A line that decides nothing but is shown beside what others decide.
NOTE = "NOTE"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the decision table, as a file under `config/complaints/rules` states it.

    A rule with several outcomes has several lines with the same id.

    Args:
        id: Such as ``K8``.
        entities: Whose table it belongs to: VL, BR, WA, DG, FED, or ``*`` for everybody.
        when: The condition, in the language of `kszclient.complaints.language`.
        outcome: What follows, or ``NOTE``.
        reason: The reason code.
        sources: Codes of `config/complaints/sources.toml`.
        certainty: How sure it is.
        text: What it says to people, in English.
        instances: Of whom it speaks; nobody where it speaks of the entity.
        guard: Whether it only counts where another line speaks of the instance.
        term: The term that `late` and the like are about, and whose dates are shown.
        promise: What the service promises.
        next: What comes next, for people who read the table.
        about: Tells its sentence from that of another line with the same id and reason.
        valid_from: First day of filing on which it applies.
        valid_to: Last day of filing on which it applies.
    """

    id: str
    entities: tuple[str, ...]
    when: str
    outcome: str
    reason: str
    sources: tuple[str, ...]
    certainty: Certainty
    text: str
    instances: tuple[Instance, ...] = ()
    guard: bool = False
    term: str = ""
    promise: str = ""
    next: str = ""
    about: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @property
    def key(self) -> str:
        """The name of its sentence: id, reason and, where needed, what it is about."""
        return ".".join(filter(None, (self.id, self.reason, self.about)))

    @property
    def said(self) -> tuple[object, ...]:
        """What people read of it: lines of two tables that are alike in that say the same."""
        return self.key, self.outcome, self.term, self.promise, self.sources, self.certainty

    def valid_on(self, day: dt.date) -> bool:
        """Tell whether it applies to what is filed on a day."""
        after_begin = self.valid_from is None or self.valid_from <= day
        return after_begin and (self.valid_to is None or day <= self.valid_to)

    def of(self, tables: frozenset[str]) -> bool:
        """Tell whether it belongs to one of some tables."""
        return "*" in self.entities or not tables.isdisjoint(self.entities)
