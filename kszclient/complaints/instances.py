"""The instances: what each handles, what it wants to read, how it is reached."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from functools import cache

import msgspec

from kszclient.complaints.channels import Channel
from kszclient.complaints.datafile import load
from kszclient.complaints.sources import sources
from kszclient.complaints.vocabulary import Area, Instance, Item
from kszclient.errors import DataError
from kszclient.values import Translated


class InstanceKind(StrEnum):
    """What going there is: help at once, a question, a complaint, or an appeal."""

    EMERGENCY = "emergency"
    INFORMATION = "information"
    INFORMAL = "informal"
    FORMAL = "formal"


class InstanceCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of one instance.

    Args:
        code: Its code.
        kind: What going there is.
        names: Its name; the official one where there is one.
        checked: The day on which the card was last checked.
        sources: Codes of its sources.
        areas: Where the card applies; everywhere where empty.
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


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    instance: tuple[InstanceCard, ...]


@cache
def cards() -> tuple[InstanceCard, ...]:
    """Give every card.

    Raises:
        DataError: A card names an unknown source, or an instance has no card.
    """
    found = load(_File, "instances.toml").instance
    for card in found:
        named = {*card.sources, *(channel.source for channel in card.channels)}
        if unknown := named - set(sources()):
            raise DataError(f"instance {card.code.value}: unknown source {min(unknown)!r}")
    for instance in Instance:
        for area in Area:
            fitting = [card for card in found if _fits(card, instance, area)]
            if len(fitting) != 1:
                raise DataError(
                    f"instance {instance.value}: {len(fitting)} cards for {area.value}, expected 1"
                )
    return found


@cache
def card_of(instance: Instance, area: Area) -> InstanceCard:
    """Give the card of an instance in an area.

    Args:
        instance: The instance.
        area: The area.

    >>> card_of(Instance.LABOUR_COURT, Area.DG).names.de
    'Arbeitsgericht Eupen'
    """
    return next(card for card in cards() if _fits(card, instance, area))


def _fits(card: InstanceCard, instance: Instance, area: Area) -> bool:
    return card.code is instance and (not card.areas or area in card.areas)
