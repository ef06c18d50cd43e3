"""Connecting factors: what they rest on, and what cannot be taken for a place."""

import datetime as dt

import pytest

from kszclient.competence import (
    Circumstances,
    DomicileHistory,
    Place,
    explain,
    history_from,
    resolve,
)
from kszclient.errors import InputError, UnknownPlaceError
from kszclient.values import MonthPeriod, plain

PERIOD = MonthPeriod.parse("2021-01", "2021-12")


def segment(**circumstances):
    answer = resolve(
        DomicileHistory(()),
        PERIOD,
        as_of=dt.date(2026, 1, 1),
        circumstances=Circumstances(**circumstances),
    )
    (found,) = answer.segments
    return found


def test_residence_in_brussels_rests_on_the_case_law():
    assert "Constitutional Court" in segment(residence=Place.parse("1000")).basis
    assert "[" in segment(residence=Place.parse("1000")).basis
    assert "Constitutional Court" not in segment(residence=Place.parse("11002")).basis


@pytest.mark.parametrize(
    ("factor", "rank"),
    [
        ("residence", "Second factor"),
        ("establishment", "Third factor"),
        ("insured_domicile", "Fourth factor"),
        ("fund_seat", "Fifth factor"),
        ("payer_office", "Last factor"),
    ],
)
def test_the_factor_that_decides_is_named(factor, rank):
    found = segment(**{factor: Place.parse("62063")})
    assert found.factor == factor
    assert found.basis.startswith(rank)
    assert plain(found)["factor"] == factor


def test_the_seat_of_a_fund_counts_from_2019():
    answer = resolve(
        DomicileHistory(()),
        MonthPeriod.parse("2018-12", "2019-01"),
        as_of=dt.date(2026, 1, 1),
        circumstances=Circumstances(fund_seat=Place.parse("62063")),
    )
    assert [each.area for each in answer.segments] == [None, "WA"]


def test_a_situation_is_part_of_the_reasons():
    found = segment(situation="struck-off", residence=Place.parse("1000"))
    assert "Who was struck off" in found.basis
    assert "INT14" in found.basis


@pytest.mark.parametrize("codes", [{}, {"nis": "11002", "postcode": "2000"}])
def test_a_place_is_one_code(codes):
    with pytest.raises(InputError, match="either a municipality code or a postcode"):
        Place(**codes)


def test_unknown_places_and_names_are_refused():
    with pytest.raises(UnknownPlaceError):
        segment(residence=Place.parse("99999"))
    with pytest.raises(InputError, match="situation: expected one of no-domicile"):
        segment(situation="85023000125")
    with pytest.raises(InputError, match="benefit: expected one of school, toddler, childcare"):
        segment(allowance="base")


@pytest.mark.parametrize(
    ("as_of", "certainty", "points"),
    [("2023-11-08", "likely", ["S4"]), ("2023-11-09", "sure", [])],
)
def test_case_law_counts_from_the_day_on_which_it_is_known(as_of, certainty, points):
    answer = resolve(
        DomicileHistory(()),
        PERIOD,
        as_of=dt.date.fromisoformat(as_of),
        circumstances=Circumstances(residence=Place.parse("1000")),
    )
    (found,) = answer.segments
    assert (found.entity, found.certainty) == ("IRISCARE", certainty)
    assert list(found.open_points or ()) == points
    known = not points
    assert ("Constitutional Court" in found.basis) is known
    assert ("Constitutional Court" in explain(answer)[0]) is known


@pytest.mark.parametrize(
    ("begin", "end", "told"),
    [
        ("2018-12", "2020-02", ["participation", "participation-later"]),
        ("2018-12", "2019-08", ["participation-later"]),
        ("2019-09", "2020-02", ["participation"]),
    ],
)
def test_whose_file_an_allowance_is_is_told_wherever_its_source_is_asked(begin, end, told):
    answer = resolve(
        DomicileHistory.throughout_at(nis="21004"),
        MonthPeriod.parse(begin, end),
        as_of=dt.date(2026, 1, 1),
        circumstances=Circumstances(allowance="school"),
    )
    assert [notice.code for notice in answer.notices] == told
    assert ("FLANDERS" in answer.sources) is ("participation" in told)


@pytest.mark.parametrize(
    ("factor", "situation", "nis", "months", "told"),
    [
        ("residence", None, "82003", ("2024-11", "2025-02"), [("outdated-nis", "82039")]),
        ("residence", None, "82003", ("2024-10", "2024-11"), []),
        ("establishment", "abroad", "44011", ("2025-01", "2025-02"), [("outdated-nis", "44083")]),
        ("payer_office", None, "82039", ("2024-11", "2024-12"), [("premature-nis", None)]),
    ],
)
def test_a_code_outside_its_validity_is_told_whichever_factor_gives_it(
    *, factor, situation, nis, months, told
):
    answer = resolve(
        DomicileHistory(()),
        MonthPeriod.parse(*months),
        as_of=dt.date(2026, 1, 1),
        circumstances=Circumstances(**{factor: Place(nis=nis)}, situation=situation),
    )
    notices = [each for each in answer.notices if each.code.endswith("-nis")]
    assert [(each.code, each.facts.get("successor")) for each in notices] == told
    assert answer.segments[0].factor == factor


def test_an_outdated_code_is_told_once_and_only_where_it_decides():
    def codes(spells, begin):
        answer = resolve(
            history_from(spells),
            MonthPeriod.parse(begin, "2025-06"),
            as_of=dt.date(2026, 1, 1),
            circumstances=Circumstances(residence=Place(nis="82003")),
        )
        return [each.code for each in answer.notices if each.code.endswith("-nis")]

    assert codes([{"from": "2015-01-01", "nis": "11002"}], "2025-01") == []
    assert codes([{"from": "2015-01-01", "to": "2025-02-10", "nis": "82003"}], "2025-01") == [
        "outdated-nis"
    ]
