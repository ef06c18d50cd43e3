"""Input by any name, of any size, and as any program wrote it."""

import contextlib
import os
from pathlib import Path

import polars as pl
import pytest

from kszclient.errors import InputError, SettingsError
from kszclient.reconciliation.input.mapping import Mapping
from kszclient.reconciliation.input.parquet import read_parquet
from kszclient.reconciliation.input.table import open_table
from kszclient.reconciliation.question import Question
from tests.cli.typed import kszclient
from tests.reconciliation.input.test_dossiers import GHENT, only, read

ROW = {"dossier": "D-1", "child": GHENT, "from": "2024-01", "to": "2024-06", "nis": "44021"}
NAMES = (
    *("d[1].parquet", "d*.parquet", "d?.parquet", "{d1,d}.parquet", "**", "~", "~root", "-d"),
    *("hf:", "file:", "d%31.parquet", "é.parquet", "d1.csv", os.fsdecode(b"\xe9.parquet")),
)


def parquet(path, *rows, **kinds):
    with path.open("wb") as file:
        pl.DataFrame(list(rows), schema_overrides=kinds).write_parquet(file)
    return path


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_name_is_a_name(tmp_path, monkeypatch, name, form):
    monkeypatch.chdir(tmp_path)
    other = ROW | {"dossier": "D-other"}
    parquet(Path("d1.parquet"), other)
    parquet(Path("dd.parquet"), other)
    if form == "csv":
        Path(name).write_text(",".join(ROW) + "\n" + ",".join(ROW.values()) + "\n")
    else:
        parquet(Path(name), ROW)
    for source in (name, Path(name), Path(name).absolute()):
        assert only(read(source))["dossier"] == "D-1"


