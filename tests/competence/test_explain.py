"""Explanations: in four languages, with nothing left to fill in."""

import datetime as dt

import pytest

from kszclient.competence import (
    Circumstances,
    DomicileHistory,
    Language,
    Place,
    explain,
    history_from,
    resolve,
    rulebook,
)
from kszclient.geography import gazetteer
from kszclient.values import MonthPeriod

HISTORY = [
    {"from": "2010-01-01", "to": "2019-03-14", "nis": "12030"},
    {"from": "2019-03-15", "to": "2020-05-31", "nis": "63023"},
    {"from": "2020-06-01", "to": "2021-02-14", "country": "FR"},
    {"from": "2021-04-10", "to": "", "postcode": "1000"},
]


def answer(**circumstances):
    return resolve(
        history_from(HISTORY),
        MonthPeriod.parse("2018-01", "2025-12"),
        as_of=dt.date(2022, 5, 1),
        circumstances=Circumstances(allowance="school", **circumstances),
    )


@pytest.mark.parametrize("language", Language)
def test_every_segment_and_notice_gets_a_paragraph(language):
    found = answer()
    paragraphs = explain(found, language)
    assert len(paragraphs) == len(found.segments) + len(found.notices)
    for segment, text in zip(found.segments, paragraphs, strict=False):
        assert str(segment.begin) in text
        assert segment.rule in text
    assert not any("{" in text or "}" in text for text in paragraphs)


def test_languages_say_it_in_other_words():
    assert len({tuple(explain(answer(), language)) for language in Language}) == len(Language)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, "Competent: the German-speaking Community (its Ministry)."),
        (Language.NL, "Bevoegd: de Duitstalige Gemeenschap (haar Ministerie)."),
        (Language.FR, "Entité compétente : la Communauté germanophone (son Ministère)."),
        (Language.DE, "Zuständig: die Deutschsprachige Gemeinschaft (ihr Ministerium)."),
    ],
)
def test_the_competent_entity_is_named(language, words):
    assert any(words in text for text in explain(answer(), language))


def test_another_factor_is_explained():
    text = " ".join(explain(answer(establishment=None, residence=None), Language.EN))
    assert "the Belgian employer of the parent decides" in text
    assert "Who is competent cannot be said." in text


def test_english_notices_are_those_of_the_answer():
    found = answer()
    assert explain(found)[len(found.segments) :] == [notice.text for notice in found.notices]


def test_notices_of_places_have_words_in_every_language():
    for nis, years in (("12030", (2020, 2021)), ("12041", (2015, 2016))):
        first, last = (dt.date(year, 1, 1) for year in years)
        notice = gazetteer().municipality(nis).used_between(first, last)
        for texts in rulebook().texts.values():
            assert notice.facts["nis"] in texts.notices[notice.code].format(**notice.facts)
        english = rulebook().texts[Language.EN].notices[notice.code]
        assert english.format(**notice.facts) == notice.text


def test_federal_months_of_an_unknown_place():
    found = resolve(
        DomicileHistory(()), MonthPeriod.parse("2018-12", "2018-12"), as_of=dt.date(2022, 5, 1)
    )
    assert "managed and paid federally, wherever the child lived" in explain(found)[0]


def explained(language, *, rows=(), begin="2018-11", end="2020-02", as_of=None, **circumstances):
    found = resolve(
        history_from(rows),
        MonthPeriod.parse(begin, end),
        as_of=as_of or dt.date(2026, 1, 1),
        circumstances=Circumstances(**circumstances),
    )
    return explain(found, language)


@pytest.mark.parametrize("language", Language)
def test_each_open_point_that_an_answer_rests_on_is_named_in_words(language):
    found = answer(situation="placed")
    named = set()
    for segment, text in zip(found.segments, explain(found, language), strict=False):
        for point in segment.open_points or ():
            named.add(point)
            assert rulebook().about_open_point(point, language) in text
            assert f" {point}" in text
    assert {"D9", "D10", "M1", "M2", "S3"} <= named


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, "federally until the end of 2019, a year longer than elsewhere"),
        (Language.NL, "tot eind 2019 federaal beheerd en betaald, een jaar langer dan elders"),
        (Language.FR, "au niveau fédéral jusqu'à la fin de 2019, un an de plus qu'ailleurs"),
        (Language.DE, "bis Ende 2019 föderal verwaltet und gezahlt, ein Jahr länger als anderswo"),
    ],
)
def test_it_is_told_why_brussels_was_federal_in_2019(language, words):
    before, year, after = explained(language, rows=[{"from": "2015-01-01", "postcode": "1000"}])
    assert words in year
    assert "D2" in year
    assert words not in before
    assert words not in after


@pytest.mark.parametrize("language", Language)
def test_a_residence_in_brussels_without_registration_names_the_judgments(language):
    months = {"begin": "2021-01", "end": "2021-03"}
    for place, named in (("1000", True), ("11002", False)):
        text = " ".join(explained(language, residence=Place.parse(place), **months))
        assert ("7/2023" in text) is named
        assert ("150/2023" in text) is named


@pytest.mark.parametrize(
    ("language", "allowance", "situation"),
    [
        (Language.EN, "The school allowance follows", '"BIS number"'),
        (Language.NL, "De schooltoeslag volgt", "“bisnummer”"),
        (Language.FR, "allocation scolaire (schooltoeslag)", "« numéro bis »"),
        (Language.DE, "Die Schulzulage (schooltoeslag) folgt", "„Bis-Nummer“"),
    ],
)
def test_no_code_of_ours_stands_in_a_sentence(language, allowance, situation):
    text = " ".join(
        explained(
            language,
            rows=[{"from": "2015-01-01", "nis": "11002"}],
            begin="2021-01",
            end="2021-03",
            allowance="school",
            situation="bis-number",
        )
    )
    assert allowance in text
    assert situation in text
    for each in ("situation bis-number", "toeslag school", "allocation school", "Zulage school"):
        assert each not in text


@pytest.mark.parametrize(
    ("nis", "names"),
    [
        ("82003", ("Bastogne", "Bastenaken", "Bastogne", "Bastnach")),
        ("73083", ("Tongeren", "Tongeren", "Tongres", "Tongeren")),
        ("12030", ("Puurs", "Puurs", "Puurs", "Puurs")),
    ],
)
def test_places_have_their_name_in_the_language_or_else_the_local_one(nis, names):
    rows = [{"from": "2015-01-01", "nis": nis}]
    for language, name in zip(Language, names, strict=True):
        text = explained(language, rows=rows, begin="2025-01", end="2025-03")[-1]
        assert f"{nis} ({name})" in text


def test_what_cannot_be_said_is_not_called_sure():
    (text,) = explained(Language.EN, begin="2021-01", end="2021-03")
    assert "cannot be said" in text
    assert "This is sure" not in text
