"""One child: moves, days that decide, what was known when, contradictions."""

import datetime as dt
import re
from itertools import groupby

import pytest

from kszclient.competence import (
    Area,
    Certainty,
    Circumstances,
    DomicileHistory,
    Entity,
    Language,
    Place,
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
    """Give the runs of months with one area, whether or not they are equally sure."""
    runs = []
    for area, segments in groupby(answer.segments, key=lambda each: each.area):
        run = list(segments)
        runs.append((str(run[0].begin), str(run[-1].end), area))
    return runs


def sureness(answer):
    """Give for each segment its months, how sure it is and the open points it rests on."""
    return [
        (str(each.begin), str(each.end), str(each.certainty), *(each.open_points or ()))
        for each in answer.segments
    ]


def codes(answer):
    return [notice.code for notice in answer.notices]


def ask(spells, begin="2021-01", end="2021-12", **more):
    return resolve(history(*spells), MonthPeriod.parse(begin, end), as_of=TODAY, **more)


def moved_on(day):
    before = str(dt.date.fromisoformat(day) - dt.timedelta(days=1))
    return ("2015-01-01", before, LIEGE), (day, None, ANTWERP)


@pytest.mark.parametrize(
    ("day", "open_month", "certainty"),
    [
        ("2021-03-02", "2021-03", Certainty.LIKELY),
        ("2021-03-07", "2021-03", Certainty.LIKELY),
        ("2021-03-31", "2021-03", Certainty.LIKELY),
        ("2021-04-01", "2021-04", Certainty.UNSURE),
        ("2021-04-02", "2021-04", Certainty.LIKELY),
    ],
)
def test_a_move_counts_from_the_month_after(day, open_month, certainty):
    answer = ask(moved_on(day))
    month = Month.parse(open_month)
    assert areas(answer) == [
        ("2021-01", open_month, Area.WA),
        (str(month.next()), "2021-12", Area.VL),
    ]
    point = "M1" if certainty is Certainty.UNSURE else "M2"
    assert sureness(answer) == [
        ("2021-01", str(month.previous()), "sure"),
        (open_month, open_month, str(certainty), point),
        (str(month.next()), "2021-12", "sure"),
    ]
    assert codes(answer) == ["move-on-first" if point == "M1" else "move-within-month"]


def test_one_disputed_month_leaves_the_years_around_it_sure():
    answer = ask(moved_on("2021-04-01"), "2019-01", "2023-12")
    assert sureness(answer) == [
        ("2019-01", "2021-03", "sure"),
        ("2021-04", "2021-04", "unsure", "M1"),
        ("2021-05", "2023-12", "sure"),
    ]


@pytest.mark.parametrize("day", ["2021-03-07", "2021-04-01"])
def test_the_basis_of_an_open_month_names_the_point_and_the_reading(day):
    before, month, after = ask(moved_on(day)).segments
    point = rulebook().open_points[month.open_points[0]]
    assert f"{point.reading.removesuffix('.')} (open point {point.id})." in month.basis
    assert "The domicile on the last day of the month before decides" in month.basis
    assert {*point.references} <= {*month.basis.partition("[")[2].strip("]").split(", ")}
    for each in (before, after):
        assert "open point" not in each.basis
        assert "not settled" not in each.basis


@pytest.mark.parametrize(("day", "first"), [("2021-03-31", "2021-04"), ("2021-04-01", "2021-04")])
def test_the_reference_day_can_be_read_otherwise(day, first):
    book = rulebook().reading(Settings(reference_day=ReferenceDay.FIRST_DAY))
    answer = ask(moved_on(day), book=book)
    assert areas(answer)[1] == (first, "2021-12", Area.VL)
    basis = answer.at(Month.of(dt.date.fromisoformat(day))).basis
    assert "first day of the month decides, so that a move dated that day counts for" in basis
    assert "last day of the month before" not in basis
    assert "counts for the next month" not in basis


def test_the_basis_says_that_the_reading_is_not_settled():
    assert "likely, not settled" in ask(moved_on("2021-03-07")).at(Month(2021, 3)).basis


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
    assert areas(answer) == [("2021-01", "2021-03", Area.WA), ("2021-04", "2021-12", Area.VL)]
    (notice,) = answer.notices
    assert notice.code == "move-within-month"
    assert "2021-03-10, 2021-03-20" in str(notice)
    assert "2021-03 counts for the place on 2021-02-28, 2021-04 for the place on 2021-03-31" in str(
        notice
    )


def test_a_move_on_the_first_and_another_later_in_the_month_give_one_notice():
    answer = ask(
        [
            ("2015-01-01", "2021-03-31", LIEGE),
            ("2021-04-01", "2021-04-19", EUPEN),
            ("2021-04-20", None, ANTWERP),
        ]
    )
    (notice,) = answer.notices
    assert notice.code == "move-on-first"
    for words in (
        "changes on 2021-04-01, 2021-04-20",
        "a move on 2021-04-01",
        "2021-04 was counted for the place on 2021-03-31, 2021-05 for the place on 2021-04-30",
    ):
        assert words in str(notice)
    assert sureness(answer)[1] == ("2021-04", "2021-04", "unsure", "M1")


def test_a_move_that_changes_nothing_leaves_the_notice_to_the_next():
    rows = [
        {"from": "2015-01-01", "to": "2021-03-31", "country": "FR"},
        {"from": "2021-04-15", "nis": ANTWERP},
    ]
    answer = resolve(history_from(rows), MonthPeriod.parse("2021-04", "2021-05"), as_of=TODAY)
    assert "move-within-month" in codes(answer)
    assert "move-on-first" not in codes(answer)


def test_in_the_month_of_birth_the_first_domicile_counts():
    answer = ask([("2021-03-15", None, ANTWERP)])
    assert areas(answer) == [("2021-01", "2021-02", None), ("2021-03", "2021-12", Area.VL)]
    assert sureness(answer)[1:] == [
        ("2021-03", "2021-03", "likely", "M3"),
        ("2021-04", "2021-12", "sure"),
    ]
    assert codes(answer) == ["history-begins"]
    assert answer.sources == tuple(AuthenticSource)


def test_a_gap_leaves_its_months_open():
    answer = ask([("2015-01-01", "2021-03-09", LIEGE), ("2021-05-10", None, LIEGE)])
    assert areas(answer) == [
        ("2021-01", "2021-03", Area.WA),
        ("2021-04", "2021-05", None),
        ("2021-06", "2021-12", Area.WA),
    ]
    gap = answer.at(Month(2021, 4))
    assert (gap.entity, gap.cadaster, gap.source, gap.rule) == (None, None, None, "no-domicile")
    assert "No domicile" in gap.reason
    assert answer.sources == tuple(AuthenticSource)
    assert "gap" in codes(answer)


def test_a_gap_that_touches_no_deciding_day_changes_nothing():
    answer = ask([("2015-01-01", "2021-03-09", LIEGE), ("2021-03-12", None, LIEGE)])
    assert areas(answer) == [("2021-01", "2021-12", Area.WA)]
    assert "gap" in codes(answer)


@pytest.mark.parametrize(("begin", "told"), [("2021-04", True), ("2021-05", False)])
def test_a_gap_on_the_day_that_decides_for_the_first_month_is_told(begin, told):
    answer = ask([("2020-01-01", "2021-03-19", ANTWERP), ("2021-04-01", None, LIEGE)], begin)
    assert (answer.segments[0].area is None) is told
    assert ("gap" in codes(answer)) is told
    assert ("between spell 1 and spell 2" in " ".join(map(str, answer.notices))) is told


@pytest.mark.parametrize(("begin", "told"), [("2021-04", True), ("2021-05", False)])
def test_an_overlap_on_the_day_that_decides_for_the_first_month_is_told(begin, told):
    answer = ask([("2020-01-01", "2021-03-31", ANTWERP), ("2021-03-20", None, GHENT)], begin)
    assert ("overlap" in codes(answer)) is told


def test_the_first_day_of_the_month_needs_no_day_before_it():
    book = rulebook().reading(Settings(reference_day=ReferenceDay.FIRST_DAY))
    spells = [("2020-01-01", "2021-03-19", ANTWERP), ("2021-04-01", None, LIEGE)]
    answer = ask(spells, "2021-04", book=book)
    assert answer.segments[0].area is Area.WA
    assert "gap" not in codes(answer)


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
        ([("2015-01-01", None, ANTWERP), ("2021-03-10", None, GHENT)], "overlap-open"),
        ([("2015-01-01", None, ANTWERP), ("2015-01-01", None, ANTWERP)], "duplicate"),
    ],
)
def test_an_overlap_that_decides_nothing_is_a_notice(spells, code):
    assert code in codes(ask(spells))


