"""Months that a register holds beyond a dossier: months too many, or the same ones shifted."""

from __future__ import annotations

import msgspec

from kszclient.cadaster.categories import basic_codes
from kszclient.reconciliation.expected import Expected, Span
from kszclient.reconciliation.found import Found
from kszclient.reconciliation.held import Holdings
from kszclient.reconciliation.kinds import Kind
from kszclient.reconciliation.month_numbers import Run
from kszclient.reconciliation.months import covers, wanted


def surplus(
    expected: Expected,
    every: tuple[Expected, ...],
    spans: tuple[Span, ...],
    holdings: Holdings,
    asked: Run,
) -> tuple[Found, ...]:
    """Find the months too many that touch a dossier.

    They count where the register of the touching month holds them for the same payer, and no
    dossier of the child claims them.

    Args:
        expected: The dossier.
        every: All dossiers of the child.
        spans: Who is competent.
        holdings: What the answer says.
        asked: The months asked about; nothing is known of others.
    """
    begin, end = expected.months
    found = []
    for edge, step in ((begin, -1), (end, 1)):
        if not covers(asked, edge + step):
            continue
        span = next((each for each in spans if covers(each.months, edge)), None)
        source = span.source if span else None
        held = [
            each
            for each in wanted(expected, holdings.held)
            if each.source is source and expected.payer in {None, each.payer}
        ]
        month = edge + step
        while (
            covers(asked, month)
            and not _claimed(every, expected.category, month)
            and any(covers(each.months, month) for each in held)
        ):
            month += step
        months = Run(*sorted((edge + step, month - step)))
        if month != edge + step:
            found.append(
                expected.finding(
                    Kind.MONTHS_EXTRA,
                    months,
                    found=" ".join(sorted({each.payer for each in held})),
                    source=source,
                    competent_source=source,
                    entity=span.entity if span else None,
                    rule=span.rule if span else "",
                    payer=held[0].payer,
                )
            )
    return tuple(found)


def _claimed(every: tuple[Expected, ...], category: str | None, month: int) -> bool:
    """Tell whether a dossier claims a month; one of any basic amount claims it for all of them."""
    return any(
        covers(each.months, month)
        and (each.category == category or (_basic(each.category) and _basic(category)))
        for each in every
    )


def _basic(category: str | None) -> bool:
    """Tell whether a dossier is about the basic amount; one without a category is."""
    return category is None or category in basic_codes()


def shifted(expected: Expected, found: list[Found]) -> list[Found]:
    """Join months missing on one side with as many too many on the other: the dossier is shifted.

    Args:
        expected: The dossier.
        found: What was found about it.
    """
    begin, end = expected.months
    for extra in found:
        if extra.kind is not Kind.MONTHS_EXTRA:
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
