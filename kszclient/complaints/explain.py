"""Which rules were tried, and why each did or did not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kszclient.complaints.conditions import Span, Value, facts_of
from kszclient.complaints.facts import Facts
from kszclient.complaints.routing import PartStudy, Way
from kszclient.complaints.verdict import Judged
from kszclient.complaints.vocabulary import Instance


class RuleTried(msgspec.Struct, frozen=True):
    """One rule with what became of it.

    Args:
        part: The number of the part of the case, from 1.
        instance: Of whom it speaks; none where it speaks of the entity.
        rule: Its id.
        outcome: What it would say.
        reason: Its reason code.
        when: Its condition.
        holds: Whether it holds; none where that is not known.
        decides: Whether it gives the answer.
        because: What is known of each thing it asks.
        needs: The fields that would settle it.
    """

    part: int
    instance: Instance | None
    rule: str
    outcome: str
    reason: str
    when: str
    holds: bool | None
    decides: bool
    because: tuple[str, ...]
    needs: tuple[str, ...]


def explain(studies: Sequence[PartStudy]) -> tuple[RuleTried, ...]:
    """Tell of every rule that was tried whether it held, and why.

    Args:
        studies: What was found about each part of a case.

    Returns:
        The rules in the order in which they were read; no value in them names a person.
    """
    return tuple(tried for number, study in enumerate(studies, 1) for tried in _part(number, study))


def _part(number: int, study: PartStudy) -> Iterator[RuleTried]:
    tried = [each for way in study.ways for each in _entity(number, way)]
    instances = dict.fromkeys(asked.instance for way in study.ways for asked in way.asked)
    for instance in instances:
        tried += [each for way in study.ways for each in _instance(number, instance, way)]
    # What two possible ways have in common is told once.
    yield from dict.fromkeys(tried)


def _entity(number: int, way: Way) -> Iterator[RuleTried]:
    for judged in way.entity_rules:
        decides = bool(judged.truth.value)
        yield _tried(number, None, judged, way.entity_facts, decides=decides)


def _instance(number: int, instance: Instance, way: Way) -> Iterator[RuleTried]:
    for asked in way.asked:
        if asked.instance is not instance:
            continue
        for judged in asked.judged:
            decides = asked.verdict is not None and asked.verdict.decided_by(judged.rule)
            yield _tried(number, instance, judged, way.facts, decides=decides)


def _tried(
    number: int, instance: Instance | None, judged: Judged, facts: Facts, *, decides: bool
) -> RuleTried:
    rule = judged.rule
    look_up = facts.seen_with(rule.term)
    names = sorted(facts_of(judged.line.condition))
    return RuleTried(
        part=number,
        instance=instance,
        rule=rule.id,
        outcome=rule.outcome,
        reason=rule.reason,
        when=rule.when,
        holds=judged.truth.value,
        decides=decides,
        because=tuple(f"{name}: {_told(look_up(name).value)}" for name in names),
        needs=tuple(sorted(judged.truth.needs)),
    )


def _told(value: Value | None) -> str:
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case Span(earliest, latest):
            return f"{earliest}" if earliest == latest else f"{earliest} to {latest}"
        case frozenset():
            return ", ".join(sorted(value)) or "none"
        case str():
            return str(value)