@pytest.mark.parametrize("to", [None, "2018-06-30"])
def test_an_overlap_while_all_areas_were_federal_leaves_only_the_area_open(to):
    spells = [("2015-01-01", None, ANTWERP), ("2017-03-10", to, LIEGE)]
    answer = ask(spells, "2017-01", "2019-12" if to else "2018-12")
    both = "2018-07" if to else "2018-12"
    assert areas(answer)[:2] == [("2017-01", "2017-03", Area.VL), ("2017-04", both, None)]
    assert {each.entity for each in answer.segments[:2]} == {Entity.FEDERAL}
    assert {each.certainty for each in answer.segments} == {Certainty.SURE}
    assert AuthenticSource.EASTBELGIUM not in answer.sources
    assert codes(answer) == ["overlap" if to else "overlap-open", "overlap-areas"]


def test_an_overlap_that_lasts_into_the_months_of_the_entities_is_refused():
    spells = [("2015-01-01", None, ANTWERP), ("2017-03-10", "2019-01-31", LIEGE)]
    assert codes(ask(spells, "2018-01", "2018-12"))[-1] == "overlap-areas"
    with pytest.raises(DomicileError, match="overlap on 2018-12-31"):
        ask(spells, "2018-01", "2019-01")


def weekly(count, *places):
    first = dt.date(2015, 1, 1)
    return [
        (str(first + dt.timedelta(weeks=week)), None, places[week % len(places)])
        for week in range(count)
    ]


