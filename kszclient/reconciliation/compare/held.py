"""What the registers hold of one child, read out of an answer; no number of anybody is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kszclient.cadaster import Incomplete, Outcome, Refused
from kszclient.cadaster.categories import is_participation
from kszclient.cadaster.contradictions import birth_month, contradictions, possible
from kszclient.cadaster.own_months import files_taken_out, own_payments
from kszclient.cadaster.person_state import person_state
from kszclient.reconciliation.compare.kinds import Kind, kind_of_code, reading
from kszclient.reconciliation.plan.month_numbers import Run, period_of
from kszclient.values import AuthenticSource, Ssin
from kszclient.wire import (
    Answer,
    Beneficiary,
    Child,
    File,
    PaymentPeriod,
    SourceResult,
)


class Held(NamedTuple):
    """Months of one kind of payment in one file.

    Args:
        source: The register.
        payer: Enterprise number or fund code.
        category: The kind.
        months: The months; an open end reaches to the last month asked.
        participation: Whether it follows the school or childcare, not the domicile.
    """

    source: AuthenticSource
    payer: str
    category: str
    months: Run
    participation: bool


class Contradicted(NamedTuple):
    """Where a register contradicts itself about the child.

    Args:
        source: The register.
        code: How, and both dates: ``ends_before_begin 2023-05 2022-04``.
        months: The months between the two dates.
        unknown: Whether nobody can say which months are meant.
    """

    source: AuthenticSource
    code: str
    months: Run
    unknown: bool


class Holdings(NamedTuple):
    """What an answer says of a child.

    Args:
        refusal: The code of a refusal, or None.
        state: What is odd about the number itself, or None.
        held: What the registers hold.
        found: Registers that hold a file.
        silent: Registers that were asked and said nothing.
        unlisted: Registers for which the child is not inscribed.
        untold: Registers with a file of the child that names no months, or that was taken out.
        cut: Registers whose answer reaches a limit of the contract, with the list that does.
        contradicted: Where registers contradict themselves.
    """

    refusal: str | None
    state: Kind | None
    held: tuple[Held, ...] = ()
    found: frozenset[AuthenticSource] = frozenset()
    silent: frozenset[AuthenticSource] = frozenset()
    unlisted: frozenset[AuthenticSource] = frozenset()
    untold: frozenset[AuthenticSource] = frozenset()
    cut: tuple[tuple[AuthenticSource, str], ...] = ()
    contradicted: tuple[Contradicted, ...] = ()

    def completed(self, later: Holdings) -> Holdings:
        """Add what registers said that had been silent.

        Args:
            later: The answer to the same question, put to the silent registers alone.
        """
        return Holdings(
            refusal=None,
            state=self.state or later.state,
            held=(*self.held, *later.held),
            found=self.found | later.found,
            silent=later.silent,
            unlisted=self.unlisted | later.unlisted,
            untold=self.untold | later.untold,
            cut=(*self.cut, *later.cut),
            contradicted=(*self.contradicted, *later.contradicted),
        )


def read_holdings(outcome: Outcome, child: Ssin, asked: Run) -> Holdings:
    """Read an outcome.

    Args:
        outcome: What came of the question.
        child: Who was asked about.
        asked: The months asked about.
    """
    state = person_state(outcome.answer)
    odd = None
    if state.replaced_by is not None:
        odd = Kind.NUMBER_REPLACED
    elif state.canceled:
        odd = Kind.NUMBER_CANCELLED
    if isinstance(outcome, Refused):
        return Holdings(outcome.code, odd)
    born = birth_month(child)
    held: list[Held] = []
    found, unlisted, untold = set(), set(), set()
    cut: list[tuple[AuthenticSource, str]] = []
    for result in outcome.answer.results or ():
        source = result.authentic_source
        if kind_of_code(result.status.code) is Kind.NOT_INTEGRATED:
            unlisted.add(source)
        if files_taken_out(result):
            found.add(source)
            untold.add(source)
        for file in result.files:
            found.add(source)
            payments = own_payments(child, state.replaced_by, file)
            if payments == ():
                untold.add(source)
            sound = [each for each in payments or () if possible(each, born)]
            held += _held(source, file, sound, asked)
        cut += [(source, name) for name in _cut(result)]
    silent = outcome.silent if isinstance(outcome, Incomplete) else ()
    return Holdings(
        refusal=None,
        state=odd,
        held=tuple(held),
        found=frozenset(found),
        silent=frozenset(silent),
        unlisted=frozenset(unlisted),
        untold=frozenset(untold),
        cut=tuple(cut),
        contradicted=tuple(_contradicted(outcome.answer, child, asked, state.replaced_by)),
    )


def _contradicted(
    answer: Answer, child: Ssin, asked: Run, replaced_by: Ssin | None
) -> Iterator[Contradicted]:
    found = contradictions(answer.results or (), child, period_of(asked), replaced_by)
    for each in found:
        first, second = each.first.number, each.second.number
        yield Contradicted(
            each.source,
            " ".join((each.kind, *each.dates)),
            Run(min(first, second), max(first, second)),
            each.kind.months_unknown,
        )


def _held(
    source: AuthenticSource, file: File, payments: Iterable[PaymentPeriod], asked: Run
) -> list[Held]:
    """Give what a file pays in the months asked; what is of one kind and follows on is one."""
    found: list[tuple[str, list[int]]] = []
    latest: dict[str, list[int]] = {}
    first, last = asked
    payer = file.child_benefits_fund.enterprise_number or file.child_benefits_fund.code or ""
    for payment in payments:
        # Most lie long before what is asked about, so that is looked at first.
        closing = payment.end_month
        end = last if closing is None else closing.number
        if end < first:
            continue
        begin = payment.begin_month.number
        if begin > last:
            continue
        begin, end = max(begin, first), min(end, last)
        code = payment.category.code
        months = latest.get(code)
        if months is not None and months[1] + 1 == begin:
            months[1] = end
            continue
        months = latest[code] = [begin, end]
        found.append((code, months))
    return [
        Held(source, payer, code, Run(begin, end), is_participation(source, code))
        for code, (begin, end) in found
    ]


def _cut(result: SourceResult) -> list[str]:
    """Name the lists that are as long as the contract lets them be."""
    most = reading().most_entries
    cut = ["file"] if len(result.files) >= most else []
    for file in result.files:
        if len(file.beneficiaries) >= most:
            cut.append("beneficiary")
        if len(file.children) >= most:
            cut.append("child")
        people: tuple[Child | Beneficiary, ...] = (*file.children, *file.beneficiaries)
        for person in people:
            if len(person.payment_periods) >= most:
                cut.append("paymentPeriod")
            if len(person.bonuses) >= most:
                cut.append("bonus")
    return list(dict.fromkeys(cut))
