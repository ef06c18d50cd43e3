"""A route in words, in each language."""

import json
import re
from pathlib import Path

import pytest

from kszclient.complaints import Language, read_complaint
from kszclient.complaints.present.reading import read_route
from kszclient.complaints.rules.instances import cards
from kszclient.complaints.rules.payers import payers
from kszclient.complaints.rules.table import table
from kszclient.complaints.rules.themes import themes
from kszclient.complaints.texts import channel_words, texts

EXAMPLES = sorted(Path("mocks/complaints").glob("*.json"))
OTHERS = [each for each in Language if each is not Language.EN]
FOREIGN = re.compile(
    r"\b(the|and|with|you|your|not|first|after|het|een|niet|wordt|voor|naar|zijn|waar|"
    r"les|vous|votre|une|est|pas|avec)\b",
    re.IGNORECASE,
)


def words_of(given, language):
    """Everything that a person reads, but for the titles of sources."""
    reading = read_route(read_complaint(json.dumps(given)), language)
    lines = [*reading.route.notices, reading.notices_heading]
    for part in reading.parts:
        lines += [part.heading, *part.why, *part.advice]
        for step in part.steps:
            lines += [step.heading, step.sentence, *step.dates, *step.channels]
    return lines


def sentences_of(language):
    """Every text of a language, in pieces between the places to fill in."""
    own = texts(language)
    said = [*own.fields.values(), *own.phrases.values(), *own.notices.values()]
    said += [own.sentence(line.rule, line.rule.certainty) for line in table().lines]
    said += [*own.outcomes.values(), *own.certainty.values()]
    said += channel_words(language).values()
    said += [theme.ask.in_language(language) for theme in themes().values()]
    pieces = {piece.strip(" .:;,()") for each in said for piece in re.split(r"\{\w+\}", each)}
    return {piece for piece in pieces if len(piece) > 8}


def names():
    """Names and addresses, which no language translates."""
    found = {card.names.de for card in cards()}
    for each in (*cards(), *payers()):
        found |= {channel.value for channel in each.channels}
    found |= {"Klachten- en Bemiddelingsdienst", "Kind en Gezin"}
    return sorted(found, key=len, reverse=True)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_route_in_german_has_no_sentence_in_another_language(example):
    lines = words_of(json.loads(example.read_text()), Language.DE)
    told = "\n".join(lines)
    for language in (Language.EN, Language.NL, Language.FR):
        strange = sentences_of(language) - sentences_of(Language.DE)
        assert [piece for piece in strange if piece in told and "@" not in piece] == []
    for name in names():
        told = told.replace(name, "")
    told = re.sub("„[^“]*“", "", told)
    assert FOREIGN.findall(told) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_as_much(example, language):
    given = json.loads(example.read_text())
    assert len(words_of(given, language)) == len(words_of(given, Language.EN))


@pytest.mark.parametrize("language", list(Language))
def test_two_courts_with_the_same_last_day_are_both_told(language):
    given = json.loads(Path("mocks/complaints/moved-during-the-period.json").read_text())
    until = [line for line in words_of(given, language) if "2025-05-03" in line]
    notices = [line for line in until if "DL_" not in line]
    assert len(notices) == 2


@pytest.mark.parametrize("language", list(Language))
def test_a_child_in_danger_is_no_case_for_somebody_else(language):
    given = json.loads(Path("mocks/complaints/child-in-danger.json").read_text())
    lines = words_of(given, language)
    words = texts(language)
    name = next(card.names for card in cards() if card.code == "EMERGENCY")
    called = getattr(name, language.value)
    (heading,) = [line for line in lines if "(CHILD_IN_DANGER)" in line and called in line]
    assert words.phrase("instead_emergency") in heading
    assert words.phrase("to_emergency", instance=called) in lines


