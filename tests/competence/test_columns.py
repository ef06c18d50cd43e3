"""A population at once: the same answers as one child at a time."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kszclient.competence import DomicileHistory, Spell, resolve, rulebook
from kszclient.competence.columns import resolve_frame
from kszclient.errors import DomicileError, InvalidValueError
from kszclient.values import MonthPeriod
from tests.competence.histories import DAYS, histories, periods, readings

KEYS = ("from", "to", "area", "entity", "cadaster", "keeper", "source", "rule", "certainty")


def frame(children):
    """One row a spell, a child being known by its position."""
    rows = [
        {
            "child": child,
            "from": spell.begin,
            "to": spell.end,
            "nis": spell.nis,
            "postcode": spell.postcode,
            "country": spell.country,
            "known_on": spell.known_on,
        }
        for child, spells in enumerate(children)
        for spell in spells or [None]
        if spell
    ]
    rows += [{"child": child} for child, spells in enumerate(children) if not spells]
    day, text = pl.Date, pl.String
    schema = {"child": pl.Int64, "from": day, "to": day, "nis": text, "postcode": text}
    return pl.DataFrame(rows, schema={**schema, "country": text, "known_on": day})


def single(spells, period, **more):
    try:
        answer = resolve(DomicileHistory(spells), period, **more)
    except DomicileError:
        return None
    return [
        (
            each.begin.first_day,
            each.end.first_day,
            *(getattr(each, name) for name in KEYS[2:]),
        )
        for each in answer.segments
    ]


def _day(text):
    return text and dt.date.fromisoformat(text)


def history(*rows):
    return [
        Spell(
            begin=_day(begin),
            end=_day(end),
            known_on=_day(known_on),
            **({"nis": place} if place.isdigit() else {"country": place}),
        )
        for begin, end, place, known_on in rows
    ]


def months(begin, end, as_of):
    plain = {"known_on": None, "book": rulebook()}
    return {"period": MonthPeriod.parse(begin, end), "as_of": dt.date.fromisoformat(as_of), **plain}


CORRECTED_TWICE = history(
    ("2019-01-01", None, "62063", None),
    ("2023-12-15", "2024-01-01", "62063", "2024-03-01"),
    ("2018-06-01", None, "FR", None),
)
LATE_OVER_AN_OVERLAP = history(
    ("2020-06-01", "2021-04-30", "FR", None),
    ("2020-01-01", None, "11002", None),
    ("2021-03-15", "2021-04-05", "11002", "2021-09-01"),
)
CONTESTED_WHILE_FEDERAL = history(
    ("2015-01-01", None, "11002", None), ("2017-03-10", "2018-11-30", "62063", None)
)
CONTESTED_SINCE = history(
    ("2015-01-01", None, "11002", None), ("2017-03-10", "2018-12-31", "62063", None)
)


@example(children=[CORRECTED_TWICE], **months("2024-01", "2024-01", "2024-01-01"))
@example(children=[LATE_OVER_AN_OVERLAP], **months("2021-04", "2021-04", "2026-01-01"))
@example(
    children=[CONTESTED_WHILE_FEDERAL, CONTESTED_SINCE],
    **months("2017-01", "2019-12", "2026-01-01"),
)
@given(
    children=st.lists(histories, min_size=1, max_size=6),
    period=periods,
    as_of=st.sampled_from([dt.date(2018, 6, 1), dt.date(2022, 5, 1), dt.date(2026, 1, 1)]),
    known_on=st.none() | st.sampled_from(DAYS),
    book=readings,
)
def test_the_columns_agree_with_the_single_resolver(children, period, as_of, known_on, book):
    more = {"as_of": as_of, "known_on": known_on, "book": book}
    answer = resolve_frame(frame(children), period, **more)
    found = {child: [] for child in range(len(children))}
    for child, *row in answer.segments.rows():
        found[child].append(tuple(row))
    contradicting = set(answer.contradictions["child"])
    for child, spells in enumerate(children):
        expected = single(spells, period, **more)
        assert (child in contradicting) == (expected is None)
        assert found[child] == (expected or [])
    assert answer.segments["child"].is_sorted()


PERIOD = MonthPeriod.parse("2021-01", "2021-12")
TODAY = dt.date(2026, 11, 22)
DAY = dt.date(2015, 1, 1)


def test_spells_may_be_given_as_a_list_a_child():
    spells = [{"from": DAY, "nis": "11002"}]
    table = pl.DataFrame({"child": ["a", "b"], "spells": [spells, []]})
    answer = resolve_frame(table, PERIOD, as_of=TODAY)
    assert answer.segments.select("child", "entity", "rule").rows() == [
        ("a", "OPGROEIEN", "vl-groeipakket"),
        ("b", None, "no-domicile"),
    ]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"from": [DAY], "country": ["BE"]}, "row 1, column country"),
        ({"from": [DAY], "country": ["France"]}, "row 1, column country"),
        ({"from": [DAY], "country": ["XX"]}, "row 1, column country.*ISO 3166-1"),
        ({"from": [DAY]}, "row 1, columns nis, postcode, country"),
        ({"from": [DAY], "nis": ["11002"], "country": ["FR"]}, "exactly one"),
        (
            {"from": [DAY], "to": [dt.date(2014, 1, 1)], "nis": ["11002"]},
            "column to",
        ),
        ({"from": [None], "nis": ["11002"]}, "column from"),
        ({"from": ["2015-01-01"], "nis": ["11002"]}, "column from: expected days"),
        ({"nis": ["11002"]}, "column from: expected in the table"),
        ({"from": [DAY], "nis": [11002.0]}, "column nis: expected codes"),
        (
            {"from": [DAY], "nis": ["11002"], "until": [DAY], "knownon": [DAY]},
            "columns: knownon, until is not known; expected child, from, to, known_on, nis, ",
        ),
        ({"from": [None], "to": [DAY]}, "row 1, column from: expected a day"),
        ({"from": [None], "known_on": [DAY]}, "row 1, column from: expected a day"),
        ({"spells": [[{"from": None, "to": DAY}]]}, "row 1, column from: expected a day"),
        ({"from": [DAY], "nis": ["11002"], "row": [1]}, "columns: row is not known"),
        ({"spells": [[]], "row": [1]}, "columns: row is not known"),
        ({"spells": [[{"from": DAY, "row": 1}]]}, "column spells, fields: row is not known"),
        ({"from": [DAY], "nis": ["11002"], "85023000125": [1]}, r"\(a key\) is not known"),
        ({"spells": [[]], "from": [DAY]}, "columns: from is not known; expected child, spells"),
        ({"spells": ["x"]}, "column spells: expected lists of spells"),
        ({"spells": [[{"nis": "11002"}]]}, "column spells: expected a field from"),
        ({"spells": [[{"from": DAY, "until": DAY}]]}, "column spells, fields: until is not known"),
    ],
)
def test_a_wrong_row_is_named_without_the_child(columns, message):
    table = pl.DataFrame({"child": ["85023000125"], **columns})
    with pytest.raises(DomicileError, match=message) as caught:
        resolve_frame(table, PERIOD, as_of=TODAY)
    assert "85023000125" not in str(caught.value)


def test_a_period_outside_the_table_is_refused():
    table = pl.DataFrame({"child": [1], "from": [DAY], "nis": ["11002"]})
    with pytest.raises(InvalidValueError, match="1996-01 and 2099-12"):
        resolve_frame(table, MonthPeriod.parse("1995-01", "1996-01"), as_of=TODAY)


def test_a_table_without_children_is_refused():
    with pytest.raises(DomicileError, match="column child: expected"):
        resolve_frame(pl.DataFrame({"spells": [[]]}), PERIOD, as_of=TODAY)


def test_children_with_an_unknown_code_are_set_aside():
    rows = [(1, "99999", None), (2, "11002", None), (3, None, "0000"), (3, "11002", None)]
    table = pl.DataFrame(rows, schema=["child", "nis", "postcode"], orient="row")
    answer = resolve_frame(table.with_columns(pl.lit(DAY).alias("from")), PERIOD, as_of=TODAY)
    assert answer.segments["child"].to_list() == [2]
    assert answer.unknown_places.rows() == [(1,), (3,)]
    assert answer.contradictions.is_empty()


def test_a_wrong_spell_in_a_list_is_named_by_the_row_of_its_child():
    good, bad = ({"from": DAY, "to": end, "nis": "11002"} for end in (DAY, dt.date(2014, 1, 1)))
    table = pl.DataFrame({"child": ["a", "b"], "spells": [[good, good, good], [bad]]})
    with pytest.raises(DomicileError, match="row 2, column to"):
        resolve_frame(table, PERIOD, as_of=TODAY)


@pytest.mark.parametrize("spells", [[], None])
def test_a_population_without_any_spell(spells):
    answer = resolve_frame(pl.DataFrame({"child": [1], "spells": [spells]}), PERIOD, as_of=TODAY)
    assert answer.segments["rule"].to_list() == ["no-domicile"]


def test_an_empty_table_and_a_lazy_one():
    empty = pl.DataFrame({"child": [], "from": []})
    assert resolve_frame(empty, PERIOD, as_of=TODAY).segments.is_empty()
    lazy = pl.LazyFrame({"child": [1], "from": [DAY], "nis": [11002]})
    assert resolve_frame(lazy, PERIOD, as_of=TODAY).segments["area"].to_list() == ["VL"]
