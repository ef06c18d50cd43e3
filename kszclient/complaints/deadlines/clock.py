"""The clock of an appeal: when its term ends in one case, as far as the case is known.

Five things move it: the day of notification, how it was notified (Judicial Code art. 53bis), a
decision that does not name the remedies (Groeipakketdecreet arts 89 and 90; Charter of the socially
insured), a complaint that interrupts it (art. 104), and the day that decides which version of the
law applies. Where one of them is not known, every possibility is counted, and it is asked only if
it changes the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import msgspec

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.case.dates import INFERRED, INSTEAD, exact
from kszclient.complaints.deadlines.calendar import working_day_on_or_before
from kszclient.complaints.deadlines.counting import (
    TermDates,
    count_restart,
    count_term,
    last_filing_day,
    later,
)
from kszclient.complaints.result import Term
from kszclient.complaints.rules.conditions import CaseFact, DaySpan
from kszclient.complaints.rules.terms import (
    AgeLimit,
    NamedTerm,
    WithoutRemedies,
    age_limits,
    interruptions,
    named_terms,
)
from kszclient.complaints.vocabulary import NotificationKind

_DAY = dt.timedelta(days=1)


class PossibleCase(NamedTuple):
    """One possible state of a case.

    Args:
        event: The day from which the term is counted.
        remedies_stated: Whether the decision names the remedies.
        filed: The day on which the instance that interrupts the term got a complaint, or none.
        kind: How the decision was notified.
        dated: The day that decides which version of the term applies.
    """

    event: dt.date
    remedies_stated: bool
    filed: dt.date | None
    kind: NotificationKind
    dated: dt.date


Answer = Callable[[PossibleCase], bool | None]


class Clock:
    """The clock of one named term in one case.

    Args:
        name: The term, as `config/complaints/terms.toml` names it.
        complaint: The case.
    """

    def __init__(self, name: str, complaint: Complaint) -> None:
        self._term = named_terms()[name]
        self._complaint = complaint
        self._event = day_of(self._term.event, complaint)
        self._interruption = (
            interruptions()[self._term.interrupted_by] if self._term.interrupted_by else None
        )

    @property
    def late(self) -> CaseFact:
        """Whether a filing on the complaint's filing date comes too late."""
        return self._decide(lambda case: _negate(self._in_time(case)))

    @property
    def kbd_in_time(self) -> CaseFact:
        """Whether the KBD complaint came, or would come today, while the term ran (art. 104)."""
        if self._filed is None and self._term.interrupted_by in (self._complaint.steps or ()):
            return CaseFact(None, frozenset({self._filed_field}))
        filed = self._filed or self._complaint.filing_date
        return self._decide(lambda case: self._counts(case._replace(filed=filed)))

    def end_near(self, warning_days: int) -> CaseFact:
        """Whether the date to keep is closer than so many days, or just past.

        Args:
            warning_days: How many days ahead to warn.
        """
        term = self.term
        if term is None or term.file_by is None:
            return CaseFact(value=False)
        warned_from = term.file_by - dt.timedelta(days=warning_days)
        return CaseFact(self._complaint.filing_date > warned_from and self.late.value is not True)

    @property
    def term(self) -> Term | None:
        """The dates by the cautious reading of what is known; none without an event."""
        span = self._event.value
        if not isinstance(span, DaySpan):
            return None
        stated = self._complaint.remedies_stated is not False
        kind = self._complaint.notification_kind or NotificationKind.UNKNOWN
        case = min(
            (
                PossibleCase(span.earliest, stated, self._filed, kind, dated)
                for dated in self._dated(span.earliest)
            ),
            key=lambda each: self._dates(each).term_end,
        )
        if case.filed is not None and self._counts(case) is not False:
            return self._interrupted(case, file_by_uninterrupted=self._safe_day(case))
        if self._never_starts(case):
            return None
        if self._over_unless_restarted(self._dates(case)):
            return self._interrupted(case)
        return _as_term(self._term_in(case).name, self._dates(case))

    def _interrupted(
        self, case: PossibleCase, *, file_by_uninterrupted: dt.date | None = None
    ) -> Term:
        """The term after an interruption, which never ends earlier than it would without."""
        restarted = self._restarted(case)
        own = self._dates(case)
        if restarted and restarted.term_end < own.term_end and not self._never_starts(case):
            return _as_term(self._term_in(case).name, own)
        name = self._interruption.restart if self._interruption else self._term.name
        by = self._term.interrupted_by
        return msgspec.structs.replace(
            _as_term(name, restarted),
            interrupted_by=by,
            file_by_uninterrupted=file_by_uninterrupted,
        )

    @property
    def _filed(self) -> dt.date | None:
        return (
            None if self._interruption is None else _date(self._complaint, self._interruption.filed)
        )

    @property
    def _closed(self) -> dt.date | None:
        return (
            None
            if self._interruption is None
            else _date(self._complaint, self._interruption.closed)
        )

    @property
    def _filed_field(self) -> str:
        return self._interruption.filed if self._interruption else "steps_done"

    def _safe_day(self, case: PossibleCase) -> dt.date | None:
        """Return the date to keep if the KBD complaint did not count, unless it has passed."""
        file_by = self._dates(case).file_by
        return file_by if self._complaint.filing_date <= file_by else None

    def _over_unless_restarted(self, dates: TermDates) -> bool:
        """Return whether only a KBD complaint, closed but of a day that is not known, saves it."""
        over = self._complaint.filing_date > dates.latest_arguable
        return self._closed is not None and self._filed is None and over

    def _decide(self, answer: Answer) -> CaseFact:
        span = self._event.value
        if not isinstance(span, DaySpan):
            return CaseFact(None, self._event.needs)
        fields, choices = self._unsettled(span)
        cases = [
            PossibleCase(event, stated, filed, kind, dated)
            for event, stated, filed, kind in product(*choices)
            for dated in self._dated(event)
        ]
        answers = {case: answer(case) for case in cases}
        if len(set(answers.values())) == 1:
            return CaseFact(next(iter(answers.values())))
        return CaseFact(None, frozenset(_deciding(fields, answers)))

    def _unsettled(
        self, span: DaySpan
    ) -> tuple[
        tuple[str, ...],
        tuple[list[dt.date], list[bool], list[dt.date | None], list[NotificationKind]],
    ]:
        """The field that fills each place of a case, and what each but the last can be."""
        complaint = self._complaint
        stated = complaint.remedies_stated
        filed = [self._filed]
        if self._filed is None and self._interruption_possible():
            filed.append(span.earliest)
        fields = (
            self._term.event,
            "remedies_stated",
            "steps_done" if complaint.steps is None and not self._closed else self._filed_field,
            "notification_kind",
            self._term.dated_by,
        )
        return fields, (
            self._events(span),
            [True, False] if stated is None else [stated],
            filed,
            self._kinds(),
        )

    def _dated(self, event: dt.date) -> list[dt.date]:
        """The days that stand for all that may decide which version of the term applies."""
        if self._term.dated_by == self._term.event:
            return [event]
        span = day_of(self._term.dated_by, self._complaint).value
        if not isinstance(span, DaySpan):
            return [event]
        inside = [turn for turn in self._turns if span.earliest < turn <= span.latest]
        return [span.earliest, *inside]

    @property
    def _turns(self) -> tuple[dt.date, ...]:
        """The days on which the term, or one that may run instead, changes."""
        terms = (self._term, self._term.instead(remedies_stated=False))
        return tuple(sorted({turn for term in terms for turn in term.turns}))

    def _kinds(self) -> list[NotificationKind]:
        """The ways of notification that stand for all: by hand and by post lie furthest apart.

        Who says that it is not known is not asked again: every way then counts together.
        """
        kind = self._complaint.notification_kind
        if kind is not None or not self._term.postal:
            return [kind or NotificationKind.UNKNOWN]
        return [NotificationKind.BY_HAND, NotificationKind.ORDINARY]

    def _events(self, span: DaySpan) -> list[dt.date]:
        """The days that stand for all days of a span.

        A later event never makes a filing late that was in time, except where it passes the day of
        the complaint that interrupts, which is then about something else, or one on which the law
        changes: both sides of such a day count too.
        """
        turns = [] if self._filed is None else [self._filed, self._filed + _DAY]
        if self._term.dated_by == self._term.event:
            turns += [day for turn in self._turns for day in (turn - _DAY, turn)]
        inside = [day for day in turns if span.earliest < day < span.latest]
        return list(dict.fromkeys((span.earliest, *inside, span.latest)))

    def _interruption_possible(self) -> bool:
        steps, by = self._complaint.steps, self._term.interrupted_by
        return by is not None and (steps is None or by in steps)

    def _in_time(self, case: PossibleCase) -> bool | None:
        filing = self._complaint.filing_date
        if self._never_starts(case):
            return True
        counts = self._counts(case)
        found = set[bool | None]()
        if counts is not False:
            restarted = self._restarted(case)
            # An interruption gives time, and takes none: the later end holds.
            found.add(
                True if restarted is None else _within(filing, later(restarted, self._dates(case)))
            )
        if counts is not True:
            in_time = _within(filing, self._dates(case))
            found.add(None if in_time is False and self._extension_open(case) else in_time)
        return found.pop() if len(found) == 1 else None

    def _counts(self, case: PossibleCase) -> bool | None:
        """Whether the complaint of a case interrupts the term.

        It does up to the unmoved end, before every court too: art. 53 moves the last day of acts in
        court alone, and whether a complaint is in time on the day it moves to nobody says.
        """
        filed = case.filed
        if filed is None or filed < case.event or self._term.interrupted_by is None:
            return False
        dates = self._dates(case)
        if filed <= dates.term_end:
            return True
        return False if filed > dates.latest_arguable else None

    def _dates(self, case: PossibleCase) -> TermDates:
        return count_term(self._term_in(case), case.event, case.kind)

    def _restarted(self, case: PossibleCase) -> TermDates | None:
        return None if self._closed is None else count_restart(self._term_in(case), self._closed)

    def _term_in(self, case: PossibleCase) -> NamedTerm:
        return self._term.instead(remedies_stated=case.remedies_stated).on(case.dated)

    def _never_starts(self, case: PossibleCase) -> bool:
        never = self._term.without_remedies == WithoutRemedies.NEVER_STARTS
        return never and not case.remedies_stated

    def _extension_open(self, case: PossibleCase) -> bool:
        """Return whether nobody says what a lack of remedies does to this term."""
        of_payer = self._term.event == "notified_on"
        silent = self._term.without_remedies == WithoutRemedies.OPEN
        return of_payer and silent and not case.remedies_stated