@pytest.mark.parametrize("language", list(Language))
def test_a_question_is_sent_to_a_line_that_answers_it(language):
    given = {"filing_date": "2025-03-03", "nis": "11002", "subject": "GENERAL_QUESTION"}
    lines = words_of(given, language)
    words = texts(language)
    assert sum(words.phrase("instead_information") in line for line in lines) == 2
    asked = words.phrase("to_information", instance="").strip()
    assert any(line.startswith(asked) for line in lines)


def test_a_complaint_service_whose_turn_has_not_come_shows_how_it_is_reached():
    told = {
        "subject": "AMOUNT",
        "benefit": "base",
        "filing_date": "2025-03-03",
        "nis": "11002",
        "period": {"from": "2025-01", "to": "2025-02"},
        "decision_date": "2025-02-20",
        "facts_last_date": "2025-02-20",
        "identified": True,
        "has_interest": True,
        "court_pending": False,
        "steps_done": [],
    }
    (part,) = read_route(read_complaint(json.dumps(told))).parts
    kbd = next(step for step in part.steps if "TRY_PAYER_FIRST" in step.heading)
    assert any("info@groeipakket.be" in way for way in kbd.channels)
    court = next(step for step in part.steps if "GC_NOT_EXHAUSTED" in step.heading)
    assert court.channels == ()


@pytest.mark.parametrize(
    ("subject", "benefit", "missed", "long_over"),
    [
        ("ZT_DECISION", "care_supplement", "2025-08-07", "2025-09-20"),
        ("BENEFICIARY_DESIGNATION", "base", "2025-11-06", "2025-12-20"),
    ],
)
@pytest.mark.parametrize("language", list(Language))
def test_why_it_may_not_be_too_late_is_said_as_it_is(subject, benefit, missed, long_over, language):
    given = {
        "subject": subject,
        "benefit": benefit,
        "nis": "11002",
        "period": {"from": "2025-01", "to": "2025-03"},
        "decision_date": "2025-05-01",
        "notified_on": "2025-05-05",
        "notification_kind": "ordinary",
        "steps_done": ["PAYER"],
    }
    words = texts(language)
    reading, remedies = words.phrase("open_law"), words.phrase("open_remedies")
    over = words_of({**given, "filing_date": long_over, "remedies_stated": False}, language)
    assert sum(remedies in line for line in over) == 2
    assert not any(reading in line for line in over)
    in_doubt = words_of({**given, "filing_date": missed, "remedies_stated": True}, language)
    assert sum(reading in line for line in in_doubt) == 2
    assert not any(remedies in line for line in in_doubt)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            {"subject": "STAFF_CONDUCT", "steps_done": ["PAYER"], "court_pending": True},
            "COURT_PENDING",
        ),
        (
            {"subject": "KG_SERVICE", "steps_done": [], "missing": ["contact"]},
            "COMPLAINT_INCOMPLETE",
        ),
    ],
)
@pytest.mark.parametrize("language", list(Language))
def test_where_no_step_can_be_recommended_the_advice_is_what_is_left_to_do(given, reason, language):
    told = {
        "nis": "11002",
        "filing_date": "2025-06-10",
        "period": {"from": "2025-01", "to": "2025-03"},
        "facts_last_date": "2025-05-05",
        "identified": True,
        "has_interest": True,
        "court_pending": False,
        "role": "beneficiary",
    }
    (part,) = read_route(read_complaint(json.dumps({**told, **given})), language).parts
    step = next(each for each in part.steps if f"({reason})" in each.heading)
    assert len(part.advice) == 1
    assert part.advice[0].endswith(step.sentence)
    assert part.advice[0].split(":")[0] in step.heading


def test_where_every_step_says_no_nothing_is_recommended():
    given = {"filing_date": "2025-03-03", "nis": "11002", "subject": "POLICY_OR_REGULATION"}
    (part,) = read_route(read_complaint(json.dumps(given))).parts
    assert part.advice == (texts(Language.EN).phrase("nothing"),)
