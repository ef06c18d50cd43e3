"""What a file is, is told by what it holds; and every command that reads one says so."""

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
import zlib
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
KINDS = (
    ("an XLSX workbook", zipped("[Content_Types].xml", *(f"n{i}" for i in range(99)), "xl/w.xml")),
    ("a DOCX document", zipped("[Content_Types].xml", "word/document.xml")),
    ("an OpenDocument file", zipped("mimetype", "content.xml")),
    ("a ZIP archive", zipped("dossiers.csv")),
    ("workbook of a spreadsheet", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ("gzip", gzip.compress(TEXT)),
    ("bzip2", bz2.compress(TEXT)),
    ("xz", lzma.compress(TEXT)),
    ("a TAR archive", tarred()),
    ("an Arrow", framed("write_ipc")),
    ("an Avro", framed("write_avro")),
    ("a PDF document", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    ("an RTF document", rb"{\rtf1\ansi dossier}"),
    ("an HTML page", b"\xef\xbb\xbf\n<html xmlns='x'><table><td>dossier</td></table>"),
    ("an HTML", b"<!-- made by export -->\n<TABLE border=1><tr><td>dossier"),
    ("an XML spreadsheet", b"<?xml?><W a='" + SPREADSHEET + b"'/>"),
    ("an XML document", b"<?xml version='1.0'?><a/>"),
    ("UTF-16 text without a mark", TEXT.decode().encode("utf-16-le")),
    ("UTF-16 text without", TEXT.decode().encode("utf-16-be")),
    ("UTF-32", TEXT.decode().encode("utf-32")),
    ("an HTML page", "\ufeff<table><tr>".encode("utf-16-le")),
    ("an HTML page", b"<div><table><tr><td>dossier"),
    ("an XML document", b"<dossiers>\n<dossier>1</dossier>"),
    ("an e-mail or a web archive", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n"),
    ("a SYLK sheet", b'ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K"dossier"\r\n'),
    ("an XLSB workbook", zipped("[Content_Types].xml", "xl/workbook.bin")),
    ("EBCDIC", TEXT.decode().encode("cp500")),
    ("EBCDIC", TEXT.decode().replace("\n", "\x85").encode("cp1140")),
    ("zero bytes", TEXT + bytes(5000)),
    ("zero bytes in", TEXT.replace(b"D-", b"D\0-")),
    ("binary data", zlib.compress(TEXT * 9)),
    ("binary data", b"\x03\x7a\x01\x01\x05\0\0\0\x41\0\x14\0" + bytes(20) + b"DOSSIER\0\0\0\0C"),
    ("binary data", b"\x09\x08\x08\0\0\x05\x05\0" + bytes(50)),
    ("an Access database", b"\0\x01\0\0Standard ACE DB\0" + bytes(100)),
    ("an SPSS file", b"$FL2@(#) SPSS DATA FILE" + bytes(100)),
    ("a SAS data set", bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c") + bytes(99)),
    ("a Stata file", b"<stata_dta><header><release>118</release>"),
    ("encrypted with age", b"age-encryption.org/v1\n-> X25519 a\n"),
    ("an encrypted message", b"-----BEGIN CMS-----\nMII\n"),
    ("a pointer of Git LFS", b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\n"),
    ("UTF-32 text", TEXT.decode().encode("utf-32-be")),
    ("binary data", bytes(range(256)) * 4),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00"),
    ("PGP", b"-----BEGIN PGP MESSAGE-----\n\nhQ"),
)
EVERY = pytest.mark.parametrize(("name", "content"), KINDS, ids=[name for name, _ in KINDS])


PLAIN = (
    TEXT,
    TEXT.decode().encode("utf-16"),
    b"",
    b"[dossier];[child]",
    b"<dossier>;child",
    b"<dossier>,<child>\n",
    b"ID;Payer\nP1;x\n",
    b"from:,to:\n",
    b"\xe9\xe9\n",
    TEXT + b"\x1a",
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
def test_dossiers_and_domiciles_of_another_kind(tmp_path, name, content, ending):
    file, good = tmp_path / f"given.{ending}", tmp_path / "good.csv"
    file.write_bytes(content)
    good.write_bytes(TEXT)
    dry = ("--out", tmp_path / "out", "--dry-run")
    for words in ((file, *dry), (good, "--domiciles", file, *dry)):
        err = said(tmp_path, "reconcile", *words)
        assert f"given.{ending}: this is " in err
        assert name in err
        assert "not CSV or Parquet" in err


@EVERY
def test_small_files_of_another_kind(tmp_path, name, content):
    file = tmp_path / "given.json"
    file.write_bytes(content)
    for words in (
        ("route", file),
        ("letter", file, "--instance", "KBD", "--language", "nl", "--out", tmp_path / "l.html"),
        ("competence", "--domicile", file, "--from", "2024-01", "--to", "2024-02"),
    ):
        err = said(tmp_path, *words)
        assert "given.json: this is " in err, words
        assert name in err


@EVERY
def test_settings_of_another_kind(tmp_path, name, content):
    file, good = tmp_path / "given.toml", tmp_path / "good.csv"
    file.write_bytes(content)
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
