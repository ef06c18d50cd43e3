"""The clock of an appeal: when its term ends in one case, as far as the case is known.

Four things move it: the day of notification, how it was notified (Judicial Code art. 53bis), a
decision that does not name the remedies (Groeipakketdecreet arts 89 and 90; Charter of the socially
insured), and a complaint with the Klachten- en Bemiddelingsdienst (art. 104). Where one of them is
not known, every possibility is counted, and it is asked only if it changes the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import msgspec

from kszclient.complaints.conditions import Fact, Span
from kszclient.complaints.inference import exact, notification_day
from kszclient.complaints.intake import Complaint
from kszclient.complaints.named_terms import named_terms
from kszclient.complaints.result import Term
from kszclient.complaints.terms import (
    NamedTerm,
    TermDates,
    WithoutRemedies,
    count_restart,
    count_term,
)
from kszclient.complaints.vocabulary import Instance, NotificationKind

_LATER = "DL_GC_MENTIONS"
_RESTART = "DL_RESTART"


class Case(NamedTuple):
    """One possible state of a case.

    Args:
        event: The day from which the term is counted.
        remedies_stated: Whether the decision names the remedies.
        kbd_filed: The day on which the KBD got a complaint, or none.
        kind: How the decision was notified.
    """

    event: dt.date
    remedies_stated: bool
    kbd_filed: dt.date | None
    kind: NotificationKind


Answer = Callable[[Case], bool | None]


class Clock:
    """The clock of one named term in one case.

    Args:
        name: The term, as `config/complaints/terms.toml` names it.
        complaint: The case.
    """

    def __init__(self, name: str, complaint: Complaint) -> None:
        self._term = named_terms()[name]
        self._complaint = complaint
        self._event = _event(self._term, complaint)

    @property
    def late(self) -> Fact:
        """Whether a filing on the complaint's filing date comes too late."""
        return self._decide(lambda case: _negate(self._in_time(case)))

    @property
    def kbd_in_time(self) -> Fact:
        """Whether the KBD complaint came, or would come today, while the term ran (art. 104)."""
        if self._complaint.kbd_filed is None and Instance.KBD in (self._complaint.steps or ()):
            return Fact(None, frozenset({"kbd_filed"}))
        filed = self._complaint.kbd_filed or self._complaint.filing_date
        return self._decide(lambda case: self._kbd_counts(case._replace(kbd_filed=filed)))

    def end_near(self, warning_days: int) -> Fact:
        """Whether the date to keep is closer than so many days, or just past.

        Args:
            warning_days: How many days ahead to warn.
        """
        term = self.term
        if term is None or term.file_by is None:
            return Fact(value=False)
        warned_from = term.file_by - dt.timedelta(days=warning_days)
        return Fact(self._complaint.filing_date > warned_from and self.late.value is not True)

    @property
    def term(self) -> Term | None:
        """The dates by the cautious reading of what is known; none without an event."""
        span = self._event.value
        if not isinstance(span, Span):
            return None
        stated = self._complaint.remedies_stated is not False
        kind = self._complaint.notification_kind or NotificationKind.UNKNOWN
        case = Case(span.earliest, stated, self._complaint.kbd_filed, kind)
        term = self._term_in(case)
        if case.kbd_filed is not None and self._kbd_counts(case) is not False:
            restarted = _as_term(_RESTART, self._restarted(term), Instance.KBD)
            return msgspec.structs.replace(restarted, file_by_uninterrupted=self._safe_day(case))
        if self._never_starts(case):
            return None
        dates = self._dates(case)
        if self._over_unless_restarted(dates):
            return _as_term(_RESTART, self._restarted(term), Instance.KBD)
        return _as_term(term.name, dates, None)

    def _safe_day(self, case: Case) -> dt.date | None:
        """Give the date to keep if the KBD complaint did not count, unless it has passed."""
        file_by = self._dates(case).file_by
        return file_by if self._complaint.filing_date <= file_by else None

    def _over_unless_restarted(self, dates: TermDates) -> bool:
        """Tell whether only a KBD complaint, closed but of a day that is not known, saves it."""
        closed = self._complaint.kbd_closed is not None and self._complaint.kbd_filed is None
        over = self._complaint.filing_date > dates.latest_arguable
        return closed and over and self._term.kbd_interrupts

    def _decide(self, answer: Answer) -> Fact:
        span = self._event.value
        if not isinstance(span, Span):
            return Fact(None, self._event.needs)
        fields, choices = self._unsettled(span)
        answers = {case: answer(case) for case in map(Case._make, product(*choices))}
        if len(set(answers.values())) == 1:
            return Fact(next(iter(answers.values())))
        return Fact(None, frozenset(_deciding(fields, answers)))

    def _unsettled(self, span: Span) -> tuple[tuple[str, ...], tuple[list[object], ...]]:
        """Give, for each place of a case, the field that fills it and what it can be."""
        complaint = self._complaint
        stated = complaint.remedies_stated
        filed: list[object] = [complaint.kbd_filed]
        if complaint.kbd_filed is None and self._kbd_possible():
            filed.append(span.earliest)
        fields = (
            self._term.event,
            "remedies_stated",
            "steps_done" if complaint.steps is None and not complaint.kbd_closed else "kbd_filed",
            "notification_kind",
        )
        return fields, (
            self._events(span),
            [True, False] if stated is None else [stated],
            filed,
            self._kinds(),
        )

    def _kinds(self) -> list[object]:
        """Give the ways of notification that stand for all: by hand and by post lie furthest apart.

        Who says that it is not known is not asked again: every way then counts together.
        """
        kind = self._complaint.notification_kind
        if kind is not None or not self._term.postal:
            return [kind or NotificationKind.UNKNOWN]
        return [NotificationKind.BY_HAND, NotificationKind.ORDINARY]

    def _events(self, span: Span) -> list[object]:
        """Give the days that stand for all days of a span.

        A later event never makes a filing late that was in time, except where it passes the day of
        the KBD complaint, which is then about something else: both sides of that day count too.
        """
        filed = self._complaint.kbd_filed
        turns = [] if filed is None else [filed, filed + dt.timedelta(days=1)]
        inside = [day for day in turns if span.earliest < day < span.latest]
        return list(dict.fromkeys((span.earliest, *inside, span.latest)))

    def _kbd_possible(self) -> bool:
        steps = self._complaint.steps
        return self._term.kbd_interrupts and (steps is None or Instance.KBD in steps)

    def _in_time(self, case: Case) -> bool | None:
        filing = self._complaint.filing_date
        if self._never_starts(case):
            return True
        counts = self._kbd_counts(case)
        found = set[bool | None]()
        if counts is not False:
            restarted = self._restarted(self._term_in(case))
            found.add(True if restarted is None else _within(filing, restarted))
        if counts is not True:
            in_time = _within(filing, self._dates(case))
            found.add(None if in_time is False and self._extension_open(case) else in_time)
        return found.pop() if len(found) == 1 else None

    def _kbd_counts(self, case: Case) -> bool | None:
        """Tell whether the KBD complaint of a case interrupts the term.

        It does up to the unmoved end, before every court too: art. 53 moves the last day of acts in
        court alone, and whether a complaint is in time on the day it moves to nobody says.
        """
        filed = case.kbd_filed
        if filed is None or filed < case.event or not self._term.kbd_interrupts:
            return False
        dates = self._dates(case)
        if filed <= dates.term_end:
            return True
        return False if filed > dates.latest_arguable else None

    def _dates(self, case: Case) -> TermDates:
        return count_term(self._term_in(case), case.event, case.kind)

    def _restarted(self, term: NamedTerm) -> TermDates | None:
        closed = self._complaint.kbd_closed
        return None if closed is None else count_restart(term, closed)

    def _term_in(self, case: Case) -> NamedTerm:
        later = self._term.without_remedies is WithoutRemedies.LATER
        return named_terms()[_LATER] if later and not case.remedies_stated else self._term

    def _never_starts(self, case: Case) -> bool:
        never = self._term.without_remedies is WithoutRemedies.NEVER_STARTS
        return never and not case.remedies_stated

    def _extension_open(self, case: Case) -> bool:
        """Tell whether nobody says what a lack of remedies does to this term."""
        of_payer = self._term.event == "notified_on"
        silent = self._term.without_remedies is WithoutRemedies.OPEN
        return of_payer and silent and not case.remedies_stated


