"""One month of one dossier: what it expects, what is held, and what that amounts to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from kszclient.cadaster.categories import basic_codes, categories
from kszclient.cadaster.payments import RegisteredPayment
from kszclient.competence import Cadaster, Rule, rulebook
from kszclient.reconciliation.execute.record import RegisteredPayments
from kszclient.reconciliation.kinds import Kind, reading
from kszclient.reconciliation.plan.plan import Expected, Span
from kszclient.values import AuthenticSource, Month
from kszclient.values.month_numbers import MonthRange


class MonthVerdict(NamedTuple):
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


def wanted(expected: Expected, held: Iterable[RegisteredPayment]) -> list[RegisteredPayment]:
    """Return what is held of the kind of payment that a dossier is about.

    A basic amount is one, however register and dossier call it.
    """
    if not about_basic(expected.category):
        return [each for each in held if each.category == expected.category]
    basic = basic_codes()
    return [each for each in held if each.category in basic and not each.participation]


class RegisterSplit(NamedTuple):
    """A register that held the months of several sources together, until it was split.

    Args:
        register: Its name.
        day: The first day on which others held them.
        sources: The sources, under which each part was asked for before and after.
        until: Number of the last month that it held.
    """

    register: Cadaster
    day: dt.date
    sources: frozenset[AuthenticSource]
    until: int

    def explains(self, source: AuthenticSource, competent: AuthenticSource, month: int) -> bool:
        """Return whether a month may be with one source instead of another because of it."""
        return month <= self.until and {source, competent} <= self.sources


def splits_by(as_of: dt.date, rules: Iterable[Rule] | None = None) -> tuple[RegisterSplit, ...]:
    """Return the registers that were split by a day of asking.

    That a register hands months over is no row by itself: the rows of the timeline name another
    register for the same months from the day on.

    Args:
        as_of: The day of asking.
        rules: Of a timeline of competence; those of `rulebook` where left out.

    >>> (split,) = splits_by(dt.date(2024, 1, 1))
    >>> split.register.value, str(split.day), ", ".join(sorted(split.sources))
    ('ORINT', '2024-01-01', 'BRUSSELS, EASTBELGIUM, WALLONIA')
    >>> split.until == Month(2023, 12).number
    True
    """
    rules = rulebook().timeline.rules if rules is None else rules
    placed = [rule for rule in rules if rule.area is not None and rule.source is not None]
    gone: dict[tuple[Cadaster, dt.date], list[Rule]] = {}
    for rule in placed:
        if rule.as_of_to is not None and rule.as_of_to < as_of and rule.cadaster is not None:
            day = rule.as_of_to + dt.timedelta(days=1)
            if _holders([rule], day, placed) - {rule.cadaster}:
                gone.setdefault((rule.cadaster, day), []).append(rule)
    found = []
    for (register, day), rows in sorted(gone.items()):
        last = day - dt.timedelta(days=1)
        together = [
            rule
            for rule in placed
            if rule.cadaster == register and rule.asked_on(last) and _meets(rule, rows)
        ]
        if len(_holders(together, day, placed)) > 1:
            found.append(
                RegisterSplit(
                    register,
                    day,
                    frozenset(rule.source for rule in together if rule.source is not None),
                    min(max(rule.months_to for rule in rows), Month.of(last)).number,
                )
            )
    return tuple(found)


def _holders(rows: Iterable[Rule], day: dt.date, rules: list[Rule]) -> set[str]:
    """Return the registers that hold the months of some rows on a day."""
    return {
        str(rule.cadaster)
        for row in rows
        for rule in rules
        if rule.area is row.area and rule.asked_on(day) and rule.months.overlaps(row.months)
    }


def _meets(rule: Rule, rows: Iterable[Rule]) -> bool:
    return any(rule.months.overlaps(row.months) for row in rows)


def stretches(
    expected: Expected,
    spans: tuple[Span, ...],
    registered: RegisteredPayments,
    splits: tuple[RegisterSplit, ...] = (),
) -> Iterator[MonthRange]:
    """Cut the months of a dossier where `judge` may come to another verdict, and only there."""
    edges = set()
    for span in spans:
        edges |= {span.months.begin, span.months.end + 1}
    for held in registered.payments:
        edges |= {held.months.begin, held.months.end + 1}
    sources = {span.source for span in spans} | {held.source for held in registered.payments}
    if len(sources) > 1:
        edges |= _elsewhere_edges(spans, splits)
    first, last = expected.months
    begins = [first, *sorted(edge for edge in edges if first < edge <= last)]
    for begin, upcoming in zip(begins, [*begins[1:], last + 1], strict=True):
        yield MonthRange(begin, upcoming - 1)


def judge(  # noqa: PLR0913, PLR0917 - what a verdict depends on
    expected: Expected,
    spans: tuple[Span, ...],
    registered: RegisteredPayments,
    month: int,
    every: tuple[Expected, ...] = (),
    splits: tuple[RegisterSplit, ...] = (),
) -> MonthVerdict:
    """Return what one month of a dossier amounts to.

    A silent register, one that does not know the child's line in the repertory, one that tells no
    months or contradicts itself, and an answer that may have been cut off are never read as "holds
    nothing".

    Args:
        expected: The dossier.
        spans: Who is competent.
        registered: What the registers hold.
        month: The month.
        every: All dossiers of the child; what another one claims is none of this one's months.
        splits: Registers that were split by the day of asking.
    """
    span = next((each for each in spans if month in each.months), None)
    here = [each for each in wanted(expected, registered.payments) if month in each.months]
    competent = span.source if span else None
    if competent is None:
        kind = Kind.COMPETENCE_UNDETERMINED
        return MonthVerdict(kind, here[0].source if here else None, span, _payers(here))
    own = [each for each in here if each.source is competent]
    if own:
        return _own(expected.payer, span, competent, _payers(own), registered)
    unknown = _unknown(competent, span, registered)
    if unknown is not None:
        return unknown
    gap = _gap(expected, every, span, competent, registered, month)
    if here and gap.kind is not Kind.PAYMENT_UNCLEAR:
        other_source = here[0].source
        kind = _elsewhere(other_source, competent, spans, month, splits)
        elsewhere = [each for each in here if each.source is other_source]
        return MonthVerdict(kind, other_source, span, _payers(elsewhere))
    return gap


def _own(
    payer: str | None,
    span: Span | None,
    competent: AuthenticSource,
    payers: tuple[str, ...],
    registered: RegisteredPayments,
) -> MonthVerdict:
    """Return what it is that the competent register holds what a dossier is about."""
    if payer is None or payer in payers:
        return MonthVerdict(Kind.MATCH, competent, span, payers)
    kind = _other_payer(payer, payers)
    unknown = _unknown(competent, span, registered)
    if kind is Kind.OTHER_PAYER and unknown is not None:
        # The file of the dossier's payer may be the one that was not told.
        return unknown
    return MonthVerdict(kind, competent, span, payers)


def _gap(  # noqa: PLR0913, PLR0917 - what a gap depends on
    expected: Expected,
    every: tuple[Expected, ...],
    span: Span | None,
    competent: AuthenticSource,
    registered: RegisteredPayments,
    month: int,
) -> MonthVerdict:
    """Return what it is that the competent register does not hold what a dossier is about."""
    known = categories()
    beside = [
        each for each in registered.payments if each.source is competent and month in each.months
    ]
    codes = tuple(sorted({each.category for each in beside}))
    if any(code not in known for code in codes):
        return MonthVerdict(Kind.PAYMENT_UNCLEAR, competent, span, _payers(beside), codes)
    if _holds_others(expected, every, competent, registered):
        return MonthVerdict(Kind.MONTHS_MISSING, competent, span)
    if codes:
        whole = not about_basic(expected.category) and any(known[e].undivided for e in codes)
        kind = Kind.PAYMENT_UNCLEAR if whole else Kind.PAYMENT_MISSING
        return MonthVerdict(kind, competent, span, _payers(beside), codes)
    # Such an allowance is paid on top of the benefit: it explains its own file, and no gap.
    allowance = [each for each in registered.payments if each.participation]
    allowance = [each for each in allowance if month in each.months]
    if allowance and allowance[0].source is not competent and about_basic(expected.category):
        kind = Kind.FOUND_ELSEWHERE_PARTICIPATION
        return MonthVerdict(kind, allowance[0].source, span, _payers(allowance))
    return MonthVerdict(Kind.NOT_FOUND, competent, span)


def _holds_others(
    expected: Expected,
    every: tuple[Expected, ...],
    source: AuthenticSource,
    registered: RegisteredPayments,
) -> bool:
    """Return whether a register holds any months that may be this dossier's.

    Those of a payer that is surely another are not, nor those beside it that another claims.
    """
    others = [each for each in every if each is not expected]
    return any(
        month in expected.months or not claimed(others, expected.category, month)
        for each in wanted(expected, registered.payments)
        if each.source is source
        and (expected.payer is None or one_payer(expected.payer, each.payer) is not False)
        for month in range(each.months.begin, each.months.end + 1)
    )


def _other_payer(expected: str, payers: tuple[str, ...]) -> Kind:
    """Return what it is that a register names payers otherwise than a dossier."""
    same = {one_payer(expected, each) for each in payers}
    if True in same:
        return Kind.MATCH
    return Kind.PAYER_UNCOMPARED if None in same else Kind.OTHER_PAYER


def _payers(held: list[RegisteredPayment]) -> tuple[str, ...]:
    return tuple(sorted({each.payer for each in held}))


def _unknown(
    source: AuthenticSource, span: Span | None, registered: RegisteredPayments
) -> MonthVerdict | None:
    """Return why what a register holds cannot be judged, or None where it can."""
    kind = None
    contradicted = [
        each.code for each in registered.contradicted if each.source is source and each.unknown
    ]
    if source in registered.unanswered:
        kind = Kind.INCOMPLETE
    elif source in registered.unlisted:
        kind = Kind.NOT_INTEGRATED
    elif contradicted:
        return MonthVerdict(
            Kind.REGISTER_CONTRADICTION, source, span, codes=tuple(contradicted[:1])
        )
    elif source in registered.withheld:
        kind = Kind.MONTHS_WITHHELD
    elif any(source is cut for cut, _ in registered.cut):
        kind = Kind.TRUNCATED
    return None if kind is None else MonthVerdict(kind, source, span)


def _elsewhere(
    source: AuthenticSource,
    competent: AuthenticSource,
    spans: tuple[Span, ...],
    month: int,
    splits: tuple[RegisterSplit, ...],
) -> Kind:
    """Return what explains that another register holds a month than the competent one."""
    near = reading().move_months
    if any(abs(month - edge) <= near for edge in _moves(source, spans)):
        return Kind.FOUND_ELSEWHERE_MOVE
    if any(split.explains(source, competent, month) for split in splits):
        return Kind.FOUND_ELSEWHERE_ORINT
    return Kind.FOUND_ELSEWHERE


def _moves(source: AuthenticSource, spans: tuple[Span, ...]) -> Iterator[int]:
    """Return the months of a register that lie next to a move into or out of it.

    Where the register changes and the area of the domicile does not, nobody moved.
    """
    placed = [span for span in spans if span.area is not None]
    for before, after in pairwise(placed):
        if before.area != after.area and before.source is not after.source:
            if before.source is source:
                yield before.months.end
            if after.source is source:
                yield after.months.begin


def _elsewhere_edges(spans: tuple[Span, ...], splits: tuple[RegisterSplit, ...]) -> set[int]:
    """Return where `_elsewhere` may begin to tell something else."""
    near = reading().move_months
    ends = {edge for span in spans for edge in span.months}
    borders = {split.until + 1 for split in splits}
    return {*borders, *(e - near for e in ends), *(e + near + 1 for e in ends)}


def about_basic(category: str | None) -> bool:
    """Return whether a dossier is about the basic amount; one without a category is.

    >>> about_basic(None), about_basic("CHILD_ALLOWANCE"), about_basic("SOCIAL")
    (True, True, False)
    """
    return category is None or category in basic_codes()


def same_kind(one: str | None, other: str | None) -> bool:
    """Return whether two dossiers are about one kind of payment; a basic amount is one."""
    return one == other or (about_basic(one) and about_basic(other))


def claimed(every: Iterable[Expected], category: str | None, month: int) -> bool:
    """Return whether a dossier claims a month; any basic amount claims it for all of them."""
    return any(month in each.months and same_kind(each.category, category) for each in every)


def one_payer(one: str, other: str) -> bool | None:
    """Return whether two names are those of one payer, or None where nobody can say.

    Source: ``config/reconciliation/reading.toml``.

    Args:
        one: An enterprise number, or a fund code of three digits.
        other: Another one.

    >>> one_payer("951", "951"), one_payer("951", "952"), one_payer("951", "0692793497")
    (True, False, None)
    """
    if one == other:
        return True
    if len(one) == len(other):
        return False
    code, number = sorted((one, other), key=len)
    known = reading().payers.codes.get(code)
    return None if known is None else known == number


def one_payer_holds(one: RegisteredPayment, other: RegisteredPayment) -> bool | None:
    """Return whether one payer runs both of these, or None where nobody can say."""
    told = one_payer(one.payer, other.payer)
    if one.source is other.source or not {one.source, other.source} <= reading().payers.apart:
        return told
    # No payer is in both (likely), and yet one name is: neither can be said.
    return None if told else False