def test_hundreds_of_spells_that_overlap_are_told_once():
    answer = ask(weekly(300, ANTWERP, GHENT), "2018-01", "2023-12")
    assert areas(answer) == [("2018-01", "2023-12", Area.VL)]
    (notice,) = [each for each in answer.notices if each.code.startswith("overlap")]
    assert notice.code == "overlaps"
    assert notice.facts["spells"].split(", ") == [str(number) for number in range(1, 301)]


def test_what_is_left_of_a_corrected_spell_is_told_apart_where_it_overlaps():
    rows = [
        {"from": "2017-12-22", "country": "FR", "known_on": "2019-01-01"},
        {"from": "2018-02-27", "to": "2018-06-09", "nis": GHENT, "known_on": "2019-09-01"},
        {"from": "2018-02-04", "to": "2018-09-16", "nis": GHENT, "known_on": "2019-01-01"},
    ]
    answer = resolve(history_from(rows), MonthPeriod.parse("2017-08", "2018-12"), as_of=TODAY)
    # No month is decided by a day of February on which both hold.
    assert codes(answer) == ["overlap", "overlap", "overlap-areas"]
    assert [each.facts.get("begin") for each in answer.notices][:2] == ["2018-02-04", "2018-06-10"]


def test_many_overlaps_name_those_spells_that_take_part_and_those_in_different_areas():
    spells = [
        *(("2016-01-01", "2017-06-30", nis) for nis in [ANTWERP] * 3 + [LIEGE] * 3),
        ("2017-07-01", "2017-08-31", EUPEN),
        *(("2017-09-01", "2018-12-30", ANTWERP), ("2017-10-02", "2017-10-29", EUPEN)),
        ("2018-12-31", None, ANTWERP),
    ]
    answer = ask(spells, "2017-01", "2019-06")
    told = {each.code: each.facts["spells"] for each in answer.notices if "spells" in each.facts}
    assert told == {"overlaps": "1, 2, 3, 4, 5, 6, 8, 9", "overlaps-areas": "1, 2, 3, 4, 5, 6"}
    assert not {"overlap", "overlap-areas", "duplicate"} & {*codes(answer)}
    assert codes(ask(spells, "2017-08", "2019-06"))[-1] == "overlap"


def test_an_overlap_of_addresses_that_do_not_count_is_a_notice():
    rows = [{"from": "2015-01-01", "nis": ANTWERP}, {"from": "2016-01-01", "nis": LIEGE}]
    answer = in_situation("bis-number", rows)
    assert areas(answer) == [("2021-01", "2021-06", None)]
    assert codes(answer) == ["overlap-open", "domicile-not-counted"]


