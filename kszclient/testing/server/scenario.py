"""Scenarios: what goes wrong, for whom, when. Read from `mocks/scenarios/*.toml`.

A scenario is a list of rules. A rule states which questions it is for (sources, persons, customers,
legal contexts, the how-manieth) and what happens to them. Playing a scenario counts the questions.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from kszclient.errors import InputError, SettingsError
from kszclient.resources import resource
from kszclient.testing.population.personas import Persona
from kszclient.testing.population.rates import Chance
from kszclient.testing.population.reading import looks_like_number, read_typed, synthetic_ssin
from kszclient.testing.server.answer_xml import (
    REMOVABLE,
    ReplyStatus,
    codes,
    source_status_of,
    status_of,
)
from kszclient.testing.server.breakage import BREAKAGES
from kszclient.testing.server.question import ConsultRequest
from kszclient.values import BRUSSELS, AuthenticSource, Ssin

ALWAYS_ON = "default"
_LEAST_STATUS, _MOST_STATUS = 200, 599


class ScenarioRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that goes wrong.

    Args:
        sources: Sources that it is about; the whole answer where left out.
        persons: Keys of personas, or synthetic numbers; everybody where left out.
        customers: CBE numbers, or ``sector/institution``; everybody where left out.
        legal_contexts: Every one where left out.
        nth: Which of the matching questions, counted from 1; each where left out.
        every: Each so-manieth of the matching questions.
        count_by: Whether questions are counted together or for each person apart.
        chance: How many in the whole are hit, 0 to 1. The draw depends on the scenario's seed, the
            rule, the person and how often that person was asked about, and on nothing else.
        closed: Two times of day in Brussels, such as ``[20:00:00, 06:00:00]``, between which the
            rule holds; over midnight where the first is the later one.
        silent: The sources do not answer; without sources, none does.
        code: Status code of the sources, or of the whole answer.
        fault: Reason code of a SOAP fault.
        http_status: Status of the reply; with `fault` the fault is its body, else a line of text.
        retry_after: Value of the header Retry-After.
        information: Names and values sent with the code.
        data_filters: Optional elements that are taken out of the answer.
        delay_ms: How long the answer is held back, in milliseconds.
        skew_seconds: How far the service's clock is off.
        broken: How the answer is spoilt on its way, a name of `kszclient.testing.server.breakage`.
        unread: The connection is reset before the question is read; nobody knows then whom it was
            about, so only `nth`, `every`, `chance` and `closed` choose it.
    """

    sources: tuple[AuthenticSource, ...] = ()
    persons: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    legal_contexts: tuple[str, ...] = ()
    nth: tuple[int, ...] = ()
    every: int | None = None
    count_by: Literal["all", "person"] = "all"
    chance: float | None = None
    closed: tuple[dt.time, dt.time] | None = None
    silent: bool = False
    code: str | None = None
    fault: str | None = None
    http_status: int | None = None
    retry_after: str | None = None
    information: dict[str, str] = {}
    data_filters: tuple[str, ...] = ()
    delay_ms: int = 0
    skew_seconds: int = 0
    broken: str | None = None
    unread: bool = False


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A title, what it is there to show, its rules, and the seed of their chances."""

    title: str
    story: str = ""
    rule: tuple[ScenarioRule, ...] = ()
    seed: int = 1


def read_scenario(path: Path) -> Scenario:
    """Read a scenario and check that it names nothing unknown.

    Raises:
        SettingsError: The message names the file, the rule and the field.
    """
    scenario = read_typed(path, Scenario)
    for place, rule in enumerate(scenario.rule, start=1):
        _check(f"{path.name}, rule {place}", rule)
    return scenario


def shipped_scenario(key: str) -> Scenario:
    """Read one of the scenarios in `mocks/scenarios`, by its name without ``.toml``.

    >>> shipped_scenario("wallonia-silent").title
    'Wallonia does not answer'
    """
    return read_scenario(resource("mocks", "scenarios", f"{key}.toml"))


def chosen_scenario(choice: str) -> Scenario:
    """Read a scenario that a user chose: the path of a file, or the name of a shipped one.

    Raises:
        SettingsError: There is neither such a file nor such a name, or the file breaks a rule.
    """
    if Path(choice).is_file():
        return read_scenario(Path(choice))
    names = sorted(path.stem for path in resource("mocks", "scenarios").glob("*.toml"))
    if choice not in names:
        raise SettingsError(
            f"scenario {choice!r} is neither a file nor a name",
            next_step=f"Give a TOML file, or one of {', '.join(names)}.",
        )
    return shipped_scenario(choice)


def _check(where: str, rule: ScenarioRule) -> None:
    known: tuple[tuple[str, Iterable[str | None], Iterable[str]], ...] = (
        ("code", [rule.code], codes().source if rule.sources else codes().status),
        ("fault", [rule.fault], codes().fault),
        ("data_filters", rule.data_filters, REMOVABLE),
        ("broken", [rule.broken], BREAKAGES),
    )
    for field, given, allowed in known:
        for value in given:
            if value is not None and value not in allowed:
                choices = ", ".join(allowed)
                raise SettingsError(f"{where}: {field} {value!r} is none of {choices}")
    if rule.every is not None and rule.every < 1:
        raise SettingsError(f"{where}: every must be 1 or more")
    if rule.chance is not None and not 0 <= rule.chance <= 1:
        raise SettingsError(f"{where}: chance must lie between 0 and 1")
    if rule.http_status is not None and not _LEAST_STATUS <= rule.http_status <= _MOST_STATUS:
        raise SettingsError(f"{where}: http_status must lie between 200 and 599")
    if rule.unread and (rule.sources or rule.persons or rule.customers or rule.legal_contexts):
        raise SettingsError(f"{where}: unread cannot go with what a question says")


class Effects(msgspec.Struct):
    """What happens to one question, all matching rules together; a later rule goes first.

    Of the sources asked, only those in `allowed` answer: the others are not for the customer.
    """

    sources: dict[AuthenticSource, ReplyStatus] = msgspec.field(default_factory=dict)
    refusal: ReplyStatus | None = None
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

    rule: ScenarioRule
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

    def effects(self, question: ConsultRequest, moment: dt.datetime) -> Effects:
        """Return what happens to a question, and count it.

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
        """Return whether the next question is not even read, and count it.

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


def _numbers(rule: ScenarioRule, personas: Mapping[str, Persona]) -> frozenset[str]:
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


def _is_for(ruled: _Ruled, question: ConsultRequest, moment: dt.datetime) -> bool:
    rule, numbers = ruled.rule, ruled.numbers
    return (
        (not numbers or question.ssin in numbers)
        and (not rule.customers or question.customer.organisation in rule.customers)
        and (not rule.legal_contexts or question.legal_context in rule.legal_contexts)
        and (not rule.sources or not set(rule.sources).isdisjoint(question.sources_asked))
        and _is_time_of(rule, moment)
    )


def _is_time_of(rule: ScenarioRule, moment: dt.datetime) -> bool:
    if rule.closed is None:
        return True
    begin, end = rule.closed
    now = moment.astimezone(BRUSSELS).time()
    return begin <= now < end if begin <= end else not end <= now < begin


def _add(effects: Effects, rule: ScenarioRule, question: ConsultRequest) -> None:
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
