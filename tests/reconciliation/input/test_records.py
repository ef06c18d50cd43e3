"""Quotes that somebody forgot to close, and remarks that rightly go over several lines."""

import pytest

from kszclient.errors import InputError
from kszclient.reconciliation.input.domiciles import read_domiciles
from kszclient.reconciliation.input.dossiers import read_dossiers
from kszclient.reconciliation.input.mapping import Mapping
from kszclient.values import Month
from kszclient.values.month_numbers import MonthRange

MONTHS = MonthRange(Month(1996, 1).number, Month(2026, 7).number)
GHENT, OTHER = "16023000160", "17023001765"
HEADING = "dossier,child,from,to,nis,payer,category,remark"
IN_THE_MIDDLE = "dossier,child,from,remark,to,nis,payer,category"
AT_THE_BEGINNING = "remark,dossier,child,from,to,nis,payer,category"


def row(name, remark="", child=OTHER, heading=HEADING):
    cells = {"dossier": name, "child": child, "from": "2023-01", "nis": "44021", "remark": remark}
    return ",".join(cells.get(column, "") for column in heading.split(","))


def read(tmp_path, *lines, end="\n", last="\n", **how):
    path = tmp_path / "dossiers.csv"
    path.write_text(end.join(lines) + last, newline="")
    found = read_dossiers(path, Mapping(), months=MONTHS, **how)
    return found.rows["dossier"].to_list(), found.rejected["row"].to_list(), found


@pytest.mark.parametrize("heading", [HEADING, IN_THE_MIDDLE, AT_THE_BEGINNING])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("between", [0, 1, 20])
@pytest.mark.parametrize("next_quote", ['zie "bijlage', 'buis 5"', '"zie bijlage"', '""', None])
def test_a_stray_quote_loses_its_own_row_and_no_other(tmp_path, heading, end, between, next_quote):
    rows = [row("Q1", '"urgent', heading=heading)]
    rows += [row(f"R{each}", heading=heading) for each in range(between)]
    rows += [row("Q2", next_quote or "", heading=heading), row("Q3", heading=heading)]
    kept, aside, found = read(tmp_path, heading, *rows, end=end)
    assert kept == [*(f"R{each}" for each in range(between)), "Q2", "Q3"]
    assert aside == [2]
    assert found.rows["row"].to_list() == list(range(3, between + 5))
    assert "a quote opens here" in found.rejected["reason"][0]
    with pytest.raises(InputError, match="row 2: a quote opens here"):
        read(tmp_path, heading, *rows, end=end, strict=True)


def test_a_stray_quote_before_more_rows_than_a_cell_can_hold(tmp_path):
    lines = [row("Q1", '"urgent'), *(row(f"R{each}") for each in range(30_000))]
    kept, aside, _ = read(tmp_path, HEADING, *lines)
    assert (len(kept), aside) == (30_000, [2])


@pytest.mark.parametrize("last", ["", "\n"])
def test_a_stray_quote_in_the_last_row(tmp_path, last):
    assert read(tmp_path, HEADING, row("Q1"), row("Q2", '"urgent'), last=last)[:2] == (["Q1"], [3])


@pytest.mark.parametrize("column", ["dossier", "child", "from", "nis"])
def test_a_stray_quote_in_any_column(tmp_path, column):
    cells = dict(zip(HEADING.split(","), row("Q1").split(","), strict=True))
    cells[column] = '"' + cells[column]
    lines = [",".join(cells.values()), row("Q2"), row("Q3", 'buis 5"'), row("Q4")]
    assert read(tmp_path, HEADING, *lines)[:2] == (["Q2", "Q3", "Q4"], [2])


def test_a_row_with_a_bad_number_is_not_swallowed_either(tmp_path):
    lines = [row("Q1", '"urgent'), row("Q2", child="1.7023E+10"), row("Q3", 'buis 5"')]
    assert read(tmp_path, HEADING, *lines)[:2] == (["Q3"], [2, 3])


@pytest.mark.parametrize(
    "remark",
    [
        '"line one\nline two"',
        '"line one\r\n\r\n- 2024-03-01 called, no answer, once more, and again\r\n- moved"',
        '"phone 0470 12 34 56, 0471123456\nsee 17023001765"',
        '"he said ""yes""\nand signed, on 2024-01-01"',
        '"Jan "Piet" De Smet"',
    ],
)
@pytest.mark.parametrize("heading", [HEADING, IN_THE_MIDDLE, AT_THE_BEGINNING])
def test_remarks_of_several_lines_read_well(tmp_path, remark, heading):
    lines = [row("Q1", remark, heading=heading), row("Q2", heading=heading)]
    assert read(tmp_path, heading, *lines)[:2] == (["Q1", "Q2"], [])


def test_a_cell_that_is_too_long(tmp_path):
    lines = [row("Q1", "x" * (1 << 20) + "x"), row("Q2")]
    kept, aside, found = read(tmp_path, HEADING, *lines)
    assert (kept, aside) == (["Q2"], [2])
    assert "more than 1048576 characters" in found.rejected["reason"][0]


def test_a_reference_over_several_lines_is_none(tmp_path):
    assert read(tmp_path, HEADING, row('"Q\n1"'), row("Q2"))[:2] == (["Q2"], [2])


def test_a_stray_quote_among_domiciles_stops_the_reading(tmp_path):
    path = tmp_path / "domiciles.csv"
    path.write_text(
        f'child,from,nis,remark\n{GHENT},2020-01-01,44021,"x\n'
        f'{OTHER},2020-01-01,44021,\n{OTHER},2022-01-01,21004,5"\n'
    )
    with pytest.raises(InputError, match="row 2: a quote opens here"):
        read_domiciles(path, Mapping())