def day_of(field: str, complaint: Complaint) -> CaseFact:
    """What is known of a day of a case: what is given, and what other days say about it.

    Args:
        field: The complaint's field that holds it.
        complaint: The case.
    """
    if field in INFERRED:
        return INFERRED[field](complaint)
    day = _date(complaint, field)
    return CaseFact(None, frozenset({field})) if day is None else exact(day)


def _date(complaint: Complaint, field: str) -> dt.date | None:
    day: dt.date | None = getattr(complaint, field)
    if day is None and field in INSTEAD:
        return _date(complaint, INSTEAD[field])
    return day


def _within(day: dt.date, dates: TermDates) -> bool | None:
    if day <= dates.safe_end:
        return True
    return False if day > dates.latest_arguable else None


def _negate(value: bool | None) -> bool | None:
    return None if value is None else not value


def _deciding(fields: tuple[str, ...], answers: dict[PossibleCase, bool | None]) -> set[str]:
    """Return the fields of which a change alone changes some answer."""
    deciding = set()
    for place, field in enumerate(fields):
        seen: dict[tuple[object, ...], set[bool | None]] = {}
        for case, answer in answers.items():
            others = (*case[:place], *case[place + 1 :])
            seen.setdefault(others, set()).add(answer)
        if any(len(values) > 1 for values in seen.values()):
            deciding.add(field)
    return deciding


