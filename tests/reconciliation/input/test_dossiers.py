"""Files of dossiers as offices and spreadsheets make them."""

import datetime as dt
import math
import os
import sqlite3
from contextlib import closing

import polars as pl
import pytest

from kszclient.errors import InputError, InvalidValueError, SettingsError
from kszclient.reconciliation.input.cells import (
    CellError,
    category,
    child_number,
    day,
    month,
    payer,
)
from kszclient.reconciliation.input.dossiers import read_dossiers
from kszclient.reconciliation.input.mapping import Mapping, read_mapping
from kszclient.security import Profile
from kszclient.values import Month, Ssin
from kszclient.values.month_numbers import MonthRange, month_text

MONTHS = MonthRange(Month(1996, 1).number, Month(2026, 7).number)
GHENT = "16023000160"
LINES = ["dossier,child,from,to,nis,payer", f"D-1,{GHENT},2024-01,2024-06,44021,0692793497"]


def read(source, mapping=None, **how):
    return read_dossiers(source, mapping or Mapping(), months=MONTHS, **how)


def only(read_in):
    assert read_in.rejected.is_empty(), read_in.rejected
    (row,) = read_in.rows.iter_rows(named=True)
    return row


def file(tmp_path, content, name="dossiers.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_in_every_dress(tmp_path, encoding, separator, end):
    text = end.join(LINES).replace("D-1", "Élodie").replace(",", separator)
    row = only(read(file(tmp_path, text.encode(encoding))))
    assert (row["dossier"], row["child"], row["nis"]) == ("Élodie", GHENT, "44021")
    assert (month_text(row["begin"]), month_text(row["end"])) == ("2024-01", "2024-06")


def test_the_same_from_parquet_database_and_frame(tmp_path):
    expected = only(read(file(tmp_path, "\n".join(LINES).encode()))) | {"row": 1}
    frame = pl.DataFrame(
        {
            "dossier": ["D-1"],
            "child": [int(GHENT)],
            "from": [dt.date(2024, 1, 1)],
            "to": [dt.datetime(2024, 6, 30, 12)],  # noqa: DTZ001 - as databases give it
            "nis": [44021],
            "payer": [692793497.0],
        }
    )
    assert only(read(frame)) == expected
    frame.write_parquet(tmp_path / "dossiers.parquet")
    assert only(read(tmp_path / "dossiers.parquet")) == expected
    with closing(sqlite3.connect(tmp_path / "dossiers.db")) as database:
        database.execute(
            f"CREATE TABLE d ({LINES[0].replace('from', 'begin').replace('to', 'last')})"
        )
        database.execute("INSERT INTO d VALUES (?, ?, ?, ?, ?, ?)", LINES[1].split(","))
        database.commit()
    query = 'SELECT dossier, child, begin AS "from", last AS "to", nis, payer FROM d'
    url = f"sqlite:///{tmp_path / 'dossiers.db'}"
    assert only(read(url, Mapping(query=query))) == expected


def test_columns_under_other_names(tmp_path):
    toml = file(
        tmp_path,
        b'separator = ";"\nencoding = "cp1252"\n[columns]\nchild = "INSZ kind"\nnis = "gemeente"\n',
        "mapping.toml",
    )
    text = f"dossier;INSZ kind;from;gemeente\nD-1;{GHENT};2024-01;44021\n"
    row = only(read(file(tmp_path, text.encode()), read_mapping(toml)))
    assert row["child"] == GHENT
    assert row["end"] == MONTHS.end


@pytest.mark.parametrize("ours", ["to", "payer", "category", "nis", "postcode"])
def test_a_column_that_a_mapping_tells_of_must_be_there(tmp_path, ours):
    """Otherwise every dossier would run till today, or no payer be compared, and nobody know."""
    path = file(tmp_path, f"dossier,child,from,tot,nis\nD-1,{GHENT},2024-01,,44021\n".encode())
    with pytest.raises(InputError, match="the heading lacks tott"):
        read(path, Mapping(columns={ours: "tott"}))
    assert only(read(path, Mapping(columns={"to": "TOT"})))["end"] == MONTHS.end


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (b"[columns]\nssin = 'x'", "columns.ssin"),
        (b"separator = ';;'", "separator"),
        (b"nonsense = 1", "nonsense"),
        (b"separator = 1", "mapping.toml: separator: expected a text in quotes"),
        (b"[columns]\nchild = 1", "mapping.toml: columns.*: expected a text in quotes"),
        (b"encoding = 'latin-1' # Li\xe8ge", "mapping.toml: .*UTF-8"),
        (None, "mapping.toml: no such file"),
    ],
)
def test_mappings_that_make_no_sense(tmp_path, toml, message):
    path = tmp_path / "mapping.toml"
    if toml is not None:
        path.write_bytes(toml)
    with pytest.raises(SettingsError, match=message):
        read_mapping(path)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("D,123,2024-01,,44021,", "child", "eleven digits"),
        ("D,16023000161,2024-01,,44021,", "child", "check digits"),
        ("D,1.6023E+10,2024-01,,44021,", "child", "rounded"),
        ("D,,2024-01,,44021,", "child", "empty"),
        (f",{GHENT},2024-01,,44021,", "dossier", "empty"),
        (f"{GHENT},{GHENT},2024-01,,44021,", "dossier", "number of a person"),
        (f"{'D' * 65},{GHENT},2024-01,,44021,", "dossier", "64"),
        (f"D,{GHENT},,,44021,", "from", "empty"),
        (f"D,{GHENT},jan-24,,44021,", "from", "YYYY-MM"),
        (f"D,{GHENT},2024-13,,44021,", "from", "no such month"),
        (f"D,{GHENT},99/12/2021,,44021,", "from", "no such day"),
        (f"D,{GHENT},2024-02-30,,44021,", "from", "no such day"),
        (f"D,{GHENT},2024-06,2024-01,44021,", "to", "before"),
        (f"D,{GHENT},1980-01,,44021,", "from", "between"),
        (f"D,{GHENT},2030-01,,44021,", "from", "between"),
        (f"D,{GHENT},2024-01,,99999,", "nis", "no table"),
        (f"D,{GHENT},2024-01,,,", "nis", "municipality code"),
        (f"D,{GHENT},2024-01,,44021,abc", "payer", "enterprise number"),
        (f"D,{GHENT},2024-01,,44021,0692793498", "payer", "check digits"),
        (f"D,{GHENT},2024-01,,44021", "", "as many cells"),
    ],
)
def test_bad_rows_are_set_aside_and_the_rest_goes_on(tmp_path, line, column, reason):
    path = file(tmp_path, "\n".join([LINES[0], line, LINES[1]]).encode())
    found = read(path)
    assert found.rows["dossier"].to_list() == ["D-1"]
    ((row, where, why),) = found.rejected.rows()
    assert (row, where) == (2, column)
    assert reason in why
    assert GHENT not in why
    with pytest.raises(InputError, match="row 2") as caught:
        read(path, strict=True)
    assert GHENT not in str(caught.value)


