"""The open points and how they are read."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from kszclient.competence.rulebook.terms import AnswerPart, Certainty
from kszclient.values import AuthenticSource, Month


class ReferenceDay(StrEnum):
    """Which day's domicile decides for a month."""

    LAST_DAY_BEFORE = "last_day_of_the_month_before"
    """A move within March counts from April, a move dated 1 April from May."""
    FIRST_DAY = "first_day_of_the_month"
    """A move within March counts from April, and so does a move dated 1 April."""

    def of(self, month: Month) -> dt.date:
        """Return the day that decides for a month.

        >>> ReferenceDay.LAST_DAY_BEFORE.of(Month(2021, 3))
        datetime.date(2021, 2, 28)
        """
        first = month.first_day
        return first if self is ReferenceDay.FIRST_DAY else first - dt.timedelta(days=1)


class DayReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the domicile of one day decides for a month."""

    basis: str
    references: tuple[str, ...]


class NoticeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is behind a notice; with an open point: the month that it names rests on that."""

    references: tuple[str, ...]
    open_point: str | None = None


class OpenPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where sources disagree or are silent, and how it is read here.

    Args:
        id: Its name.
        question: What is open.
        reading: How it is read.
        certainty: How sure the answer is when it is read like this.
        references: The keys of the documents.
        about: What of an answer is open by it; the rest stays as sure as it is.
        ask: The sources to ask for a month that rests on it, beside the one by which it is read.
    """

    id: str
    question: str
    reading: str
    certainty: Certainty
    references: tuple[str, ...]
    about: tuple[AnswerPart, ...] = tuple(AnswerPart)
    ask: tuple[AuthenticSource, ...] = ()


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The readings in force; the defaults stand in ``config/competence/settings.toml``.

    Args:
        reference_day: Which day's domicile decides for a month.
        sources: The source to ask under, by the id of the rule whose own it replaces.
    """

    reference_day: ReferenceDay = ReferenceDay.LAST_DAY_BEFORE
    sources: Mapping[str, AuthenticSource] = {}