@pytest.mark.parametrize("first_to", ["2021-04-10", "2021-08-31", None])
@pytest.mark.parametrize("second_to", ["2021-08-31", "2021-09-30", None])
def test_an_overlap_is_told_with_its_own_days(first_to, second_to):
    answer = ask([("2015-01-01", first_to, ANTWERP), ("2021-04-10", second_to, GHENT)])
    (notice,) = [each for each in answer.notices if each.code.startswith("overlap")]
    ends = [each for each in (first_to, second_to) if each]
    assert notice.code == ("overlap" if ends else "overlap-open")
    for language in Language:
        text = rulebook().notice_text(notice, language)
        days = re.findall("[0-9]{4}-[0-9]{2}-[0-9]{2}|None", text)
        assert days == ["2021-04-10", *([min(ends)] if ends else [])]


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize(
    ("spells", "end", "open_month"),
    [
        # Either may hold from the 1st on: who closes the first spell the day before gets M1 too.
        (
            [("2020-01-01", None, ANTWERP), ("2021-04-01", None, LIEGE)],
            "2021-04",
            ("unsure", "M1"),
        ),
        (
            [("2020-01-01", "2021-04-05", ANTWERP), ("2021-04-01", None, LIEGE)],
            "2021-05",
            ("unsure", "M1"),
        ),
        (
            [
                ("2020-01-01", "2021-04-05", ANTWERP),
                ("2021-04-06", None, LIEGE),
                ("2021-04-06", None, ANTWERP),
            ],
            "2021-04",
            ("likely", "M2"),
        ),
    ],
)
def test_an_overlap_leaves_a_month_as_open_as_either_spell_would(spells, end, open_month, shuffled):
    answer = ask([spells[0], *spells[:0:-1]] if shuffled else spells, "2021-03", end)
    found = answer.at(Month(2021, 4))
    assert (str(found.certainty), *found.open_points) == open_month
    assert answer.at(Month(2021, 3)).certainty is Certainty.SURE


def test_a_day_of_change_is_told_once_however_spells_overlap():
    answer = ask(
        [("2020-01-01", "2021-04-05", ANTWERP), ("2021-04-01", None, LIEGE),
         ("2021-04-01", None, LIEGE)], "2021-04", "2021-05"
    )  # fmt: skip
    (notice,) = [each for each in answer.notices if each.code == "move-on-first"]
    assert "changes on 2021-04-01, 2021-04-06;" in str(notice)


@pytest.mark.parametrize("country_first", [False, True])
def test_over_an_overlap_the_less_sure_factor_tells_how_sure_the_answer_is(country_first):
    rows = [{"from": "2015-01-01", "nis": "21004"}, {"from": "2016-01-01", "country": "FR"}]
    answer = resolve(
        history_from(rows[::-1] if country_first else rows),
        MonthPeriod.parse("2021-01", "2021-02"),
        as_of=dt.date(2022, 5, 1),
        circumstances=Circumstances(residence=Place(nis="21004")),
    )
    assert sureness(answer) == [("2021-01", "2021-02", "likely", "S4")]


@pytest.mark.parametrize("swapped", [False, True])
def test_what_reaches_over_an_end_keeps_it_whatever_the_order_of_rows(swapped):
    rows = [
        {"from": "2015-01-01", "to": "2021-03-09", "nis": ANTWERP},
        {"from": "2015-01-01", "to": "2021-04-15", "nis": GHENT},
        {"from": "2021-03-10", "nis": LIEGE, "known_on": "2022-01-01"},
    ]
    answer = resolve(
        history_from([rows[1], rows[0], rows[2]] if swapped else rows),
        MonthPeriod.parse("2021-03", "2021-06"),
        as_of=TODAY,
        known_on=dt.date(2021, 12, 1),
    )
    assert areas(answer) == [("2021-03", "2021-04", Area.VL), ("2021-05", "2021-06", None)]


def test_an_overlap_outside_the_months_asked_does_not_matter():
    spells = [
        ("2010-01-01", "2016-12-31", LIEGE),
        ("2014-01-01", None, ANTWERP),
        ("2023-01-01", None, LIEGE),
    ]
    assert areas(ask(spells)) == [("2021-01", "2021-12", Area.VL)]
    assert codes(ask(spells)) == []


MARCH = {"from": "2021-03-10", "to": "2021-05-31", "nis": ANTWERP, "known_on": "2022-02-01"}


