"""What the rules say of one instance, all read together (hit policy "collect")."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from kszclient.complaints.case.jurisdiction import CasePart
from kszclient.complaints.decide.facts import Facts
from kszclient.complaints.rules.conditions import All, Not, TruthValue, evaluate
from kszclient.complaints.rules.rule import NOTE, PRECEDENCE, ComplaintRule, Reason
from kszclient.complaints.rules.satisfiability import is_satisfiable
from kszclient.complaints.rules.table import TableLine
from kszclient.complaints.vocabulary import Instance, Outcome

INPUT_MISSING = "INPUT_MISSING"


Tried = Sequence[tuple[TableLine, TruthValue]]
"""Rules, each with whether it holds."""


class InstanceAnswer(NamedTuple):
    """What the rules say of one instance.

    Args:
        instance: The instance.
        part: The months it is about, as the case goes there.
        outcome: The answer.
        reason: The reason code.
        rules: The rules that hold, or may hold, the deciding one first.
        needs: The complaint's fields that could change the answer.
        may_be: What the answer may be once they are known; empty where it is the answer already.
    """

    instance: Instance
    part: CasePart
    outcome: Outcome
    reason: str
    rules: tuple[ComplaintRule, ...]
    needs: frozenset[str] = frozenset()
    may_be: frozenset[str] = frozenset()

    @property
    def decisive(self) -> ComplaintRule:
        """The rule that gives the answer, or that would if what is missing were known."""
        return self.rules[0]

    def decided_by(self, rule: ComplaintRule) -> bool:
        """Whether a rule gives the answer, and not only may give it."""
        return rule is self.decisive and rule.outcome == self.outcome

    def has_reason(self, reason: Reason) -> bool:
        """Whether a rule that holds, or may hold, has a reason."""
        return any(rule.reason == reason for rule in self.rules)


def try_rules(lines: Sequence[TableLine], facts: Facts) -> Tried:
    """Find out of every line whether it holds.

    Args:
        lines: The lines.
        facts: The facts of the part.
    """
    return [(each, evaluate(each.condition, facts.seen_with(each.rule.term))) for each in lines]


def decide(instance: Instance, part: CasePart, tried: Tried) -> InstanceAnswer | None:
    """Read together what the rules say of one instance.

    Args:
        instance: The instance.
        part: The part of the case.
        tried: The rules about the instance, each with whether it holds.

    Returns:
        The answer; None where no rule speaks of the instance.

    What is not known asks for input only if it could change the answer: a rule that may hold
    matters only if it goes before every rule that does. Where nothing that can be asked would
    settle it, the law itself is open.
    """
    deciding = [(line, truth) for line, truth in tried if line.rule.outcome != NOTE]
    if not any(not line.rule.guard and truth.value is not False for line, truth in deciding):
        return None
    holding = sorted((line.rule for line, truth in deciding if truth.value), key=_precedence)
    notes = [line.rule for line, truth in tried if line.rule.outcome == NOTE and truth.value]
    challengers = _challengers(deciding, _precedence(holding[0]) if holding else None)
    if not challengers:
        first = holding[0]
        outcome = Outcome(first.outcome)
        return InstanceAnswer(instance, part, outcome, first.reason, (*holding, *notes))
    rules = (*(line.rule for line, _ in challengers), *holding, *notes)
    needs = frozenset[str]().union(*(truth.needs for _, truth in challengers))
    if needs:
        may_be = frozenset(rule.outcome for rule in rules[: len(challengers) + 1]) - {NOTE}
        asking = Outcome.NEED_INPUT
        return InstanceAnswer(instance, part, asking, INPUT_MISSING, rules, needs, may_be)
    return InstanceAnswer(instance, part, Outcome.OPEN, rules[0].reason, rules)


def agree(answers: Sequence[InstanceAnswer | None], asks: frozenset[str]) -> InstanceAnswer | None:
    """Read together what one instance answers on each way a case may go.

    Args:
        answers: Its answer on each way; None where it has nothing to say there.
        asks: The complaint's fields that would settle which way it is.

    Returns:
        The answer where it is the same on every way; else the question which way it is. None where
        the instance has nothing to say, or nothing but no.
    """
    spoken = [each for each in answers if each]
    if len(spoken) < len(answers) and all(each.outcome is Outcome.INADMISSIBLE for each in spoken):
        return None
    rules = tuple(dict.fromkeys(rule for each in spoken for rule in each.rules))
    needs = frozenset[str]().union(*(each.needs for each in spoken))
    if len({each and (each.outcome, each.decisive.answer) for each in answers}) == 1:
        may_be = frozenset[str]().union(*(each.may_be for each in spoken))
        return spoken[0]._replace(rules=rules, needs=needs, may_be=may_be)
    may_be = frozenset[str]().union(*(each.may_be or {each.outcome} for each in spoken))
    return spoken[0]._replace(
        outcome=Outcome.NEED_INPUT,
        reason=INPUT_MISSING,
        rules=rules,
        needs=needs | asks,
        may_be=may_be,
    )


def _challengers(deciding: Tried, best: int | None) -> Tried:
    """The rules that may hold and would go before every rule that does."""
    open_ones = [
        (line, truth)
        for line, truth in deciding
        if truth.value is None and (best is None or _precedence(line.rule) < best)
    ]
    matter = [
        (line, truth)
        for line, truth in open_ones
        if not any(_only_refines(line, other) for other, _ in open_ones)
    ]
    return sorted(matter, key=lambda each: _precedence(each[0].rule))


@cache
def _only_refines(line: TableLine, other: TableLine) -> bool:
    """Whether a rule holds only where another one does that gives the same answer."""
    alike = line.rule.outcome == other.rule.outcome and line.rule.term == other.rule.term
    if line is other or not alike or line.condition == other.condition:
        return False
    return not is_satisfiable(All((line.condition, Not(other.condition))))


def _precedence(rule: ComplaintRule) -> int:
    return PRECEDENCE[rule.outcome]
