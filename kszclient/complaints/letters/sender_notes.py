"""What the sender of a letter must know and do; it stands beside the letter, never in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kszclient.complaints.decide.routing import PartStudy
from kszclient.complaints.letters.forms import Form, labels
from kszclient.complaints.rules.channels import Channel, ChannelKind
from kszclient.complaints.rules.instances import InstanceCard
from kszclient.complaints.rules.reasons import Reason
from kszclient.complaints.texts import channel_words, texts
from kszclient.complaints.vocabulary import Instance, Outcome
from kszclient.values import Language


def channels_of(card: InstanceCard, kind: ChannelKind) -> list[Channel]:
    """Give the addresses of one kind; the first is the one that a letter carries."""
    return [each for each in card.channels if each.kind is kind]


def sender_notes(
    form: Form,
    card: InstanceCard,
    language: Language,
    missing: tuple[str, ...],
    works_in: tuple[Language, ...],
) -> tuple[str, ...]:
    """Tell the sender what is still to do before the letter goes out.

    Args:
        form: What holds for the letter.
        card: To whom it goes.
        language: In which language.
        missing: What the letter leaves blank.
        works_in: The languages of the instance where that of the letter is none of them.

    Returns:
        Sentences in the language of the letter. An address that needs a live check says so, with
        every other address on record and why the first is shown.
    """
    return tuple(_notes(form, card, language, missing, works_in))


def standing(
    instance: Instance, studies: Iterable[PartStudy], name: str, language: Language
) -> Iterator[str]:
    """Say what the rules hold against going there, part by part; nothing where they are for it.

    A complaint that can no longer make a term of appeal start again (K11) is told too.

    Args:
        instance: To whom the letter goes.
        studies: What was found about each part of the case.
        name: The name of the instance.
        language: Of the letter.
    """
    notes, words = labels(language).notes, texts(language)
    found = [each for study in studies for each in study.steps if each.instance is instance]
    if not found:
        yield notes["no_part"].format(instance=name)
    said = {
        (verdict.outcome, verdict.reason): verdict
        for verdict in (each.verdict for each in found)
        if verdict.outcome is not Outcome.ADMISSIBLE
    }
    for verdict in said.values():
        told = notes["not_sure"].format(instance=name, outcome=words.outcomes[verdict.outcome])
        if verdict.decided_by(verdict.decisive):
            told = f"{told} {words.sentence(verdict.decisive, verdict.decisive.certainty)}"
        yield told
    rules = [rule for each in found for rule in each.verdict.rules]
    over = [rule for rule in rules if rule.reason == Reason.TERM_ALREADY_OVER]
    yield from dict.fromkeys(words.sentence(rule, rule.certainty) for rule in over)


def _notes(
    form: Form,
    card: InstanceCard,
    language: Language,
    missing: tuple[str, ...],
    works_in: tuple[Language, ...],
) -> Iterator[str]:
    words = labels(language)
    if missing:
        blanks = (
            texts(language).phrase("between_remarks").join(words.blanks[need] for need in missing)
        )
        yield words.notes["fill_in"].format(blanks=blanks)
    if form.signed:
        yield words.notes["sign"]
    yield from (words.notes[each] for each in form.notes)
    if not form.to_court:
        yield from _check(card, ChannelKind.POST, "check_address", language)
    yield from _check(card, ChannelKind.EMAIL, "check_email", language)
    if works_in:
        name = card.names.in_language(language)
        languages = ", ".join(words.languages[each] for each in works_in)
        yield words.notes["works_in"].format(instance=name, languages=languages)
    yield words.notes["no_advice"]


def _check(card: InstanceCard, kind: ChannelKind, note: str, language: Language) -> Iterator[str]:
    channels = channels_of(card, kind)
    if not any(each.verify or each.newer for each in channels):
        return
    notes = labels(language).notes
    first, *others = [_shown(each, language) for each in channels]
    sentences = [notes[note].format(shown=first)]
    sentences += [notes["other"].format(shown=other) for other in others]
    yield " ".join(sentences)


def _shown(channel: Channel, language: Language) -> str:
    said = channel_words(language)
    value = said.get(channel.value, channel.value)
    return f"{value} ({said[channel.note]})" if channel.note else value
