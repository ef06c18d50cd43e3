"""The instances: what each handles, what it wants to read, how it is reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.datafile import InstanceFile, convert_row, entries
from kszclient.complaints.vocabulary import Instance, Item, Subject
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.sources import check_sources
from kszclient.values import Translated


class ChannelKind(StrEnum):
    """What kind of way it is."""

    PHONE = "phone"
    EMAIL = "email"
    POST = "post"
    DESK = "desk"
    FORM = "form"
    WEB = "web"
    DPO_EMAIL = "dpo_email"


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way to reach an instance.

    Args:
        kind: Phone, e-mail and so on.
        value: The number or address.
        source: Code of the source that states it.
        certainty: How sure it is.
        hours: When it is open.
        note: What else to know.
        verify: Whether it must be checked live before it is relied upon.
        newer: Whether it replaces an older one that the same list still shows.
    """

    kind: ChannelKind
    value: str
    source: str
    certainty: Certainty
    hours: str = ""
    note: str = ""
    verify: bool = False
    newer: bool = False


class InstanceKind(StrEnum):
    """What going there is: help at once, a question, a complaint, or an appeal."""

    EMERGENCY = "emergency"
    INFORMATION = "information"
    INFORMAL = "informal"
    FORMAL = "formal"


TAKES_IN = (InstanceKind.INFORMAL, InstanceKind.FORMAL)
"""The kinds of instances that take complaints in."""


class Arbiter(NamedTuple):
    """An instance that decides on appeals, with what a complaint says of its decision.

    Args:
        instance: The instance.
        decision_day: The complaint's field that holds the day on which one was informed of it.
        decision_subject: The subject of a complaint about it.
    """

    instance: Instance
    decision_day: str
    decision_subject: Subject


class InstanceCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of one instance.

    Args:
        code: Its code.
        kind: What going there is.
        names: Its name; the official one where there is one.
        checked: The day on which the card was last checked.
        sources: Codes of its sources.
        areas: Where the card applies; where no other of the instance does if empty.
        handles: What it handles.
        refuses: What it refuses.
        content: What it wants to read.
        requires: The same as items that a complaint can lack.
        channels: How it is reached.
        cost: What it costs.
        response: How fast it works.
    """

    code: Instance
    kind: InstanceKind
    names: Translated
    checked: dt.date
    sources: tuple[str, ...]
    areas: tuple[Area, ...] = ()
    handles: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    requires: tuple[Item, ...] = ()
    channels: tuple[Channel, ...] = ()
    cost: str = ""
    response: str = ""


@cache
def cards() -> tuple[InstanceCard, ...]:
    """Return every card.

    Raises:
        DataError: A card is broken or names an unknown source, or an instance has no card.
    """
    found = tuple(
        convert_row({**row, "code": entry.code}, InstanceCard, f"instance {entry.code}")
        for entry in entries()
        for row in entry.card
    )
    for card in found:
        named = {*card.sources, *(channel.source for channel in card.channels)}
        check_sources(f"instance {card.code.value}", named)
    for instance in Instance:
        for area in (*Area, None):
            if (number := len(_fitting(found, instance, area))) != 1:
                where = area.value if area else "elsewhere"
                raise DataError(
                    f"instance {instance.value}: {number} cards for {where}, expected 1"
                )
    return found


@cache
def card_of(instance: Instance, area: Area | None) -> InstanceCard:
    """Return the card of an instance in an area.

    Args:
        instance: The instance.
        area: The area; none where it is not known.

    >>> card_of(Instance("LABOUR_COURT"), Area.DG).names.de
    'Arbeitsgericht Eupen'
    """
    return _fitting(cards(), instance, area)[0]


def _fitting(
    found: Iterable[InstanceCard], instance: Instance, area: Area | None
) -> list[InstanceCard]:
    """The cards of an instance that name an area, or else those that name none."""
    own = [card for card in found if card.code is instance]
    return [card for card in own if area in card.areas] or [card for card in own if not card.areas]


@cache
def payer_channels(instance: Instance) -> frozenset[ChannelKind]:
    """The kinds of channels of the payer's own row that reach an instance too.

    >>> [kind.value for kind in payer_channels(Instance("DPO"))]
    ['dpo_email']
    """
    entry = next(entry for entry in entries() if entry.code == instance)
    return convert_row(entry.payer_channels, frozenset[ChannelKind], f"instance {entry.code}")


@cache
def arbiter() -> Arbiter:
    """The instance that decides on appeals before a court does.

    Raises:
        DataError: None does, or several.
    """
    found = [entry for entry in entries() if entry.decision_day]
    if len(found) != 1:
        raise DataError(
            f"config/complaints/instances: {len(found)} files with decision_day, expected 1"
        )
    return _arbiter(found[0])


def _arbiter(entry: InstanceFile) -> Arbiter:
    subject = convert_row(entry.decision_subject, Subject, f"instance {entry.code}")
    return Arbiter(Instance(entry.code), entry.decision_day, subject)
