"""Putting a letter together: what is known is filled in, what is not becomes a blank."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from jinja2 import Environment

from kszclient.complaints.case_payer import payer_in
from kszclient.complaints.channels import ChannelKind
from kszclient.complaints.facts import Part, payer_of
from kszclient.complaints.instances import card_of
from kszclient.complaints.intake import Complaint
from kszclient.complaints.letters.details import LetterDetails
from kszclient.complaints.letters.forms import Dates, Labels, form_of, labels
from kszclient.complaints.letters.sender_notes import channels_of, sender_notes, standing
from kszclient.complaints.parts import parts_of
from kszclient.complaints.reasons import Reason
from kszclient.complaints.route import study
from kszclient.complaints.routing import PartStudy
from kszclient.complaints.subjects import subjects
from kszclient.complaints.texts import channel_words
from kszclient.complaints.vocabulary import Instance, Outcome
from kszclient.resources import resource
from kszclient.templates import rendering, templates_in
from kszclient.values import Language

# A blank stands between these two in a composed text; neither can come in from outside.
BLANK_BEGIN, BLANK_END = "\x01", "\x02"
_DOTS = ".........."
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
    """What is filled in; what is not gives a blank.

    Args:
        told: What is known.
        words: The words of the letter.
        labelled: Whether the text itself says what belongs there, so that the blank need not.
    """

    def __init__(self, told: dict[str, str], words: Labels, *, labelled: bool = False) -> None:
        super().__init__(told)
        self._words = words
        self._labelled = labelled

    def __missing__(self, name: str) -> str:
        asked = self._words.blanks[name]
        text = _DOTS if self._labelled else self._words.blank.format(asked=asked, room=_DOTS)
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
    part = _part_for(instance, complaint)
    words = labels(language)
    told = _told(complaint, part, details or LetterDetails(), words.dates)
    card = card_of(instance, part.area)
    name = card.names.in_language(language)
    said = channel_words(language)
    post = [said.get(each.value, each.value) for each in channels_of(card, ChannelKind.POST)]
    mail = [said.get(each.value, each.value) for each in channels_of(card, ChannelKind.EMAIL)]
    values = {
        "f": _Blanks(told, words),
        "labelled": _Blanks(told, words, labelled=True),
        "addressee": post[0].split(", ") if post and not form.to_court else [name],
        "date": words.dates.of_day(complaint.filing_date),
        "subject": words.subjects[complaint.subject],
        **_circumstances(complaint, words.dates),
        "may_interrupt": _may_interrupt(complaint, studies),
    }
    name_of_template = f"{instance.value}.txt.j2"
    with rendering(f"{language.value}/{name_of_template}"):
        template = _templates(language).get_template(name_of_template)
        text = _tidy(template.render(values))
        title = _tidy("".join(template.blocks["title"](template.new_context(values))))
    missing = tuple(need for need in form.needs if need not in told)
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
            *sender_notes(form, card, language, missing, works_in),
        ),
        works_in=works_in,
    )


@cache
def _templates(language: Language) -> Environment:
    # Plain text; it is escaped when it is put into a page.
    return templates_in(resource("config", "complaints", "letters", language.value), escaped=())


def _part_for(instance: Instance, complaint: Complaint) -> Part:
    """Give the part of the case that the instance would take, the last where none would."""
    best: Part | None = None
    for found in study(complaint):
        for step in found.steps:
            taken = step.verdict.outcome is not Outcome.INADMISSIBLE
            if step.instance is instance and taken:
                best = best or step.part
    return best or parts_of(complaint)[-1]


def _told(complaint: Complaint, part: Part, details: LetterDetails, dates: Dates) -> dict[str, str]:
    """Give what fills the places of a letter, from the case and from the particulars."""
    told = {}
    payer = payer_of(complaint, part)
    if payer is not None:
        told["payer"] = payer.names[0]
    elif named := payer_in(complaint, part.months):
        told["payer"] = named
    if complaint.child_ssin is not None:
        told["child_number"] = complaint.child_ssin.digits
    if complaint.decision_date is not None:
        told["decision"] = dates.of_day(complaint.decision_date)
    for name in ("notified_on", "gc_notified_on", "requested_on", "facts_last_date"):
        day = getattr(complaint, name)
        if day is not None:
            told[name] = dates.of_day(day)
    if part.period is not None:
        told["period"] = dates.of_months(part.period.begin, part.period.end)
    told |= details.given()
    if "child_birth_date" in told:
        # Where a letter asks the child's number, it takes the birth date instead.
        told.setdefault("child_number", told["child_birth_date"])
    return told


def _circumstances(complaint: Complaint, dates: Dates) -> dict[str, object]:
    groups = subjects().groups
    return {
        "appealable": complaint.subject in groups["appealable"],
        "no_decision": complaint.subject in groups["undecided"],
        "after_commission": _after_commission(complaint),
        "remedies_missing": complaint.remedies_stated is False,
        "has_interest": complaint.has_interest is True,
        "for_somebody_else": complaint.role in groups["for_somebody_else"],
        "nothing_pending": all(getattr(complaint, name) is False for name in _PENDING),
        "role": complaint.role,
        "kbd_filed": complaint.kbd_filed and dates.of_day(complaint.kbd_filed),
        "kbd_closed": complaint.kbd_closed and dates.of_day(complaint.kbd_closed),
    }


def _may_interrupt(complaint: Complaint, studies: Iterable[PartStudy]) -> bool:
    """Tell whether a complaint with the KBD may make a term of appeal start again (art. 104)."""
    if _after_commission(complaint):
        return False
    rules = [rule for found in studies for step in found.steps for rule in step.verdict.rules]
    reasons = {rule.reason for rule in rules}
    return Reason.TERM_INTERRUPTED in reasons or Reason.TERM_ALREADY_OVER not in reasons


def _after_commission(complaint: Complaint) -> bool:
    return complaint.gc_notified_on is not None or complaint.subject == "GC_DECISION"


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
