"""Which rules were tried, and why each did or did not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from kszclient.complaints.decide.evaluate import PartStudy
from kszclient.complaints.decide.facts import Facts
from kszclient.complaints.rules.conditions import AtLeast, DaySpan, TruthValue, Value, facts_of
from kszclient.complaints.rules.instances import card_of
from kszclient.complaints.rules.rule import NOTE, ComplaintRule
from kszclient.complaints.rules.table import TableLine
from kszclient.complaints.texts import Texts, texts
from kszclient.complaints.vocabulary import Instance, Outcome
from kszclient.values import Language

_HELD = {True: "holds", False: "fails", None: "open"}
# How `because` writes what is known, whatever the language of the sentences.
_CODES = {
    "not_known": "not known",
    "yes": "yes",
    "no": "no",
    "none": "none",
    "tried_span": "{earliest} to {latest}",
}


class RuleTried(msgspec.Struct, frozen=True):
    """One rule with what became of it.

    Args:
        part: The number of the part of the case, from 1.
        instance: Of whom it speaks; none where it speaks of the entity.
        about: The same by its name, in the language asked for.
        rule: Its id.
        outcome: What it would answer.
        reason: Its reason code.
        when: Its condition.
        holds: Whether it holds; none where that is not known.
        decides: Whether it gives the answer.
        because: What is known of each thing it asks.
        needs: The fields that would settle it.
        said: The same in sentences, in the language asked for.
    """

    part: int
    instance: Instance | None
    about: str
    rule: str
    outcome: str
    reason: str
    when: str
    holds: bool | None
    decides: bool
    because: tuple[str, ...]
    needs: tuple[str, ...]
    said: tuple[str, ...]


def explain(
    studies: Sequence[PartStudy], language: Language = Language.EN
) -> tuple[RuleTried, ...]:
    """Report for every rule that was tried whether it held, and why.

    Args:
        studies: What was found about each part of a case.
        language: Of the sentences.

    Returns:
        The rules in the order in which they were read; no value in them names a person.
    """
    words = texts(language)
    return tuple(
        tried
        for number, study in enumerate(studies, 1)
        for tried in _part(number, study, words, language)
    )


def _part(number: int, study: PartStudy, words: Texts, language: Language) -> Iterator[RuleTried]:
    tried = [each for way in study.ways for each in _entity(number, way, words)]
    for instance in study.tried:
        about = card_of(instance, study.part.area).names.in_language(language)
        for way in study.ways:
            answer = way.answers.get(instance)
            for each in way.tried[instance]:
                decides = answer is not None and answer.decided_by(each[0].rule)
                tried.append(
                    _tried(number, instance, about, each, way.facts, words, decides=decides)
                )
    # What two possible ways have in common stands once.
    yield from dict.fromkeys(tried)


def _entity(number: int, way: PartStudy, words: Texts) -> Iterator[RuleTried]:
    about = words.phrase("tried_entity")
    for each in way.tried_of_entity:
        decides = bool(each[1].value)
        yield _tried(number, None, about, each, way.entity_facts, words, decides=decides)


def _tried(  # noqa: PLR0913, PLR0917 - each part of it comes from elsewhere
    number: int,
    instance: Instance | None,
    about: str,
    tried: tuple[TableLine, TruthValue],
    facts: Facts,
    words: Texts,
    *,
    decides: bool,
) -> RuleTried:
    line, truth = tried
    rule = line.rule
    look_up = facts.seen_with(rule.term)
    known = {name: look_up(name).value for name in sorted(facts_of(line.condition))}
    return RuleTried(
        part=number,
        instance=instance,
        about=about,
        rule=rule.id,
        outcome=rule.outcome,
        reason=rule.reason,
        when=rule.when,
        holds=truth.value,
        decides=decides,
        because=tuple(f"{name}: {_format(value, _CODES)}" for name, value in known.items()),
        needs=tuple(sorted(truth.needs)),
        said=tuple(_sentences(rule, truth, known, words, decides=decides)),
    )


def _sentences(
    rule: ComplaintRule,
    truth: TruthValue,
    known: Mapping[str, Value | None],
    words: Texts,
    *,
    decides: bool,
) -> Iterator[str]:
    """Return whether the rule holds, its sentence, what is known, and its row of the table."""
    held = "decides" if decides else _HELD[truth.value]
    outcome = (
        words.phrase("tried_remark")
        if rule.outcome == NOTE
        else words.outcomes[Outcome(rule.outcome)]
    )
    yield words.phrase(
        "tried",
        rule=rule.id,
        outcome=outcome,
        reason=rule.reason,
        held=words.phrase(f"tried_{held}"),
    )
    yield words.sentence(rule, rule.certainty)
    facts = words.phrase("between_remarks").join(
        words.phrase("tried_fact", fact=words.facts[name], value=_format(value, words.phrases))
        for name, value in known.items()
    )
    if facts:
        yield words.phrase("tried_because", facts=facts)
    if truth.needs:
        fields = ", ".join(f"{words.field(name)} ({name})" for name in sorted(truth.needs))
        yield words.phrase("tried_asks", fields=fields)
    yield words.phrase("tried_when", when=rule.when)


def _format(value: Value | None, words: Mapping[str, str]) -> str:
    match value:
        case None:
            return words["not_known"]
        case bool():
            return words["yes"] if value else words["no"]
        case DaySpan(earliest, latest):
            if earliest == latest:
                return f"{earliest}"
            return words["tried_span"].format(earliest=earliest, latest=latest)
        case frozenset() | AtLeast():
            return _format_set(value, words)
        case str():
            return str(value)


def _format_set(value: frozenset[str] | AtLeast, words: Mapping[str, str]) -> str:
    if isinstance(value, AtLeast):
        return ", ".join((*sorted(value.members), words["not_known"]))
    return ", ".join(sorted(value)) or words["none"]
