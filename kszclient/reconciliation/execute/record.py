"""What came of one lookup, as the journal keeps it: without the number of anybody.

Nothing is compared here: the record holds what the registers hold, and what it amounts to for the
dossiers is found out when all are asked (`kszclient.reconciliation.compare`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from kszclient.cadaster import Incomplete, Outcome, Refused
from kszclient.cadaster.anomalies import contradictions_in
from kszclient.cadaster.payments import RegisteredPayment, registered_files
from kszclient.cadaster.person_state import person_state
from kszclient.reconciliation.kinds import Kind, kind_of_code, reading
from kszclient.reconciliation.plan.plan import Task
from kszclient.values import AuthenticSource, Ssin
from kszclient.values.month_numbers import MonthRange
from kszclient.wire import Beneficiary, Child, SourceResult


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
    months: MonthRange
    unknown: bool


class RegisteredPayments(NamedTuple):
    """What the registers hold of a child, as far as it was asked about.

    A journal keeps it as a list, so what is new comes last.

    Args:
        refusal: The code of a refusal, or None.
        state: What is odd about the number itself, or None.
        payments: What the registers hold.
        found: Registers that hold a file.
        unanswered: Registers that were asked and did not answer.
        unlisted: Registers for which the child is not inscribed.
        withheld: Registers with a file of the child that names no months, or that was taken out.
        cut: Registers whose answer reaches a limit of the contract, with the list that does.
        contradicted: Where registers contradict themselves.
    """

    refusal: str | None
    state: Kind | None
    payments: tuple[RegisteredPayment, ...] = ()
    found: frozenset[AuthenticSource] = frozenset()
    unanswered: frozenset[AuthenticSource] = frozenset()
    unlisted: frozenset[AuthenticSource] = frozenset()
    withheld: frozenset[AuthenticSource] = frozenset()
    cut: tuple[tuple[AuthenticSource, str], ...] = ()
    contradicted: tuple[Contradicted, ...] = ()

    def completed(self, later: RegisteredPayments) -> RegisteredPayments:
        """Add what registers hold that had not answered.

        Args:
            later: The answer to the same question, put to these registers alone.
        """
        return RegisteredPayments(
            refusal=None,
            state=self.state or later.state,
            payments=(*self.payments, *later.payments),
            found=self.found | later.found,
            unanswered=later.unanswered,
            unlisted=self.unlisted | later.unlisted,
            withheld=self.withheld | later.withheld,
            cut=(*self.cut, *later.cut),
            contradicted=(*self.contradicted, *later.contradicted),
        )


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one lookup.

    Args:
        outcome: COMPLETE, INCOMPLETE, REFUSED, UNUSABLE or UNANSWERED.
        asked: The registers that were asked.
        found: Those that hold a file.
        unanswered: Those that did not answer.
        error: The name of the error, where no answer came that can be used.
        registered: What the registers hold, where they answered.
        findings: What an earlier version of this package found when the answer came; it counts.
    """

    outcome: str
    asked: tuple[AuthenticSource, ...]
    found: tuple[AuthenticSource, ...] = ()
    unanswered: tuple[AuthenticSource, ...] = msgspec.field(name="silent", default=())
    error: str = ""
    registered: RegisteredPayments | None = msgspec.field(name="holdings", default=None)
    findings: tuple[dict[str, str | int], ...] = ()


def record_of(task: Task, outcome: Outcome, earlier: Record | None = None) -> Record:
    """Return what came of a lookup that was answered.

    Args:
        task: The lookup.
        outcome: The answer.
        earlier: What is known of registers that answered before, where others were asked again.
    """
    registered = read_registered(outcome, task.child, task.months)
    if earlier is not None and earlier.registered is not None:
        registered = earlier.registered.completed(registered)
    return Record(
        outcome=type(outcome).__name__.upper(),
        asked=task.sources,
        found=tuple(each for each in task.sources if each in registered.found),
        unanswered=tuple(each for each in task.sources if each in registered.unanswered),
        registered=registered,
    )


def read_registered(outcome: Outcome, child: Ssin, asked: MonthRange) -> RegisteredPayments:
    """Read what an answer reports of a child, in the months asked about."""
    state = person_state(outcome.answer)
    odd = None
    if state.replaced_by is not None:
        odd = Kind.NUMBER_REPLACED
    elif state.canceled:
        odd = Kind.NUMBER_CANCELLED
    if isinstance(outcome, Refused):
        return RegisteredPayments(outcome.code, odd)
    results = outcome.answer.results or ()
    files = registered_files(results, child, state.replaced_by)
    return RegisteredPayments(
        refusal=None,
        state=odd,
        payments=tuple([payment for file in files for payment in file.payments(asked)]),
        found=frozenset([file.source for file in files]),
        unanswered=frozenset(outcome.silent if isinstance(outcome, Incomplete) else ()),
        unlisted=frozenset([
            each.authentic_source
            for each in results
            if kind_of_code(each.status.code) is Kind.NOT_INTEGRATED
        ]),
        withheld=frozenset([file.source for file in files if file.withheld]),
        cut=tuple([(each.authentic_source, name) for each in results for name in _cut(each)]),
        contradicted=tuple([
            Contradicted(
                each.source,
                " ".join((each.kind, *each.dates)),
                MonthRange(each.months.begin.number, (each.months.end or each.months.begin).number),
                each.kind.months_unknown,
            )
            for each in contradictions_in(results, files, asked)
        ]),
    )  # fmt: skip


def _cut(result: SourceResult) -> Iterable[str]:
    """Name the lists that are as long as the contract lets them be, each once."""
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
    return dict.fromkeys(cut)
