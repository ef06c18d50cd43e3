"""Rows on a screen, however narrow: no word is broken, and none is left out."""

import io

import pytest
from rich.console import Console

from kszclient.cli import competence, competence_rules, complaint_rules, rows
from tests.cli.typed import kszclient

ROWS = [("2019-01", "OPGROEIEN", "certain"), ("2020-01", "-", "likely (S1, S2)")]


def shown(width):
    file = io.StringIO()
    out = Console(file=file, width=width, highlight=False)
    rows.show_rows(out, ("month", "entity", "certainty"), ROWS)
    return file.getvalue()


def test_a_table_where_there_is_room_and_else_blocks():
    assert shown(60).splitlines()[1].split() == ["2019-01", "OPGROEIEN", "certain"]
    assert shown(20) == (
        "month: 2019-01\nentity: OPGROEIEN\ncertainty: certain\n\n"
        "month: 2020-01\nentity: -\ncertainty: likely\n  (S1, S2)\n\n"
    )


@pytest.mark.parametrize(
    ("words", "module"),
    [
        (("competence", "--nis", "44021", "--from", "2018-01", "--to", "2020-01"), competence),
        (("rules", "competence"), competence_rules),
        (("rules", "complaints"), complaint_rules),
    ],
)
def test_commands_show_the_same_words_on_a_narrow_screen(words, module, monkeypatch):
    wide = kszclient(*words).out

    def narrow():
        return Console(highlight=False, width=40, force_terminal=True, color_system=None)

    monkeypatch.setattr(module, "console", narrow)
    told = kszclient(*words).out
    assert "\u2026" not in told
    assert all(len(line) <= 40 or " " not in line for line in told.splitlines())
    for word in ("FEDERAL", "OPGROEIEN"):
        assert told.count(word) == wide.count(word)
