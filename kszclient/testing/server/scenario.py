"""Scenarios: what goes wrong, for whom, when. Read from `mocks/scenarios/*.toml`.

A scenario is a list of rules. A rule says which questions it is for (sources, persons, customers,
legal contexts, the how-manieth) and what happens to them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from kszclient.errors import SettingsError
from kszclient.resources import resource
from kszclient.testing.population.reading import read_typed
from kszclient.testing.server.breakage import BREAKAGES
from kszclient.testing.server.codes import codes
from kszclient.testing.server.filters import REMOVABLE
from kszclient.values import AuthenticSource

ALWAYS_ON = "default"
_LEAST_STATUS, _MOST_STATUS = 200, 599


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
        chance: How many in the whole are hit, 0 to 1. The draw depends on the scenario's seed, the
            rule, the person and how often that person was asked about, and on nothing else.
        closed: Two times of day in Brussels, such as ``[20:00:00, 06:00:00]``, between which the
            rule holds; over midnight where the first is the later one.
        silent: The sources do not answer; without sources, none does.
        code: Status code of the sources, or of the whole answer.
        fault: Reason code of a SOAP fault.
        http_status: Status of the reply; with `fault` the fault is its body, else a line of text.
        retry_after: What the header Retry-After says.
        information: Names and values told with the code.
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
    rule: tuple[Rule, ...] = ()
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
    if rule.chance is not None and not 0 <= rule.chance <= 1:
        raise SettingsError(f"{where}: chance must lie between 0 and 1")
    if rule.http_status is not None and not _LEAST_STATUS <= rule.http_status <= _MOST_STATUS:
        raise SettingsError(f"{where}: http_status must lie between 200 and 599")
    if rule.unread and (rule.sources or rule.persons or rule.customers or rule.legal_contexts):
        raise SettingsError(f"{where}: unread cannot go with what a question says")
