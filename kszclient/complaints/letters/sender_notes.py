"""What the sender of a letter must know and do; it stands beside the letter, never in it."""

from __future__ import annotations

from collections.abc import Iterator

from kszclient.complaints.channels import Channel, ChannelKind
from kszclient.complaints.instances import InstanceCard
from kszclient.complaints.letters.forms import Form, LetterLanguage, labels
from kszclient.complaints.texts import Language, channel_words


def channels_of(card: InstanceCard, kind: ChannelKind) -> list[Channel]:
    """Give the addresses of one kind; the first is the one that a letter carries."""
    return [each for each in card.channels if each.kind is kind]


def sender_notes(
    form: Form, card: InstanceCard, language: LetterLanguage, missing: tuple[str, ...]
) -> tuple[str, ...]:
    """Tell the sender what is still to do before the letter goes out.

    Args:
        form: What holds for the letter.
        card: To whom it goes.
        language: In which language.
        missing: What the letter leaves blank.

    Returns:
        Sentences in the language of the letter. An address that needs a live check says so, with
        every other address on record and why the first is shown.
    """
    return tuple(_notes(form, card, language, missing))


def _notes(
    form: Form, card: InstanceCard, language: LetterLanguage, missing: tuple[str, ...]
) -> Iterator[str]:
    words = labels(language)
    if missing:
        blanks = "; ".join(words.blanks[need] for need in missing)
        yield words.notes["fill_in"].format(blanks=blanks)
    if form.signed:
        yield words.notes["sign"]
    if not form.to_court:
        yield from _check(card, ChannelKind.POST, "check_address", language)
    yield from _check(card, ChannelKind.EMAIL, "check_email", language)
    if form.works_in and language not in form.works_in:
        name: str = getattr(card.names, language.value)
        languages = ", ".join(form.works_in)
        yield words.notes["works_in"].format(instance=name, languages=languages)
    yield words.notes["no_advice"]


def _check(
    card: InstanceCard, kind: ChannelKind, note: str, language: LetterLanguage
) -> Iterator[str]:
    channels = channels_of(card, kind)
    if not any(each.verify or each.newer for each in channels):
        return
    notes = labels(language).notes
    first, *others = [_shown(each, language) for each in channels]
    sentences = [notes[note].format(shown=first)]
    sentences += [notes["other"].format(shown=other) for other in others]
    yield " ".join(sentences)


def _shown(channel: Channel, language: LetterLanguage) -> str:
    said = channel_words(Language(language.value))
    value = said.get(channel.value, channel.value)
    return f"{value} ({said[channel.note]})" if channel.note else value
