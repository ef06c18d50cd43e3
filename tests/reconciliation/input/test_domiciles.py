"""Domiciles of many children: from a second file, or read out of the dossiers."""

import datetime as dt

import polars as pl
import pytest

from kszclient.errors import InputError
from kszclient.reconciliation import Question, plan_of
from kszclient.reconciliation.input.domiciles import placed, read_domiciles
from kszclient.reconciliation.input.mapping import Mapping
from kszclient.values.month_numbers import month_text

GHENT, OTHER = "16023000160", "85023000125"
AS_OF = dt.date(2026, 7, 1)


def spans(*table, **how):
    schema = dict.fromkeys(("dossier", "child", "from", "to", "nis"), pl.String)
    frame = pl.DataFrame(list(table), schema=schema, orient="row")
    plan = plan_of(Question(frame, as_of=AS_OF, margin=0, **how), lambda _: None)
    return plan.lookups["sources"].to_list(), [
        (month_text(row["begin"]), month_text(row["end"]), row["area"])
        for row in plan.spans.iter_rows(named=True)
    ]


def test_a_dossier_tells_where_the_child_lived_in_its_months():
    assert spans(
        ("A", GHENT, "2021-01", "2021-06", "21004"), ("B", GHENT, "2021-10", "2021-12", "44021")
    ) == (
        ["BRUSSELS,FLANDERS"],
        [("2021-01", "2021-09", "BR"), ("2021-10", "2021-12", "VL")],
    )


@pytest.mark.parametrize(
    ("category", "end", "sources"),
    [
        ("TODDLER", "2022-08", "FLANDERS,WALLONIA"),
        ("CHILD_ALLOWANCE", "2022-08", "WALLONIA"),
        (None, "2022-08", "WALLONIA"),
    ],
)
def test_flanders_is_asked_besides_about_participation_allowances(category, end, sources):
    rows = [
        {"dossier": "A", "child": GHENT, "from": "2021-09", "to": end, "nis": "25014"},
        {"dossier": "B", "child": OTHER, "from": "2021-09", "to": end, "nis": "25014"},
    ]
    rows[0]["category"] = category
    rows[1]["category"] = None
    frame = pl.DataFrame(rows, schema_overrides={"category": pl.String})
    plan = plan_of(Question(frame, as_of=AS_OF), lambda _: None)
    assert plan.lookups["sources"].to_list() == [sources, "WALLONIA"]


def test_dossiers_that_contradict_each_other_leave_the_months_open_that_both_claim():
    sources, found = spans(
        ("A", GHENT, "2021-01", "2021-12", "21004"), ("B", GHENT, "2021-06", "2021-12", "44021")
    )
    assert sources == ["FEDERAL,BRUSSELS,FLANDERS,WALLONIA,EASTBELGIUM"]
    assert found == [("2021-01", "2021-05", "BR"), ("2021-06", "2021-12", None)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            ["2020-01-01,,44021,,", "2023-05-10,,62063,,"],
            [("2023-01", "2023-05", "vl"), ("2023-06", "2023-12", "contradictory-domiciles")],
        ),
        (
            ["2020-01-01,2023-08-15,44021,,", "2023-05-10,,62063,,"],
            [
                ("2023-01", "2023-05", "vl"),
                ("2023-06", "2023-08", "contradictory-domiciles"),
                ("2023-09", "2023-12", "wa"),
            ],
        ),
        (
            ["2020-01-01,2023-08-15,44021,,", "2023-05-10,2023-09-20,,,FR"],
            [
                ("2023-01", "2023-05", "vl"),
                ("2023-06", "2023-08", "contradictory-domiciles"),
                ("2023-09", "2023-09", "abroad"),
                ("2023-10", "2023-12", "no-domicile"),
            ],
        ),
        (
            ["2020-01-01,,44021,,", "2020-01-01,,,4000,"],
            [("2023-01", "2023-12", "contradictory-domiciles")],
        ),
        (
            ["2023-02-10,,44021,,", "2023-02-10,,62063,,"],
            [
                ("2023-01", "2023-01", "no-domicile"),
                ("2023-02", "2023-12", "contradictory-domiciles"),
            ],
        ),
    ],
)
def test_domiciles_that_contradict_each_other_say_so_in_the_months_in_dispute(
    tmp_path, lines, found
):
    path = tmp_path / "domiciles.csv"
    rows = [f"{GHENT},{line}" for line in lines] + [f"{OTHER},2020-01-01,,44021,,"]
    path.write_text("\n".join(["child,from,to,nis,postcode,country", *rows]))
    frame = pl.DataFrame(
        {"dossier": ["A", "B"], "child": [GHENT, OTHER], "from": "2023-01", "to": "2023-12"}
    )
    plan = plan_of(Question(frame, domiciles=path, as_of=AS_OF, margin=0), lambda _: None)
    assert plan.lookups["spans"].to_list() == [len(found), 1]
    told = [
        (month_text(row["begin"]), month_text(row["end"]), row["rule"])
        for row in plan.spans.iter_rows(named=True)
    ]
    assert [
        (begin, end, rule.split("-")[0] if rule.startswith(("vl", "wa")) else rule)
        for begin, end, rule in told
    ] == [*found, ("2023-01", "2023-12", "vl")]


