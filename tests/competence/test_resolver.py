"""One child: moves, days that decide, what was known when, contradictions."""

import datetime as dt

import pytest

from kszclient.competence import (
    Area,
    Certainty,
    DomicileHistory,
    Entity,
    ReferenceDay,
    Settings,
    history_from,
    resolve,
    rulebook,
)
from kszclient.errors import DomicileError, InvalidValueError, SettingsError
from kszclient.values import AuthenticSource, Month, MonthPeriod, plain

LIEGE, ANTWERP, GHENT, EUPEN = "62063", "11002", "44021", "63023"
TODAY = dt.date(2026, 11, 22)


def history(*spells):
    return history_from({"from": begin, "to": end, "nis": nis} for begin, end, nis in spells)


def areas(answer):
    return [(str(each.begin), str(each.end), each.area) for each in answer.segments]


def codes(answer):
    return [notice.code for notice in answer.notices]


def ask(spells, begin="2021-01", end="2021-12", **more):
    return resolve(history(*spells), MonthPeriod.parse(begin, end), as_of=TODAY, **more)


def moved_on(day):
    before = str(dt.date.fromisoformat(day) - dt.timedelta(days=1))
    return ("2015-01-01", before, LIEGE), (day, None, ANTWERP)


@pytest.mark.parametrize(
    ("day", "first_month", "certainty"),
    [
        ("2021-03-02", "2021-04", Certainty.LIKELY),
        ("2021-03-07", "2021-04", Certainty.LIKELY),
        ("2021-03-31", "2021-04", Certainty.LIKELY),
        ("2021-04-01", "2021-05", Certainty.UNSURE),
        ("2021-04-02", "2021-05", Certainty.LIKELY),
    ],
)
def test_a_move_counts_from_the_month_after(day, first_month, certainty):
    answer = ask(moved_on(day))
    month = Month.parse(first_month)
    assert areas(answer) == [
        ("2021-01", str(month.previous()), Area.WA),
        (first_month, "2021-12", Area.VL),
    ]
    assert [each.certainty for each in answer.segments] == [certainty, Certainty.SURE]
    assert codes(answer) == [
        "move-on-first" if certainty is Certainty.UNSURE else "move-within-month"
    ]


@pytest.mark.parametrize(("day", "first"), [("2021-03-31", "2021-04"), ("2021-04-01", "2021-04")])
def test_the_reference_day_can_be_read_otherwise(day, first):
    book = rulebook().reading(Settings(reference_day=ReferenceDay.FIRST_DAY))
    answer = ask(moved_on(day), book=book)
    assert areas(answer)[1] == (first, "2021-12", Area.VL)
    assert "first day of the month" in answer.segments[1].basis


def test_the_basis_says_that_the_reading_is_not_settled():
    assert "likely, not settled" in ask(moved_on("2021-03-07")).segments[0].basis
    throughout = resolve(
        DomicileHistory.throughout_at(nis=LIEGE),
        MonthPeriod.parse("2021-01", "2021-02"),
        as_of=TODAY,
    )
    assert "not settled" not in throughout.segments[0].basis


def test_a_move_within_an_area_changes_nothing():
    answer = ask([("2015-01-01", "2021-03-09", ANTWERP), ("2021-03-10", None, GHENT)])
    assert areas(answer) == [("2021-01", "2021-12", Area.VL)]
    assert answer.segments[0].certainty is Certainty.SURE
    assert answer.notices == ()


def test_a_move_while_all_was_federal_leaves_no_doubt():
    answer = ask(
        [("2010-01-01", "2017-03-31", LIEGE), ("2017-04-01", None, ANTWERP)], "2017-01", "2017-12"
    )
    assert [each.entity for each in answer.segments] == [Entity.FEDERAL] * 2
    assert {each.certainty for each in answer.segments} == {Certainty.SURE}
    assert answer.notices == ()


def test_two_moves_in_one_month_count_once():
    answer = ask(
        [
            ("2015-01-01", "2021-03-09", LIEGE),
            ("2021-03-10", "2021-03-19", EUPEN),
            ("2021-03-20", None, ANTWERP),
        ]
    )
    assert [area for _, _, area in areas(answer)] == [Area.WA, Area.VL]