@pytest.mark.parametrize(
    ("known_on", "expected"),
    [
        ("2022-01-31", [("2021-01", "2021-12", Area.WA)]),
        (
            "2022-02-01",
            [
                ("2021-01", "2021-03", Area.WA),
                ("2021-04", "2021-06", Area.VL),
                ("2021-07", "2021-12", Area.WA),
            ],
        ),
        (
            None,
            [
                ("2021-01", "2021-03", Area.WA),
                ("2021-04", "2021-04", Area.VL),
                ("2021-05", "2021-05", Area.DG),
                ("2021-06", "2021-06", Area.VL),
                ("2021-07", "2021-12", Area.WA),
            ],
        ),
    ],
)
def test_a_later_registration_corrects_the_days_that_it_covers(known_on, expected):
    rows = [
        {"from": "2021-04-05", "to": "2021-05-04", "nis": EUPEN, "known_on": "2023-02-01"},
        {"from": "2015-01-01", "nis": LIEGE, "known_on": "2020-01-01"},
        MARCH,
    ]
    answer = resolve(
        history_from(rows),
        MonthPeriod.parse("2021-01", "2021-12"),
        as_of=TODAY,
        known_on=known_on and dt.date.fromisoformat(known_on),
    )
    assert areas(answer) == expected
    assert not {"overlap", "gap"} & {*codes(answer)}


def test_a_correction_may_replace_the_whole_of_a_spell():
    rows = [
        {"from": "2021-03-20", "to": "2021-05-31", "nis": LIEGE},
        MARCH,
        {"from": "2021-06-01", "nis": LIEGE},
    ]
    answer = resolve(history_from(rows), MonthPeriod.parse("2021-04", "2021-06"), as_of=TODAY)
    assert areas(answer) == [("2021-04", "2021-06", Area.VL)]


@pytest.mark.parametrize("known_on", [None, "2022-02-01"])
def test_spells_known_on_the_same_day_do_not_correct_each_other(known_on):
    rows = [{"from": "2015-01-01", "nis": LIEGE, "known_on": known_on},
            {**MARCH, "known_on": known_on}]  # fmt: skip
    with pytest.raises(DomicileError, match=r"spell 1 .* and spell 2 .* overlap"):
        resolve(history_from(rows), MonthPeriod.parse("2021-04", "2021-06"), as_of=TODAY)


def test_a_spell_without_a_day_of_knowing_corrects_nothing():
    rows = [{"from": "2015-01-01", "nis": LIEGE, "known_on": "2015-02-01"},
            {**MARCH, "known_on": None}]  # fmt: skip
    with pytest.raises(DomicileError, match="overlap"):
        resolve(history_from(rows), MonthPeriod.parse("2021-04", "2021-06"), as_of=TODAY)


def test_a_spell_that_began_later_was_not_known_before_it_began():
    answer = resolve(
        history(*moved_on("2021-03-10")),
        MonthPeriod.parse("2021-01", "2021-12"),
        as_of=TODAY,
        known_on=dt.date(2021, 2, 1),
    )
    assert areas(answer) == [("2021-01", "2021-12", Area.WA)]


def ask_before(as_of, **more):
    rows = [{"from": "2015-01-01", "nis": LIEGE}, MARCH]
    period = MonthPeriod.parse("2021-01", "2021-06")
    return resolve(history_from(rows), period, as_of=dt.date.fromisoformat(as_of), **more)


def test_what_became_known_after_the_day_of_asking_is_told():
    answer = ask_before("2022-01-31")
    (notice,) = [each for each in answer.notices if each.code == "known-later"]
    assert "Spell 2 became known on 2022-02-01, after 2022-01-31" in str(notice)
    assert "known-later" not in codes(ask_before("2022-02-01"))
    assert "known-later" not in codes(ask_before("2022-01-31", known_on=dt.date(2022, 1, 31)))


def test_what_became_known_between_the_day_of_asking_and_that_of_knowing_is_told():
    answer = ask_before("2022-01-31", known_on=dt.date(2024, 1, 1))
    (notice,) = [each for each in answer.notices if each.code == "known-later"]
    assert "Spell 2 became known on 2022-02-01, after 2022-01-31" in str(notice)


def test_a_spell_known_later_that_answers_nothing_is_not_told():
    rows = [
        {"from": "2015-01-01", "nis": LIEGE},
        {"from": "2015-03-01", "to": "2015-05-31", "nis": ANTWERP, "known_on": "2024-01-01"},
        {"from": "2021-09-01", "nis": ANTWERP, "known_on": "2024-01-01"},
    ]
    period, as_of = MonthPeriod.parse("2021-01", "2021-06"), dt.date(2022, 1, 1)
    assert codes(resolve(history_from(rows), period, as_of=as_of)) == []


def in_situation(name, rows, begin="2021-01", end="2021-06", **more):
    return resolve(
        history_from(rows),
        MonthPeriod.parse(begin, end),
        as_of=TODAY,
        circumstances=Circumstances(situation=name, **more),
    )