@pytest.mark.parametrize("before", ["", ",".join(ROW) + "\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(tmp_path, before, encoding):
    path = tmp_path / "d.csv"
    path.write_text(before + "x," * 9_000_000, encoding=encoding)
    with pytest.raises(InputError, match=r"d\.csv: a line holds more than 16777216 characters"):
        read(path)


@pytest.mark.parametrize("url", ["hf://datasets/a/b.parquet", "s3://a/b.parquet", "file:///d.csv",
                                 "https://a.example/d.csv", "HTTP://a.example/d.csv"])  # fmt: skip
def test_nothing_is_fetched_from_elsewhere(url):
    with pytest.raises(InputError, match="no driver of a database is named") as caught:
        read(url, Mapping(query="SELECT 1"))
    assert "by its path on this machine" in caught.value.next_step


def test_text_without_the_mark_of_text(tmp_path):
    binary = {name: text.encode() for name, text in ROW.items()}
    assert only(read(parquet(tmp_path / "d", binary))) == only(read(pl.DataFrame([ROW])))
    assert only(read(pl.DataFrame([binary]))) == only(read(pl.DataFrame([ROW])))


@pytest.mark.parametrize("column", ROW)
def test_bytes_that_are_no_text_are_set_aside_by_row_and_column(tmp_path, column):
    binary = {name: text.encode() for name, text in ROW.items()}
    path = parquet(tmp_path / "d", binary, binary | {column: b"\xff\xfe\x80"})
    found = read(path)
    assert found.rows.height == 1
    ((row, at, reason),) = found.rejected.iter_rows()
    assert (row, at, reason) == (2, column, "holds bytes that are no text in UTF-8")


@pytest.mark.parametrize("column", ["dossier", "payer"])
def test_several_values_in_a_cell(tmp_path, column):
    with pytest.raises(InputError, match=f"column {column}: expected one value"):
        read(parquet(tmp_path / "d", ROW | {column: ["a", "b"]}))


def test_columns_that_nobody_wants_are_left_out(tmp_path):
    path = parquet(tmp_path / "d", ROW | {"more": ["a", "b"], "Nis": "x"} | {"remark": "x"})
    with pytest.raises(InputError, match="nis more than once"):
        read(path)
    path = parquet(tmp_path / "d", ROW | {"more": ["a", "b"], "remark": "x"})
    assert only(read(path))["dossier"] == "D-1"


def test_a_bomb_is_refused_before_it_is_read(tmp_path):
    bomb = tmp_path / "bomb.parquet"
    frame = pl.DataFrame(ROW).select(pl.all().repeat_by(6_000_000).explode())
    frame.write_parquet(bomb, compression="zstd")
    assert bomb.stat().st_size < 1_000_000
    shown = kszclient("reconcile", bomb, "--out", tmp_path / "out")
    assert shown.code == 2
    assert "holds 6000000 rows, and 5000000 are allowed" in shown.err
    assert "max_rows in the mapping" in shown.err


def test_a_cell_as_large_as_the_memory_is_refused_before_it_is_read(tmp_path):
    path = parquet(tmp_path / "d", ROW | {"dossier": "x" * 30_000_000})
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match="takes some 30 megabytes of memory, more than the 20"):
        read(path, Mapping(max_megabytes=20))
    assert read(path, Mapping(max_megabytes=40)).rejected["column"].to_list() == ["dossier"]
    with pytest.raises(InputError, match="takes some 30 megabytes"):
        open_table(path, Mapping(max_megabytes=20))


def csv(path, rows):
    path.write_text("\n".join([",".join(ROW), *[",".join(ROW.values())] * rows]))
    return path


@pytest.mark.parametrize("form", ["parquet", "csv", "frame"])
def test_the_limit_of_rows_holds_for_every_source(tmp_path, form):
    source = {
        "parquet": lambda: parquet(tmp_path / "d", ROW, ROW, ROW),
        "csv": lambda: csv(tmp_path / "d.csv", 3),
        "frame": lambda: pl.DataFrame([ROW] * 3),
    }[form]()
    with pytest.raises(InputError, match=r"rows, and 2 are allowed") as caught:
        read(source, Mapping(max_rows=2))
    assert "max_rows in the mapping" in caught.value.next_step
    assert read(source, Mapping(max_rows=3)).rows.height == 3


def test_limits_are_positive():
    for key in ("max_rows", "max_megabytes"):
        with pytest.raises(SettingsError, match=f"{key}: expected 1 or more"):
            Mapping(**{key: 0})


def test_a_damaged_file_is_called_so_wherever_it_is_cut(tmp_path):
    whole = parquet(tmp_path / "d", ROW, ROW).read_bytes()
    cut = tmp_path / "cut"
    changed = [whole[:at] for at in range(4, len(whole), 37)]
    for content in changed:
        cut.write_bytes(content)
        with pytest.raises(InputError, match="damaged"):
            read_parquet(cut, {"dossier"}, Mapping())
    for at in range(len(whole) - 500, len(whole)):
        cut.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
        with contextlib.suppress(InputError):  # what it holds may be right all the same
            read_parquet(cut, {"dossier"}, Mapping())


@pytest.mark.parametrize(
    "space", ["\u00a0", "\u202f", "\u2009", "\u2007", " ", "\u2000", "\u2006", "\u3000", "\u1680"]
)
@pytest.mark.parametrize("decimals", ["", ".0", ",0", ",00", ".00"])
def test_numbers_as_spreadsheets_show_them(space, decimals):
    grouped = ROW | {
        "child": f"16{space}023{space}000{space}160{decimals}",
        "nis": f"44{space}021{decimals}",
        "payer": f"692{space}793{space}497{decimals}",
    }
    row = only(read(pl.DataFrame([grouped])))
    assert (row["child"], row["nis"], row["payer"]) == (GHENT, "44021", "0692793497")
    postcode = {name: text for name, text in ROW.items() if name != "nis"}
    row = only(read(pl.DataFrame([postcode | {"postcode": f"9{space}000{decimals}"}])))
    assert row["postcode"] == "9000"


@pytest.mark.parametrize("unseen", ["\u200b", "\u200e", "\u202a", "\u2060", "\u2069", "\u00ad"])
def test_what_is_copied_unseen_with_a_figure_is_left_out(unseen):
    copied = {key: f"{unseen}{text[:3]}{unseen}{text[3:]}{unseen}" for key, text in ROW.items()}
    row = only(read(pl.DataFrame([copied | {"dossier": "D-1"}])))
    assert row == only(read(pl.DataFrame([ROW])))
    # A reference is shown as it stands, so it must hold nothing unseen.
    refused = read(pl.DataFrame([ROW | {"dossier": f"D{unseen}-1"}])).rejected
    assert "hidden characters" in refused["reason"][0]


@pytest.mark.parametrize("hyphen", ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212"])
def test_hyphens_of_word_processors(hyphen):
    written = ROW | {"from": f"2024{hyphen}01", "child": f"16.02.30{hyphen}001.60"}
    assert only(read(pl.DataFrame([written]))) == only(read(pl.DataFrame([ROW])))


@pytest.mark.parametrize(
    "child",
    ["16,023,000,160", "16,023,000,160.00", "16'023'000'160", "16\u2019023\u2019000\u2019160"],
)
def test_groups_of_other_countries_in_a_number_with_check_digits(child):
    assert only(read(pl.DataFrame([ROW | {"child": child}])))["child"] == GHENT


@pytest.mark.parametrize(
    "child", ["16,023000,160", "16,023'000,160", "1,6023000160", "16,023,000,161"]
)
def test_other_groups_are_no_number(child):
    assert read(pl.DataFrame([ROW | {"child": child}])).rows.is_empty()


def test_a_mark_of_the_encoding_that_stands_there_twice(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("\ufeff\ufeff" + ",".join(ROW) + "\n" + ",".join(ROW.values()) + "\n")
    assert only(read(path))["dossier"] == "D-1"


def test_a_name_that_is_too_long_is_bad_input(tmp_path):
    for words in (("d" * 256,), (tmp_path / "d", "--domiciles", "d" * 256)):
        (tmp_path / "d").write_text(",".join(ROW) + "\n" + ",".join(ROW.values()) + "\n")
        shown = kszclient("reconcile", *words, "--out", tmp_path / "out", "--dry-run")
        assert (shown.code, "File name too long" in shown.err) == (2, True)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@host/name",
        "mssql+pyodbc:///?odbc_connect=UID%3Da%3BPWD%3Dsecret",
        "mysql://host/name?password=secret",
        "oracle://me:se@cret@secret/x",
    ],
)
def test_a_question_does_not_show_the_password_of_a_database(url):
    shown = repr(Question(url, domiciles=url))
    assert "secret" not in shown
    assert f"{url.partition(':')[0]}://..." in shown
    assert "d.csv" in repr(Question("d.csv"))


@pytest.mark.parametrize("form", ["pipe", "device", "folder"])
def test_what_is_no_file_is_not_waited_for(tmp_path, form):
    path = tmp_path / "d"
    if form == "pipe":
        os.mkfifo(path)
    elif form == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    shown = kszclient("reconcile", path, "--out", tmp_path / "out")
    assert shown.code == 2
    assert "cannot be read" in shown.err
