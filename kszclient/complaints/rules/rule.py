"""One line of the decision table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.vocabulary import Instance, Outcome
from kszclient.errors import DataError
from kszclient.values import Translated


class Reason(StrEnum):
    """A reason of `config/complaints/rules` that the library asks for; the table must give each."""

    DEADLINE_NEAR = "DEADLINE_NEAR"
    """An appeal ends soon: it goes before everything else."""
    TERM_INTERRUPTED = "TERM_INTERRUPTED"
    """A complaint with the KBD makes a term start again."""
    TERM_ALREADY_OVER = "TERM_ALREADY_OVER"
    """It comes too late for that."""


# A line that decides nothing but is shown beside what others decide.
NOTE = "NOTE"
# The table that belongs to every area; bodies with steps of their own have theirs (OWN).
EVERYWHERE = "*"


class ComplaintRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, eq=False):
    """One line of the decision table, as a file under `config/complaints/rules` states it.

    A rule with several answers has a line for each, all with its id; what the answers share stands
    once, at the rule.

    Args:
        id: Such as ``K8``.
        when: The condition, in the language of `kszclient.complaints.rules.parser`.
        outcome: What follows, or ``NOTE``.
        reason: The reason code.
        sources: Codes of `config/sources.toml`.
        certainty: How sure it is.
        text: The sentence for people.
        at: The instances it speaks of, by the table that it belongs to: VL, BR, WA, DG, FED, or
            ``*`` for each of these; OWN for bodies with steps of their own, or the code of one of
            them. Empty where it speaks of the entity.
        before: The rules before which it decides where both hold with outcomes of one rank: by id,
            or by id and reason, such as ``C1`` or ``T2 ANONYMOUS``.
        guard: Whether it only counts where another line speaks of the instance.
        term: The term that `late` and the like are about, and whose dates are shown.
        promise: What the service promises.
        dated_by: The day that decides whether it applies: ``filing_date``, ``decision_date`` or
            ``notified_on``.
        valid_from: First such day, in the files ``from``.
        valid_until: Last such day, in the files ``until``.
    """

    id: str
    when: str
    outcome: str
    reason: str
    sources: tuple[str, ...]
    certainty: Certainty
    text: Translated
    at: dict[str, tuple[Instance, ...]] = {}
    before: tuple[str, ...] = ()
    guard: bool = False
    term: str = ""
    promise: str = ""
    dated_by: str = "filing_date"
    valid_from: dt.date | None = msgspec.field(name="from", default=None)
    valid_until: dt.date | None = msgspec.field(name="until", default=None)

    @property
    def key(self) -> str:
        """Its id and reason, by which `before` can name one answer of a rule."""
        return f"{self.id} {self.reason}"

    @property
    def shown(self) -> tuple[object, ...]:
        """What an answer has of it besides its id."""
        shown = (self.outcome, self.reason, self.text.en, self.term, self.promise)
        return *shown, self.sources, self.certainty

    @property
    def answer(self) -> tuple[object, ...]:
        """What people read of it: lines of two tables that are alike in that answer the same."""
        return self.id, *self.shown

    @property
    def instances(self) -> tuple[Instance, ...]:
        """The instances it speaks of, in any table."""
        return tuple(dict.fromkeys(each for named in self.at.values() for each in named))

    @property
    def places(self) -> Iterator[tuple[str, Instance]]:
        """Each table with each instance it speaks of there."""
        return ((table, instance) for table, named in self.at.items() for instance in named)

    def speaks_of(self, instance: Instance, tables: frozenset[str]) -> bool:
        """Whether it speaks of an instance in one of some tables."""
        return any(instance in self.at.get(table, ()) for table in tables)


PRECEDENCE: dict[str, int] = {
    Outcome.REDIRECT: 0,
    Outcome.INADMISSIBLE: 1,
    Outcome.SUSPENDED: 2,
    Outcome.NOT_YET: 3,
    Outcome.INCOMPLETE: 3,
    Outcome.OPEN: 4,
    Outcome.ADMISSIBLE: 5,
}
"""The lower goes first."""


def deciding_order(rules: Sequence[ComplaintRule]) -> list[ComplaintRule]:
    """Sort rules as they decide where several of one outcome hold: by what they go before.

    The order of rows in the files is of no account: where no rule says that it goes before the
    other, ids decide, and `kszclient rules complaints --check` shows that nothing hangs on it.

    Args:
        rules: The rules, in any order.

    Raises:
        DataError: A rule goes before one that there is not, or before itself by way of others.
    """
    after = going_after(rules)
    for key, later in after.items():
        if key in later:
            raise DataError(f"rule {key}: goes before itself, by way of others")
    ordered: list[ComplaintRule] = []
    waiting = sorted(rules, key=_by_id)
    while waiting:
        first = next(
            rule
            for rule in waiting
            if not any(rule.key in after[other.key] for other in waiting if other is not rule)
        )
        ordered.append(first)
        waiting.remove(first)
    return ordered


def going_after(rules: Sequence[ComplaintRule]) -> dict[str, frozenset[str]]:
    """For each rule, by id and reason, those that it goes before, by way of others too.

    Args:
        rules: The rules.

    Raises:
        DataError: One goes before a rule that there is not.
    """
    keys: dict[str, set[str]] = {}
    for rule in rules:
        keys.setdefault(rule.id, set()).add(rule.key)
        keys.setdefault(rule.key, set()).add(rule.key)
    direct: dict[str, set[str]] = {}
    for rule in rules:
        named = direct.setdefault(rule.key, set())
        for name in rule.before:
            if name not in keys:
                raise DataError(f"rule {rule.id}: before {name!r}, which there is not")
            named |= keys[name]
    return {key: _reached(key, direct) for key in direct}


def _reached(key: str, direct: Mapping[str, set[str]]) -> frozenset[str]:
    reached: set[str] = set()
    waiting = set(direct[key])
    while waiting:
        reached |= waiting
        waiting = set().union(*(direct[each] for each in waiting)) - reached
    return frozenset(reached)


def _by_id(rule: ComplaintRule) -> tuple[str, int, str, str, str]:
    letters = rule.id.rstrip("0123456789")
    return letters, int(rule.id[len(letters) :] or 0), rule.outcome, rule.reason, rule.when
