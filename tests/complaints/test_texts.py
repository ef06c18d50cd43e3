import re
import tomllib
from pathlib import Path

import pytest

from kszclient.competence import Certainty, rulebook
from kszclient.complaints.datafile import load
from kszclient.complaints.decide.evaluate import basis
from kszclient.complaints.rules.catalogue import FACTS
from kszclient.complaints.rules.instances import cards
from kszclient.complaints.rules.payers import payers
from kszclient.complaints.rules.table import table
from kszclient.complaints.rules.themes import themes
from kszclient.complaints.texts import (
    Language,
    channel_words,
    texts,
)
from kszclient.complaints.vocabulary import Item, Outcome
from kszclient.sources import sources
from kszclient.values import Translated

ENGLISH = texts(Language.EN)
OTHERS = [each for each in Language if each is not Language.EN]
PLACES = re.compile(r"\{\w+\}")
CONFIG = Path(__file__).parents[2] / "config"

# What no sentence may contain: a word that has given way to the one term of its language, a literal
# rendering of English, or a sign that the language writes otherwise.
UNWANTED = {
    Language.NL: (
        r"\b(is|zijn)\b[^.:;]* om[.;]|\blezing\b|\bhangende\b|\bzorgnood\b|\bkas\b|\bKBD\b",
        r"(?<![\w-])registers? (van|dat|bevat|noemt|zweeg)\b|(?<!kszclient )\broute\b",
        r"'\w+'",
    ),
    Language.FR: (
        r"\blecture\b|\blieu au\b|\bpayeurs?\b|\bbénéficiaires?\b|\bKBD\b|(?<!kszclient )\broute\b",
        r"délai[^.;:]* dépassé|service de plaintes|inform(é|ée) de",
        r"[^ \xa0][;?!]|[^ \xa0\d]:(?!/)|\w'\w+'|[“”„]",
    ),
    Language.DE: (
        r"\bLesart\b|Zahlstelle|Einspruchsfrist|Grundbetrag|\bKBD\b|\bmutwillig",
        r"^(?!.*Verwaltung).*Einspruch",
        r"'\w+'|”|[“][^„]*[“]",
    ),
    Language.EN: (r"\b(reading|reckoned|reckoning)\b|\bis told\b|\btold yet\b",),
}
EVERYWHERE = (r"  |^ (?!;)", r"\d{4}-\d{2}-\d{2}", r"\b(None|null|TODO)\b")


def written(tree, language, named=False):
    """Yield the texts of a language in a tree of TOML; `named` is true inside its own table."""
    if isinstance(tree, dict):
        for key, each in tree.items():
            inside = named or key == language.value
            if inside or isinstance(each, dict | list):
                yield from written(each, language, named=inside)
    elif isinstance(tree, list):
        for each in tree:
            yield from written(each, language, named)
    elif named and isinstance(tree, str):
        yield tree


def texts_of(language):
    """Return every text that people read in a language, with the name of its file."""
    found = []
    for file in sorted(
        [*CONFIG.glob("complaints/**/*.toml"), *CONFIG.glob("reconciliation/**/*.toml")]
    ):
        parts = file.relative_to(CONFIG).parts
        own = language.value in (file.stem, file.parent.name)
        if "letters" not in parts:
            tree = tomllib.loads(file.read_text(encoding="utf-8"))
            found += [(file.name, text) for text in written(tree, language, named=own)]
    return found


def sentence_of(rule, language):
    (text,) = {line.rule.text for line in table().lines if line.rule.id == rule}
    return text.in_language(language)


@pytest.mark.parametrize("language", OTHERS)
def test_places_to_fill_in_are_the_same_in_every_language(language):
    for name, phrase in ENGLISH.phrases.items():
        places = set(PLACES.findall(phrase))
        assert set(PLACES.findall(texts(language).phrases[name])) == places, name


