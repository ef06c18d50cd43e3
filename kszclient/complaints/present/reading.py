"""A route in words, as a person reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from kszclient.complaints.case.complaint import Complaint, of_body
from kszclient.complaints.decide.evaluate import (
    SENT_TO,
    PartStudy,
    entity_rules,
    route_of,
    study,
)
from kszclient.complaints.decide.verdict import InstanceAnswer
from kszclient.complaints.present.notices import describe_interruption, describe_open_law, notices
from kszclient.complaints.result import Evaluation, Route, RoutePart, Term
from kszclient.complaints.rules.instances import Channel, InstanceCard, InstanceKind, card_of
from kszclient.complaints.texts import Texts, channel_words, texts
from kszclient.complaints.vocabulary import Instance, Outcome
from kszclient.geography import Area
from kszclient.values import Language

# What leaves something to do although it is no step to recommend, the nearest to one first.
_LEFT_TO_DO = (Outcome.INCOMPLETE, Outcome.OPEN, Outcome.REDIRECT, Outcome.NOT_YET)


class StepReading(NamedTuple):
    """One step in words.

    Args:
        heading: The instance and its answer.
        sentence: Why.
        dates: Its dates.
        channels: How to reach it.
        basis: The rules and sources.
    """

    heading: str
    sentence: str
    dates: tuple[str, ...]
    channels: tuple[str, ...]
    basis: str


class PartReading(NamedTuple):
    """One part of a case in words.

    Args:
        heading: Its months and entity.
        why: Why it belongs to that entity.
        steps: The ladder.
        advice: What to do, and what is needed to say more.
    """

    heading: str
    why: tuple[str, ...]
    steps: tuple[StepReading, ...]
    advice: tuple[str, ...]


class RouteReading(NamedTuple):
    """A route in words, with the route itself.

    Args:
        route: The route.
        parts: Its parts in words.
        notices_heading: What the notices are called.
        studies: What was found about each part, for `explain`.
    """

    route: Route
    parts: tuple[PartReading, ...]
    notices_heading: str
    studies: tuple[PartStudy, ...]


def read_route(complaint: Complaint, language: Language = Language.EN) -> RouteReading:
    """Route a complaint and put it into words.

    Args:
        complaint: The case.
        language: The language of the words.
    """
    studies = study(complaint)
    parts = tuple(route_of(each, complaint, language) for each in studies)
    words = texts(language)
    readings = tuple(
        _part(number if len(parts) > 1 else 0, each, part, complaint, language)
        for number, (each, part) in enumerate(zip(studies, parts, strict=True), start=1)
    )
    route = Route(parts, notices(complaint, studies, parts, language))
    return RouteReading(route, readings, words.phrase("notices"), studies)


def _part(
    number: int, found: PartStudy, part: RoutePart, complaint: Complaint, language: Language
) -> PartReading:
    words = texts(language)
    filed = complaint.filing_date
    steps = found.steps
    return PartReading(
        heading=_heading(number, part, complaint, words),
        why=tuple(words.sentence(rule, rule.certainty) for rule in entity_rules(found)),
        steps=tuple(
            _step(each, steps[each.instance], filed, language) for each in part.evaluations
        ),
        advice=tuple(_advice(part, steps, complaint, language)),
    )


def _heading(number: int, part: RoutePart, complaint: Complaint, words: Texts) -> str:
    months = words.phrase("all_months")
    if part.period:
        months = f"{part.period.begin} - {part.period.end}"
    body = of_body(complaint)
    own = body.names.in_language(words.language) if body.own_steps else ""
    entity = part.entity or own or words.phrase("no_entity")
    heading = ", ".join((months, entity, *([part.subject] if complaint.also else [])))
    return words.phrase("part", number=number, heading=heading) if number else heading


def name_of(instance: Instance, area: Area | None, language: Language) -> str:
    """Return the name of an instance in a language."""
    return card_of(instance, area).names.in_language(language)


def _step(
    each: Evaluation, step: InstanceAnswer, filed: dt.date, language: Language
) -> StepReading:
    words = texts(language)
    card = card_of(each.instance, step.part.area)
    name = name_of(each.instance, step.part.area, language)
    # A complaint may be filed before its turn, where a term has to be stopped; an appeal may not.
    early = each.outcome is Outcome.NOT_YET and card.kind is InstanceKind.FORMAL
    going = each.outcome is not Outcome.INADMISSIBLE and not early
    return StepReading(
        heading=words.phrase(
            "step", instance=name, outcome=_outcome(each, card, words), reason=each.reason
        ),
        sentence=_sentence(each, step, filed, words),
        dates=tuple(_dates(each.term, step, name, words)) if each.term else (),
        channels=tuple(_channel(way, language) for way in each.channels) if going else (),
        basis=words.phrase(
            "basis",
            rules=", ".join(each.rules),
            basis=each.basis,
            certainty=words.phrase(f"certainty_{each.certainty.value}"),
            checked=card.checked,
        ),
    )


def _outcome(each: Evaluation, card: InstanceCard, words: Texts) -> str:
    """Name an outcome; where one is sent on to this very instance, say so."""
    if each.outcome is Outcome.REDIRECT and card.kind in SENT_TO:
        return words.phrase(f"instead_{card.kind.value}")
    return words.outcomes[each.outcome]


def _sentence(each: Evaluation, step: InstanceAnswer, filed: dt.date, words: Texts) -> str:
    if each.outcome is Outcome.NEED_INPUT:
        asked = ", ".join(words.field(name) for name in sorted(step.needs))
        return words.phrase("need_input", fields=asked)
    if step.decisive.outcome != each.outcome:
        return describe_open_law(each.term, filed, words)
    return words.sentence(step.decisive, step.decisive.certainty)


def _dates(term: Term, step: InstanceAnswer, name: str, words: Texts) -> Iterator[str]:
    if term.interrupted_by:
        yield from describe_interruption(term, step, name, words)
    if term.interrupted_by and term.first_day is None:
        return
    if term.term_end is None:
        yield words.phrase("opens", name=term.name, first_day=term.first_day)
    else:
        yield words.phrase(
            "term",
            name=term.name,
            first_day=term.first_day,
            term_end=term.term_end,
            file_by=term.file_by,
        )
        if term.latest_arguable != term.file_by:
            yield words.phrase("arguable", latest_arguable=term.latest_arguable)


def _channel(channel: Channel, language: Language) -> str:
    words, translated = texts(language), channel_words(language)
    value = translated.get(channel.value, channel.value)
    remarks = [translated.get(remark, remark) for remark in (channel.hours, channel.note)]
    if channel.newer:
        remarks.append(words.phrase("channel_newer"))
    if channel.verify:
        remarks.append(words.phrase("channel_verify"))
    kind = words.phrases[f"channel_{channel.kind.value}"]
    remarks_line = words.phrase("between_remarks").join(remark for remark in remarks if remark)
    if not remarks_line:
        return words.phrase("channel", kind=kind, value=value)
    return words.phrase("channel_remarks", kind=kind, value=value, remarks=remarks_line)


def _advice(
    part: RoutePart, steps: dict[Instance, InstanceAnswer], complaint: Complaint, language: Language
) -> Iterator[str]:
    words = texts(language)
    informal, formal = part.recommended.informal, part.recommended.formal
    if informal:
        kind = card_of(informal, steps[informal].part.area).kind
        yield words.phrase(
            f"to_{kind.value}", instance=name_of(informal, steps[informal].part.area, language)
        )
    if formal:
        found = next(each for each in part.evaluations if each.instance is formal)
        phrase = "formal_perhaps" if found.outcome is Outcome.NEED_INPUT else "formal"
        name = name_of(formal, steps[formal].part.area, language)
        term = found.term
        if (
            term
            and term.file_by
            and term.latest_arguable
            and complaint.filing_date <= term.latest_arguable
        ):
            yield words.phrase(f"{phrase}_by", instance=name, file_by=term.file_by)
        else:
            yield words.phrase(phrase, instance=name)
    if not informal and not formal:
        yield _left_to_do(part, steps, complaint, language) or words.phrase("nothing")
    if part.needs:
        asked = ", ".join(f"{words.field(name)} ({name})" for name in part.needs)
        yield words.phrase("need_input", fields=asked)


def _left_to_do(
    part: RoutePart, steps: dict[Instance, InstanceAnswer], complaint: Complaint, language: Language
) -> str:
    """What to complete, try or wait for where no step can be recommended; empty if nothing."""
    words, done = texts(language), complaint.steps or frozenset()
    left = [
        each
        for outcome in _LEFT_TO_DO
        for each in part.evaluations
        if each.outcome is outcome and each.instance not in done
    ]
    if not left:
        return ""
    first = left[0]
    step = steps[first.instance]
    name = name_of(first.instance, step.part.area, language)
    sentence = _sentence(first, step, complaint.filing_date, words)
    return words.phrase("uncertain", instance=name, sentence=sentence)
