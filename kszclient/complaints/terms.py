"""Legal terms: when one starts, when it ends, and until when it is safe to file.

Three dates are kept apart (see `TermDates`): the end as the rules count it, the day to tell
people, and the last day that can be defended. Where the reading of a rule is open, the cautious
reading gives `term_end` and the lenient one `latest_arguable`.
"""

from __future__ import annotations

import calendar
import datetime as dt
from enum import StrEnum

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.calendar import (
    working_day_on_or_after,
    working_day_on_or_before,
    working_days_after,
)
from kszclient.complaints.vocabulary import NotificationKind

_DAY = dt.timedelta(days=1)
_MONTHS = 12
# Art. 53bis, 2: the term runs from the third working day after the letter was posted. A day of
# which nothing else is said may be that of posting, so it can be argued that far too.
_MAY_BE_POSTED = {
    NotificationKind.REGISTERED,
    NotificationKind.ORDINARY,
    NotificationKind.UNKNOWN,
}
_POSTING_WORKING_DAYS = 3


class Shift(StrEnum):
    """Whether an end on a Saturday, Sunday or holiday moves to the next working day (art. 53)."""

    SAFE = "safe"
    OPEN = "open"


class WithoutRemedies(StrEnum):
    """What becomes of a term when the decision does not say where and until when to appeal."""

    LATER = "later"
    NEVER_STARTS = "never_starts"
    OPEN = "open"


