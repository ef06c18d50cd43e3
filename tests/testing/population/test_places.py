"""Which register holds which months of a domicile history."""

import csv
import datetime as dt

import pytest

from kszclient.errors import DataError
from kszclient.resources import resource
from kszclient.testing.population.places import as_registered, places
from kszclient.testing.population.truth import DomicileSpell
from kszclient.values import MonthPeriod


def day(text):
    return dt.date.fromisoformat(text)


def rights(*spells, begin="2019-01", end=None):
    return [
        (right.source.value, str(right.period))
        for right in places().rights(spells, MonthPeriod.parse(begin, end))
    ]


@pytest.mark.parametrize(
    ("moved", "last_flemish", "first_walloon"),
    [
        ("2022-03-07", "2022-03", "2022-04"),
        ("2022-03-31", "2022-03", "2022-04"),
        ("2022-04-01", "2022-04", "2022-05"),
    ],
)
def test_the_month_of_a_move_stays_with_the_old_entity(moved, last_flemish, first_walloon):
    before = DomicileSpell(day("2018-01-01"), day(moved) - dt.timedelta(days=1), nis="11002")
    assert rights(before, DomicileSpell(day(moved), nis="62063")) == [
        ("FLANDERS", f"2019-01..{last_flemish}"),
        ("WALLONIA", f"{first_walloon}.."),
    ]


def test_brussels_is_federal_through_2019():
    assert rights(DomicileSpell(day("2015-05-05"), nis="21004"), begin="2018-06") == [
        ("FEDERAL", "2018-06..2019-12"),
        ("BRUSSELS", "2020-01.."),
    ]


def test_moves_within_a_month_and_gaps_give_no_months():
    assert rights(
        DomicileSpell(day("2020-01-01"), day("2020-06-10"), nis="11002"),
        DomicileSpell(day("2020-06-11"), day("2020-06-20"), nis="21004"),
        DomicileSpell(day("2020-08-03"), nis="11002"),
    ) == [("FLANDERS", "2020-02..2020-06"), ("FLANDERS", "2020-09..")]


def test_a_place_that_the_mock_world_lacks_is_told():
    with pytest.raises(DataError, match="99999"):
        rights(DomicileSpell(day("2020-01-01"), nis="99999"))


HISTORY = (
    DomicileSpell(day("2018-01-01"), day("2020-05-31"), nis="11002"),
    DomicileSpell(day("2020-06-01"), day("2021-01-31"), nis="21004", known_on=day("2020-12-01")),
    DomicileSpell(day("2021-02-01"), nis="62063"),
)


@pytest.mark.parametrize(
    ("known_until", "known"),
    [
        ("2020-11-30", [("11002", None)]),
        ("2020-12-01", [("11002", "2020-05-31"), ("21004", None)]),
        ("2021-06-01", [("11002", "2020-05-31"), ("21004", "2021-01-31"), ("62063", None)]),
        ("2017-01-01", []),
    ],
)
def test_the_register_knows_what_it_has_heard(known_until, known):
    heard = as_registered(HISTORY, day(known_until))
    assert [(spell.nis, spell.end and spell.end.isoformat()) for spell in heard] == known


def test_a_move_never_heard_of_leaves_the_old_address_until_the_next_known_one():
    late = (
        HISTORY[0],
        DomicileSpell(
            day("2020-06-01"), day("2021-01-31"), nis="21004", known_on=day("2022-01-01")
        ),
        HISTORY[2],
    )
    heard = as_registered(late, day("2021-06-01"))
    assert [(spell.nis, spell.end) for spell in heard] == [
        ("11002", day("2021-01-31")),
        ("62063", None),
    ]


def test_every_municipality_lies_in_the_area_that_the_reference_table_says():
    with resource("config", "geography", "municipalities.csv").open(encoding="utf-8") as lines:
        rows = {row["nis"]: row for row in csv.DictReader(line for line in lines if line[0] != "#")}
    for nis, area in places().area_of.items():
        assert rows[nis]["area"] == area
