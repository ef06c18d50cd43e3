"""Putting a letter together: what is known is filled in, what is not becomes a blank."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from jinja2 import Environment

from kszclient.competence import Certainty
from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.case.jurisdiction import CasePart, parts_of, payer_in
from kszclient.complaints.decide.evaluate import PartStudy, study
from kszclient.complaints.decide.facts import payer_of
from kszclient.complaints.letters.details import LetterDetails, written_day
from kszclient.complaints.letters.forms import Dates, Form, Labels, form_of, labels
from kszclient.complaints.rules.instances import (
    Channel,
    ChannelKind,
    InstanceCard,
    arbiter,
    card_of,
)
from kszclient.complaints.rules.rule import Reason
from kszclient.complaints.rules.subjects import subjects
from kszclient.complaints.texts import channel_words, texts
from kszclient.complaints.vocabulary import Instance, Outcome, Subject
from kszclient.foreign_text import plain_lines
from kszclient.resources import resource
from kszclient.templates import rendering, templates_in
from kszclient.values import Language


def channels_of(card: InstanceCard, kind: ChannelKind) -> list[Channel]:
    """Return the addresses of one kind; the first is the one that a letter carries."""
    return [each for each in card.channels if each.kind is kind]


def sender_notes(
    form: Form,
    card: InstanceCard,
    language: Language,
    missing: tuple[str, ...],
    works_in: tuple[Language, ...],
) -> tuple[str, ...]:
    """List for the sender what is still to do before the letter goes out.

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
    """List what the rules hold against going there, part by part; nothing where they are for it.

    A complaint that can no longer make a term of appeal start again (K11) is listed too.

    Args:
        instance: To whom the letter goes.
        studies: What was found about each part of the case.
        name: The name of the instance.
        language: Of the letter.
    """
    notes, words = labels(language).notes, texts(language)
    found = [study.steps[instance] for study in studies if instance in study.steps]
    if not found:
        yield notes["no_part"].format(instance=name)
    against = {
        (answer.outcome, answer.reason): answer
        for answer in found
        if answer.outcome is not Outcome.ADMISSIBLE
    }
    for answer in against.values():
        note = notes["not_sure"].format(instance=name, outcome=words.outcomes[answer.outcome])
        if answer.decided_by(answer.decisive):
            note = f"{note} {words.sentence(answer.decisive, answer.decisive.certainty)}"
        yield note
    rules = [rule for answer in found for rule in answer.rules]
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
    translated = channel_words(language)
    value = translated.get(channel.value, channel.value)
    return f"{value} ({translated[channel.note]})" if channel.note else value


# A blank stands between these two in a composed text; neither can come in from outside.
BLANK_BEGIN, BLANK_END = "\x01", "\x02"
_DOTS = ".........."
_TURNED_AWAY = (Outcome.INADMISSIBLE, Outcome.REDIRECT)
_PENDING = ("court_pending", "ombuds_pending", "admin_appeal_open")


class Letter(NamedTuple):
    """A letter.

    Args:
        instance: To whom.
        language: In which language.
        title: What it is.
        text: The whole text, with blanks between `BLANK_BEGIN` and `BLANK_END`.
        email: The address for e-mail, or empty where there is none.
        signed: Whether it must be printed and signed by hand.
        missing: What the instance wants to read and the letter leaves blank.
        notes: What the sender must know; no part of the letter.
        works_in: The languages of the instance where that of the letter is none of them.
    """

    instance: Instance
    language: Language
    title: str
    text: str
    email: str
    signed: bool
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    works_in: tuple[Language, ...]

    def __repr__(self) -> str:
        return f"Letter({self.instance.value}, {self.language.value}, missing={len(self.missing)})"


