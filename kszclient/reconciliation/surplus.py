"""Months that a register holds beyond a dossier: months too many, or the same ones shifted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby

import msgspec

from kszclient.reconciliation.claims import alike, claimed, covers
from kszclient.reconciliation.expected import Expected, Span
from kszclient.reconciliation.found import Found
from kszclient.reconciliation.held import Held, Holdings
from kszclient.reconciliation.kinds import Kind
from kszclient.reconciliation.month_numbers import Run, month_of
from kszclient.reconciliation.months import wanted
from kszclient.reconciliation.payers import one_payer
from kszclient.values import runs


def surplus(
    expected: Expected,
    every: tuple[Expected, ...],
    spans: tuple[Span, ...],
    holdings: Holdings,
    asked: Run,
) -> tuple[Found, ...]:
    """Find the months too many before and after a dossier.

    They count where the register of its first or last month holds them for the same payer, and no
    dossier of the child claims them. Where they do not touch the dossier, that register must be
    the competent one for them too, and no dossier that may be theirs lie nearer.

    Args:
        expected: The dossier.
        every: All dossiers of the child.
        spans: Who is competent.
        holdings: What the answer says.
        asked: The months asked about; nothing is known of others.
    """
    if asked == expected.months:
        return ()
    begin, end = expected.months
    own = [e for e in wanted(expected, holdings.held) if _runs(expected, e.payer)]
    found: list[Found] = []
    for edge, beyond in ((begin, Run(asked.begin, begin - 1)), (end, Run(end + 1, asked.end))):
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
        for first, last in runs(map(month_of, free)):
            months = Run(first.number, last.number)
            if _touches(expected, months):
                found.append(_extra(expected, months, span, held))
            else:
                found += _apart(expected, every, spans, held, months)
    return tuple(found)


def _apart(
    expected: Expected,
    every: tuple[Expected, ...],
    spans: tuple[Span, ...],
    held: list[Held],
    months: Run,
) -> Iterator[Found]:
    """Find those of some months apart from a dossier that are too many for it."""
    for span, group in groupby(range(months.begin, months.end + 1), key=partial(_at, spans)):
        same = list(group)
        run = Run(same[0], same[-1])
        if span is None or span.source is not held[0].source:
            continue
        if _nearest(expected, every, _inside(held, run), run):
            yield _extra(expected, run, span, held)


def _extra(expected: Expected, months: Run, span: Span, held: list[Held]) -> Found:
    inside = _inside(held, months)
    first = min(inside, key=lambda each: each.months.begin)
    return expected.finding(
        Kind.MONTHS_EXTRA,
        months,
        found=" ".join(sorted({each.payer for each in inside})),
        source=span.source,
        competent_source=span.source,
        entity=span.entity,
        rule=span.rule,
        payer=first.payer,
    )


def _inside(held: list[Held], months: Run) -> list[Held]:
    return [e for e in held if e.months.begin <= months.end and months.begin <= e.months.end]


def _at(spans: tuple[Span, ...], month: int) -> Span | None:
    return next((each for each in spans if covers(each.months, month)), None)


def _touches(expected: Expected, months: Run | Found) -> bool:
    return months.end + 1 == expected.months.begin or months.begin - 1 == expected.months.end


def _nearest(
    expected: Expected, every: tuple[Expected, ...], held: list[Held], months: Run
) -> bool:
    """Tell whether no other dossier that some months may belong to lies nearer to them."""
    payers = {each.payer for each in held}
    theirs = [
        each
        for each in every
        if alike(each.category, expected.category) and any(_runs(each, payer) for payer in payers)
    ]

    def distance(each: Expected) -> int:
        return max(each.months.begin - months.end, months.begin - each.months.end)

    return min(theirs, key=distance) is expected


def _runs(expected: Expected, payer: str) -> bool:
    """Tell whether a dossier is surely, or for all that it says, one of a payer."""
    return expected.payer is None or one_payer(expected.payer, payer) is True


def shifted(expected: Expected, found: list[Found]) -> list[Found]:
    """Join months missing on one side with as many too many on the other: the dossier is shifted.

    Only months that touch the dossier count: those that lie apart are missing, and too many.

    Args:
        expected: The dossier.
        found: What was found about it.
    """
    begin, end = expected.months
    for extra in found:
        if extra.kind is not Kind.MONTHS_EXTRA or not _touches(expected, extra):
            continue
        later = extra.begin > end
        for gone in found:
            touches = gone.begin == begin if later else gone.end == end
            as_many = gone.end - gone.begin == extra.end - extra.begin
            if gone.kind is Kind.MONTHS_MISSING and touches and as_many:
                moved = extra.end - end if later else extra.begin - begin
                shift = msgspec.structs.replace(
                    extra,
                    kind=Kind.MONTHS_SHIFTED,
                    begin=min(begin, extra.begin),
                    end=max(end, extra.end),
                    expected=str(expected.months),
                    found=str(Run(begin + moved, end + moved)),
                    entity=gone.entity,
                    rule=gone.rule,
                )
                return [each for each in found if each not in {extra, gone}] + [shift]
    return found