HOME = [{"from": "2015-01-01", "nis": ANTWERP}]
ENDED = [{"from": "2015-01-01", "to": "2021-03-14", "nis": ANTWERP}]


@pytest.mark.parametrize("situation", ["struck-off", "abroad", "no-domicile"])
def test_a_situation_that_a_lasting_domicile_contradicts_is_told(situation):
    answer = in_situation(situation, HOME)
    assert areas(answer) == [("2021-01", "2021-06", Area.VL)]
    assert codes(answer) == ["situation-against-domicile"]
    assert "The domicile was followed, because" in str(answer.notices[0])
    for end in ("2021-06", "2021-03"):
        told = codes(in_situation(situation, ENDED, end=end))
        assert "situation-against-domicile" not in told
    assert codes(in_situation("placed", HOME)) == []


def test_a_residence_given_of_a_child_abroad_is_told():
    home = Place(nis=ANTWERP)
    assert codes(in_situation("abroad", [], residence=home)) == ["situation-against-residence"]
    assert codes(in_situation("struck-off", [], residence=home)) == []
    assert codes(in_situation("abroad", [], establishment=home)) == []


def test_a_residence_given_of_a_child_whose_history_is_abroad_is_told_once():
    abroad = [{"from": "2020-01-01", "to": "2021-03-14", "country": "FR"}]
    back = [{"from": "2021-03-15", "nis": ANTWERP}]
    home = Place(nis="21004")
    assert codes(in_situation(None, abroad, residence=home)) == ["situation-against-residence"]
    assert codes(in_situation("abroad", abroad, residence=home)) == ["situation-against-residence"]
    assert codes(in_situation(None, abroad, begin="2021-05", residence=home)) == []
    assert codes(in_situation(None, abroad + back, begin="2021-04", residence=home)) == []
    assert codes(in_situation(None, abroad, establishment=home)) == []
    assert codes(in_situation(None, [], residence=home)) == []


@pytest.mark.parametrize("situation", [None, *rulebook().situations])
@pytest.mark.parametrize("residence", [None, Place(nis=ANTWERP), Place(nis="21004")])
@pytest.mark.parametrize("rows", [[], HOME])
def test_months_that_were_federal_everywhere_are_as_sure_by_every_route(situation, residence, rows):
    answer = in_situation(situation, rows, "2018-06", "2018-12", residence=residence)
    assert sureness(answer) == [("2018-06", "2018-12", "sure", "D3")]
    assert "open point S" not in answer.segments[0].basis


@pytest.mark.parametrize("as_of", ["2018-06-01", "2019-06-01", "2023-12-31", "2024-01-01"])
def test_brussels_in_2019_is_never_more_than_likely(as_of):
    for more in ({}, {"situation": "struck-off", "residence": Place(nis="21004")}):
        rows = [] if more else [{"from": "2015-01-01", "nis": "21004"}]
        answer = resolve(
            history_from(rows),
            MonthPeriod.parse("2019-01", "2019-12"),
            as_of=dt.date.fromisoformat(as_of),
            circumstances=Circumstances(**more),
        )
        (segment,) = answer.segments
        assert (segment.entity, segment.certainty) == (Entity.FEDERAL, Certainty.LIKELY)
        assert "D2" in segment.open_points


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
    assert sureness(answer)[-1] == ("2021-04", "2021-12", "unsure")
    assert answer.sources == tuple(AuthenticSource)
    (notice,) = [each for each in answer.notices if each.code == "end-in-doubt"]
    assert "Spell 1 ends on 2021-03-09; spell 2, which follows later, became known" in str(notice)
    until_march = MonthPeriod.parse("2021-01", "2021-02")
    earlier = resolve(history_from(rows), until_march, as_of=TODAY, known_on=dt.date(2021, 12, 1))
    assert codes(earlier) == []


def test_an_end_after_which_nothing_comes_is_not_in_doubt():
    answer = ask([("2015-01-01", "2021-03-09", LIEGE)], known_on=dt.date(2021, 12, 1))
    assert "end-in-doubt" not in codes(answer)