class _Blanks(dict[str, str]):
    """What is filled in; what is not gives a blank and is noted.

    Args:
        known: What is known.
        noted: Where the name of each blank goes.
        words: The words of the letter; none where its text itself says what belongs there.
    """

    def __init__(
        self, known: dict[str, str], noted: dict[str, None], words: Labels | None = None
    ) -> None:
        super().__init__(known)
        self._noted = noted
        self._words = words

    def __missing__(self, name: str) -> str:
        self._noted[name] = None
        text = _DOTS
        if self._words:
            text = self._words.blank.format(asked=self._words.blanks[name], room=_DOTS)
        return f"{BLANK_BEGIN}{text}{BLANK_END}"


def compose(
    complaint: Complaint,
    instance: Instance,
    language: Language,
    details: LetterDetails | None = None,
) -> Letter:
    """Write a complaint or petition.

    Args:
        complaint: The case.
        instance: To whom.
        language: In which language.
        details: The personal particulars; what is left out becomes a blank.

    Raises:
        InputError: There is no letter for the instance in that language.
    """
    form = form_of(instance, language)
    studies = study(complaint)
    taken = _taken(complaint, instance, studies)
    studies = tuple(each for each in studies if each.subject in taken)
    part = _part_for(instance, complaint, studies)
    words = labels(language)
    known = _known(complaint, part, details or LetterDetails(), words.dates)
    card = card_of(instance, part.area)
    name = card.names.in_language(language)
    noted: dict[str, None] = {}
    blanks, room = _Blanks(known, noted, words), _Blanks(known, noted)
    court = name if part.area in form.seat_in_area else f"{name}, {blanks['court']}"
    post, mail = (
        _addresses(card, kind, language) for kind in (ChannelKind.POST, ChannelKind.EMAIL)
    )
    values = {
        "f": blanks,
        "room": room,
        "needs": form.needs,
        "addressee": [court] if form.to_court else post[0].split(", ") if post else [name],
        "date": words.dates.of_day(complaint.filing_date),
        "subject": words.listed(taken),
        **_circumstances(complaint, taken, words.dates),
        "interrupts": _interrupts(complaint, studies),
    }
    name_of_template = f"{instance.value}.txt.j2"
    noted.clear()
    with rendering(f"{language.value}/{name_of_template}"):
        template = _templates(language).get_template(name_of_template)
        text = _tidy(template.render(values))
        title = _tidy("".join(template.blocks["title"](template.new_context(values))))
    if form.to_court and "court" not in known and part.area not in form.seat_in_area:
        noted["court"] = None
    missing = tuple(sorted(noted, key=lambda each: _place_of(each, form.needs)))
    works_in = form.foreign_to(language, part.area)
    return Letter(
        instance=instance,
        language=language,
        title=title.partition("\n")[0],
        text=text,
        email=mail[0] if mail else "",
        signed=form.signed,
        missing=missing,
        notes=(
            *standing(instance, studies, name, language),
            *_left_out(complaint, taken, words),
            *sender_notes(form, card, language, missing, works_in),
        ),
        works_in=works_in,
    )


def _addresses(card: InstanceCard, kind: ChannelKind, language: Language) -> list[str]:
    words = channel_words(language)
    return [words.get(each.value, each.value) for each in channels_of(card, kind)]


def _place_of(blank: str, needs: tuple[str, ...]) -> int:
    return needs.index(blank) if blank in needs else len(needs)


@cache
def _templates(language: Language) -> Environment:
    # Plain text; it is escaped when it is put into a page.
    return templates_in(resource("config", "complaints", "letters", language.value), escaped=())


def _part_for(instance: Instance, complaint: Complaint, studies: Iterable[PartStudy]) -> CasePart:
    """The part of the case that the instance would take, the last where none would."""
    for found in studies:
        answer = found.steps.get(instance)
        if answer and answer.outcome is not Outcome.INADMISSIBLE:
            return answer.part
    return parts_of(complaint)[-1]


