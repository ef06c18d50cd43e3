"""The cases of the mock's desks: taken once, then followed by the clock."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.deadlines.counting import service_terms
from kszclient.complaints.submission.desk import DeskCase, DeskState, Refused
from kszclient.complaints.vocabulary import Instance
from kszclient.testing.desks.cards import DeskCard, desk_cards
from kszclient.testing.desks.examination import examine
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
        """Give the case that came under a key before, as it stands now."""
        taken = self._by_key.get(key)
        return self._at(taken, now) if taken else None

    def take(
        self, key: str, complaint: Complaint, now: dt.datetime, language: Language = Language.EN
    ) -> DeskCase | Refused:
        """Take a complaint in, or tell why not: a paper counts from the day on which it arrives.

        Args:
            key: Tells the case from every other.
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
        """Give every case as it stands now."""
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
