"""One month of one dossier: what it expects, what is held, and what that amounts to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from kszclient.cadaster.categories import basic_codes, categories
from kszclient.reconciliation.compare.claims import about_basic, claimed, covers
from kszclient.reconciliation.compare.held import Held, Holdings
from kszclient.reconciliation.compare.kinds import Kind, orint_end, reading
from kszclient.reconciliation.compare.payers import one_payer
from kszclient.reconciliation.plan.expected import Expected, Span
from kszclient.reconciliation.plan.month_numbers import Run
from kszclient.values import AuthenticSource


class Verdict(NamedTuple):
    """What a month amounts to; equal neighbours become one finding.

    Args:
        kind: What was found; a match is one too.
        source: The register that it is about.
        span: Who is competent.
        payers: Who runs the month, as far as held.
        codes: The kinds of payment that are held instead of the one that was looked for.
    """

    kind: Kind
    source: AuthenticSource | None
    span: Span | None
    payers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def wanted(expected: Expected, held: Iterable[Held]) -> list[Held]:
    """Give what is held of the kind of payment that a dossier is about.

    A basic amount is one, however register and dossier call it.
    """
    if not about_basic(expected.category):
        return [each for each in held if each.category == expected.category]
    basic = basic_codes()
    return [each for each in held if each.category in basic and not each.participation]


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


def judge(
    expected: Expected,
    spans: tuple[Span, ...],
    holdings: Holdings,
    month: int,
    every: tuple[Expected, ...] = (),
) -> Verdict:
    """Tell what one month of a dossier amounts to.

    A silent register, one that does not know the child's line in the repertory, one that tells no
    months or contradicts itself, and an answer that may have been cut off are never read as "holds
    nothing".

    Args:
        expected: The dossier.
        spans: Who is competent.
        holdings: What the answer says.
        month: The month.
        every: All dossiers of the child; what another one claims is none of this one's months.
    """
    span = next((each for each in spans if covers(each.months, month)), None)
    here = [each for each in wanted(expected, holdings.held) if covers(each.months, month)]
    competent = span.source if span else None
    if competent is None:
        kind = Kind.COMPETENCE_UNDETERMINED
        return Verdict(kind, here[0].source if here else None, span, _payers(here))
    own = [each for each in here if each.source is competent]
    if own:
        return _own(expected.payer, span, competent, _payers(own), holdings)
    unknown = _unknown(competent, span, holdings)
    if unknown is not None:
        return unknown
    gap = _gap(expected, every, span, competent, holdings, month)
    if here and gap.kind is not Kind.PAYMENT_UNCLEAR:
        other_source = here[0].source
        kind = _elsewhere(other_source, competent, spans, month)
        elsewhere = [each for each in here if each.source is other_source]
        return Verdict(kind, other_source, span, _payers(elsewhere))
    return gap


def _own(
    payer: str | None,
    span: Span | None,
    competent: AuthenticSource,
    payers: tuple[str, ...],
    holdings: Holdings,
) -> Verdict:
    """Tell what it is that the competent register holds what a dossier is about."""
    if payer is None or payer in payers:
        return Verdict(Kind.MATCH, competent, span, payers)
    kind = _other_payer(payer, payers)
    unknown = _unknown(competent, span, holdings)
    if kind is Kind.OTHER_PAYER and unknown is not None:
        # The file of the dossier's payer may be the one that was not told.
        return unknown
    return Verdict(kind, competent, span, payers)


def _gap(  # noqa: PLR0913, PLR0917 - what a gap depends on
    expected: Expected,
    every: tuple[Expected, ...],
    span: Span | None,
    competent: AuthenticSource,
    holdings: Holdings,
    month: int,
) -> Verdict:
    """Tell what it is that the competent register does not hold what a dossier is about."""
    known = categories()
    beside = [
        each for each in holdings.held if each.source is competent and covers(each.months, month)
    ]
    codes = tuple(sorted({each.category for each in beside}))
    if any(code not in known for code in codes):
        return Verdict(Kind.PAYMENT_UNCLEAR, competent, span, _payers(beside), codes)
    if _holds_others(expected, every, competent, holdings):
        return Verdict(Kind.MONTHS_MISSING, competent, span)
    if codes:
        whole = not about_basic(expected.category) and any(known[e].undivided for e in codes)
        kind = Kind.PAYMENT_UNCLEAR if whole else Kind.PAYMENT_MISSING
        return Verdict(kind, competent, span, _payers(beside), codes)
    # Such an allowance is paid on top of the benefit: it explains its own file, and no gap.
    allowance = [each for each in holdings.held if each.participation]
    allowance = [each for each in allowance if covers(each.months, month)]
    if allowance and allowance[0].source is not competent and about_basic(expected.category):
        kind = Kind.FOUND_ELSEWHERE_PARTICIPATION
        return Verdict(kind, allowance[0].source, span, _payers(allowance))
    return Verdict(Kind.NOT_FOUND, competent, span)


def _holds_others(
    expected: Expected,
    every: tuple[Expected, ...],
    source: AuthenticSource,
    holdings: Holdings,
) -> bool:
    """Tell whether a register holds any months that may be this dossier's.

    Those of a payer that is surely another are not, nor those beside it that another claims.
    """
    others = [each for each in every if each is not expected]
    return any(
        covers(expected.months, month) or not claimed(others, expected.category, month)
        for each in wanted(expected, holdings.held)
        if each.source is source
        and (expected.payer is None or one_payer(expected.payer, each.payer) is not False)
        for month in range(each.months.begin, each.months.end + 1)
    )


def _other_payer(expected: str, payers: tuple[str, ...]) -> Kind:
    """Tell what it is that a register names payers otherwise than a dossier."""
    same = {one_payer(expected, each) for each in payers}
    if True in same:
        return Kind.MATCH
    return Kind.PAYER_UNCOMPARED if None in same else Kind.OTHER_PAYER


def _payers(held: list[Held]) -> tuple[str, ...]:
    return tuple(sorted({each.payer for each in held}))


def _unknown(source: AuthenticSource, span: Span | None, holdings: Holdings) -> Verdict | None:
    """Return why nothing can be said of what a register holds, or None where it can."""
    kind = None
    contradicted = [
        each.code for each in holdings.contradicted if each.source is source and each.unknown
    ]
    if source in holdings.silent:
        kind = Kind.INCOMPLETE
    elif source in holdings.unlisted:
        kind = Kind.NOT_INTEGRATED
    elif contradicted:
        return Verdict(Kind.REGISTER_CONTRADICTION, source, span, codes=tuple(contradicted[:1]))
    elif source in holdings.untold:
        kind = Kind.MONTHS_UNTOLD
    elif any(source is cut for cut, _ in holdings.cut):
        kind = Kind.TRUNCATED
    return None if kind is None else Verdict(kind, source, span)


def _elsewhere(
    source: AuthenticSource, competent: AuthenticSource, spans: tuple[Span, ...], month: int
) -> Kind:
    """Tell what explains that another register holds a month than the competent one."""
    rule = reading()
    if any(abs(month - edge) <= rule.move_months for edge in _moves(source, spans)):
        return Kind.FOUND_ELSEWHERE_MOVE
    split = {source, competent} <= rule.orint.sources
    if split and month <= orint_end():
        return Kind.FOUND_ELSEWHERE_ORINT
    return Kind.FOUND_ELSEWHERE


def _moves(source: AuthenticSource, spans: tuple[Span, ...]) -> Iterator[int]:
    """Give the months of a register that lie next to a move into or out of it.

    Where the register changes and the area of the domicile does not, nobody moved.
    """
    placed = [span for span in spans if span.area is not None]
    for before, after in pairwise(placed):
        if before.area != after.area and before.source is not after.source:
            if before.source is source:
                yield before.months.end
            if after.source is source:
                yield after.months.begin


def _elsewhere_edges(spans: tuple[Span, ...]) -> set[int]:
    """Give where `_elsewhere` may begin to tell something else."""
    near = reading().move_months
    ends = {edge for span in spans for edge in span.months}
    return {orint_end() + 1, *(e - near for e in ends), *(e + near + 1 for e in ends)}
