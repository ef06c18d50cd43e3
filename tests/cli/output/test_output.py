"""What a page and a message show of any text, and that nothing else writes."""

import ast
import contextlib
import io
import json
from pathlib import Path

import pytest

from kszclient.cli.output import printing
from kszclient.cli.output.printing import (
    Bold,
    Page,
    write_json,
    write_json_message,
    write_line,
    write_message,
)
from tests.cli.typed import kszclient

ROWS = [("2019-01", "OPGROEIEN", "certain"), ("2020-01", "-", "likely (S1, S2)")]
NUMBER = "85023000125"
HOSTILE = (
    "[/] [old] [link=https://example.test]x[/link] :smile: \x1b[31m\x9b2J\u202e\n\r\u200b\u2028"
)
ACTING = set("\x1b\x9b\u202e\r\u200b\u2028\x85\x07\x7f")


def shown(write, *words, **options):
    """Return what a method of a page writes."""
    stream = io.StringIO()
    page = {key: options.pop(key) for key in ("masked", "width") if key in options}
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        if isinstance(write, str):
            getattr(Page(**page), write)(*words, **options)
        else:
            write(*words, **options)
    return stream.getvalue()


def test_a_table_where_there_is_room_and_else_blocks():
    headings = ("month", "entity", "certainty")
    assert shown("rows", headings, ROWS, width=60).splitlines()[1].split() == [
        "2019-01",
        "OPGROEIEN",
        "certain",
    ]
    assert shown("rows", headings, ROWS, width=20) == (
        "month: 2019-01\nentity: OPGROEIEN\ncertainty: certain\n\n"
        "month: 2020-01\nentity: -\ncertainty: likely\n  (S1, S2)\n\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("competence", "--nis", "44021", "--from", "2018-01", "--to", "2020-01"),
        ("rules", "competence"),
        ("rules", "complaints"),
    ],
)
def test_commands_show_the_same_words_on_a_narrow_screen(words, monkeypatch):
    wide = kszclient(*words).out
    monkeypatch.setattr(printing, "_WIDE", 40)
    told = kszclient(*words).out
    assert "\u2026" not in told
    assert all(len(line) <= 40 or " " not in line for line in told.splitlines())
    for word in ("FEDERAL", "OPGROEIEN"):
        assert told.count(word) == wide.count(word)


def test_no_rule_of_ours_is_taken_for_a_number():
    for words in (("rules", "competence"), ("rules", "complaints")):
        assert "[number]" not in kszclient(*words).out


WAYS = {
    "line": ("line", HOSTILE),
    "bold": ("line", "a ", Bold(HOSTILE)),
    "whole": ("line", HOSTILE),
    "paragraph": ("paragraph", HOSTILE),
    "rule": ("rule", HOSTILE),
    "table": ("table", (HOSTILE, "b"), [("x", HOSTILE)]),
    "rows": ("rows", (HOSTILE, "b"), [("x", HOSTILE)]),
    "say": (write_message, HOSTILE),
    "write_line": (write_line, HOSTILE),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_text_acts_or_is_read_as_markup(way):
    told = shown(*WAYS[way])
    assert not ACTING & set(told)
    for word in ("[/]", "[old]", "[link=https://example.test]x[/link]", ":smile:", r"\x1b[31m"):
        assert word in told
    # The headings of a table are one line, and so is its row.
    assert len(told.splitlines()) == (2 if way in {"table", "rows"} else 1)


@pytest.mark.parametrize("way", ["line", "paragraph", "rule", "say", "write_line"])
@pytest.mark.parametrize(
    "number",
    [
        NUMBER,
        "85.02.30-001.25",
        "85\x0002\x1b30\u200b001\u202e25",
        "850230\n00125",
        NUMBER + "\x1b9",
    ],
)
def test_a_number_is_masked_however_it_hides(way, number):
    write = {"say": write_message, "write_line": write_line}.get(way, way)
    told = shown(write, f"Fund of {number} and others")
    assert "[number]" in told
    assert NUMBER not in "".join(letter for letter in told if letter.isdigit())


def test_the_mock_alone_shows_its_numbers():
    assert NUMBER in shown("line", NUMBER, masked=False)


def test_json_means_the_same_and_acts_on_nothing():
    for write in (write_json, write_json_message):
        value = {"text": HOSTILE}
        told = shown(write, json.dumps(value, ensure_ascii=False) if write is write_json else value)
        assert not ACTING & set(told)
        assert json.loads(told) == value


def test_a_message_too_long_is_cut():
    assert len(shown(write_message, "x" * 1_000_000)) < 5000


WRITES = {"printing.py", "streams.py"}
SHOWS_A_BAR = "progress.py"


@pytest.mark.parametrize(
    "path", sorted(Path(printing.__file__).parents[1].rglob("*.py")), ids=lambda path: path.name
)
def test_no_command_writes_by_itself(path):
    """Who prints in another way would forget what a text from outside may hold."""
    if path.name in WRITES:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            named = (node.module or "") if isinstance(node, ast.ImportFrom) else names[0]
            if named.split(".")[0] == "rich" and path.name != SHOWS_A_BAR:
                found.append(named)
        if isinstance(node, ast.Call):
            text = ast.unparse(node.func)
            writes = text.endswith((".print", ".echo", ".secho", "stdout.write", "stderr.write"))
            if text == "print" or writes or text.endswith(".writelines"):
                found.append(text)
        if isinstance(node, ast.keyword) and node.arg == "markup":
            assert path.name == SHOWS_A_BAR
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False
    assert found == []
