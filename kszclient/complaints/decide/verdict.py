"""What the rules say of one instance, all read together (hit policy "collect")."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from kszclient.complaints.decide.facts import Facts
from kszclient.complaints.rules.conditions import All, Not, Truth, evaluate
from kszclient.complaints.rules.rule import NOTE, PRECEDENCE, Reason, Rule
from kszclient.complaints.rules.satisfiability import can_hold
from kszclient.complaints.rules.table import Line
from kszclient.complaints.vocabulary import Outcome

INPUT_MISSING = "INPUT_MISSING"


class Judged(NamedTuple):
    """A rule with whether it holds.

    Args:
        line: The rule and its condition.
        truth: Whether it holds.
    """

    line: Line
    truth: Truth

    @property
    def rule(self) -> Rule:
        """The rule."""
        return self.line.rule


class Verdict(NamedTuple):
    """What the rules say of one instance.

    Args:
        outcome: The answer.
        reason: The reason code.
        rules: The rules that hold, or may hold, the deciding one first.
        needs: The complaint's fields that could change the answer.
        may_be: What the answer may be once they are known; empty where it is the answer already.
    """

    outcome: Outcome
    reason: str
    rules: tuple[Rule, ...]
    needs: frozenset[str] = frozenset()
    may_be: frozenset[str] = frozenset()

    @property
    def decisive(self) -> Rule:
        """The rule that gives the answer, or that would if what is missing were known."""
        return self.rules[0]

    def decided_by(self, rule: Rule) -> bool:
        """Tell whether a rule gives the answer, and not only may give it."""
        return rule is self.decisive and rule.outcome == self.outcome

    def gives(self, reason: Reason) -> bool:
        """Tell whether a rule that holds, or may hold, gives a reason."""
        return any(rule.reason == reason for rule in self.rules)


def judge(lines: Sequence[Line], facts: Facts) -> list[Judged]:
    """Say of every line whether it holds.

    Args:
        lines: The lines.
        facts: The facts of the part.
    """
    return [
        Judged(line, evaluate(line.condition, facts.seen_with(line.rule.term))) for line in lines
    ]


def decide(judged: Sequence[Judged]) -> Verdict | None:
    """Read together what the rules say of one instance.

    Args:
        judged: Its rules, each with whether it holds.

    Returns:
        The answer; None where no rule speaks of the instance.

    What is not known asks for input only if it could change the answer: a rule that may hold
    matters only if it goes before every rule that does. Where nothing that can be asked would
    settle it, the law itself is open.
    """
    deciding = [each for each in judged if each.rule.outcome != NOTE]
    if not any(not each.rule.guard and each.truth.value is not False for each in deciding):
        return None
    holding = sorted((each.rule for each in deciding if each.truth.value), key=_precedence)
    notes = [each.rule for each in judged if each.rule.outcome == NOTE and each.truth.value]
    challengers = _challengers(deciding, _precedence(holding[0]) if holding else None)
    if not challengers:
        first = holding[0]
        return Verdict(Outcome(first.outcome), first.reason, (*holding, *notes))
    rules = (*(each.rule for each in challengers), *holding, *notes)
    needs = frozenset[str]().union(*(each.truth.needs for each in challengers))
    if needs:
        may_be = frozenset(rule.outcome for rule in rules[: len(challengers) + 1])
        return Verdict(Outcome.NEED_INPUT, INPUT_MISSING, rules, needs, may_be - {NOTE})
    return Verdict(Outcome.OPEN, challengers[0].rule.reason, rules)


def agree(verdicts: Sequence[Verdict | None], asks: frozenset[str]) -> Verdict | None:
    """Read together what one instance says to each way a case may go.

    Args:
        verdicts: Its answer on each way; None where it has nothing to say there.
        asks: The complaint's fields that would tell which way it is.

    Returns:
        The answer where it is the same on every way; else the question which way it is. None where
        the instance has nothing to say, or nothing but no.
    """
    spoken = [verdict for verdict in verdicts if verdict]
    if len(spoken) < len(verdicts) and all(
        verdict.outcome is Outcome.INADMISSIBLE for verdict in spoken
    ):
        return None
    rules = tuple(dict.fromkeys(rule for verdict in spoken for rule in verdict.rules))
    needs = frozenset[str]().union(*(verdict.needs for verdict in spoken))
    answers = {verdict and (verdict.outcome, verdict.decisive.answer) for verdict in verdicts}
    if len(answers) == 1:
        may_be = frozenset[str]().union(*(verdict.may_be for verdict in spoken))
        return spoken[0]._replace(rules=rules, needs=needs, may_be=may_be)
    may_be = frozenset[str]().union(*(each.may_be or {each.outcome} for each in spoken))
    return Verdict(Outcome.NEED_INPUT, INPUT_MISSING, rules, needs | asks, may_be)


def _challengers(deciding: Sequence[Judged], best: int | None) -> list[Judged]:
    """Give the rules that may hold and would go before every rule that does."""
    open_ones = [
        each
        for each in deciding
        if each.truth.value is None and (best is None or _precedence(each.rule) < best)
    ]
    matter = [
        each
        for each in open_ones
        if not any(_only_refines(each.line, other.line) for other in open_ones)
    ]
    return sorted(matter, key=lambda each: _precedence(each.rule))


@cache
def _only_refines(line: Line, other: Line) -> bool:
    """Tell whether a rule holds only where another one does that gives the same answer."""
    alike = line.rule.outcome == other.rule.outcome and line.rule.term == other.rule.term
    if line is other or not alike or line.condition == other.condition:
        return False
    return not can_hold(All((line.condition, Not(other.condition))))


def _precedence(rule: Rule) -> int:
    return PRECEDENCE[rule.outcome]