@pytest.mark.parametrize("word", ["NULL", "nan", "None", "NA"])
def test_a_word_for_nothing_is_no_category(word):
    frame = pl.DataFrame({"dossier": ["D", "E"], "child": [GHENT] * 2, "from": ["2024-01"] * 2,
                          "nis": ["44021"] * 2, "category": [word, "NEW_KIND"]})  # fmt: skip
    found = read(frame)
    assert found.rows["category"].to_list() == ["NEW_KIND"]
    ((row, column, reason),) = found.rejected.rows()
    assert (row, column) == (1, "category")
    assert "an empty cell for the basic amount" in reason


def test_no_number_is_an_empty_cell():
    """Libraries of columns write NaN where a number is missing."""
    frame = pl.DataFrame({"dossier": ["D"], "child": [int(GHENT)], "from": ["2024-01"],
                          "to": [math.nan], "nis": [44021.0], "payer": [math.nan]})  # fmt: skip
    row = only(read(frame))
    assert (row["end"], row["payer"]) == (MONTHS.end, None)


def test_a_person_whom_the_environment_must_not_be_asked_about(tmp_path):
    def admit(_ssin):
        raise InvalidValueError("SSIN", "synthetic", "not here")

    found = read(file(tmp_path, "\n".join(LINES).encode()), admit=admit)
    assert found.rejected["column"].to_list() == ["child"]


