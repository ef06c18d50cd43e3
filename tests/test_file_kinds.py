"""What a file is, is told by what it holds; and every command that reads one says so."""

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
from contextlib import closing

import polars as pl
import pytest

from kszclient.file_kinds import kind_but_rows, kind_of
from tests.cli.typed import kszclient

TEXT = b"dossier,child,from,to,nis\nD-1,16023000160,2024-01,2024-06,44021\n"


def zipped(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x" * 100)
    return file.getvalue()


def tarred():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("dossiers.csv")
        member.size = len(TEXT)
        archive.addfile(member, io.BytesIO(TEXT))
    return file.getvalue()


def database(path):
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("CREATE TABLE d (a)")
        opened.commit()
    return path.read_bytes()


def framed(how):
    file = io.BytesIO()
    getattr(pl.DataFrame({"a": [1]}), how)(file)
    return file.getvalue()


SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
KINDS = {
    "an XLSX workbook": zipped("[Content_Types].xml", *(f"n{i}" for i in range(99)), "xl/w.xml"),
    "a DOCX document": zipped("[Content_Types].xml", "word/document.xml"),
    "an OpenDocument file": zipped("mimetype", "content.xml"),
    "a ZIP archive": zipped("dossiers.csv"),
    "workbook of a spreadsheet": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "gzip": gzip.compress(TEXT),
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "a TAR archive": tarred(),
    "an Arrow": framed("write_ipc"),
    "an Avro": framed("write_avro"),
    "a PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "an RTF document": rb"{\rtf1\ansi dossier}",
    "an HTML page": b"\xef\xbb\xbf\n<html xmlns='x'><table><td>dossier</td></table>",
    "an HTML": b"<!-- made by export -->\n<TABLE border=1><tr><td>dossier",
    "an XML spreadsheet": b"<?xml?><W a='" + SPREADSHEET + b"'/>",
    "an XML document": b"<?xml version='1.0'?><a/>",
    "UTF-16 text without a mark": TEXT.decode().encode("utf-16-le"),
    "UTF-16 text without": TEXT.decode().encode("utf-16-be"),
    "UTF-32": TEXT.decode().encode("utf-32"),
    "UTF-32 text": TEXT.decode().encode("utf-32-be"),
    "binary data": bytes(range(256)) * 4,
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "PGP": b"-----BEGIN PGP MESSAGE-----\n\nhQ",
}
EVERY = pytest.mark.parametrize("name", KINDS)


PLAIN = (
    TEXT,
    TEXT.decode().encode("utf-16"),
    b"",
    b"[dossier];[child]",
    b"<dossier>;child",
    b"\xe9;",
)


@pytest.mark.parametrize("content", PLAIN)
def test_text_is_of_no_other_kind(content):
    assert kind_but_rows(content, io.BytesIO(content)) is None


@pytest.mark.parametrize("text", ['[{"a": 1}]', ' {"a": 1}', "[[1]]", "{}", "[]", '\ufeff["a"]'])
def test_json_is_no_table_and_yet_a_text(text):
    assert kind_but_rows(text.encode()).name == "a JSON file"
    assert kind_of(text.encode()) is None


def said(tmp_path, *words):
    shown = kszclient(*words)
    assert shown.code == 2, shown
    assert shown.out == ""
    return shown.err


@EVERY
@pytest.mark.parametrize("ending", ["csv", "xls", "parquet"])
def test_dossiers_and_domiciles_of_another_kind(tmp_path, name, ending):
    file, good = tmp_path / f"given.{ending}", tmp_path / "good.csv"
    file.write_bytes(KINDS[name])
    good.write_bytes(TEXT)
    dry = ("--out", tmp_path / "out", "--dry-run")
    for words in ((file, *dry), (good, "--domiciles", file, *dry)):
        err = said(tmp_path, "reconcile", *words)
        assert f"given.{ending}: this is " in err
        assert name in err
        assert "not CSV or Parquet" in err


@EVERY
def test_small_files_of_another_kind(tmp_path, name):
    file = tmp_path / "given.json"
    file.write_bytes(KINDS[name])
    for words in (
        ("route", file),
        ("letter", file, "--instance", "KBD", "--language", "nl", "--out", tmp_path / "l.html"),
        ("competence", "--domicile", file, "--from", "2024-01", "--to", "2024-02"),
    ):
        err = said(tmp_path, *words)
        assert "given.json: this is " in err, words
        assert name in err


@EVERY
def test_settings_of_another_kind(tmp_path, name):
    file, good = tmp_path / "given.toml", tmp_path / "good.csv"
    file.write_bytes(KINDS[name])
    file.chmod(0o600)
    good.write_bytes(TEXT)
    words = ("reconcile", good, "--out", tmp_path / "out", "--dry-run")
    for option in ("--mapping", "--profile"):
        err = said(tmp_path, *words, option, file)
        assert name in err
        assert "not TOML" in err


def test_a_database_and_a_parquet_file_are_named_with_the_way_to_read_them(tmp_path):
    path = tmp_path / "dossiers.csv"
    path.write_bytes(database(tmp_path / "d.db"))
    err = said(tmp_path, "reconcile", path, "--out", tmp_path / "out")
    assert "this is an SQLite database" in err
    assert "sqlite:///PATH" in err
    path.write_bytes(framed("write_parquet"))
    assert "this is a Parquet file" in said(tmp_path, "route", path)


def test_json_as_a_table(tmp_path):
    path = tmp_path / "dossiers.csv"
    path.write_text(json.dumps([{"dossier": "D-1"}]))
    assert "this is a JSON file" in said(tmp_path, "reconcile", path, "--out", tmp_path / "out")