def test_an_end_that_a_known_spell_follows_at_once_is_not_in_doubt():
    rows = [
        {"from": "2015-01-01", "to": "2021-03-09", "nis": ANTWERP, "known_on": "2015-01-01"},
        {"from": "2021-03-10", "nis": LIEGE, "known_on": "2021-03-20"},
        {"from": "2021-03-10", "nis": "21004", "known_on": "2022-07-15"},
    ]
    period = MonthPeriod.parse("2021-03", "2021-06")
    answer = resolve(history_from(rows), period, as_of=TODAY, known_on=dt.date(2022, 5, 1))
    assert areas(answer) == [("2021-03", "2021-03", Area.VL), ("2021-04", "2021-06", Area.WA)]
    assert codes(answer) == ["move-within-month"]


DOUBTFUL = [
    {"from": "2015-01-01", "to": "2021-03-09", "nis": ANTWERP},
    {"from": "2021-04-10", "nis": LIEGE, "known_on": "2022-06-15"},
]


@pytest.mark.parametrize(
    ("residence", "certainty"), [("21004", "unsure"), (LIEGE, "unsure"), (GHENT, "sure")]
)
def test_months_after_a_doubtful_end_are_unsure_whatever_factor_decides(residence, certainty):
    answer = resolve(
        history_from(DOUBTFUL),
        MonthPeriod.parse("2021-03", "2021-06"),
        as_of=TODAY,
        known_on=dt.date(2022, 5, 1),
        circumstances=Circumstances(residence=Place(nis=residence)),
    )
    after = answer.at(Month(2021, 4))
    assert (str(after.begin), str(after.end)) == ("2021-04", "2021-06")
    assert (after.factor, str(after.certainty)) == ("residence", certainty)
    assert "end-in-doubt" in codes(answer)
    assert ("Spell 1 ends on 2021-03-09" in after.basis) is (certainty == "unsure")
    assert (answer.sources == tuple(AuthenticSource)) is (certainty == "unsure")
    today = resolve(
        history_from(DOUBTFUL[:1]),
        MonthPeriod.parse("2021-03", "2021-06"),
        as_of=TODAY,
        known_on=dt.date(2022, 5, 1),
        circumstances=Circumstances(residence=Place(nis=residence)),
    )
    assert today.at(Month(2021, 4)).certainty is Certainty.SURE


@pytest.mark.parametrize(
    ("end", "doubtful"), [("2021-07", False), ("2021-08", True), ("2021-12", True)]
)
def test_an_end_is_in_doubt_from_the_month_in_which_what_follows_begins(end, doubtful):
    answer = resolve(
        history_from([DOUBTFUL[0], {**DOUBTFUL[1], "from": "2021-08-01"}]),
        MonthPeriod.parse("2021-01", end),
        as_of=TODAY,
        known_on=dt.date(2022, 5, 1),
        circumstances=Circumstances(residence=Place(nis="21004")),
    )
    unsure = [each for each in answer.segments if each.certainty is Certainty.UNSURE]
    assert [(str(each.begin), str(each.end)) for each in unsure] == (
        [("2021-08", end)] if doubtful else []
    )
    assert answer.at(Month(2021, 7)).certainty is Certainty.SURE
    assert ("end-in-doubt" in codes(answer)) is doubtful
    assert (answer.sources == tuple(AuthenticSource)) is doubtful


def test_a_doubtful_end_long_before_the_months_asked_is_not_told():
    rows = [*DOUBTFUL, {"from": "2021-05-10", "nis": GHENT}]
    for begin, told in (("2021-06", False), ("2021-05", True)):
        period = MonthPeriod.parse(begin, "2021-06")
        answer = resolve(history_from(rows), period, as_of=TODAY, known_on=dt.date(2022, 5, 1))
        assert ("end-in-doubt" in codes(answer)) is told


def test_an_end_that_another_known_spell_reaches_over_stays_an_end():
    rows = [
        {"from": "2015-01-01", "to": "2021-03-09", "nis": ANTWERP},
        {"from": "2021-03-01", "to": "2021-04-15", "nis": GHENT},
        {"from": "2021-03-10", "nis": LIEGE, "known_on": "2022-01-01"},
    ]
    answer = resolve(
        history_from(rows),
        MonthPeriod.parse("2021-03", "2021-06"),
        as_of=TODAY,
        known_on=dt.date(2021, 12, 1),
    )
    assert areas(answer) == [("2021-03", "2021-04", Area.VL), ("2021-05", "2021-06", None)]


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
        *("entity_certainty", "cadaster_certainty", "source_certainty"),
    ]
    assert list(answer) == ["as_of", "segments", "sources", "notices"]
    assert [list(segment) for segment in answer["segments"]] == [[*keys, "open_points"], keys]
    assert list(answer["segments"][0]["open_points"]) == ["M2"]
    assert answer["as_of"] == "2026-11-22"
    assert list(answer["sources"]) == ["FLANDERS", "WALLONIA"]
    nowhere = plain(ask([]))["segments"][0]
    assert list(nowhere) == [*keys, "reason"]
    assert nowhere["area"] is None
    assert nowhere["entity"] is None


