"""A TOML file that cannot be read is a message with its name and line, whoever reads it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kszclient as package
from kszclient.errors import DataError, SettingsError
from kszclient.resources import data_folder, read_toml, resource
from tests.cli.typed import kszclient

LATIN_1 = b"# one\n# Li\xe8ge\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (LATIN_1, "file.toml: cannot be read: line 2 is not in UTF-8"),
        (b"a = \nb = 1", r"file.toml: cannot be read: not TOML: Invalid value \(at line 1"),
        (b"a = " + b"[" * 100_000, "file.toml: cannot be read: not TOML: nested too deep"),
        (b"a = " + b"9" * 5_000, "file.toml: cannot be read: not TOML: "),
        (b"a = 'b'", r"file.toml: Expected `int`, got `str`"),
    ],
)
@pytest.mark.parametrize("error", [DataError, SettingsError])
def test_a_file_that_cannot_be_used_is_named_with_its_line(tmp_path, content, says, error):
    path = tmp_path / "file.toml"
    path.write_bytes(content)
    with pytest.raises(error, match=says):
        read_toml(path, dict[str, int], error)


def test_a_file_that_is_not_there_or_begins_with_the_mark_of_windows(tmp_path):
    path = tmp_path / "file.toml"
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_toml(path, dict[str, int], SettingsError)
    path.write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert read_toml(path, dict[str, int], SettingsError) == {"a": 1}


@pytest.mark.parametrize(
    "words",
    [
        ("reconcile", "no.csv", "--out", "out", "--mapping"),
        ("mock", "--scenario"),
        ("lookup", "15023000733", "--from", "2024-01", "--to", "2024-02", "--profile"),
    ],
)
def test_what_a_person_names_is_bad_input(tmp_path, words):
    path = tmp_path / "site.toml"
    path.write_bytes(LATIN_1)
    shown = kszclient(*words, path)
    assert (shown.code, shown.out) == (2, "")
    assert "line 2 is not in UTF-8" in shown.err


@pytest.mark.parametrize(
    ("table", "file"),
    [
        ("competence", "timeline.toml"),
        ("competence", "settings.toml"),
        ("competence", "texts/nl.toml"),
        ("complaints", "terms.toml"),
    ],
)
def test_data_of_ones_own_are_named_with_their_line(tmp_path, table, file):
    for kind in ("config", "schemas"):
        shutil.copytree(data_folder() / kind, tmp_path / kind)
    path = tmp_path / "config" / table / file
    path.write_bytes(path.read_bytes() + LATIN_1)
    done = subprocess.run(
        [sys.executable, "-c", "from kszclient.cli.app import main; main()", "rules", table],
        env={**os.environ, "KSZCLIENT_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    line = path.read_bytes().count(b"\n")
    assert done.returncode in (2, 4)
    assert f"config/{table}/{file}: cannot be read: line {line} is not in UTF-8" in done.stderr


def test_only_one_module_decodes_toml():
    folder = Path(package.__file__).parent
    decoding = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"toml\.decode|tomllib", path.read_text(encoding="utf-8"))
    }
    # What the wire package ships beside its own code, it reads itself.
    assert decoding == {"resources.py", "wire/contract.py", "wire/prepared.py"}


@pytest.mark.parametrize(
    ("asked", "loose"),
    [
        (("config", "cadaster", "categories.toml"), "config/cadaster/categories.toml"),
        (("config", "complaints", "letters"), "config/complaints/letters/nl"),
        (("mocks", "codes.toml"), "."),
        (("config", "profiles"), "config"),
    ],
)
def test_data_that_others_may_change_are_not_used(tmp_path, monkeypatch, asked, loose):
    for kind in ("config", "mocks"):
        shutil.copytree(data_folder() / kind, tmp_path / kind)
    monkeypatch.setenv("KSZCLIENT_DATA", str(tmp_path))
    assert resource(*asked).is_relative_to(tmp_path)
    (tmp_path / loose).chmod(0o777)
    with pytest.raises(SettingsError, match=r"KSZCLIENT_DATA: .*others may change it") as caught:
        resource(*asked)
    assert "chmod go-w" in caught.value.next_step


def test_schemas_are_always_those_that_ship(tmp_path, monkeypatch):
    ships = resource("schemas")
    monkeypatch.setenv("KSZCLIENT_DATA", str(tmp_path))
    assert resource("schemas") == ships