def test_in_the_month_of_birth_the_first_domicile_counts():
    answer = ask([("2021-03-15", None, ANTWERP)])
    assert areas(answer) == [("2021-01", "2021-02", None), ("2021-03", "2021-12", Area.VL)]
    assert answer.segments[1].certainty is Certainty.LIKELY
    assert codes(answer) == ["history-begins"]
    assert answer.sources == tuple(AuthenticSource)


def test_a_gap_leaves_its_months_open():
    answer = ask([("2015-01-01", "2021-03-09", LIEGE), ("2021-05-10", None, LIEGE)])
    assert areas(answer) == [
        ("2021-01", "2021-03", Area.WA),
        ("2021-04", "2021-05", None),
        ("2021-06", "2021-12", Area.WA),
    ]
    gap = answer.segments[1]
    assert (gap.entity, gap.cadaster, gap.source, gap.rule) == (None, None, None, "no-domicile")
    assert "No domicile" in gap.reason
    assert answer.sources == tuple(AuthenticSource)
    assert "gap" in codes(answer)


def test_a_gap_that_touches_no_deciding_day_changes_nothing():
    answer = ask([("2015-01-01", "2021-03-09", LIEGE), ("2021-03-12", None, LIEGE)])
    assert areas(answer) == [("2021-01", "2021-12", Area.WA)]
    assert "gap" in codes(answer)


def test_a_history_that_ends_leaves_the_rest_open():
    assert areas(ask([("2015-01-01", "2021-06-30", LIEGE)])) == [
        ("2021-01", "2021-07", Area.WA),
        ("2021-08", "2021-12", None),
    ]


def test_no_history_at_all():
    answer = ask([])
    assert areas(answer) == [("2021-01", "2021-12", None)]


def test_contradicting_spells_are_named():
    spells = [("2015-01-01", None, LIEGE), ("2021-03-10", None, ANTWERP)]
    with pytest.raises(DomicileError, match=r"spell 1 \(2015-01-01 to now\) and spell 2 .*overlap"):
        ask(spells)


def test_spells_keep_their_numbers_as_given():
    spells = [("2021-03-10", None, ANTWERP), ("2015-01-01", None, LIEGE)]
    with pytest.raises(DomicileError, match=r"spell 2 .* and spell 1 "):
        ask(spells)


@pytest.mark.parametrize(
    ("spells", "code"),
    [
        ([("2015-01-01", "2021-03-12", LIEGE), ("2021-03-10", None, ANTWERP)], "overlap"),
        ([("2015-01-01", None, ANTWERP), ("2021-03-10", None, GHENT)], "overlap"),
        ([("2015-01-01", None, ANTWERP), ("2015-01-01", None, ANTWERP)], "duplicate"),
    ],
)
def test_an_overlap_that_decides_nothing_is_a_notice(spells, code):
    assert code in codes(ask(spells))


def test_an_overlap_outside_the_months_asked_does_not_matter():
    spells = [
        ("2010-01-01", "2016-12-31", LIEGE),
        ("2014-01-01", None, ANTWERP),
        ("2023-01-01", None, LIEGE),
    ]
    assert areas(ask(spells)) == [("2021-01", "2021-12", Area.VL)]
    assert codes(ask(spells)) == []


LATE = [
    {"from": "2015-01-01", "to": "2021-03-09", "nis": LIEGE},
    {"from": "2021-03-10", "nis": ANTWERP, "known_on": "2021-06-15"},
]


@pytest.mark.parametrize(
    ("known_on", "expected"),
    [
        ("2021-06-14", [("2021-01", "2021-12", Area.WA)]),
        ("2021-06-15", [("2021-01", "2021-03", Area.WA), ("2021-04", "2021-12", Area.VL)]),
        (None, [("2021-01", "2021-03", Area.WA), ("2021-04", "2021-12", Area.VL)]),
    ],
)
def test_a_move_registered_late_was_not_known_before(known_on, expected):
    answer = resolve(
        history_from(LATE),
        MonthPeriod.parse("2021-01", "2021-12"),
        as_of=TODAY,
        known_on=known_on and dt.date.fromisoformat(known_on),
    )
    assert areas(answer) == expected