@pytest.mark.parametrize("language", OTHERS)
def test_what_the_register_says_fills_in_the_same_places(language):
    for name, sayings in load(dict[str, Translated], "register.toml").items():
        places = set(PLACES.findall(sayings.en))
        assert set(PLACES.findall(sayings.in_language(language))) == places, name


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_exactly_what_english_says(language):
    for part in ("outcomes", "certainty", "fields", "phrases", "facts", "items", "notices"):
        assert getattr(texts(language), part).keys() == getattr(ENGLISH, part).keys()
        assert all(getattr(texts(language), part).values()) or part == "certainty"


@pytest.mark.parametrize("language", list(Language))
def test_every_outcome_fact_and_item_has_a_name(language):
    assert texts(language).facts.keys() == FACTS.keys()
    assert set(texts(language).items) == set(Item)
    assert set(texts(language).outcomes) == set(Outcome)


@pytest.mark.parametrize("language", list(Language))
def test_what_is_not_certain_says_so_in_the_sentence(language):
    for line in table().lines:
        sentence = texts(language).sentence(line.rule, line.rule.certainty)
        if line.rule.certainty is not Certainty.SURE:
            assert sentence.startswith(texts(language).certainty[line.rule.certainty])
            assert len(texts(language).certainty[line.rule.certainty]) > 5


@pytest.mark.parametrize("language", OTHERS)
def test_hours_and_remarks_of_every_channel_are_said_in_every_language(language):
    channels = [channel for card in cards() for channel in card.channels]
    channels += [channel for payer in payers() for channel in payer.channels]
    told = {remark for each in channels for remark in (each.hours, each.note) if remark}
    told |= {each.value for each in channels if each.kind == "form"}
    assert told - channel_words(language).keys() == set()


@pytest.mark.parametrize("language", [each for each in Language if each is not Language.DE])
def test_no_german_text_is_copied_from_another_language(language):
    for part in ("outcomes", "fields", "phrases", "facts", "items", "notices"):
        german, other = getattr(texts(Language.DE), part), getattr(texts(language), part)
        for key, said in german.items():
            if re.search("[a-z]", PLACES.sub("", said)) and key != "yes":
                assert said != other.get(key), key
    for line in table().lines:
        assert line.rule.text.de != line.rule.text.in_language(language), line.rule.id
    for english, said in channel_words(Language.DE).items():
        if "@" not in english:
            assert said != channel_words(language)[english]
    for theme in themes().values():
        assert theme.says.de != theme.says.in_language(language)
        assert theme.ask.de != theme.ask.in_language(language)


@pytest.mark.parametrize("language", OTHERS)
def test_rules_that_say_different_things_say_so_in_every_language(language):
    english: dict[str, str] = {}
    for line in table().lines:
        text = line.rule.text
        assert english.setdefault(text.in_language(language), text.en) == text.en, line.rule.id


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
    told = sentence_of("E7", spoken)
    for name in names:
        assert name.partition(" (")[0].casefold() in told.casefold()


def test_an_entity_is_no_instance():
    assert "entiteit" in texts(Language.NL).phrases["no_entity"]
    assert "entiteit" in sentence_of("E8", Language.NL)
    assert "Körperschaft" in texts(Language.DE).phrases["no_entity"]
    assert "Körperschaft" in sentence_of("E8", Language.DE)


@pytest.mark.parametrize("language", list(Language))
def test_no_text_contains_what_its_language_does_not_write(language):
    unwanted = [re.compile(each) for each in (*UNWANTED[language], *EVERYWHERE)]
    found = texts_of(language)
    assert len(found) > 400
    for file, text in found:
        for each in unwanted:
            assert not each.search(text), (file, each.pattern, text)


@pytest.mark.parametrize("language", list(Language))
def test_a_sentence_of_a_rule_or_notice_ends_with_a_stop(language):
    said = [line.rule.text.in_language(language) for line in table().lines]
    for sentence in [*said, *texts(language).notices.values()]:
        assert re.search(r"[.?]$", sentence), sentence
