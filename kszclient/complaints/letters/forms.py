"""Which letters can be made, in which languages, and what each must hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache

import msgspec

from kszclient.complaints.datafile import load
from kszclient.complaints.vocabulary import Instance, Sex, Subject
from kszclient.errors import DataError, InputError
from kszclient.geography import Area
from kszclient.resources import resource
from kszclient.values import Language, Month

LANGUAGES = (Language.NL, Language.FR, Language.DE)
"""The languages in which letters can be written."""


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for the letters to one instance.

    Args:
        works_in: The languages in which it works, as far as known; to be checked.
        works_in_area: The same, where it depends on the area.
        signed: Whether the letter is printed and signed by hand.
        needs: What it wants to read.
        to_court: Whether the letter goes to the registry of a court, whose division a blank asks.
        seat_in_area: The areas whose court has no divisions, so that its name is enough.
        notes: What the sender must do with it besides, by the names in the labels.
    """

    signed: bool
    needs: tuple[str, ...]
    works_in: tuple[Language, ...] = ()
    works_in_area: dict[Area, tuple[Language, ...]] = {}
    to_court: bool = False
    seat_in_area: tuple[Area, ...] = ()
    notes: tuple[str, ...] = ()

    def foreign_to(self, language: Language, area: Area | None) -> tuple[Language, ...]:
        """Return the languages in which it works where a language is none of them.

        Args:
            language: The language.
            area: Whose ladder applies.

        Returns:
            The languages; none where it works in that one, or where nothing is known.
        """
        works_in = self.works_in_area.get(area, self.works_in) if area else self.works_in
        return () if language in works_in else works_in


class Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a language writes days and months.

    Args:
        day: A day.
        first_day: The first day of a month.
        period: Months from one to another.
        months: The names of the months.
        sexes: What stands beside a birth date for the sex.
    """

    day: str
    first_day: str
    period: str
    months: tuple[str, ...]
    sexes: dict[Sex, str]

    def of_day(self, day: dt.date) -> str:
        """Write a day.

        >>> labels(Language.FR).dates.of_day(dt.date(2024, 3, 1))
        '1er mars 2024'
        """
        pattern = self.first_day if day.day == 1 else self.day
        return pattern.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def of_months(self, begin: Month, end: Month | None) -> str:
        """Write the months from one to another, or the only one.

        >>> begin, end = Month.parse("2025-01"), Month.parse("2025-03")
        >>> labels(Language.NL).dates.of_months(begin, end)
        'januari 2025 tot en met maart 2025'
        """
        if end is None or end == begin:
            return self._month(begin)
        return self.period.format(begin=self._month(begin), end=self._month(end))

    def _month(self, month: Month) -> str:
        return f"{self.months[month.first_day.month - 1]} {month.first_day.year}"


class Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of letters in one language.

    Args:
        blank: How a blank stands in the text, with a place for what is ``asked`` and for ``room``.
        blanks: What each blank asks.
        subjects: What each subject is called.
        dates: How it writes days and months.
        notes: What the sender must know beside the letter.
        languages: The names of languages.
        several: How the ``last`` subject of several follows the ``others``.
    """

    blank: str
    blanks: dict[str, str]
    subjects: dict[Subject, str]
    dates: Dates
    notes: dict[str, str]
    languages: dict[Language, str]
    several: str

    def listed(self, named: Iterable[Subject]) -> str:
        """What subjects are called, as they stand one after the other in a sentence."""
        *others, last = (self.subjects[each] for each in named)
        return self.several.format(others=", ".join(others), last=last) if others else last


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    instances: dict[Instance, Form]


@cache
def forms() -> dict[Instance, Form]:
    """Return every letter that can be made.

    Raises:
        DataError: A letter needs what no label names.

    >>> forms()[Instance("GESCHILLENCOMMISSIE")].signed
    True
    """
    found = load(_File, "letters", "letters.toml").instances
    for instance, form in found.items():
        for language in languages_of(instance):
            words = labels(language)
            missing = (set(form.needs) - words.blanks.keys()) | (
                set(form.notes) - words.notes.keys()
            )
            if missing:
                raise DataError(f"letter {instance.value} {language.value}: no {min(missing)}")
    return found


@cache
def labels(language: Language) -> Labels:
    """Return the words of letters in a language."""
    return load(Labels, "letters", language.value, "labels.toml")


@cache
def languages_of(instance: Instance) -> tuple[Language, ...]:
    """Return the languages in which a letter to an instance can be written."""
    folder = resource("config", "complaints", "letters")
    return tuple(
        language
        for language in LANGUAGES
        if (folder / language.value / f"{instance.value}.txt.j2").exists()
    )


def form_of(instance: Instance, language: Language) -> Form:
    """Return what holds for a letter.

    Args:
        instance: To whom.
        language: In which language.

    Raises:
        InputError: There is no such letter; the message names those that there are.
    """
    form = forms().get(instance)
    if form is None:
        known = ", ".join(each.value for each in forms())
        raise InputError(f"no letter for {instance.value}: there are letters for {known}")
    if language not in languages_of(instance):
        known = ", ".join(each.value for each in languages_of(instance))
        raise InputError(f"no letter for {instance.value} in {language.value}: there is {known}")
    return form