class NamedTerm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One term of law, as `config/complaints/terms.toml` states it.

    Args:
        name: Such as ``DL_GC_3M``.
        event: The complaint's field that holds the day from which it is counted.
        months: How long it lasts.
        start_months: Months between the event and the first day that counts.
        start_days: Days between the two, on top of those months.
        lenient_start_days: The same by the reading that favours the person.
        shift: Whether the move to the next working day is sure.
        postal: Whether art. 53bis applies to letters.
        kbd_interrupts: Whether a complaint with the KBD makes it start again.
        without_remedies: What a decision without remedies does to it.
        certainty: How sure the reading is.
        sources: Codes of `config/complaints/sources.toml`.
        text: The rule in one sentence.
    """

    name: str
    event: str
    months: int
    certainty: Certainty
    sources: tuple[str, ...]
    text: str
    start_months: int = 0
    start_days: int = 0
    lenient_start_days: int = 0
    shift: Shift = Shift.OPEN
    postal: bool = False
    kbd_interrupts: bool = False
    without_remedies: WithoutRemedies = WithoutRemedies.OPEN


class TermDates(msgspec.Struct, frozen=True):
    """The dates of a term that runs.

    Args:
        first_day: The first day that counts.
        term_end: The last day, cautiously read and not moved for weekends.
        file_by: The last working day on or before `term_end`: what to tell people.
        safe_end: The last day on which a filing is surely in time.
        latest_arguable: The last day by the most lenient reading: a remark, no advice.
    """

    first_day: dt.date
    term_end: dt.date
    file_by: dt.date
    safe_end: dt.date
    latest_arguable: dt.date


def term_last_day(first: dt.date, months: int) -> dt.date:
    """Give the last day of a term of months, written ``end(first, n)`` in the rule tables.

    A term runs from a day-number to the eve of the same day-number (Judicial Code art. 54); where
    that month lacks the number, to the last day of that month (general teaching). The last day
    belongs to the term (art. 53).

    Args:
        first: The first day that counts, the day after the event at the earliest (art. 52).
        months: The length.

    >>> term_last_day(dt.date(2019, 9, 24), 1)
    datetime.date(2019, 10, 23)
    >>> term_last_day(dt.date(2025, 11, 30), 3)  # adding months and going a day back says 27th
    datetime.date(2026, 2, 28)
    >>> term_last_day(dt.date(2024, 11, 1), 4)
    datetime.date(2025, 2, 28)
    """
    if first.day == 1:
        return months_after(first, months) - _DAY
    same_number = months_after(first, months)
    return same_number if same_number.day < first.day else same_number - _DAY


def months_after(day: dt.date, months: int) -> dt.date:
    """Give the same day-number so many months on, or the last day of that month.

    >>> months_after(dt.date(2025, 10, 31), 4)
    datetime.date(2026, 2, 28)
    """
    index = day.year * _MONTHS + day.month - 1 + months
    year, month = index // _MONTHS, index % _MONTHS + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def count_term(
    term: NamedTerm, event: dt.date, kind: NotificationKind = NotificationKind.UNKNOWN
) -> TermDates:
    """Count a term from its event.

    Args:
        term: The term.
        event: The day informed, notified, or whatever the term is counted from.
        kind: How the decision was notified; moves only `latest_arguable` (art. 53bis).

    Returns:
        Its dates.
    """
    base = months_after(event, term.start_months)
    lenient = base + term.lenient_start_days * _DAY
    if term.postal and kind in _MAY_BE_POSTED:
        lenient = max(lenient, working_days_after(event, _POSTING_WORKING_DAYS))
    return _dates(term, base + term.start_days * _DAY, lenient)


def count_restart(term: NamedTerm, closed: dt.date) -> TermDates:
    """Count a term anew after the complaint that interrupted it was closed (DL_RESTART).

    The decree counts "from the decision" (Groeipakketdecreet art. 104): read cautiously that is
    the closing day itself, leniently the day on which the term would start after a notification.

    Args:
        term: The term that was interrupted.
        closed: The day of the decision that closed the complaint.
    """
    return _dates(term, closed, closed + max(1, term.lenient_start_days) * _DAY)


def _dates(term: NamedTerm, first: dt.date, lenient_first: dt.date) -> TermDates:
    end = term_last_day(first, term.months)
    lenient_end = term_last_day(lenient_first, term.months)
    return TermDates(
        first_day=first,
        term_end=end,
        file_by=working_day_on_or_before(end),
        safe_end=working_day_on_or_after(end) if term.shift is Shift.SAFE else end,
        latest_arguable=working_day_on_or_after(max(end, lenient_end)),
    )


def years_before(day: dt.date, years: int) -> dt.date:
    """Give the same date some years before; 28 February for a 29th that did not exist.

    >>> years_before(dt.date(2024, 2, 29), 1)
    datetime.date(2023, 2, 28)
    """
    return months_after(day, -_MONTHS * years)


def within_one_year(fact: dt.date, filing: dt.date) -> bool:
    """Tell whether a fact is not older than one year on the day of filing.

    Groeipakket complaint rules, Bestuursdecreet art. II.77, Ombudsdecreet art. 13, POD MI.

    >>> within_one_year(dt.date(2024, 6, 10), dt.date(2025, 6, 10))
    True
    >>> within_one_year(dt.date(2024, 6, 9), dt.date(2025, 6, 10))
    False
    """
    return fact >= years_before(filing, 1)


def within_three_years(fact: dt.date, filing: dt.date) -> bool:
    """Tell whether a fact is less than three years old on the day of filing (Ombuds Brussel).

    >>> within_three_years(dt.date(2022, 6, 10), dt.date(2025, 6, 10))
    False
    """
    return fact > years_before(filing, 3)


def last_filing_day(fact: dt.date, *, years: int) -> dt.date:
    """Give the last day on which a complaint about a fact is young enough.

    Args:
        fact: The last day of the fact.
        years: 1 (the day itself still counts) or 3 (it does not).

    >>> last_filing_day(dt.date(2024, 2, 29), years=1)
    datetime.date(2025, 2, 28)
    >>> last_filing_day(dt.date(2023, 2, 28), years=1)
    datetime.date(2024, 2, 29)
    >>> last_filing_day(dt.date(2022, 6, 10), years=3)
    datetime.date(2025, 6, 9)
    """
    young_enough = within_one_year if years == 1 else within_three_years
    day = months_after(fact, _MONTHS * years) + _DAY
    while not young_enough(fact, day):
        day -= _DAY
    return day
