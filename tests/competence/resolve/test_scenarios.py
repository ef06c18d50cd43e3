"""The scenarios of `scenarios.toml`, one test each."""

import datetime as dt
import itertools
import tomllib
from pathlib import Path

import pytest

from kszclient.competence import Circumstances, DomicileHistory, Place, Spell, resolve, rulebook
from kszclient.values import MonthPeriod

SCENARIOS = tomllib.loads(Path(__file__).with_name("scenarios.toml").read_text())["scenario"]
FACTORS = ("residence", "establishment", "insured_domicile", "fund_seat", "payer_office")
PLACE_KINDS = {5: "nis", 4: "postcode", 2: "country"}


def spell(text):
    """Read ``2015-01-01..2021-03-06 62063 known 2021-06-15``."""
    days, place, *known = text.split()
    begin, end = (dt.date.fromisoformat(day) if day else None for day in days.split(".."))
    known_on = dt.date.fromisoformat(known[1]) if known else None
    return Spell(begin=begin, end=end, known_on=known_on, **{PLACE_KINDS[len(place)]: place})


def histories(scenario):
    if "domicile" in scenario:
        return [DomicileHistory(map(spell, scenario["domicile"]))]
    return [
        DomicileHistory.throughout_at(**{PLACE_KINDS[len(code)]: code})
        for code in scenario["codes"]
    ]


def line(segment):
    answers = (
        *(segment.area, segment.entity, segment.cadaster, segment.keeper),
        *(segment.source, segment.certainty, *(segment.open_points or ())),
    )
    return " ".join([f"{segment.begin}..{segment.end}", *(answer or "-" for answer in answers)])


def answers(scenario):
    """Resolve each of the histories of a scenario."""
    known_on = scenario.get("known_on")
    for history in histories(scenario):
        yield resolve(
            history,
            MonthPeriod.parse(*scenario["months"].split("..")),
            as_of=scenario["asked"],
            known_on=known_on and dt.date.fromisoformat(known_on),
            circumstances=Circumstances(
                situation=scenario.get("situation"),
                allowance=scenario.get("allowance"),
                **{name: Place.parse(scenario[name]) for name in FACTORS if name in scenario},
            ),
        )


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_scenario(scenario):
    for answer in answers(scenario):
        assert [line(segment) for segment in answer.segments] == scenario["expected"]
        rules = [segment.rule for segment in answer.segments]
        assert rules == scenario.get("rules", rules)
        assert list(answer.sources) == scenario.get("sources", list(answer.sources))
        codes = [notice.code for notice in answer.notices]
        assert codes == scenario.get("notices", codes)
        reasons = [isinstance(segment.reason, str) for segment in answer.segments]
        assert reasons == [segment.entity is None for segment in answer.segments]


def test_every_row_of_the_timeline_is_reached():
    found = itertools.chain.from_iterable(map(answers, SCENARIOS))
    reached = {segment.rule for answer in found for segment in answer.segments}
    # Where nothing can be said a situation answers, in the place of the row.
    assert {rule.id for rule in rulebook().timeline.rules} - reached == {"none-undetermined"}
    assert reached & set(rulebook().situations)


def test_names_tell_the_scenarios_apart():
    names = [scenario["name"] for scenario in SCENARIOS]
    assert len(set(names)) == len(names) >= 60
    assert all(scenario["reference"] for scenario in SCENARIOS)
