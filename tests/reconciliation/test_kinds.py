"""The table of findings is whole, and its sentences can be filled in."""

import string
import uuid

import pytest

from kszclient.competence import rulebook
from kszclient.complaints.themes import themes
from kszclient.errors import DataError
from kszclient.reconciliation.contradictions import RULE as CONTRADICTORY
from kszclient.reconciliation.found import Found
from kszclient.reconciliation.kinds import Kind, bases, kinds
from kszclient.reconciliation.words import Words
from kszclient.resources import resource
from kszclient.values import Month

PLACES = {"months", "source", "competent_source", "expected", "found"}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_says_it_in_three_languages_with_the_same_places(kind):
    row = kinds()[kind]
    used = [
        {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        for sentence in (row.says.en, row.says.nl, row.says.fr)
    ]
    assert used[0] == used[1] == used[2] <= PLACES
    assert len({row.says.en, row.says.nl, row.says.fr}) == 3
    basis = bases()[row.basis]
    assert len({basis.en, basis.nl, basis.fr}) == 3
    assert row.certainty in {"sure", "likely", "unsure"}
    assert not row.theme or row.theme in themes()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The register holds 2019-05 to 2026-11 as the dossier says."),
        ("nl", "Het kadaster bevat 2019-05 tot en met 2026-11 zoals het dossier zegt."),
        ("fr", "Le cadastre contient 2019-05 à 2026-11 comme le dit le dossier."),
    ],
)
def test_months_are_written_in_the_language_of_the_finding(language, said):
    begin, end = Month.parse("2019-05").number, Month.parse("2026-11").number
    found = Found(kind=Kind.MATCH, dossier="D1", begin=begin, end=end)
    assert said in Words(uuid.UUID(int=0), language).row(0, found)


def test_why_nobody_is_competent_is_said_in_three_languages():
    because = kinds()[Kind.COMPETENCE_UNDETERMINED].because
    assert set(because) == {CONTRADICTORY, "no-domicile", "abroad"}
    assert {"no-domicile", "abroad"} <= set(rulebook().situations)
    assert all(len({each.en, each.nl, each.fr}) == 3 for each in because.values())


def test_no_code_leads_to_two_kinds():
    codes = [code for row in kinds().values() for code in row.codes]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('id = "match"', 'id = "not_found"', "once"),
        ('theme = "RECOVERY_LATE_FLOW"', 'theme = "NO_SUCH"', "theme that there is not"),
        ('basis = "comparison"', 'basis = "hearsay"', "basis that there is not"),
        ('certainty = "sure"', 'certainty = "certain"', "certain"),
        ('severity = "none"', "gravity = 1", "gravity"),
    ],
)
def test_a_broken_table_is_named(tmp_path, monkeypatch, before, after, message):
    text = resource("config", "reconciliation", "findings.toml").read_text()
    broken = tmp_path / "config" / "reconciliation" / "findings.toml"
    broken.parent.mkdir(parents=True)
    broken.write_text(text.replace(before, after, 1))
    (tmp_path / "config" / "complaints").symlink_to(resource("config", "complaints"))
    monkeypatch.setenv("KSZCLIENT_DATA", str(tmp_path))
    with pytest.raises(DataError, match=message):
        kinds.__wrapped__()
