"""Which outcome goes before which, where several rules hold for one instance.

complaints decision table, hit policy "collect": a refusal goes before a wait, a wait before an open
question, an open question before a yes. A redirection goes before all: it says where to go instead.

Where several with the same rank hold, the one decides that says to go before the others (`before`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kszclient.complaints.rules.rule import Rule
from kszclient.complaints.vocabulary import Outcome
from kszclient.errors import DataError

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


def deciding_order(rules: Sequence[Rule]) -> list[Rule]:
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
    ordered: list[Rule] = []
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


def going_after(rules: Sequence[Rule]) -> dict[str, frozenset[str]]:
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


def _by_id(rule: Rule) -> tuple[str, int, str, str, str]:
    letters = rule.id.rstrip("0123456789")
    return letters, int(rule.id[len(letters) :] or 0), rule.outcome, rule.reason, rule.when