def _known(
    complaint: Complaint, part: CasePart, details: LetterDetails, dates: Dates
) -> dict[str, str]:
    """What fills the places of a letter, from the case and from the particulars."""
    known = {}
    payer = payer_of(complaint, part)
    if payer is not None:
        known["payer"] = payer.names[0]
    elif named := payer_in(complaint, part.months):
        known["payer"] = named
    known |= _child(complaint, dates)
    if complaint.decision_reference is not None:
        known["decision_reference"] = plain_lines(complaint.decision_reference).strip()
    if complaint.decision_date is not None:
        known["decision"] = dates.of_day(complaint.decision_date)
    for name in (
        "notified_on",
        "gc_notified_on",
        "requested_on",
        "triggering_fact_on",
        "facts_last_date",
    ):
        day = getattr(complaint, name)
        if day is not None:
            known[name] = dates.of_day(day)
    if part.period is not None:
        known["period"] = dates.of_months(part.period.begin, part.period.end)
    known |= details.given()
    if born := written_day(known.get("child_birth_date", "")):
        known["child_birth_date"] = dates.of_day(born)
    if not _after_commission(complaint) and "payer" in known:
        known.setdefault("opponent", known["payer"])
    return known


def _child(complaint: Complaint, dates: Dates) -> dict[str, str]:
    """What the case states of the child: its number, else birth date and sex."""
    if complaint.child_ssin is not None:
        return {"child_number": complaint.child_ssin.digits}
    if complaint.child_birth_date is None:
        return {}
    born = dates.of_day(complaint.child_birth_date)
    sex = f" ({dates.sexes[complaint.child_sex]})" if complaint.child_sex else ""
    return {"child_birth_date": born + sex}


def _taken(
    complaint: Complaint, instance: Instance, studies: Iterable[PartStudy]
) -> tuple[Subject, ...]:
    """The subjects of the letter: those that the instance does not turn away, all where it does."""
    open_ones = {
        study.subject
        for study in studies
        if instance in study.steps and study.steps[instance].outcome not in _TURNED_AWAY
    }
    return tuple(each for each in complaint.subjects if each in open_ones) or complaint.subjects


def _left_out(complaint: Complaint, taken: Iterable[Subject], words: Labels) -> Iterator[str]:
    """Name the subjects of the case that are for somebody else."""
    others = [each for each in complaint.subjects if each not in taken]
    if others:
        yield words.notes["left_out"].format(subjects=words.listed(others))


def _circumstances(
    complaint: Complaint, taken: Collection[Subject], dates: Dates
) -> dict[str, object]:
    groups = subjects().groups
    return {
        "appealable": any(each in groups["appealable"] for each in taken),
        "no_decision": all(each in groups["undecided"] for each in taken),
        "after_commission": _after_commission(complaint),
        "remedies_missing": complaint.remedies_stated is False,
        "has_interest": complaint.has_interest is True,
        "for_somebody_else": complaint.role in groups["for_somebody_else"],
        "nothing_pending": all(getattr(complaint, name) is False for name in _PENDING),
        "role": complaint.role,
        "kbd_filed": complaint.kbd_filed and dates.of_day(complaint.kbd_filed),
        "kbd_closed": complaint.kbd_closed and dates.of_day(complaint.kbd_closed),
    }


def _interrupts(complaint: Complaint, studies: Iterable[PartStudy]) -> Certainty | None:
    """How sure it is that a complaint makes a term of appeal start again (art. 104); none if not.

    Where nobody says when the term began, it may.
    """
    if _after_commission(complaint):
        return None
    rules = {rule for found in studies for step in found.steps.values() for rule in step.rules}
    interrupted = [each.certainty for each in rules if each.reason == Reason.TERM_INTERRUPTED]
    if not interrupted:
        over = any(each.reason == Reason.TERM_ALREADY_OVER for each in rules)
        return None if over else Certainty.LIKELY
    return Certainty.least(interrupted)


def _after_commission(complaint: Complaint) -> bool:
    commission = arbiter()
    informed = getattr(complaint, commission.decision_day)
    return informed is not None or commission.decision_subject in complaint.subjects


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