def test_a_later_known_spell_between_two_known_ones():
    rows = [
        {"from": "2015-01-01", "to": "2021-03-09", "nis": LIEGE},
        {"from": "2021-03-10", "to": "2021-08-31", "nis": ANTWERP, "known_on": "2022-01-01"},
        {"from": "2021-09-01", "nis": EUPEN},
    ]
    answer = resolve(
        history_from(rows),
        MonthPeriod.parse("2021-01", "2021-12"),
        as_of=TODAY,
        known_on=dt.date(2021, 12, 1),
    )
    assert areas(answer) == [("2021-01", "2021-09", Area.WA), ("2021-10", "2021-12", Area.DG)]


def test_the_end_of_a_stay_without_a_successor_stays_an_end():
    rows = [
        {"from": "2015-01-01", "to": "2021-03-09", "nis": LIEGE},
        {"from": "2021-06-10", "nis": ANTWERP, "known_on": "2022-01-01"},
    ]
    answer = resolve(
        history_from(rows),
        MonthPeriod.parse("2021-01", "2021-12"),
        as_of=TODAY,
        known_on=dt.date(2021, 12, 1),
    )
    assert areas(answer) == [("2021-01", "2021-03", Area.WA), ("2021-04", "2021-12", None)]


def test_an_outdated_code_is_answered_with_a_notice():
    answer = ask([("2015-01-01", None, "12030")], "2018-01", "2021-12")
    assert {each.area for each in answer.segments} == {Area.VL}
    assert codes(answer) == ["outdated-nis"]
    assert "12041" in str(answer.notices[0])
    assert codes(ask([("2015-01-01", None, "12030")], "2018-01", "2018-12")) == []


def test_months_that_lie_ahead_are_told():
    answer = ask([("2015-01-01", None, ANTWERP)], "2026-11", "2026-12")
    assert codes(answer) == ["months-ahead"]


def test_the_source_of_an_open_point_can_be_set():
    book = rulebook().reading(Settings(sources={"dg-aviq": AuthenticSource.WALLONIA}))
    answer = ask([("2015-01-01", None, EUPEN)], book=book)
    assert [(each.entity, each.source) for each in answer.segments] == [
        (Entity.DG, AuthenticSource.WALLONIA)
    ]
    with pytest.raises(SettingsError, match="no-such-rule"):
        rulebook().reading(Settings(sources={"no-such-rule": AuthenticSource.WALLONIA}))


@pytest.mark.parametrize(
    "period", [("1995-12", "1996-01"), ("2099-12", "2100-01"), ("2021-01", None)]
)
def test_periods_outside_the_table_are_refused(period):
    with pytest.raises(InvalidValueError, match="1996-01 and 2099-12"):
        ask([("2015-01-01", None, LIEGE)], *period)


def test_at_gives_the_segment_of_a_month():
    answer = ask(moved_on("2021-03-07"))
    assert answer.at(Month(2021, 3)).area is Area.WA
    assert answer.at(Month(2021, 4)).area is Area.VL
    with pytest.raises(InvalidValueError, match="2022-01 was not asked about"):
        answer.at(Month(2022, 1))


def test_plain_form_is_the_published_one():
    answer = plain(ask(moved_on("2021-03-07"), "2021-03", "2021-04"))
    keys = [
        *("from", "to", "area", "entity", "cadaster", "keeper"),
        *("source", "rule", "basis", "certainty"),
    ]
    assert list(answer) == ["as_of", "segments", "sources", "notices"]
    assert [list(segment) for segment in answer["segments"]] == [keys, keys]
    assert answer["as_of"] == "2026-11-22"
    assert list(answer["sources"]) == ["FLANDERS", "WALLONIA"]
    nowhere = plain(ask([]))["segments"][0]
    assert list(nowhere) == [*keys, "reason"]
    assert nowhere["area"] is None
    assert nowhere["entity"] is None


def test_brussels_2018_and_2019_are_one_segment():
    answer = resolve(
        DomicileHistory.throughout_at(nis="21004"),
        MonthPeriod.parse("2018-06", "2020-06"),
        as_of=TODAY,
    )
    assert areas(answer) == [("2018-06", "2019-12", Area.BR), ("2020-01", "2020-06", Area.BR)]
    assert [each.entity for each in answer.segments] == [Entity.FEDERAL, Entity.IRISCARE]


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12-30", "9999-11-01"])
def test_an_end_at_the_end_of_the_calendar_is_open(end):
    assert areas(ask([("0001-01-01", end, LIEGE)])) == [("2021-01", "2021-12", Area.WA)]
