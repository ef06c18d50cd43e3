"""Compare what the dossiers of one child say with what the registers hold. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, groupby, islice
from typing import NamedTuple

import msgspec

from kszclient.cadaster.anomalies import doubled_amounts
from kszclient.cadaster.categories import categories
from kszclient.cadaster.payments import RegisteredPayment
from kszclient.errors import JournalError
from kszclient.reconciliation.compare.findings import Found
from kszclient.reconciliation.compare.surplus import shifted, surplus
from kszclient.reconciliation.compare.verdicts import (
    MonthVerdict,
    RegisterSplit,
    judge,
    one_payer_holds,
    splits_by,
    stretches,
)
from kszclient.reconciliation.execute.progress import Progress
from kszclient.reconciliation.execute.record import Record, RegisteredPayments
from kszclient.reconciliation.kinds import Kind, kind_of_code, reading
from kszclient.reconciliation.plan.plan import Expected, Plan, Span, Task, spans_for
from kszclient.values import AuthenticSource, runs
from kszclient.values.month_numbers import MonthRange, month_of

_TASKS_AT_ONCE = 4096
_GAPS = frozenset(
    {
        Kind.NOT_FOUND,
        Kind.MONTHS_MISSING,
        Kind.PAYMENT_MISSING,
        Kind.FOUND_ELSEWHERE_PARTICIPATION,
    }
)
_LACKS = _GAPS | {Kind.PAYMENT_UNCLEAR}


class Compared(NamedTuple):
    """One lookup and its findings.

    Args:
        number: Its place in the plan.
        record: What came of it.
        findings: What that amounts to for its dossiers, in order of dossier and month.
    """

    number: int
    record: Record
    findings: tuple[Found, ...]


def compare_all(plan: Plan, came: Iterable[tuple[int, bytes | None]]) -> Iterator[Compared]:
    """Compare all lookups of a plan with what came of them, some thousand at a time.

    Args:
        plan: What was asked.
        came: What the journal keeps of each lookup, in order; None of those never sent.

    Raises:
        JournalError: The journal holds what cannot be read.
    """
    rest = iter(came)
    splits = splits_by(plan.as_of)
    while some := list(islice(rest, _TASKS_AT_ONCE)):
        tasks = plan.tasks([number for number, _ in some])
        for task, (number, text) in zip(tasks, some, strict=True):
            record = _record(text) if text else Record("UNANSWERED", task.sources, error=_NOT_SENT)
            yield Compared(number, record, compare_one(task, record, splits))


def _record(text: bytes) -> Record:
    try:
        return msgspec.json.decode(text, type=Record)
    except msgspec.MsgspecError as error:
        raise JournalError(f"the journal holds what cannot be read: {error}") from None


class Tally:
    """Counts the findings of what was recorded so far, for who watches the run.

    The findings themselves are not kept: there may be many, and they are wanted in order.

    Args:
        plan: What is asked.
    """

    def __init__(self, plan: Plan) -> None:
        self._splits = splits_by(plan.as_of)
        self.findings = 0

    def add(self, task: Task, record: Record) -> None:
        """Count the findings of one lookup, matches not counted."""
        found = compare_one(task, record, self._splits)
        self.findings += sum(each.kind is not Kind.MATCH for each in found)

    def counted(self, progress: Progress) -> Progress:
        """Return the progress of a run with the findings counted so far."""
        return progress._replace(findings=self.findings)


def compare_one(
    task: Task, record: Record, splits: tuple[RegisterSplit, ...] = ()
) -> tuple[Found, ...]:
    """Compare the dossiers of one child with what came of its lookup; see `compare`."""
    if record.registered is not None and not record.findings:
        return compare(task.expected, task.spans, record.registered, task.months, splits)
    if record.findings:
        return msgspec.convert(record.findings, tuple[Found, ...])
    kind = Kind.UNUSABLE_ANSWER if record.outcome == "UNUSABLE" else Kind.UNANSWERED
    return tuple(Found.about(each, kind, found=record.error) for each in task.expected)


_NOT_SENT = "not sent"


def compare(
    expected: tuple[Expected, ...],
    spans: tuple[Span, ...],
    registered: RegisteredPayments,
    asked: MonthRange,
    splits: tuple[RegisterSplit, ...] = (),
) -> tuple[Found, ...]:
    """Compare all dossiers of one child with one answer.

    Args:
        expected: What the dossiers say.
        spans: Who is competent.
        registered: What the registers hold.
        asked: The months asked about.
        splits: Registers that were split by the day of asking.

    Returns:
        The findings in order of dossier and month; a dossier with nothing amiss gives one match.
    """
    if registered.refusal is not None:
        kind = registered.state or kind_of_code(registered.refusal) or Kind.REFUSED
        return tuple(Found.about(each, kind, found=registered.refusal) for each in expected)
    found: list[Found] = []
    for each in expected:
        competent = spans_for(each, spans)
        judged = list(_months(each, expected, competent, registered, splits))
        amiss = [finding for finding in judged if finding.kind is not Kind.MATCH]
        amiss += surplus(each, expected, competent, registered, asked)
        if amiss:
            amiss = shifted(each, expected, competent, amiss)
        if registered.withheld:
            amiss += list(_withheld_elsewhere(each, competent, registered, amiss))
        amiss += list(_contradicted(each, competent, registered, amiss))
        amiss += _of_child(each, competent, registered)
        found += sorted(amiss or judged[:1], key=lambda one: (one.begin, one.end, one.kind))
    return tuple(found)


def _doubted(
    verdict: MonthVerdict, expected: Expected, registered: RegisteredPayments
) -> MonthVerdict:
    """Doubt the code of a dossier that is in no list, before what a register lacks.

    It may be a new one, and it may be mistyped; no register that uses it can tell, and no payer of
    another payment is concerned.
    """
    code = expected.category
    if code is None or code in categories() or verdict.kind not in _LACKS:
        return verdict
    if code in {each.category for each in registered.payments}:
        return verdict
    return MonthVerdict(Kind.UNKNOWN_CATEGORY, None, verdict.span, codes=(code,))


def _months(
    expected: Expected,
    every: tuple[Expected, ...],
    spans: tuple[Span, ...],
    registered: RegisteredPayments,
    splits: tuple[RegisterSplit, ...],
) -> Iterator[Found]:
    judged = [
        (
            run,
            _doubted(
                judge(expected, spans, registered, run.begin, every, splits), expected, registered
            ),
        )
        for run in stretches(expected, spans, registered, splits)
    ]
    if all(verdict.kind is Kind.MATCH for _, verdict in judged):
        yield _finding(expected, expected.months, judged[0][1])
        return
    for verdict, group in groupby(judged, key=lambda pair: pair[1]):
        same = [run for run, _ in group]
        yield _finding(expected, MonthRange(same[0].begin, same[-1].end), verdict)


def _finding(expected: Expected, months: MonthRange, verdict: MonthVerdict) -> Found:
    found = Found.about(
        expected,
        verdict.kind,
        months,
        found=" ".join(verdict.codes or verdict.payers),
        source=verdict.source,
        span=verdict.span,
        payer=verdict.payers[0] if verdict.payers else None,
    )
    if verdict.codes and verdict.kind is not Kind.REGISTER_CONTRADICTION:
        return msgspec.structs.replace(found, expected=expected.category or "")
    return found


def _of_child(
    expected: Expected, spans: tuple[Span, ...], registered: RegisteredPayments
) -> Iterator[Found]:
    """Find what is odd about the child, as far as it touches the months of a dossier."""
    if registered.state is not None:
        yield Found.about(expected, registered.state)
    for each in doubled_amounts(registered.payments, expected.months):
        if kind := _twice(each.payments):
            first = min(
                (one for one in each.payments if each.months.begin in one.months),
                key=lambda one: one.payer,
            )
            payers = " ".join(sorted({one.payer for one in each.payments}))
            yield _under_its_rules(expected, spans, kind, each.months, first.source, payers)
    known = categories()
    for source, code in sorted({(e.source, e.category) for e in registered.payments}):
        if code not in known:
            strange = [e for e in registered.payments if (e.source, e.category) == (source, code)]
            for months in _inside(expected, strange):
                kind = Kind.UNKNOWN_CATEGORY
                yield _under_its_rules(expected, spans, kind, months, source, code)
    for source, name in registered.cut:
        text = f"{name} {reading().most_entries}"
        yield _under_its_rules(expected, spans, Kind.TRUNCATED, expected.months, source, text)


def _withheld_elsewhere(
    expected: Expected, spans: tuple[Span, ...], registered: RegisteredPayments, amiss: list[Found]
) -> Iterator[Found]:
    """Find the other registers with a file without months, in which those of a gap may lie."""
    for gap in amiss:
        for source in sorted(registered.withheld):
            if gap.kind in _GAPS and gap.competent_source is not source:
                kind = Kind.MONTHS_WITHHELD
                yield _under_its_rules(expected, spans, kind, gap.months, source, "")


def _contradicted(
    expected: Expected, spans: tuple[Span, ...], registered: RegisteredPayments, amiss: list[Found]
) -> Iterator[Found]:
    """Find where a register contradicts itself in months of a dossier, or in place of a gap."""
    reported = {each.found for each in amiss if each.kind is Kind.REGISTER_CONTRADICTION}
    kind = Kind.REGISTER_CONTRADICTION
    for each in registered.contradicted:
        if each.code in reported:
            continue
        months = expected.months.overlap(each.months)
        if months is None and each.unknown:
            months = next((gap.months for gap in amiss if gap.kind in _GAPS), None)
        if months is not None:
            yield _under_its_rules(expected, spans, kind, months, each.source, each.code)


def _twice(held: Iterable[RegisteredPayment]) -> Kind | None:
    """Return whether basic amounts of the same months have two payers, as far as can be said."""
    one = {one_payer_holds(*pair) for pair in combinations(held, 2)}
    if False in one:
        return Kind.TWO_BASIC_AMOUNTS
    return Kind.BASIC_AMOUNT_TWICE if None in one else None


def _inside(expected: Expected, held: list[RegisteredPayment]) -> Iterator[MonthRange]:
    months = range(expected.months.begin, expected.months.end + 1)
    inside = (month for month in months if any(month in each.months for each in held))
    for first, last in runs(map(month_of, inside)):
        yield MonthRange(first.number, last.number)


def _under_its_rules(  # noqa: PLR0913, PLR0917 - what a finding depends on
    expected: Expected,
    spans: tuple[Span, ...],
    kind: Kind,
    months: MonthRange,
    source: AuthenticSource,
    text: str,
) -> Found:
    """Return a finding under the rules that answer for its months; the entity where it is one."""
    here = [each for each in spans if each.months.overlap(months)]
    entities = {each.entity for each in here}
    entity = entities.pop() if len(entities) == 1 else None
    rules = " ".join(dict.fromkeys(each.rule for each in here))
    span = Span(months, None, entity, None, rules)
    return Found.about(expected, kind, months, found=text, source=source, span=span)
