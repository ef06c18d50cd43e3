"""Compare what the dossiers of one child say with what the registers hold. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations, groupby
from typing import NamedTuple

import msgspec

from kszclient.cadaster.basic_amounts import doubled
from kszclient.cadaster.categories import basic_codes, categories
from kszclient.reconciliation.compare.claims import covers
from kszclient.reconciliation.compare.found import Found
from kszclient.reconciliation.compare.held import Held, Holdings
from kszclient.reconciliation.compare.kinds import Kind, kind_of_code, reading
from kszclient.reconciliation.compare.months import Verdict, judge, stretches
from kszclient.reconciliation.compare.payers import one_payer_holds
from kszclient.reconciliation.compare.surplus import shifted, surplus
from kszclient.reconciliation.plan.expected import Expected, Span
from kszclient.reconciliation.plan.month_numbers import Run, month_of
from kszclient.reconciliation.plan.participation import spans_for
from kszclient.values import AuthenticSource, runs

_GAPS = frozenset(
    {
        Kind.NOT_FOUND,
        Kind.MONTHS_MISSING,
        Kind.PAYMENT_MISSING,
        Kind.FOUND_ELSEWHERE_PARTICIPATION,
    }
)
_LACKS = _GAPS | {Kind.PAYMENT_UNCLEAR}


def compare(
    expected: tuple[Expected, ...], spans: tuple[Span, ...], holdings: Holdings, asked: Run
) -> tuple[Found, ...]:
    """Compare all dossiers of one child with one answer.

    Args:
        expected: What the dossiers say.
        spans: Who is competent.
        holdings: What the answer says.
        asked: The months asked about.

    Returns:
        The findings in order of dossier and month; a dossier with nothing amiss gives one match.
    """
    if holdings.refusal is not None:
        kind = holdings.state or kind_of_code(holdings.refusal) or Kind.REFUSED
        return tuple(each.finding(kind, found=holdings.refusal) for each in expected)
    found: list[Found] = []
    for each in expected:
        competent = spans_for(each, spans)
        judged = list(_months(each, expected, competent, holdings))
        amiss = [finding for finding in judged if finding.kind is not Kind.MATCH]
        amiss += surplus(each, expected, competent, holdings, asked)
        if amiss:
            amiss = shifted(each, expected, competent, amiss)
        if holdings.untold:
            amiss += list(_untold_elsewhere(each, competent, holdings, amiss))
        amiss += list(_contradicted(each, competent, holdings, amiss))
        amiss += _of_child(each, competent, holdings)
        found += sorted(amiss or judged[:1], key=lambda one: (one.begin, one.end, one.kind))
    return tuple(found)


def _doubted(verdict: Verdict, expected: Expected, holdings: Holdings) -> Verdict:
    """Doubt the code of a dossier that is in no list, before what a register lacks.

    It may be a new one, and it may be mistyped; no register that uses it can tell, and no payer of
    another payment is concerned.
    """
    code = expected.category
    if code is None or code in categories() or verdict.kind not in _LACKS:
        return verdict
    if code in {each.category for each in holdings.held}:
        return verdict
    return Verdict(Kind.UNKNOWN_CATEGORY, None, verdict.span, codes=(code,))


def _months(
    expected: Expected,
    every: tuple[Expected, ...],
    spans: tuple[Span, ...],
    holdings: Holdings,
) -> Iterator[Found]:
    judged = [
        (run, _doubted(judge(expected, spans, holdings, run.begin, every), expected, holdings))
        for run in stretches(expected, spans, holdings)
    ]
    if all(verdict.kind is Kind.MATCH for _, verdict in judged):
        yield _finding(expected, expected.months, judged[0][1])
        return
    for verdict, group in groupby(judged, key=lambda pair: pair[1]):
        same = [run for run, _ in group]
        yield _finding(expected, Run(same[0].begin, same[-1].end), verdict)


def _finding(expected: Expected, months: Run, verdict: Verdict) -> Found:
    span = verdict.span
    found = expected.finding(
        verdict.kind,
        months,
        found=" ".join(verdict.codes or verdict.payers),
        source=verdict.source,
        competent_source=span.source if span else None,
        entity=span.entity if span else None,
        rule=span.rule if span else "",
        payer=verdict.payers[0] if verdict.payers else None,
    )
    if verdict.codes and verdict.kind is not Kind.REGISTER_CONTRADICTION:
        return msgspec.structs.replace(found, expected=expected.category or "")
    return found


def _of_child(expected: Expected, spans: tuple[Span, ...], holdings: Holdings) -> Iterator[Found]:
    """Find what is odd about the child, as far as it touches the months of a dossier."""
    if holdings.state is not None:
        yield expected.finding(holdings.state)
    told = partial(_told, expected, spans)
    for kind, run, source, payers in _two_basic_amounts(expected, holdings):
        yield told(kind, run, source, payers)
    known = categories()
    for source, code in sorted({(e.source, e.category) for e in holdings.held}):
        if code not in known:
            strange = [e for e in holdings.held if (e.source, e.category) == (source, code)]
            for run in _inside(expected, strange):
                yield told(Kind.UNKNOWN_CATEGORY, run, source, code)
    for source, name in holdings.cut:
        yield told(Kind.TRUNCATED, expected.months, source, f"{name} {reading().most_entries}")


def _untold_elsewhere(
    expected: Expected, spans: tuple[Span, ...], holdings: Holdings, amiss: list[Found]
) -> Iterator[Found]:
    """Find the other registers with a file without months, in which those of a gap may lie."""
    for gap in amiss:
        for source in sorted(holdings.untold):
            if gap.kind in _GAPS and gap.competent_source is not source:
                months = Run(gap.begin, gap.end)
                yield _told(expected, spans, Kind.MONTHS_UNTOLD, months, source, "")


def _contradicted(
    expected: Expected, spans: tuple[Span, ...], holdings: Holdings, amiss: list[Found]
) -> Iterator[Found]:
    """Find where a register contradicts itself in months of a dossier, or in place of a gap."""
    reported = {each.found for each in amiss if each.kind is Kind.REGISTER_CONTRADICTION}
    first, last = expected.months
    for each in holdings.contradicted:
        if each.code in reported:
            continue
        begin, end = max(first, each.months.begin), min(last, each.months.end)
        gaps = [gap for gap in amiss if each.unknown and gap.kind in _GAPS]
        if begin > end and gaps:
            begin, end = gaps[0].begin, gaps[0].end
        if begin <= end:
            kind = Kind.REGISTER_CONTRADICTION
            yield _told(expected, spans, kind, Run(begin, end), each.source, each.code)


class _Named(NamedTuple):
    """Months of a payer in one register."""

    payer: str
    months: Run


def _two_basic_amounts(
    expected: Expected, holdings: Holdings
) -> Iterator[tuple[Kind, Run, AuthenticSource, str]]:
    codes = basic_codes()
    basic = [each for each in holdings.held if each.category in codes]
    if len(basic) < 2:  # noqa: PLR2004 - two basic amounts
        return
    # One name in two registers may be two payers.
    named = [_Named(f"{each.payer} {each.source}", each.months) for each in basic]
    for begin, end, _ in doubled(named, expected.months):
        here = [e for e in basic if e.months.begin <= end and begin <= e.months.end]
        kind = _twice(here)
        if kind is not None:
            first = min((e for e in here if covers(e.months, begin)), key=lambda e: e.payer)
            payers = sorted({each.payer for each in here})
            yield kind, Run(begin, end), first.source, " ".join(payers)


def _twice(held: list[Held]) -> Kind | None:
    """Tell whether basic amounts of the same months have two payers, as far as can be said."""
    one = {one_payer_holds(*pair) for pair in combinations(held, 2)}
    if False in one:
        return Kind.TWO_BASIC_AMOUNTS
    return Kind.BASIC_AMOUNT_TWICE if None in one else None


def _inside(expected: Expected, held: list[Held]) -> Iterator[Run]:
    months = range(expected.months.begin, expected.months.end + 1)
    inside = (month for month in months if any(covers(each.months, month) for each in held))
    for first, last in runs(map(month_of, inside)):
        yield Run(first.number, last.number)


def _told(  # noqa: PLR0913, PLR0917 - what a finding depends on
    expected: Expected,
    spans: tuple[Span, ...],
    kind: Kind,
    months: Run,
    source: AuthenticSource,
    text: str,
) -> Found:
    """Make a finding under the rules that answer for its months; the entity where it is one."""
    here = [e for e in spans if e.months.begin <= months.end and months.begin <= e.months.end]
    entities = {each.entity for each in here}
    return expected.finding(
        kind,
        months,
        found=text,
        source=source,
        entity=entities.pop() if len(entities) == 1 else None,
        rule=" ".join(dict.fromkeys(each.rule for each in here)),
    )