@pytest.mark.parametrize("child", ["00003241778", "24203200171", "24.20.32-001.71"])
def test_a_child_whose_number_the_contract_does_not_admit_is_set_aside(tmp_path, child):
    text = f"dossier,child,from,nis\nD1,{child},2024-01,44021\nD2,{GHENT},2024-01,44021\n"
    found = read(file(tmp_path, text.encode()), admit=Profile.load("mock").admit_question)
    (row,) = found.rejected.rows()
    assert row[:2] == (2, "child")
    assert "ask the KSZ" in row[2]


@pytest.mark.parametrize("reference", ["00003241778", "x 10 20 01-001.28", "24203200171/a"])
def test_a_reference_that_holds_a_number_counted_on(tmp_path, reference):
    text = f"dossier,child,from,nis\n{reference},{GHENT},2024-01,44021\n"
    (row,) = read(file(tmp_path, text.encode())).rejected.rows()
    assert "holds the number of a person" in row[2]


def test_a_postcode_will_do(tmp_path):
    text = f"dossier,child,from,postcode\nD-1,{GHENT},2024-01,9000\nD-2,{GHENT},2024-01,0001\n"
    found = read(file(tmp_path, text.encode()))
    assert found.rows["postcode"].to_list() == ["9000"]
    assert found.rejected["column"].to_list() == ["postcode"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "lacks dossier, child, from"),
        (f"{GHENT};2024-01\n".encode(), "lacks dossier"),
        (f"dossier,child,from\nD,{GHENT},2024-01\n".encode(), "nis or postcode"),
        (b"PAR1 is no Parquet", "damaged"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, content, message):
    with pytest.raises(InputError, match=message) as caught:
        read(file(tmp_path, content))
    assert GHENT not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "query", "message"),
    [
        ("sqlite:////nowhere/at/all.db", None, "needs a query"),
        ("sqlite:////nowhere/at/all.db", "SELECT 1", "no such file"),
        ("/nowhere/at/all.csv", None, "cannot be read"),
    ],
)
def test_places_that_cannot_be_read(source, query, message):
    with pytest.raises(InputError, match=message):
        read(source, Mapping(query=query))


@pytest.mark.parametrize("source", [pl.LazyFrame({"dossier": ["D"]}), ["D"], None])
def test_what_is_no_table_is_named(source):
    with pytest.raises(InputError, match=f"got {type(source).__name__}"):
        read(source)


def test_a_pipe_cannot_be_read_twice(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="a pipe or device cannot be read") as caught:
        read(tmp_path / "pipe")
    assert "Save it to a file" in str(caught.value.next_step)


def test_an_encoding_that_does_not_fit(tmp_path):
    path = file(tmp_path, "\n".join(LINES).encode("utf-16"))
    with pytest.raises(InputError, match="encoding utf-8"):
        read(path, Mapping(encoding="utf-8"))


@pytest.mark.parametrize(
    ("encoding", "told", "bad"),
    [
        ("utf-8", "utf-8", b"\xe9"),
        ("cp1252", None, b"\x81\xe9"),
        ("utf-16", None, b"\x00\xd8\x00\x00"),
    ],
)
@pytest.mark.parametrize("rows", [1, 5_000])
def test_octets_that_are_none_of_the_encoding_are_refused_by_row(
    tmp_path, encoding, told, bad, rows
):
    line = f"D,{GHENT},2024-01,2024-06,44021,\n"
    begin = (LINES[0] + "\n" + line * rows + "D-").encode(encoding)
    path = file(tmp_path, begin + bad + line.encode(encoding.replace("16", "16-le")))
    with pytest.raises(InputError, match=f"row {rows + 2}: expected text in the encoding"):
        read(path, Mapping(encoding=told))


def test_octets_that_are_none_of_the_encoding_in_the_heading(tmp_path):
    with pytest.raises(InputError, match="heading: expected text in the encoding utf-8"):
        read(file(tmp_path, b"dossier,child,from,nis,\xe9\n"), Mapping(encoding="utf-8"))


@pytest.mark.parametrize("before", ["\n", "\r\n \r\n", ",,,,,\n", "sep=,\n\n"])
def test_empty_rows_before_the_heading(tmp_path, before):
    row = only(read(file(tmp_path, (before + "\n".join(LINES)).encode())))
    assert row["row"] == before.count("\n") + 2


