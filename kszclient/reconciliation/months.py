"""One month of one dossier: what it expects, what is held, and what that amounts to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kszclient.cadaster.categories import basic_codes
from kszclient.reconciliation.expected import Expected, Span
from kszclient.reconciliation.held import Held, Holdings
from kszclient.reconciliation.kinds import Kind, orint_end, reading
from kszclient.reconciliation.month_numbers import Run
from kszclient.values import AuthenticSource


class Verdict(NamedTuple):
    """What a month amounts to; equal neighbours become one finding.

    Args:
        kind: What was found; a match is one too.
        source: The register that it is about.
        span: Who is competent.
        payers: Who runs the month, as far as held.
    """

    kind: Kind
    source: AuthenticSource | None
    span: Span | None
    payers: tuple[str, ...] = ()


def wanted(expected: Expected, held: Iterable[Held]) -> list[Held]:
    """Give what is held of the kind of payment that a dossier is about."""
    if expected.category is not None:
        return [each for each in held if each.category == expected.category]
    basic = basic_codes()
    return [each for each in held if each.category in basic and not each.participation]


def covers(months: Run, month: int) -> bool:
    """Tell whether a run holds a month."""
    return months.begin <= month <= months.end


def stretches(expected: Expected, spans: tuple[Span, ...], holdings: Holdings) -> Iterator[Run]:
    """Cut the months of a dossier where `judge` may come to another verdict, and only there."""
    edges = set()
    for span in spans:
        edges |= {span.months.begin, span.months.end + 1}
    for held in holdings.held:
        edges |= {held.months.begin, held.months.end + 1}
    sources = {span.source for span in spans} | {held.source for held in holdings.held}
    if len(sources) > 1:
        edges |= _elsewhere_edges(spans)
    first, last = expected.months
    begins = [first, *sorted(edge for edge in edges if first < edge <= last)]
    for begin, upcoming in zip(begins, [*begins[1:], last + 1], strict=True):
        yield Run(begin, upcoming - 1)


def judge(expected: Expected, spans: tuple[Span, ...], holdings: Holdings, month: int) -> Verdict:
    """Tell what one month of a dossier amounts to.

    A silent register, one that does not know the child's line in the repertory, one that tells no
    months, and an answer that may have been cut off are never read as "holds nothing".
    """
    span = next((each for each in spans if covers(each.months, month)), None)
    here = [each for each in wanted(expected, holdings.held) if covers(each.months, month)]
    competent = span.source if span else None
    if competent is None:
        kind = Kind.COMPETENCE_UNDETERMINED
        return Verdict(kind, here[0].source if here else None, span, _payers(here))
    own = [each for each in here if each.source is competent]
    if own:
        payers = _payers(own)
        other = expected.payer is not None and expected.payer not in payers
        return Verdict(Kind.OTHER_PAYER if other else Kind.MATCH, competent, span, payers)
    unknown = _unknown(competent, holdings)
    if unknown is not None:
        return Verdict(unknown, competent, span)
    if here:
        other_source = here[0].source
        kind = _elsewhere(other_source, competent, spans, month)
        elsewhere = [each for each in here if each.source is other_source]
        return Verdict(kind, other_source, span, _payers(elsewhere))
    allowance = [each for each in holdings.held if each.participation]
    allowance = [each for each in allowance if covers(each.months, month)]
    if allowance and allowance[0].source is not competent:
        kind = Kind.FOUND_ELSEWHERE_PARTICIPATION
        return Verdict(kind, allowance[0].source, span, _payers(allowance))
    held = any(each.source is competent for each in wanted(expected, holdings.held))
    return Verdict(Kind.MONTHS_MISSING if held else Kind.NOT_FOUND, competent, span)


def _payers(held: list[Held]) -> tuple[str, ...]:
    return tuple(sorted({each.payer for each in held}))


def _unknown(source: AuthenticSource, holdings: Holdings) -> Kind | None:
    """Give why nothing can be said of what a register holds, or None where it can."""
    if source in holdings.silent:
        return Kind.INCOMPLETE
    if source in holdings.unlisted:
        return Kind.NOT_INTEGRATED
    if source in holdings.untold:
        return Kind.MONTHS_UNTOLD
    if any(source is cut for cut, _ in holdings.cut):
        return Kind.TRUNCATED
    return None


def _elsewhere(
    source: AuthenticSource, competent: AuthenticSource, spans: tuple[Span, ...], month: int
) -> Kind:
    """Tell what explains that another register holds a month than the competent one."""
    rule = reading()
    near = (
        min(abs(month - span.months.end), abs(month - span.months.begin))
        for span in spans
        if span.source is source
    )
    if any(distance <= rule.move_months for distance in near):
        return Kind.FOUND_ELSEWHERE_MOVE
    split = {source, competent} <= rule.orint.sources
    if split and month <= orint_end():
        return Kind.FOUND_ELSEWHERE_ORINT
    return Kind.FOUND_ELSEWHERE


def _elsewhere_edges(spans: tuple[Span, ...]) -> set[int]:
    """Give where `_elsewhere` may begin to tell something else."""
    near = reading().move_months
    ends = {edge for span in spans for edge in span.months}
    return {orint_end() + 1, *(e - near for e in ends), *(e + near + 1 for e in ends)}
