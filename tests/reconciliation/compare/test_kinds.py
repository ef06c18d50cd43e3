"""The table of findings is whole, and its sentences can be filled in."""

import string
import uuid

import pytest

from kszclient.competence import rulebook
from kszclient.complaints.rules.themes import themes
from kszclient.errors import ConsultationError, DataError
from kszclient.reconciliation.compare.findings import Found
from kszclient.reconciliation.input.domiciles import DISPUTED_RULE as CONTRADICTORY
from kszclient.reconciliation.kinds import Kind, bases, kinds, words
from kszclient.reconciliation.output.words import FindingSentences
from kszclient.resources import resource
from kszclient.values import Month

PLACES = {"register", "months", "source", "competent_source", "expected", "found"}


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
    assert said in FindingSentences(uuid.UUID(int=0), language).row(0, found)


def said(language, kind, **columns):
    month = Month.parse("2023-01").number
    found = Found(kind=kind, dossier="D1", begin=month, end=month, **columns)
    return FindingSentences(uuid.UUID(int=0), language).row(0, found)[-3]


@pytest.mark.parametrize(
    ("language", "shifted", "unsent", "cut"),
    [
        ("en", "2022-10 to 2023-09 for 2023-01 to 2023-12.", "(not sent yet)", "(files: 100)"),
        ("nl", "2022-10 tot en met 2023-09 voor 2023-01 tot en met 2023-12.",
         "(nog niet verzonden)", "(dossiers: 100)"),
        ("fr", "2022-10 à 2023-09 pour 2023-01 à 2023-12.", "(consultation pas encore envoyée)",
         "(dossiers : 100)"),
    ],
)  # fmt: skip
def test_codes_are_said_in_the_language_of_the_finding(language, shifted, unsent, cut):
    months = {"expected": "2023-01 to 2023-12", "found": "2022-10 to 2023-09"}
    assert shifted in said(language, Kind.MONTHS_SHIFTED, **months)
    assert unsent in said(language, Kind.UNANSWERED, found="not sent")
    assert cut in said(language, Kind.TRUNCATED, found="file 100")


def every_error(kind=ConsultationError):
    return {each for sub in kind.__subclasses__() for each in (sub, *every_error(sub))}


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
def test_no_class_of_a_program_stands_in_a_sentence(language):
    for name in {each.__name__ for each in every_error() if each.__module__ == "kszclient.errors"}:
        for kind in (Kind.UNANSWERED, Kind.UNUSABLE_ANSWER):
            assert "Error" not in said(language, kind, found=name), name


def test_every_word_is_said_in_three_languages():
    assert all(len({each.en, each.nl, each.fr}) >= 2 for each in words().values())


@pytest.mark.parametrize("kind", [Kind.OTHER_PAYER, Kind.PAYER_UNCOMPARED])
def test_two_payers_are_told_as_well_as_one(kind):
    named = {"expected": "0685540471", "found": "0692793497 0686764255"}
    assert "Payer of 2023-01: 0692793497, 0686764255" in said("en", kind, **named)
    assert "Uitbetaler van 2023-01: 0692793497, 0686764255" in said("nl", kind, **named)
    assert "Caisse pour 2023-01 : 0692793497, 0686764255" in said("fr", kind, **named)


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