def test_a_heading_over_several_lines(tmp_path):
    text = f'"dossier\n";"INSZ\r\nkind";"from";"nis";"a; b"\nD-1;{GHENT};2024-01;44021;\n'
    row = only(read(file(tmp_path, text.encode()), Mapping(columns={"child": "INSZ kind"})))
    assert (row["row"], row["child"]) == (2, GHENT)


@pytest.mark.parametrize("end", ["", '5"', None])
def test_a_stray_quote_in_the_heading(tmp_path, end):
    text = f'dossier,child,from,nis,"remark\nD-1,{GHENT},2024-01,44021,\n' + (
        f"D-2,{GHENT},2024-01,44021,{end}\n" if end is not None else ""
    )
    with pytest.raises(InputError, match="a quote opens in the heading"):
        read(file(tmp_path, text.encode()))


def test_what_spreadsheets_do_to_cells():
    young = "04023000102"
    lost = young.lstrip("0")
    assert child_number(f"'{young}").digits == child_number(int(lost)).digits == young
    assert child_number(f'="{young}"').digits == child_number(float(lost)).digits == young
    assert month(dt.date(2024, 5, 31)) == month("31/05/2024") == month("45443") == Month(2024, 5)
    assert day("31/5/2024") == day(dt.datetime(2024, 5, 31)) == dt.date(2024, 5, 31)  # noqa: DTZ001
    assert payer("BE 0692.793.497") == "0692793497"
    assert category("basic") == "BASIC"
    assert day("") is month(None) is category(" ") is None
    for read_cell, cell in ((day, "tomorrow"), (category, "1+1"), (month, "31/13/2024")):
        with pytest.raises(CellError):
            read_cell(cell)


def test_moments_with_a_time_zone_are_read_by_the_clock_of_brussels(tmp_path):
    new_year = dt.datetime(2023, 12, 31, 23, tzinfo=dt.UTC)
    assert month(new_year) == Month(2024, 1)
    assert day(new_year) == dt.date(2024, 1, 1)
    assert month("9999-12-31T23:59:59Z") == Month(9999, 12)
    frame = pl.DataFrame(
        {"dossier": ["D"], "child": [GHENT], "from": [new_year], "to": [new_year], "nis": [44021]}
    )
    frame.write_parquet(tmp_path / "dossiers.parquet")
    row = only(read(tmp_path / "dossiers.parquet"))
    assert {month_text(row["begin"]), month_text(row["end"])} == {"2024-01"}


@pytest.mark.parametrize(
    "written",
    [
        *("202401.0", "20240101", "20240115.0", "2024-01-01T00:00:00", "2023-12-31T23:00:00Z"),
        *("2024-01-01T00:00:00+01:00", "01/01/2024 0:00:00", "1-1-2024", "2024/01/01 00:00"),
        *("45292.0", "2024-01-31 23:59:59.999"),
    ],
)
def test_months_and_days_as_programs_write_them(written):
    assert month(written) == Month(2024, 1)
    if written != "202401.0":
        assert day(written).replace(day=1) == dt.date(2024, 1, 1)


@pytest.mark.parametrize(
    "written",
    ["2016-01-01rubbish", "2016-01-32", "2016-13-01", "01012016", "2016-01-01T99:00:00Z", "1/1/16"],
)
def test_what_is_no_day(written):
    with pytest.raises(CellError):
        day(written)
    with pytest.raises(CellError):
        month(written)


@pytest.mark.parametrize(("column", "code"), [("nis", "44021.0"), ("postcode", "9000.0")])
def test_a_code_of_a_column_with_a_gap(column, code):
    frame = pl.DataFrame({"dossier": ["D"], "child": [GHENT], "from": ["2024-01"], column: [code]})
    assert only(read(frame))[column] == code.removesuffix(".0")


def test_what_excel_puts_before_the_heading_tells_the_separator(tmp_path):
    text = (
        f"sep=|\r\ndossier|child|from|nis\r\nD;1|{GHENT}|2024-01|44021\r\nD-2|1|2024-01|44021\r\n"
    )
    found = read(file(tmp_path, text.encode("utf-8-sig")))
    assert found.rows["dossier"].to_list() == ["D;1"]
    assert found.rejected.rows()[0][:2] == (4, "child")


def test_capitals_of_the_heading_make_no_difference(tmp_path):
    row = only(
        read(file(tmp_path, f"Dossier;CHILD;From;nis\nD-1;{GHENT};2024-01;44021\n".encode()))
    )
    assert (row["dossier"], row["nis"]) == ("D-1", "44021")


