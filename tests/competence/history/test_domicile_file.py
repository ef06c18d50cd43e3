"""Domicile files: both forms, and messages that lead to the mistake."""

import datetime as dt

import pytest

from kszclient.competence import Area, read_domicile
from kszclient.errors import DomicileError, InputError, UnknownPlaceError

JSON = """[
  {"from": "2015-01-01", "to": "2021-03-09", "nis": "62063"},
  {"from": "2021-03-10", "to": null, "postcode": "4700", "known_on": "2021-06-15"}
]"""
CSV = """from,to,nis,postcode,country,known_on
2015-01-01,2021-03-09,62063,,,
2021-03-10,,,4700,,2021-06-15
"""


@pytest.mark.parametrize(
    "text",
    [JSON, CSV, CSV.replace(",", ";"), "\ufeff" + CSV, "\n" + JSON, CSV.replace("\n", "\r\n")],
)
def test_json_and_csv_say_the_same(tmp_path, text):
    path = tmp_path / "domicile"
    path.write_text(text, encoding="utf-8")
    first, second = read_domicile(path).stays
    assert (first.area, second.area) == (Area.WA, Area.DG)
    assert (first.spell.begin, first.spell.end) == (dt.date(2015, 1, 1), dt.date(2021, 3, 9))
    assert (second.spell.end, second.spell.known_on) == (None, dt.date(2021, 6, 15))


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_may_end_as_any_computer_ends_them(tmp_path, end):
    path = tmp_path / "domicile.csv"
    path.write_bytes(CSV.replace("\n", end).encode())
    first, second = read_domicile(path).stays
    assert (first.area, second.area) == (Area.WA, Area.DG)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f"from,to,nis\n2015-01-01,,11002\n2016-01-01,,{'1' * (1 << 21)}\n", "row 2, "),
        (f"from,to,{'n' * (1 << 21)}\n2015-01-01,,11002\n", "the heading: "),
    ],
)
def test_a_cell_too_long_to_be_read_is_named_by_its_row(tmp_path, text, where):
    path = tmp_path / "domicile.csv"
    path.write_text(text)
    with pytest.raises(DomicileError, match=rf"^domicile\.csv: {where}") as caught:
        read_domicile(path)
    assert len(str(caught.value)) < 400
    assert caught.value.next_step


def test_headings_and_countries_may_be_in_capitals_or_not(tmp_path):
    path = tmp_path / "domicile.csv"
    path.write_text("From, To ,NIS,COUNTRY\n2015-01-01,2019-12-31,,fr\n2020-01-01,,63023,\n")
    first, second = read_domicile(path).stays
    assert (first.spell.country, second.area) == ("FR", Area.DG)


def test_numbers_are_taken_as_codes(tmp_path):
    path = tmp_path / "domicile.json"
    path.write_text('[{"from": "2015-01-01", "nis": 63023}]', encoding="utf-8")
    assert read_domicile(path).stays[0].area is Area.DG


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"from": "2020-02-30", "nis": "11002"}', "row 1, field from: expected a day"),
        ('{"from": "20200101", "nis": "11002"}', "row 1, field from"),
        ('{"from": 2020, "nis": "11002"}', "row 1, field from"),
        ('{"nis": "11002"}', "row 1, field from"),
        ('{"from": "2020-01-01", "to": "x", "nis": "11002"}', "row 1, field to: expected a day"),
        ('{"from": "2020-01-01", "to": "2019-12-31", "nis": "11002"}', "row 1, field to.*before"),
        ('{"from": "2020-01-01", "known_on": "?", "nis": "11002"}', "row 1, field known_on"),
        ('{"from": "2020-01-01"}', "row 1, fields nis, postcode, country: .*exactly one"),
        ('{"from": "2020-01-01", "nis": "11002", "postcode": "2000"}', "exactly one"),
        ('{"from": "2020-01-01", "nis": true}', "row 1, field nis"),
        ('{"from": "2020-01-01", "country": "France"}', "row 1, field country"),
        ('{"from": "2020-01-01", "country": "XX"}', "row 1, field country: .*ISO 3166-1"),
        ('{"from": "2020-01-01", "country": "UK"}', "row 1, field country: .*ISO 3166-1"),
        ('{"from": "2020-01-01", "country": "BE"}', "row 1, field country: .*nis or postcode"),
        ('{"from": "2020-01-01", "nis": "11002", "town": 1}', "row 1, unknown field town"),
        ('"2020-01-01"', "row 1, expected the fields"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, row, message):
    path = tmp_path / "domicile.json"
    path.write_text(f"[{row}]", encoding="utf-8")
    with pytest.raises(DomicileError, match=rf"^domicile.json: .*{message}") as caught:
        read_domicile(path)
    assert caught.value.next_step