def test_a_child_without_a_domicile_is_asked_about_everywhere(tmp_path):
    path = tmp_path / "domiciles.csv"
    path.write_text("child,from,nis\n")
    sources, found = spans(("A", GHENT, "2021-01", "2021-12", ""), domiciles=path)
    assert sources == ["FEDERAL,BRUSSELS,FLANDERS,WALLONIA,EASTBELGIUM"]
    assert [area for _, _, area in found] == [None]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("123,2020-01-01,,44021,,", "column child"),
        (f"{GHENT},,,44021,,", "first day"),
        (f"{GHENT},2020-01-01,2019-01-01,44021,,", "before"),
        (f"{GHENT},2020-01-01,,,,", "exactly one"),
        (f"{GHENT},2020-01-01,,44021,9000,", "exactly one"),
        (f"{GHENT},2020-01-01,,99999,,", "municipality code"),
        (f"{GHENT},2020-01-01,,,0001,", "postcode"),
        (f"{GHENT},2020-01-01,,,,XX", "country"),
        (f"{GHENT},2020-01-01,,,,BE", "country"),
        (f"{GHENT},2020-01-01,,44021", "as many cells"),
    ],
)
def test_a_spell_that_cannot_be_read_stops_the_reading(tmp_path, line, message):
    path = tmp_path / "domiciles.csv"
    path.write_text(f"child,from,to,nis,postcode,country\n{line}\n")
    with pytest.raises(InputError, match=f"row 2.*{message}") as caught:
        read_domiciles(path, Mapping())
    assert GHENT not in str(caught.value)


def test_a_column_of_domiciles_that_a_mapping_tells_of_must_be_there(tmp_path):
    path = tmp_path / "domiciles.csv"
    path.write_text(f"child,from,tot,nis\n{GHENT},2020-01-01,,44021\n")
    with pytest.raises(InputError, match="the heading lacks tott"):
        read_domiciles(path, Mapping(domiciles={"to": "tott"}))


def test_days_and_codes_are_read_as_in_dossiers(tmp_path):
    path = tmp_path / "domiciles.csv"
    path.write_text(f"child,from,to,nis\n{GHENT},01-01-2016,20161231,44021.0\n")
    ((_, begin, end, nis, *_),) = read_domiciles(path, Mapping()).rows()
    assert (begin, end, nis) == (dt.date(2016, 1, 1), dt.date(2016, 12, 31), "44021")


def test_dossiers_without_a_domicile_get_the_one_of_their_first_month(tmp_path):
    spells = pl.DataFrame(
        {
            "child": [GHENT, GHENT, OTHER],
            "from": [dt.date(2020, 1, 1), dt.date(2021, 6, 15), dt.date(2020, 1, 1)],
            "nis": ["21004", "44021", None],
            "postcode": [None, None, "9000"],
        }
    )
    rows = pl.DataFrame(
        [
            (2, GHENT, 2021 * 12 + 6, None, None),
            (3, GHENT, 2021 * 12 + 5, None, None),
            (4, OTHER, 2021 * 12 + 5, None, None),
            (5, GHENT, 2019 * 12, None, None),
        ],
        schema={"row": int, "child": str, "begin": pl.Int32, "nis": str, "postcode": str},
        orient="row",
    )
    found = placed(rows, spells).select("row", "nis", "postcode").rows()
    assert found == [(2, "44021", None), (3, "21004", None), (4, None, "9000"), (5, None, None)]