@pytest.mark.parametrize("mark", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_called_one(tmp_path, mark):
    with pytest.raises(InputError, match="a workbook of a spreadsheet"):
        read(file(tmp_path, mark + b"\n,,,"))


def test_a_column_that_stands_twice(tmp_path):
    text = f"dossier,child,Child,child,from,nis\nD-1,,,{GHENT},2024-01,44021\n"
    with pytest.raises(InputError, match="has child more than once"):
        read(file(tmp_path, text.encode()))


@pytest.mark.parametrize("column", ["CHILD", "From", "Nis"])
def test_columns_that_differ_in_capitals_alone(tmp_path, column):
    text = f"dossier;child;from;nis;{column}\n"
    with pytest.raises(InputError, match=f"has {column.lower()} more than once"):
        read(file(tmp_path, text.encode()))
    frame = pl.DataFrame({"dossier": ["D"], "child": [GHENT], "from": ["2024-01"], "nis": [44021]})
    with pytest.raises(InputError, match="has child more than once"):
        read(frame.with_columns(Child=pl.lit("1")))


@pytest.mark.parametrize(
    "reference",
    [
        f"X-{GHENT}",
        f"2024-{GHENT}-1",
        "dossier 16.02.30-001.60",
        "D160230 001 60",
        "16_02_30_001_60/b",
        "8023002364",
        f"1{GHENT}",
        f"{GHENT}01",
        "160230 00 1600 1",
    ],
)
def test_a_reference_that_holds_the_number_of_a_person(tmp_path, reference):
    text = f"dossier,child,from,nis\n{reference},{GHENT},2024-01,44021\n"
    (row,) = read(file(tmp_path, text.encode())).rejected.rows()
    assert row[:2] == (2, "dossier")
    assert "holds the number of a person" in row[2]


@pytest.mark.parametrize(
    "reference",
    ["2024-0001234", f"1{GHENT}", f"{GHENT}1", "2021.05.12-001.34", "16023000161", "10012345"],
)
def test_a_reference_of_many_digits_is_no_number_of_a_person(tmp_path, reference):
    text = f"dossier,child,from,nis\n{reference},85023000125,2024-01,44021\n"
    assert only(read(file(tmp_path, text.encode())))["dossier"] == reference


@pytest.mark.parametrize("sign", "=+-@")
def test_a_reference_that_a_spreadsheet_would_run(tmp_path, sign):
    text = f"dossier,child,from,nis\n{sign}1+1,{GHENT},2024-01,44021\n"
    (row,) = read(file(tmp_path, text.encode())).rejected.rows()
    assert row[:2] == (2, "dossier")
    assert "formula" in row[2]


@pytest.mark.parametrize("end", [";=1+1", ';"=1+1"', "; @SUM(A1)", "\t-1", ";x;+1"])
def test_a_reference_of_which_a_spreadsheet_would_run_a_part(tmp_path, end):
    """Belgian spreadsheets cut at semicolons, though results have commas between cells."""
    frame = pl.DataFrame(
        {"dossier": [f"D1{end}"], "child": [GHENT], "from": ["2024-01"], "nis": ["44021"]}
    )
    (row,) = read(frame).rejected.rows()
    assert row[:2] == (1, "dossier")
    assert "formula" in row[2]


def test_three_zeros_may_be_lost():
    """Of a child born in the first months of 2000 the number begins with three of them."""
    whole = next(
        each for each in (f"000230001{check:02d}" for check in range(1, 98)) if _fits(each)
    )
    frame = pl.DataFrame(
        {"dossier": ["D"], "child": [int(whole)], "from": ["2024-01"], "nis": ["44021"]}
    )
    assert len(str(int(whole))) == 8
    assert only(read(frame))["child"] == whole
    told = frame.with_columns(dossier=pl.col("child").cast(pl.String))
    assert read(told).rejected["column"].to_list() == ["dossier"]
    told = frame.with_columns(dossier=pl.lit("2024/") + pl.col("child").cast(pl.String) + "01")
    assert read(told).rejected["column"].to_list() == ["dossier"]


def _fits(text):
    try:
        Ssin.parse(text)
    except InvalidValueError:
        return False
    return True