def _as_term(name: str, dates: TermDates | None) -> Term:
    if dates is None:
        return Term(name)
    return Term(name, dates.first_day, dates.term_end, dates.file_by, dates.latest_arguable)


def case_term(name: str, complaint: Complaint) -> Term | None:
    """Return the dates of a term in one case.

    Args:
        name: A term or age limit of `config/complaints/terms.toml`.
        complaint: The case.

    Returns:
        Its dates, or None where the day from which it is counted is not known.
    """
    if limit := age_limits().get(name):
        return _age_term(limit, complaint)
    term = named_terms()[name]
    return _opening_term(term, complaint) if term.waits else Clock(name, complaint).term


def _age_term(limit: AgeLimit, complaint: Complaint) -> Term | None:
    fact = complaint.facts_last_date
    if fact is None:
        return None
    last = last_filing_day(limit, fact)
    return Term(limit.name, fact, last, working_day_on_or_before(last), last)


def _opening_term(term: NamedTerm, complaint: Complaint) -> Term | None:
    """A term that must be over first: the way opens the day after it ends (art. 104)."""
    # The end of the right to appeal against silence was not found in any source.
    end = end_of_wait(term, complaint)
    return Term(term.name, first_day=end + dt.timedelta(days=1)) if end else None


def end_of_wait(term: NamedTerm, complaint: Complaint) -> dt.date | None:
    """The last day of a term that must be over first; none where it is not knowns beginning.

    Args:
        term: The term.
        complaint: The case.
    """
    event, dated = (day_of(field, complaint).value for field in (term.event, term.dated_by))
    if not isinstance(event, DaySpan) or not isinstance(dated, DaySpan):
        return None
    return count_term(term.on(dated.latest), event.latest).term_end
