"""Legal terms: when one starts, when it ends, and until when it is safe to file.

Three dates are kept apart (see `TermDates`): the end as the rules count it, the day to show
people, and the last day that can be defended. Where the reading of a rule is open, the cautious
reading gives `term_end` and the lenient one `latest_arguable`.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from kszclient.complaints.case.dates import months_after, years_before
from kszclient.complaints.deadlines.calendar import (
    working_day_on_or_after,
    working_day_on_or_before,
    working_days_after,
)
from kszclient.complaints.rules.table import table
from kszclient.complaints.rules.terms import (
    AgeLimit,
    LastDay,
    NamedTerm,
    ServicePromise,
    Shift,
    service_promises,
)
from kszclient.complaints.vocabulary import Instance, NotificationKind

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


class TermDates(msgspec.Struct, frozen=True):
    """The dates of a term that runs.

    Args:
        first_day: The first day that counts.
        term_end: The last day, cautiously read and not moved for weekends.
        file_by: The last working day on or before `term_end`: what to show people.
        safe_end: The last day on which a filing is surely in time.
        latest_arguable: The last day by the most lenient reading: a remark, no advice.
    """

    first_day: dt.date
    term_end: dt.date
    file_by: dt.date
    safe_end: dt.date
    latest_arguable: dt.date


def term_last_day(first: dt.date, months: int) -> dt.date:
    """Return the last day of a term of months, written ``end(first, n)`` in the rule tables.

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


def within(limit: AgeLimit, fact: dt.date, filing: dt.date) -> bool:
    """Whether a fact is young enough on the day of filing.

    Args:
        limit: The age limit; it is read as it stands on that day.
        fact: The last day of the fact.
        filing: The day of filing.

    >>> from kszclient.complaints.rules.terms import age_limits
    >>> one_year = age_limits()["DL_1Y_FACTS"]
    >>> within(one_year, dt.date(2024, 6, 10), dt.date(2025, 6, 10))
    True
    >>> within(one_year, dt.date(2024, 6, 9), dt.date(2025, 6, 10))
    False
    """
    now = limit.on(filing)
    oldest = years_before(filing, now.years)
    return fact >= oldest if now.last_day is LastDay.INCLUDED else fact > oldest


def last_filing_day(limit: AgeLimit, fact: dt.date) -> dt.date:
    """The last day on which a complaint about a fact is young enough.

    Args:
        limit: The age limit.
        fact: The last day of the fact.

    >>> from kszclient.complaints.rules.terms import age_limits
    >>> str(last_filing_day(age_limits()["DL_1Y_FACTS"], dt.date(2023, 2, 28)))
    '2024-02-29'
    >>> str(last_filing_day(age_limits()["DL_3Y_FACTS"], dt.date(2022, 6, 10)))
    '2025-06-09'
    """
    years = max(limit.on(day).years for day in (fact, *limit.turns))
    day = months_after(fact, _MONTHS * years) + _DAY
    while not within(limit, fact, day):
        day -= _DAY
    return day


def later(one: TermDates, other: TermDates) -> TermDates:
    """The dates of whichever of two terms ends later: one is in time if it is by either."""
    return one if one.term_end >= other.term_end else other


class ServiceTerms(msgspec.Struct, frozen=True):
    """The days by which an instance promises something; none where it promises nothing.

    Args:
        promise: The promise, as `config/complaints/terms.toml` names it.
        acknowledge_by: Last day on which it acknowledges, or says whether it will act.
        handle_by: Last day on which it answers.
        handle_at_latest: Last day on which it answers where it may take longer.
    """

    promise: str | None = None
    acknowledge_by: dt.date | None = None
    handle_by: dt.date | None = None
    handle_at_latest: dt.date | None = None


def service_terms(instance: Instance, received: dt.date) -> ServiceTerms:
    """Count what an instance promises from the day on which it got a complaint.

    Calendar days, as the promises are read (Bestuursdecreet art. II.76 for Flemish bodies; POD MI
    and the German-speaking Community do not say which days they mean).

    Args:
        instance: The instance.
        received: The day on which the complaint arrived.

    >>> terms = service_terms(Instance("KBD"), dt.date(2025, 3, 3))
    >>> str(terms.acknowledge_by), str(terms.handle_by)
    ('2025-03-13', '2025-04-17')
    """
    promise = _promise(instance, received)
    if promise is None:
        return ServiceTerms()

    def day(days: int | None) -> dt.date | None:
        return None if days is None else received + dt.timedelta(days=days)

    return ServiceTerms(
        promise=promise.name,
        acknowledge_by=day(promise.acknowledge_days),
        handle_by=day(promise.answer_days),
        handle_at_latest=day(promise.latest_answer_days),
    )


def _promise(instance: Instance, received: dt.date) -> ServicePromise | None:
    rules = (line.rule for line in table().lines if instance in line.rule.instances)
    named = next((rule.promise for rule in rules if rule.promise), None)
    return service_promises()[named].on(received) if named else None
