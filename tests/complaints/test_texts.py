import re

import pytest

from kszclient.competence import rulebook
from kszclient.complaints.catalogue import FACTS
from kszclient.complaints.datafile import load
from kszclient.complaints.instances import cards
from kszclient.complaints.payers import payers
from kszclient.complaints.rule import Rule
from kszclient.complaints.sources import basis, sources
from kszclient.complaints.table import table
from kszclient.complaints.texts import (
    Language,
    Sayings,
    channel_words,
    check_rule_texts,
    texts,
)
from kszclient.complaints.themes import themes
from kszclient.complaints.vocabulary import Certainty, Item, Outcome
from kszclient.errors import DataError

ENGLISH = texts(Language.EN)
OTHERS = [each for each in Language if each is not Language.EN]
PLACES = re.compile(r"\{\w+\}")


@pytest.mark.parametrize("language", OTHERS)
def test_places_to_fill_in_are_the_same_in_every_language(language):
    for name, phrase in ENGLISH.phrases.items():
        places = set(PLACES.findall(phrase))
        assert set(PLACES.findall(texts(language).phrases[name])) == places, name


@pytest.mark.parametrize("language", OTHERS)
def test_what_the_register_says_fills_in_the_same_places(language):
    for name, sayings in load(dict[str, Sayings], "register.toml").items():
        places = set(PLACES.findall(sayings.en))
        assert set(PLACES.findall(sayings.said_in(language))) == places, name


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_exactly_what_english_says(language):
    for part in ("outcomes", "certainty", "fields", "phrases", "facts", "items", "notices"):
        assert getattr(texts(language), part).keys() == getattr(ENGLISH, part).keys()
        assert all(getattr(texts(language), part).values()) or part == "certainty"


@pytest.mark.parametrize("language", OTHERS)
def test_there_are_no_sentences_for_rules_that_are_gone(language):
    assert set(texts(language).rules) == {line.rule.key for line in table().lines}


@pytest.mark.parametrize("language", list(Language))
def test_every_outcome_fact_and_item_has_a_name(language):
    assert texts(language).facts.keys() == FACTS.keys()
    assert set(texts(language).items) == set(Item)
    assert set(texts(language).outcomes) == set(Outcome)


@pytest.mark.parametrize("language", list(Language))
def test_what_is_not_certain_says_so_in_the_sentence(language):
    for line in table().lines:
        sentence = texts(language).sentence(line.rule, line.rule.certainty)
        if line.rule.certainty is not Certainty.H:
            assert sentence.startswith(texts(language).certainty[line.rule.certainty])
            assert len(texts(language).certainty[line.rule.certainty]) > 5


def test_a_rule_without_its_sentence_is_named():
    rule = Rule(
        id="Z1", entities=("VL",), when="always", outcome="NOTE", reason="NEW",
        sources=("S0",), certainty=Certainty.H, text="New.",
    )  # fmt: skip
    with pytest.raises(DataError, match=r"nl.toml: \[rules\] lacks 'Z1.NEW'"):
        check_rule_texts([rule])


@pytest.mark.parametrize("language", OTHERS)
def test_hours_and_remarks_of_every_channel_are_said_in_every_language(language):
    channels = [channel for card in cards() for channel in card.channels]
    channels += [channel for payer in payers() for channel in payer.channels]
    told = {remark for each in channels for remark in (each.hours, each.note) if remark}
    told |= {each.value for each in channels if each.kind == "form"}
    assert told - channel_words(language).keys() == set()


@pytest.mark.parametrize("language", [each for each in Language if each is not Language.DE])
def test_no_german_text_is_copied_from_another_language(language):
    for part in ("outcomes", "fields", "phrases", "facts", "items", "notices", "rules"):
        german, other = getattr(texts(Language.DE), part), getattr(texts(language), part)
        for key, said in german.items():
            if re.search("[a-z]", PLACES.sub("", said)) and key != "yes":
                assert said != other.get(key), key
    for english, said in channel_words(Language.DE).items():
        if "@" not in english:
            assert said != channel_words(language)[english]
    for theme in themes().values():
        assert theme.says.de != theme.says.said_in(language)
        assert theme.ask.de != theme.ask.said_in(language)


@pytest.mark.parametrize("language", OTHERS)
def test_rules_that_say_different_things_say_so_in_every_language(language):
    english = {line.rule.key: line.rule.text for line in table().lines}
    said: dict[str, str] = {}
    for key, text in texts(language).rules.items():
        assert english[said.setdefault(text, key)] == english[key], key


@pytest.mark.parametrize("language", OTHERS)
def test_titles_of_sources_are_in_the_language_of_the_reader(language):
    english = re.compile(
        r"\b(of|the|to|and|complaints?|appeal|procedure|rules|page|copy|own|by|how)\b"
    )
    for code, source in sources().items():
        title = source.title(language)
        common = {"procedure", "page"} if language in ("fr", "nl") else set()
        assert set(english.findall(title.replace("by", ""))) <= common, code
    assert "27 april 2018" in basis(("GD104",), Language.NL)
    assert "27. April 2018" in basis(("GD104",), Language.DE)


def test_the_last_months_of_the_federal_regime_are_said_to_belong_to_it():
    including = {"en": "including", "nl": "tot en met", "fr": "inclus", "de": "einschließlich"}
    for language, word in including.items():
        for rule in table().of_entity():
            if rule.rule.id in ("E1", "E2"):
                assert word in texts(Language(language)).sentence(rule.rule, rule.rule.certainty)


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_the_allowances_are_called_as_the_answers_of_competence_call_them(language):
    spoken = Language(language)
    names = rulebook().texts[spoken].allowances.values()
    told = texts(spoken).rules["E7.PARTICIPATION_EXTRATERRITORIAL"]
    for name in names:
        assert name.partition(" (")[0].casefold() in told.casefold()


def test_an_entity_is_no_instance():
    assert "entiteit" in texts(Language.NL).phrases["no_entity"]
    assert "entiteit" in texts(Language.NL).rules["E8.SPLIT_PERIOD"]
    assert "Körperschaft" in texts(Language.DE).phrases["no_entity"]
    assert "Körperschaft" in texts(Language.DE).rules["E8.SPLIT_PERIOD"]
