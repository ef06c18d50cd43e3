"""Months that a register holds beyond a dossier: months too many, or the same ones shifted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import NamedTuple

import msgspec

from kszclient.cadaster.payments import RegisteredPayment
from kszclient.reconciliation.compare.findings import Found
from kszclient.reconciliation.compare.verdicts import claimed, one_payer, same_kind, wanted
from kszclient.reconciliation.execute.record import RegisteredPayments
from kszclient.reconciliation.kinds import Kind
from kszclient.reconciliation.plan.plan import Expected, Span
from kszclient.values import AuthenticSource, runs
from kszclient.values.month_numbers import MonthRange, month_of


class _Rival(NamedTuple):
    """A dossier that months may belong to, and whether those before it and those after it may."""

    dossier: Expected
    before: bool
    after: bool

    def may_own(self, payers: Iterable[str], months: MonthRange | Found) -> bool:
        """Return whether some months may be its own: its register's, and its payer's."""
        side = self.before if months.end < self.dossier.months.begin else self.after
        return side and any(_runs(self.dossier, payer) for payer in payers)


def surplus(
    expected: Expected,
    every: tuple[Expected, ...],
    spans: tuple[Span, ...],
    registered: RegisteredPayments,
    asked: MonthRange,
) -> tuple[Found, ...]:
    """Find the months too many before and after a dossier.

    They count where the register of its first or last month holds them for the same payer, no
    dossier of the child claims them, and none that may be theirs lies nearer: months are told
    once. Where they do not touch the dossier, that register must be the competent one for them too.

    Args:
        expected: The dossier.
        every: All dossiers of the child.
        spans: Who is competent.
        registered: What the registers hold.
        asked: The months asked about; nothing is known of others.
    """
    if asked == expected.months:
        return ()
    begin, end = expected.months
    theirs = wanted(expected, registered.payments)
    own = [each for each in theirs if _runs(expected, each.payer)]
    found: list[Found] = []
    for edge, beyond in (
        (begin, MonthRange(asked.begin, begin - 1)),
        (end, MonthRange(end + 1, asked.end)),
    ):
        span = _at(spans, edge)
        if span is None or span.source is None:
            continue
        held = [each for each in own if each.source is span.source]
        free = [
            month
            for each in _inside(held, beyond)
            for month in range(
                max(each.months.begin, beyond.begin), min(each.months.end, beyond.end) + 1
            )
            if not claimed(every, expected.category, month)
        ]
        if free and len(every) > 1:
            there = [each for each in theirs if each.source is span.source]
            free = _owned(expected, _rivals(expected, every, spans, span.source), there, free)
        for first, last in runs(map(month_of, free)):
            months = MonthRange(first.number, last.number)
            found += _by_competence(expected, spans, span.source, held, months)
    return tuple(found)


def _by_competence(
    expected: Expected,
    spans: tuple[Span, ...],
    source: AuthenticSource,
    held: list[RegisteredPayment],
    months: MonthRange,
) -> Iterator[Found]:
    """Find months too many for a dossier, each under the rule that answers for them."""
    touch = _touches(expected, months)
    for span, group in groupby(range(months.begin, months.end + 1), key=partial(_at, spans)):
        same = list(group)
        if touch or (span is not None and span.source is source):
            yield _extra(expected, MonthRange(same[0], same[-1]), span, held)


def _extra(
    expected: Expected, months: MonthRange, span: Span | None, held: list[RegisteredPayment]
) -> Found:
    inside = _inside(held, months)
    first = min(inside, key=lambda each: each.months.begin)
    return Found.about(
        expected,
        Kind.MONTHS_EXTRA,
        months,
        found=" ".join(sorted({each.payer for each in inside})),
        source=first.source,
        span=span,
        payer=first.payer,
    )


def _inside(held: list[RegisteredPayment], months: MonthRange) -> list[RegisteredPayment]:
    return [each for each in held if each.months.overlap(months)]


def _at(spans: tuple[Span, ...], month: int) -> Span | None:
    return next((each for each in spans if month in each.months), None)


def _touches(expected: Expected, months: MonthRange | Found) -> bool:
    return months.end + 1 == expected.months.begin or months.begin - 1 == expected.months.end


def _rivals(
    expected: Expected,
    every: tuple[Expected, ...],
    spans: tuple[Span, ...],
    source: AuthenticSource,
) -> list[_Rival]:
    """Return the dossiers that months in a register may belong to.

    A dossier whose first month another register should hold has none before it there.
    """
    return [
        _Rival(
            each,
            _source_at(spans, each.months.begin) is source,
            _source_at(spans, each.months.end) is source,
        )
        for each in every
        if same_kind(each.category, expected.category)
    ]


def _source_at(spans: tuple[Span, ...], month: int) -> AuthenticSource | None:
    span = _at(spans, month)
    return span.source if span else None


def _owned(
    expected: Expected,
    rivals: list[_Rival],
    held: list[RegisteredPayment],
    free: list[int],
) -> list[int]:
    """Return the months that lie nearest to a dossier, among the rivals that may own them.

    Months with the same payers in a row go to one dossier; of two that lie as near, to the one
    that names its payer, or the first.
    """

    def payers(month: int) -> frozenset[str]:
        return frozenset(each.payer for each in held if month in each.months)

    own: list[int] = []
    for first, last in runs(map(month_of, free)):
        for names, group in groupby(range(first.number, last.number + 1), key=payers):
            months = list(group)
            if _nearest(rivals, names, MonthRange(months[0], months[-1])) is expected:
                own += months
    return own


def _nearest(rivals: list[_Rival], payers: frozenset[str], months: MonthRange) -> Expected:
    """Return the dossier that lies nearest to some months, among those that may own them."""

    def distance(each: Expected) -> tuple[int, bool]:
        away = max(each.months.begin - months.end, months.begin - each.months.end)
        return away, each.payer is None

    able = (each.dossier for each in rivals if each.may_own(payers, months))
    return min(able, key=distance)


def _runs(expected: Expected, payer: str) -> bool:
    """Return whether a dossier is surely, or for all that it says, one of a payer."""
    return expected.payer is None or one_payer(expected.payer, payer) is True


def shifted(
    expected: Expected,
    every: tuple[Expected, ...],
    spans: tuple[Span, ...],
    found: list[Found],
) -> list[Found]:
    """Join months missing on one side with as many too many on the other: the dossier is shifted.

    Only months that touch the dossier count: those that lie apart are missing, and too many. So are
    those that touch another dossier that they may belong to, for nobody can say which is shifted.

    Args:
        expected: The dossier.
        every: All dossiers of the child.
        spans: Who is competent.
        found: What was found about it.
    """
    if not any(each.kind is Kind.MONTHS_EXTRA for each in found):
        return found
    begin, end = expected.months
    for later in (False, True):
        extra = _touching(expected, found, later=later)
        if not extra or extra[0].source is None:
            continue
        if _shared(expected, _rivals(expected, every, spans, extra[0].source), extra):
            continue
        months = MonthRange(min(each.begin for each in extra), max(each.end for each in extra))
        for gone in found:
            touches = gone.begin == begin if later else gone.end == end
            as_many = gone.end - gone.begin == months.end - months.begin
            if gone.kind is Kind.MONTHS_MISSING and touches and as_many:
                moved = months.end - end if later else months.begin - begin
                shift = msgspec.structs.replace(
                    extra[0],
                    kind=Kind.MONTHS_SHIFTED,
                    begin=min(begin, months.begin),
                    end=max(end, months.end),
                    expected=str(expected.months),
                    found=str(MonthRange(begin + moved, end + moved)),
                    competent_source=gone.competent_source,
                    entity=gone.entity,
                    rule=" ".join(dict.fromkeys(each.rule for each in (gone, *extra) if each.rule)),
                )
                return [each for each in found if each is not gone and each not in extra] + [shift]
    return found


def _touching(expected: Expected, found: list[Found], *, later: bool) -> list[Found]:
    """Return the months too many that go on from a dossier on one side, whatever rules apply."""
    extra = [each for each in found if each.kind is Kind.MONTHS_EXTRA]
    row: list[Found] = []
    edge = expected.months.end if later else expected.months.begin
    for each in sorted(extra, key=lambda one: one.begin, reverse=not later):
        if (each.begin - 1 if later else each.end + 1) == edge:
            row.append(each)
            edge = each.end if later else each.begin
    return row


def _shared(expected: Expected, rivals: list[_Rival], extra: list[Found]) -> bool:
    """Return whether months too many touch another dossier too that they may belong to."""
    return any(
        each.dossier is not expected
        and _touches(each.dossier, months)
        and each.may_own(months.found.split(), months)
        for each in rivals
        for months in extra
    )
