"""A scenario being played: which of its rules are for a question, and what they do to it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from kszclient.errors import InputError, SettingsError
from kszclient.testing.population.chance import Chance
from kszclient.testing.population.personas import Persona
from kszclient.testing.population.reading import looks_like_number, synthetic_ssin
from kszclient.testing.server.answer_xml import Status
from kszclient.testing.server.codes import source_status_of, status_of
from kszclient.testing.server.question import Question
from kszclient.testing.server.scenario import Rule, Scenario
from kszclient.values import BRUSSELS, AuthenticSource, Ssin


class Effects(msgspec.Struct):
    """What happens to one question, all matching rules together; a later rule goes first.

    Of the sources asked, only those in `allowed` answer: the others are not for the customer.
    """

    sources: dict[AuthenticSource, Status] = msgspec.field(default_factory=dict)
    refusal: Status | None = None
    fault: str | None = None
    data_filters: tuple[str, ...] = ()
    http_status: int | None = None
    retry_after: str | None = None
    skew_seconds: int = 0
    delay_ms: int = 0
    broken: str | None = None
    allowed: tuple[AuthenticSource, ...] = tuple(AuthenticSource)


class _Ruled(msgspec.Struct, frozen=True):
    """A rule, the numbers it is for, and what its draws start from."""

    rule: Rule
    numbers: frozenset[str]
    seed: str


class Play:
    """A scenario being played: it counts the questions that its rules match.

    Args:
        scenarios: Scenarios in order; a later one goes first.
        personas: Personas by key, for the rules that name one.

    Raises:
        SettingsError: A rule names a person that is neither a persona nor a number.
    """

    def __init__(self, scenarios: Iterable[Scenario], personas: Mapping[str, Persona]) -> None:
        ruled = [
            _Ruled(rule, _numbers(rule, personas), f"{scenario.seed}/{scenario.title}/{place}")
            for scenario in scenarios
            for place, rule in enumerate(scenario.rule)
        ]
        self._rules = [each for each in ruled if not each.rule.unread]
        self._unread = [each for each in ruled if each.rule.unread]
        self._counts: Counter[tuple[str, str]] = Counter()

    def effects(self, question: Question, moment: dt.datetime) -> Effects:
        """Tell what happens to a question, and count it.

        Args:
            question: What is asked.
            moment: When, with a time zone.
        """
        effects = Effects()
        for each in self._rules:
            if _is_for(each, question, moment) and self._is_turn(each, question.ssin):
                _add(effects, each.rule, question)
        return effects

    def leaves_unread(self, moment: dt.datetime) -> bool:
        """Tell whether the next question is not even read, and count it.

        Args:
            moment: When, with a time zone.
        """
        turns = [self._is_turn(each, "") for each in self._unread if _is_time_of(each.rule, moment)]
        return any(turns)

    def _is_turn(self, ruled: _Ruled, person: str) -> bool:
        rule = ruled.rule
        if rule.chance is not None:
            count = self._next(f"{ruled.seed}/chance", person)
            if not Chance(f"{ruled.seed}/{person}/{count}").happens(rule.chance):
                return False
        if not rule.nth and rule.every is None:
            return True
        count = self._next(ruled.seed, person if rule.count_by == "person" else "")
        return count in rule.nth or (rule.every is not None and count % rule.every == 0)

    def _next(self, what: str, person: str) -> int:
        self._counts[what, person] += 1
        return self._counts[what, person]


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


def _is_for(ruled: _Ruled, question: Question, moment: dt.datetime) -> bool:
    rule, numbers = ruled.rule, ruled.numbers
    return (
        (not numbers or question.ssin in numbers)
        and (not rule.customers or question.customer.organisation in rule.customers)
        and (not rule.legal_contexts or question.legal_context in rule.legal_contexts)
        and (not rule.sources or not set(rule.sources).isdisjoint(question.sources_asked))
        and _is_time_of(rule, moment)
    )


def _is_time_of(rule: Rule, moment: dt.datetime) -> bool:
    if rule.closed is None:
        return True
    begin, end = rule.closed
    now = moment.astimezone(BRUSSELS).time()
    return begin <= now < end if begin <= end else not end <= now < begin


def _add(effects: Effects, rule: Rule, question: Question) -> None:
    code = "MSG00002" if rule.silent else rule.code
    if code and (rule.sources or rule.silent):
        status = source_status_of(code, rule.information)
        for source in rule.sources or question.sources_asked:
            effects.sources[source] = status
    elif code:
        effects.refusal = status_of(code, rule.information)
    effects.fault = rule.fault or effects.fault
    effects.data_filters = rule.data_filters or effects.data_filters
    effects.http_status = rule.http_status or effects.http_status
    effects.retry_after = rule.retry_after or effects.retry_after
    effects.skew_seconds = rule.skew_seconds or effects.skew_seconds
    effects.delay_ms = max(effects.delay_ms, rule.delay_ms)
    effects.broken = rule.broken or effects.broken
