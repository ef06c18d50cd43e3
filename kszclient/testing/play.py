"""A scenario being played: which of its rules are for a question, and what they do to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from kszclient.errors import InputError, SettingsError
from kszclient.testing.answer_xml import Status
from kszclient.testing.codes import codes
from kszclient.testing.personas import Persona
from kszclient.testing.question import Question
from kszclient.testing.reading import looks_like_number, synthetic_ssin
from kszclient.testing.scenario import Rule, Scenario
from kszclient.values import AuthenticSource, Ssin


class Effects(msgspec.Struct):
    """What happens to one question, all matching rules together; a later rule goes first."""

    sources: dict[AuthenticSource, Status] = msgspec.field(default_factory=dict)
    refusal: Status | None = None
    fault: str | None = None
    data_filters: tuple[str, ...] = ()
    delay_ms: int = 0
    broken: str | None = None


class Play:
    """A scenario being played: it counts the questions that its rules match.

    Args:
        scenarios: Scenarios in order; a later one goes first.
        personas: Personas by key, for the rules that name one.

    Raises:
        SettingsError: A rule names a person that is neither a persona nor a number.
    """

    def __init__(self, scenarios: Iterable[Scenario], personas: Mapping[str, Persona]) -> None:
        self._rules = [
            (rule, _numbers(rule, personas)) for scenario in scenarios for rule in scenario.rule
        ]
        self._counts: Counter[tuple[int, str]] = Counter()

    def effects(self, question: Question) -> Effects:
        """Tell what happens to a question, and count it."""
        effects = Effects()
        for place, (rule, numbers) in enumerate(self._rules):
            if _is_for(rule, numbers, question) and self._is_turn(place, rule, question):
                _add(effects, rule, question)
        return effects

    def _is_turn(self, place: int, rule: Rule, question: Question) -> bool:
        if not rule.nth and rule.every is None:
            return True
        key = (place, question.ssin if rule.count_by == "person" else "")
        self._counts[key] += 1
        count = self._counts[key]
        return count in rule.nth or (rule.every is not None and count % rule.every == 0)


def _numbers(rule: Rule, personas: Mapping[str, Persona]) -> frozenset[str]:
    return frozenset(_number_of(person, personas).digits for person in rule.persons)


def _number_of(person: str, personas: Mapping[str, Persona]) -> Ssin:
    if person in personas:
        return personas[person].child.ssin
    if not looks_like_number(person):
        raise SettingsError(f"a rule names {person!r}, who is no persona")
    try:
        return synthetic_ssin(person)
    except InputError as error:
        raise SettingsError(f"a rule names a person by a wrong number: {error}") from error


def _is_for(rule: Rule, numbers: frozenset[str], question: Question) -> bool:
    return (
        (not numbers or question.ssin in numbers)
        and (not rule.customers or question.customer.organisation in rule.customers)
        and (not rule.legal_contexts or question.legal_context in rule.legal_contexts)
        and (not rule.sources or not set(rule.sources).isdisjoint(question.sources_asked))
    )


def _add(effects: Effects, rule: Rule, question: Question) -> None:
    code = "MSG00002" if rule.silent else rule.code
    if code and (rule.sources or rule.silent):
        meaning = codes().source[code]
        status = Status(meaning.value, code, meaning.description, rule.information)
        for source in rule.sources or question.sources_asked:
            effects.sources[source] = status
    elif code:
        meaning = codes().status[code]
        effects.refusal = Status(meaning.value, code, meaning.description, rule.information)
    effects.fault = rule.fault or effects.fault
    effects.data_filters = rule.data_filters or effects.data_filters
    effects.delay_ms = max(effects.delay_ms, rule.delay_ms)
    effects.broken = rule.broken or effects.broken