@pytest.mark.parametrize(
    "text", ['{"from": 1}', "[1", "", "from;to\n2020-01-01;2020-01-02;3;4", "a,b\n1,2"]
)
def test_a_file_of_another_form_is_refused(tmp_path, text):
    path = tmp_path / "domicile.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DomicileError, match=r"^domicile\.txt: "):
        read_domicile(path)


def test_an_unknown_place_names_the_spell(tmp_path):
    path = tmp_path / "domicile.csv"
    path.write_text("from,to,nis\n2015-01-01,,11002\n2016-01-01,,99999\n", encoding="utf-8")
    with pytest.raises(UnknownPlaceError, match=r"domicile\.csv: spell 2: municipality code 99999"):
        read_domicile(path)


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"nothing\.csv: cannot be read"):
        read_domicile(tmp_path / "nothing.csv")
    (tmp_path / "latin.csv").write_bytes("from,to,nis,é\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin.csv: expected UTF-8"):
        read_domicile(tmp_path / "latin.csv")


def test_a_heading_that_holds_a_national_number_is_not_repeated(tmp_path):
    path = tmp_path / "domicile.csv"
    path.write_text("85023000125,2015-01-01\n85023000125,2016-01-01\n", encoding="utf-8")
    with pytest.raises(DomicileError) as caught:
        read_domicile(path)
    assert "85023000125" not in str(caught.value)


def test_a_key_given_twice_in_one_spell_is_refused(tmp_path):
    file = tmp_path / "history.json"
    file.write_text('[{"from": "2020-01-01", "nis": "11002", "nis": "21004"}]')
    with pytest.raises(DomicileError, match="field nis: given twice"):
        read_domicile(file)


def test_a_heading_given_twice_is_refused(tmp_path):
    file = tmp_path / "history.csv"
    file.write_text("from,nis,nis\n2020-01-01,11002,21004\n")
    with pytest.raises(DomicileError, match=r"history\.csv: field nis: given twice"):
        read_domicile(file)


@pytest.mark.parametrize(
    "heading",
    [
        *("2020-01-01,,11002", "2020-01-01;;11002", "datum,tot,gemeente", "from,to", "to,nis"),
        *("from,to,nis,town", "from,to,nis,", "85023000125", "child"),
    ],
)
@pytest.mark.parametrize("rows", ["", "\n", "\n\n", "\n2020-01-01,,11002\n"])
def test_a_heading_that_names_no_fields_is_refused_whatever_follows(tmp_path, heading, rows):
    file = tmp_path / "history.csv"
    file.write_text(heading + rows)
    with pytest.raises(DomicileError, match=r"history\.csv: the heading: ") as caught:
        read_domicile(file)
    for field in ("from", "to", "nis", "postcode", "country", "known_on"):
        assert field in str(caught.value)
    assert "11002" not in str(caught.value)
    assert "85023000125" not in str(caught.value)


@pytest.mark.parametrize("text", ["[]", "from,to,nis", "From;Country\n"])
def test_a_history_without_a_spell_is_that_of_a_child_without_a_domicile(tmp_path, text):
    file = tmp_path / "history"
    file.write_text(text)
    assert read_domicile(file).stays == ()