def _event(term: NamedTerm, complaint: Complaint) -> Fact:
    if term.event == "notified_on":
        return notification_day(complaint)
    day: dt.date | None = getattr(complaint, term.event)
    return Fact(None, frozenset({term.event})) if day is None else exact(day)


def _within(day: dt.date, dates: TermDates) -> bool | None:
    if day <= dates.safe_end:
        return True
    return False if day > dates.latest_arguable else None


def _negate(value: bool | None) -> bool | None:
    return None if value is None else not value


def _deciding(fields: tuple[str, ...], answers: dict[Case, bool | None]) -> set[str]:
    """Give the fields of which a change alone changes some answer."""
    deciding = set()
    for place, field in enumerate(fields):
        seen: dict[tuple[object, ...], set[bool | None]] = {}
        for case, answer in answers.items():
            others = (*case[:place], *case[place + 1 :])
            seen.setdefault(others, set()).add(answer)
        if any(len(values) > 1 for values in seen.values()):
            deciding.add(field)
    return deciding


def _as_term(name: str, dates: TermDates | None, interrupted_by: Instance | None) -> Term:
    if dates is None:
        return Term(name, interrupted_by=interrupted_by)
    return Term(
        name,
        dates.first_day,
        dates.term_end,
        dates.file_by,
        dates.latest_arguable,
        interrupted_by,
    )
