"""Explanations: in four languages, with nothing left to fill in."""

import datetime as dt

import pytest

from kszclient.competence import (
    Circumstances,
    DomicileHistory,
    Language,
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
