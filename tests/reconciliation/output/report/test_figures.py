import polars as pl

from kszclient.reconciliation.output.report.figures import (
    findings_of,
    kinds_of,
    window,
    worst_children,
    worst_payers,
    worst_places,
)
from kszclient.values import Month
from tests.reconciliation.output.report.sample import findings, frame, row

YEAR = {"from": "2023-01", "to": "2023-12"}


def spell(begin, end, source="FLANDERS", **cells):
    return row("months_missing", source=source, **{"from": begin, "to": end}, **cells)


def strips(*rows, months=YEAR):
    found = findings_of(frame(*rows))
    kinds = kinds_of(found, window(found, months))
    return {each.source: each.months for each in kinds["months_missing"].strips}


def test_a_finding_counts_in_every_month_it_touches():
    counts = strips(spell("2023-02", "2023-04"), spell("2023-04", "2023-04"))["FLANDERS"]
    assert counts == (0, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0)


def test_what_lies_outside_the_months_asked_is_cut_off():
    counts = strips(
        spell("2020-01", "2023-01"),
        spell("2023-12", "2030-05"),
        spell("2023-11", None),
        spell("2019-01", "2020-01"),
        spell("2025-01", None),
        spell(None, None),
        spell("soon", "2023-01"),
    )["FLANDERS"]
    assert counts == (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2)


def test_each_register_has_its_own_picture_and_so_have_findings_without_one():
    found = strips(spell("2023-01", "2023-01"), spell("2023-02", "2023-02", source=None))
    assert found["FLANDERS"][:3] == (1, 0, 0)
    assert found[None][:3] == (0, 1, 0)


def test_counting_steps_equals_counting_month_by_month():
    found = findings_of(findings(800, seed=4))
    months = window(found, {"from": "2019-07", "to": "2022-03"})
    for kind, figures in kinds_of(found, months).items():
        for strip in figures.strips:
            rows = [
                (each["from"], each["to"])
                for each in found.collect().iter_rows(named=True)
                if each["kind"] == kind and each["source"] == strip.source and each["from"]
            ]
            assert strip.months == tuple(
                sum(begin <= str(month) <= end for begin, end in rows) for month in months
            )


def test_the_months_are_those_of_the_findings_where_nobody_says_which():
    found = findings_of(frame(spell("2023-05", "2023-06"), spell("2023-07", None)))
    assert window(found, {})[0] == Month(2023, 5)
    assert window(found, {})[-1] == Month(2023, 6)
    assert window(findings_of(frame(spell(None, None))), {}) == ()


def test_the_worst_come_first_with_their_children_and_kinds():
    found = findings_of(
        frame(
            row("not_found", payer="B", pseudonym="P-1", nis="1", municipality="X"),
            row("other_payer", payer="B", pseudonym="P-1", nis="1", municipality="X"),
            row("other_payer", payer="B", pseudonym="P-2", nis="2"),
            row("not_found", payer="A", pseudonym="P-3"),
            row("not_found", pseudonym="P-1"),
        )
    )
    worst = worst_payers(found, 5)
    assert [(each.name, each.total, each.children) for each in worst] == [("B", 3, 2), ("A", 1, 1)]
    assert worst[0].kinds == {"other_payer": 2, "not_found": 1}
    assert len(worst_payers(found, 1)) == 1
    places = [(each.name, each.nis, each.total) for each in worst_places(found, 5)]
    assert places == [("X", "1", 2), (None, "2", 1)]
    assert [(each.name, each.total) for each in worst_children(found, 5)] == [("P-1", 3)]


def test_a_kind_counts_its_findings_and_its_children():
    found = findings_of(
        frame(
            row("incomplete", pseudonym="P-1", severity="low", theme="T"),
            row("incomplete", pseudonym="P-1", severity="low"),
            row("incomplete", severity="high"),
        )
    )
    figures = kinds_of(found, ())["incomplete"]
    assert (figures.total, figures.children) == (3, 1)
    assert figures.severities == {"low": 2, "high": 1}
    assert figures.themes == {"T": 1}


def test_columns_that_hold_nothing_are_text_all_the_same():
    bare = frame(row("incomplete")).with_columns(pl.lit(None).alias("source"))
    assert findings_of(bare).collect_schema()["source"] == pl.String
