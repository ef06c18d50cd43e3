"""Tables written as CSV: no cell is computed, and every text comes back."""

import csv
import io

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from kszclient.foreign_text import spreadsheet_cell
from kszclient.reconciliation.output.files import csv_bytes, csv_of_rows

# polars takes no lone surrogates.
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20", "\u2212")
STARTS = st.sampled_from(
    ("", "=", "+", "-", "@", "\t", "\r", "\n", "'", " =", "\u00a0@", "\u3000=", "\u200b", *WIDE)
)
CELLS = st.lists(st.builds(str.__add__, STARTS, TEXTS) | st.none(), min_size=1, max_size=6)


@given(CELLS)
def test_every_cell_is_written_as_one_that_no_spreadsheet_computes(cells):
    written = csv_bytes(
        pl.DataFrame({"n": range(len(cells)), "text": pl.Series(cells, dtype=pl.String)})
    )
    header, *rows = csv.reader(io.StringIO(written.decode(), newline=""))
    assert header == ["n", "text"]
    assert [row[1] for row in rows] == [spreadsheet_cell(cell or "") for cell in cells]
    assert len(written.splitlines()) == len(cells) + 1


def test_plain_cells_stay_as_they_are():
    rows = [("D-1", "2021-07", "Liège « Huy »"), ("", "0692793497", 'a, "b" ; c')]
    written = csv_of_rows(("dossier", "from", "note"), rows)
    assert list(csv.reader(io.StringIO(written.decode()))) == [
        ["dossier", "from", "note"],
        *map(list, rows),
    ]


def test_a_cell_longer_than_a_line_is_cut():
    (_, (cell,)) = csv.reader(io.StringIO(csv_of_rows(("a",), [("x" * 10_000,)]).decode()))
    assert len(cell) == 4000
