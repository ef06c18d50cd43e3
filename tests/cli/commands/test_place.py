"""`kszclient place`, run as a user runs it."""

import json

import pytest

from tests.cli.typed import kszclient


@pytest.mark.parametrize(
    ("words", "nis"),
    [
        (("Liège",), "62063"),
        (("LUIK",), "62063"),
        (("4700",), "63023"),
        (("11002",), "11002"),
        (("Sint", "Truiden"), "71053"),
        (("Antwerpn",), "11002"),
    ],
)
def test_a_place_is_found_by_what_people_type(words, nis):
    shown = kszclient("place", *words)
    assert shown.code == 0
    assert shown.out.splitlines()[1].split()[0] == nis


def test_a_place_as_json_has_its_area_and_who_is_competent():
    shown = json.loads(kszclient("place", "eupen", "--json").out)
    (place,) = shown["places"]
    assert (place["nis"], place["area"], place["entity"]) == ("63023", "DG", "DG")
    assert place["postcodes"] == ["4700", "4701"]
    assert shown["rules"]["version"]


def test_a_code_that_ended_is_shown_with_its_successor():
    shown = json.loads(kszclient("place", "55022", "--json").out)
    assert shown["places"][0]["successor"] == "58001"


@pytest.mark.parametrize("words", [("Atlantis",), ("85023000125",), ("85.02.30-001.25",), ("",)])
def test_what_is_no_place_is_bad_input_and_is_not_repeated(words):
    shown = kszclient("place", *words)
    assert (shown.code, shown.out) == (2, "")
    assert "no municipality" in shown.err
    assert not words[0] or words[0] not in shown.err


def test_a_word_of_a_list_is_taken_in_any_case():
    shown = kszclient(
        *("competence", "--nis", "63023", "--from", "2024-01", "--to", "2024-01"),
        *("--explain", "--language", "DE"),
    )
    assert shown.code == 0
    assert "Wohnsitz" in shown.out or "Monat" in shown.out
