"""What the registers hold of one child, read out of an answer; no number of anybody is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kszclient.cadaster import Incomplete, Outcome, Refused
from kszclient.cadaster.findings import is_participation, own_payments
from kszclient.cadaster.person_state import person_state
from kszclient.reconciliation.kinds import Kind, kind_of_code, reading
from kszclient.reconciliation.month_numbers import Run
from kszclient.values import AuthenticSource, Ssin
from kszclient.wire import Beneficiary, Child, File, PaymentPeriod, SourceResult


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


class Holdings(NamedTuple):
    """What an answer says of a child.

    Args:
        refusal: The code of a refusal, or None.
        state: What is odd about the number itself, or None.
        held: What the registers hold.
        found: Registers that hold a file.
        silent: Registers that were asked and said nothing.
        unlisted: Registers for which the child is not inscribed.
        untold: Registers with a file of the child that names no months.
        cut: Registers whose answer reaches a limit of the contract, with the list that does.
    """

    refusal: str | None
    state: Kind | None
    held: tuple[Held, ...] = ()
    found: frozenset[AuthenticSource] = frozenset()
    silent: frozenset[AuthenticSource] = frozenset()
    unlisted: frozenset[AuthenticSource] = frozenset()
    untold: frozenset[AuthenticSource] = frozenset()
    cut: tuple[tuple[AuthenticSource, str], ...] = ()

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
    results = outcome.answer.results or ()
    files = [
        (result.authentic_source, file, own_payments(child, file))
        for result in results
        for file in result.files
    ]
    return Holdings(
        refusal=None,
        state=odd,
        held=_held(files, asked),
        found=frozenset([source for source, _, _ in files]),
        silent=frozenset(outcome.silent if isinstance(outcome, Incomplete) else ()),
        unlisted=frozenset(
            [
                result.authentic_source
                for result in results
                if kind_of_code(result.status.code) is Kind.NOT_INTEGRATED
            ]
        ),
        untold=frozenset([source for source, _, payments in files if payments == []]),
        cut=tuple([(result.authentic_source, name) for result in results for name in _cut(result)]),
    )


_Files = list[tuple[AuthenticSource, File, list[PaymentPeriod] | None]]


def _held(files: _Files, asked: Run) -> tuple[Held, ...]:
    """Give the payments in the months asked; those of one kind that follow each other are one."""
    found: list[Held] = []
    first, last = asked
    for source, file, payments in files:
        payer = file.child_benefits_fund.enterprise_number or file.child_benefits_fund.code or ""
        latest: dict[str, int] = {}
        for payment in payments or ():
            begin, closing = payment.begin_month.number, payment.end_month
            end = last if closing is None else closing.number
            if end < first or begin > last or end < begin:
                continue
            begin, end = max(begin, first), min(end, last)
            code = payment.category.code
            place = latest.get(code)
            if place is not None and found[place].months.end + 1 == begin:
                before = found[place]
                found[place] = before._replace(months=Run(before.months.begin, end))
                continue
            latest[code] = len(found)
            found.append(Held(source, payer, code, Run(begin, end), is_participation(source, code)))
    return tuple(found)


def _cut(result: SourceResult) -> Iterator[str]:
    most = reading().most_entries
    if len(result.files) >= most:
        yield "file"
    lists = [name for file in result.files for name, length in _lists(file) if length >= most]
    yield from dict.fromkeys(lists)


def _lists(file: File) -> Iterator[tuple[str, int]]:
    yield "beneficiary", len(file.beneficiaries)
    yield "child", len(file.children)
    people: tuple[Child | Beneficiary, ...] = (*file.children, *file.beneficiaries)
    for person in people:
        yield "paymentPeriod", len(person.payment_periods)
        yield "bonus", len(person.bonuses)