def test_brussels_is_federal_a_year_longer_which_is_likely():
    answer = resolve(
        DomicileHistory.throughout_at(nis="21004"),
        MonthPeriod.parse("2018-06", "2020-06"),
        as_of=TODAY,
    )
    assert sureness(answer) == [
        ("2018-06", "2018-12", "sure", "D3"),
        ("2019-01", "2019-12", "likely", "D2", "D3"),
        ("2020-01", "2020-06", "sure"),
    ]
    assert [each.entity for each in answer.segments] == [
        *(Entity.FEDERAL, Entity.FEDERAL, Entity.IRISCARE)
    ]


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12-30", "9999-11-01"])
def test_an_end_at_the_end_of_the_calendar_is_open(end):
    assert areas(ask([("0001-01-01", end, LIEGE)])) == [("2021-01", "2021-12", Area.WA)]


def test_an_entity_that_cannot_be_said_is_not_called_sure():
    assert sureness(ask([])) == [("2021-01", "2021-12", "unsure")]
    assert sureness(ask([("2015-01-01", "2021-06-30", LIEGE)])) == [
        ("2021-01", "2021-06", "sure"),
        ("2021-07", "2021-07", "unsure", "M1"),
        ("2021-08", "2021-12", "unsure"),
    ]


def test_where_it_is_unsure_which_register_holds_the_months_more_than_one_is_asked():
    def asked(history, **circumstances):
        return resolve(
            history,
            MonthPeriod.parse("2025-01", "2025-01"),
            as_of=dt.date(2025, 6, 1),
            circumstances=Circumstances(**circumstances),
        ).sources

    moved = history_from(
        [
            {"from": "2015-01-01", "to": "2025-01-14", "nis": "62063"},
            {"from": "2025-01-15", "nis": "11002"},
        ]
    )
    assert set(asked(moved)) == {AuthenticSource.FLANDERS, AuthenticSource.WALLONIA}
    at_home = DomicileHistory.throughout_at(nis="11002")
    assert asked(at_home) == (AuthenticSource.FLANDERS,)
    bis = asked(at_home, situation="bis-number", residence=Place(nis="11002"))
    assert bis == tuple(AuthenticSource)


@pytest.mark.parametrize(
    ("nis", "month", "as_of", "sure"),
    [
        ("63023", "2021-05", "2026-11-22", ("sure", "sure", "unsure")),
        ("63023", "2021-05", "2022-11-22", ("sure", "sure", "likely")),
        ("21004", "2019-05", "2026-11-22", ("sure", "likely", "likely")),
        ("11002", "2018-05", "2022-11-22", ("sure", "likely", "sure")),
        ("11002", "2021-05", "2026-11-22", ("sure", "sure", "sure")),
    ],
)
def test_a_sure_entity_stays_sure_where_its_register_or_source_is_not(nis, month, as_of, sure):
    history = DomicileHistory.throughout_at(nis=nis)
    period = MonthPeriod.parse(month, month)
    segment = resolve(history, period, as_of=dt.date.fromisoformat(as_of)).segments[0]
    parts = (segment.entity_certainty, segment.cadaster_certainty, segment.source_certainty)
    assert parts == sure
    assert segment.certainty == Certainty.least(parts)


def test_what_a_move_leaves_open_is_open_in_every_part():
    segment = ask(moved_on("2021-03-07"), "2021-03", "2021-03").segments[0]
    parts = (segment.entity_certainty, segment.cadaster_certainty, segment.source_certainty)
    assert set(parts) == {"likely"}


def test_both_sources_are_asked_where_it_is_open_which_serves_the_register():
    history = DomicileHistory.throughout_at(nis="63023")
    months = MonthPeriod.parse("2024-01", "2024-03")
    assert resolve(history, months, as_of=TODAY).sources == ("WALLONIA", "EASTBELGIUM")
    earlier = MonthPeriod.parse("2021-01", "2021-03")
    before = resolve(history, earlier, as_of=dt.date(2022, 5, 1))
    assert before.sources == ("EASTBELGIUM",)
