"""Scenarios: what goes wrong, for whom, when. Read from `mocks/scenarios/*.toml`.

A scenario is a list of rules. A rule says which questions it is for (sources, persons, customers,
legal contexts, the how-manieth) and what happens to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from kszclient.errors import SettingsError
from kszclient.resources import resource
from kszclient.testing.answer_xml import Status
from kszclient.testing.breakage import BREAKAGES
from kszclient.testing.codes import codes
from kszclient.testing.filters import REMOVABLE
from kszclient.testing.personas import Persona
from kszclient.testing.question import Question
from kszclient.testing.reading import read_toml
from kszclient.values import AuthenticSource

ALWAYS_ON = "default"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that goes wrong.

    Args:
        sources: Sources that it is about; the whole answer where left out.
        persons: Keys of personas, or synthetic numbers; everybody where left out.
        customers: CBE numbers, or ``sector/institution``; everybody where left out.
        legal_contexts: Every one where left out.
        nth: Which of the matching questions, counted from 1; each where left out.
        every: Each so-manieth of the matching questions.
        count_by: Whether questions are counted together or for each person apart.
        silent: The sources do not answer; without sources, none does.
        code: Status code of the sources, or of the whole answer.
        fault: Reason code of a SOAP fault.
        information: Names and values told with the code.
        data_filters: Optional elements that are taken out of the answer.
        delay_ms: How long the answer is held back, in milliseconds.
        broken: How the answer is spoilt on its way, a name of `kszclient.testing.breakage`.
    """

    sources: tuple[AuthenticSource, ...] = ()
    persons: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    legal_contexts: tuple[str, ...] = ()
    nth: tuple[int, ...] = ()
    every: int | None = None
    count_by: Literal["all", "person"] = "all"
    silent: bool = False
    code: str | None = None
    fault: str | None = None
    information: dict[str, str] = {}
    data_filters: tuple[str, ...] = ()
    delay_ms: int = 0
    broken: str | None = None


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A title, what it is there to show, and its rules."""

    title: str
    story: str = ""
    rule: tuple[Rule, ...] = ()


class Effects(msgspec.Struct):
    """What happens to one question, all matching rules together; a later rule goes first."""

    sources: dict[AuthenticSource, Status] = msgspec.field(default_factory=dict)
    refusal: Status | None = None
    fault: str | None = None
    data_filters: tuple[str, ...] = ()
    delay_ms: int = 0
    broken: str | None = None


def read_scenario(path: Path) -> Scenario:
    """Read a scenario and check that it names nothing unknown.

    Raises:
        SettingsError: The message names the file, the rule and the field.
    """
    scenario = read_toml(path, Scenario)
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


def _check(where: str, rule: Rule) -> None:
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
    for person in rule.persons:
        if person not in personas and not person.isdigit():
            raise SettingsError(f"a rule names {person!r}, who is no persona")
    return frozenset(
        personas[person].child.ssin.digits if person in personas else person
        for person in rule.persons
    )


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
