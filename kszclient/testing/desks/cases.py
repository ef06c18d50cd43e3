"""The mock's desks (`mocks/desks/*.toml`): what they take, and their cases as the days pass."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import NamedTuple

import msgspec

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.case.jurisdiction import CasePart
from kszclient.complaints.case.missing_items import missing_items
from kszclient.complaints.deadlines.counting import service_terms
from kszclient.complaints.decide.evaluate import PartStudy, study
from kszclient.complaints.rules.instances import TAKES_IN, card_of
from kszclient.complaints.rules.instances import cards as cards_of_instances
from kszclient.complaints.rules.rule import NOTE, PRECEDENCE
from kszclient.complaints.submission.desk import DeskCase, DeskRefusal, DeskState, RefusalReason
from kszclient.complaints.texts import Texts, texts
from kszclient.complaints.vocabulary import Instance, Item, Outcome
from kszclient.errors import SettingsError
from kszclient.resources import resource
from kszclient.testing.population.reading import read_typed
from kszclient.values import Language


class _Taken(NamedTuple):
    receipt: str
    received_at: dt.datetime


class DeskCases:
    """What one desk has taken; of a complaint it keeps no more than when it came.

    Args:
        instance: Whose desk it is.

    Raises:
        KeyError: The instance has no desk.
    """

    def __init__(self, instance: Instance) -> None:
        self._card: DeskCard = desk_cards()[instance]
        self._by_key: dict[str, _Taken] = {}

    def known(self, key: str, now: dt.datetime) -> DeskCase | None:
        """Return the case that came under a key before, as it stands now."""
        taken = self._by_key.get(key)
        return self._at(taken, now) if taken else None

    def take(
        self, key: str, complaint: Complaint, now: dt.datetime, language: Language = Language.EN
    ) -> DeskCase | DeskRefusal:
        """Take a complaint in, or return why not: a paper counts from the day on which it arrives.

        Args:
            key: Identifies the case.
            complaint: The case, with whatever day of filing.
            now: The time.
            language: Of the reasons why not.
        """
        arrived = msgspec.structs.replace(complaint, filing_date=now.date())
        refused = examine(arrived, self._card.instance, language)
        if refused is not None:
            return refused
        number = len(self._by_key) + 1
        self._by_key[key] = _Taken(f"{self._card.receipt}-{now.year}-{number:05}", now)
        return self._at(self._by_key[key], now)

    def all(self, now: dt.datetime) -> list[DeskCase]:
        """Return every case as it stands now."""
        return [self._at(each, now) for each in self._by_key.values()]

    def _at(self, taken: _Taken, now: dt.datetime) -> DeskCase:
        received = taken.received_at.date()
        days = {
            DeskState.ACKNOWLEDGED: self._card.acknowledges_after_days,
            DeskState.HANDLED: self._card.handles_after_days,
            DeskState.CLOSED: self._card.closes_after_days,
        }
        reached = {
            state: received + dt.timedelta(days=after)
            for state, after in days.items()
            if received + dt.timedelta(days=after) <= now.date()
        }
        terms = service_terms(self._card.instance, received)
        return DeskCase(
            instance=self._card.instance,
            receipt=taken.receipt,
            state=list(reached)[-1] if reached else DeskState.RECEIVED,
            received_at=taken.received_at,
            promise=terms.promise,
            acknowledge_by=terms.acknowledge_by,
            handle_by=terms.handle_by,
            handle_at_latest=terms.handle_at_latest,
            acknowledged_on=reached.get(DeskState.ACKNOWLEDGED),
            handled_on=reached.get(DeskState.HANDLED),
            closed_on=reached.get(DeskState.CLOSED),
        )


class DeskCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one desk works.

    Args:
        instance: Whose desk it is.
        receipt: What the numbers on its receipts begin with.
        acknowledges_after_days: Days after which it acknowledges.
        handles_after_days: Days after which it answers.
        closes_after_days: Days after which it closes the case.
    """

    instance: Instance
    receipt: str
    acknowledges_after_days: int
    handles_after_days: int
    closes_after_days: int


class _Default(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    receipt: str
    acknowledges_after_days: int
    handles_after_days: int
    closes_after_days: int


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    desk: tuple[DeskCard, ...] = ()
    default: _Default | None = None


@cache
def desk_cards() -> dict[Instance, DeskCard]:
    """Return every desk: as a file states it, else as that of an instance without one.

    Raises:
        SettingsError: A file cannot be read, or an instance has two desks.

    >>> desk_cards()[Instance("KBD")].receipt
    'KBD'
    """
    files = sorted(resource("mocks", "desks").glob("*.toml"))
    read = [read_typed(file, _File) for file in files]
    cards = [card for each in read for card in each.desk]
    found = {card.instance: card for card in cards}
    if len(found) < len(cards):
        raise SettingsError("mocks/desks: an instance has two desks")
    for default in (each.default for each in read if each.default):
        for card in cards_of_instances():
            if card.kind in TAKES_IN and card.code not in found:
                found[card.code] = DeskCard(card.code, *msgspec.structs.astuple(default))
    return found


_TAKEN = (Outcome.ADMISSIBLE, Outcome.OPEN)


def examine(
    complaint: Complaint, instance: Instance, language: Language = Language.EN
) -> DeskRefusal | None:
    """Return why an instance does not take a complaint; None where it does.

    Args:
        complaint: The case.
        instance: The instance.
        language: Of the reasons.
    """
    parts = study(complaint)
    reasons = [_reason(each, instance, texts(language)) for each in parts]
    if all(reasons):
        distinct = {each.reason: each for each in reasons if each}
        return DeskRefusal(tuple(distinct.values()), _missing(complaint, instance, parts[0].part))
    taking = next(each.part for each, no in zip(parts, reasons, strict=True) if no is None)
    missing = _missing(complaint, instance, taking)
    return DeskRefusal((), missing) if missing else None


def _reason(study: PartStudy, instance: Instance, words: Texts) -> RefusalReason | None:
    # What is not stated keeps nobody out: it is taken where one possible way leads here.
    reasons = [_reason_on(way, instance, words) for way in study.ways]
    return reasons[0] if all(reasons) else None


def _reason_on(way: PartStudy, instance: Instance, words: Texts) -> RefusalReason | None:
    if instance not in way.answers:
        sentence = words.phrase("desk_elsewhere")
        return RefusalReason(Outcome.REDIRECT, "NOT_COMPETENT", (), sentence)
    # Nor does a rule that may hold keep anybody out: only rules that do hold count.
    tried = [(line.rule, truth.value) for line, truth in way.tried[instance]]
    holding = [rule for rule, holds in tried if holds and rule.outcome != NOTE]
    first = min(holding, key=lambda rule: PRECEDENCE[rule.outcome], default=None)
    if first is None or first.outcome in _TAKEN:
        return None
    return RefusalReason(
        Outcome(first.outcome), first.reason, (first.id,), words.sentence(first, first.certainty)
    )


def _missing(complaint: Complaint, instance: Instance, part: CasePart) -> tuple[Item, ...]:
    return tuple(missing_items(complaint, card_of(instance, part.area).requires))
