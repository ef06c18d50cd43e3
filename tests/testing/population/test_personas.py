"""Personas: stories that hold together, told by files that obey the remarks of the contract."""

import pytest

from kszclient.errors import SettingsError
from kszclient.testing.population.personas import personas, read_persona
from kszclient.testing.population.truth import FileKind
from kszclient.values import AuthenticSource, Month

KEYS = list(personas())
LAST = Month(2026, 6)
BASE = ("BASIC", "CHILD_ALLOWANCE")


def months(begin, end):
    return {begin.plus(step) for step in range((end or LAST) - begin + 1)}


def told(persona):
    """Which register tells of a base benefit of the child in which month."""
    return {
        (file.source, month)
        for file in persona.files
        if file.kind is FileKind.BENEFIT
        for who in file.children
        if who.ssin == persona.child.ssin
        for payment in who.payments
        if payment.category in BASE
        for month in months(payment.begin, payment.end)
    }


def ought(persona):
    return {
        (right.source, month)
        for right in persona.child.rights
        for month in months(right.begin, right.end)
    }


def test_there_are_enough_of_them():
    assert len(KEYS) >= 12


@pytest.mark.parametrize("key", KEYS)
def test_files_are_what_they_ought_to_be_or_the_story_says_why_not(key):
    persona = personas()[key]
    assert (told(persona) != ought(persona)) == bool(persona.differs)
    assert persona.child.name
    assert persona.child.story


@pytest.mark.parametrize("key", KEYS)
def test_files_obey_the_remarks(key):
    for file in personas()[key].files:
        flemish = file.source is AuthenticSource.FLANDERS
        assert (file.number is None) == flemish
        assert (file.entitled is not None) == (file.source is AuthenticSource.FEDERAL)
        if flemish:
            assert len(file.children) == 1
        for who in (*file.children, *file.beneficiaries):
            assert who.period is None or file.period.intersection(who.period) == who.period
            for each in (*who.bonuses, *who.payments):
                assert len(each.linked) <= (2 if flemish else 0)


def test_no_number_is_in_two_stories():
    numbers = [who for each in personas().values() for who in set(each.people.values())]
    assert len(set(numbers)) == len(numbers)


def test_the_move_from_brussels_to_ghent():
    child = personas()["brussels-to-ghent-2021"].child
    assert [(right.source.value, str(right.period)) for right in child.rights] == [
        ("FEDERAL", "2016-04..2019-12"),
        ("BRUSSELS", "2020-01..2021-06"),
        ("FLANDERS", "2021-07.."),
    ]


def possible(nine):
    """A number that somebody could have, made while the test runs so that none is written down."""
    return f"{nine}{97 - int(nine) % 97:02d}"


GOOD = """
name = "A story"
story = "Of a child."
ssin = "85023000125"
born = 1985-02-01
months = { from = "2015-01", to = "2015-02" }
domicile = [{ nis = "11002", from = 1985-02-01 }]
"""


def test_a_persona_of_ones_own_can_be_read(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(GOOD)
    assert read_persona(path).child.name == "A story"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('name = "A story"', ""), "name"),
        (("85023000125", possible("850228001")), "synthetic"),
        (("85023000125", "85023000126"), "check digits"),
        (('"85023000125"', "85023000125"), "between quotes"),
        (('ssin = "85023000125"', ""), "between quotes"),
        (('"85023000125"', '"85.02.30-001.26"'), "check digits"),
        (('"2015-02"', '"2015-2"'), "month"),
        (("1985-02-01", '"once"'), "born"),
        (("[{ nis", "[[ nis"), "not TOML"),
        (('name = "A story"', 'name = "A story"\nnaam = "x"'), "naam"),
    ],
)
def test_a_flaw_is_named_with_its_file_and_without_the_number(tmp_path, change, message):
    path = tmp_path / "flawed.toml"
    path.write_text(GOOD.replace(*change))
    with pytest.raises(SettingsError) as caught:
        read_persona(path)
    assert "flawed.toml" in str(caught.value)
    assert message in str(caught.value)
    assert "8502" not in str(caught.value)
    assert "85.02" not in str(caught.value)


def test_a_word_that_names_nobody_is_refused(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(GOOD + 'number = [{ ssin = "uncle", cancelled = true }]\n')
    with pytest.raises(SettingsError, match="uncle"):
        read_persona(path)
