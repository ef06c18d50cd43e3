"""What the register says about a complaint: which payer runs the child's file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from kszclient.cadaster import ChildBenefitsClient, Lookup, OutcomeKind, look_up
from kszclient.competence import Competence, resolve
from kszclient.complaints.datafile import load
from kszclient.complaints.intake import Complaint
from kszclient.complaints.payers import find_payers
from kszclient.complaints.texts import Language, Sayings
from kszclient.errors import IntakeError
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin
from kszclient.wire import File, Fund


class Informed(NamedTuple):
    """A complaint, completed from the register.

    Args:
        complaint: With the payer filled in where the register tells it.
        notices: Which statement rests on the register, in sentences.
        lookup: What the register said.
    """

    complaint: Complaint
    notices: tuple[str, ...]
    lookup: Lookup


def inform(
    complaint: Complaint,
    client: ChildBenefitsClient,
    *,
    as_of: dt.date,
    language: Language = Language.EN,
) -> Informed:
    """Ask the registers about the child of a complaint and take the payer from their answer.

    The payer is that of the latest month concerned, in the register that holds it by competence;
    without a domicile, in any register. What the complaint itself says is never overwritten.

    Args:
        complaint: The case; it names the child.
        client: Asks.
        as_of: The day of asking.
        language: Of the notices.

    Raises:
        IntakeError: The complaint does not name the child's number.
        ConsultationError: No usable answer came.
    """
    if complaint.child_ssin is None:
        raise IntakeError("field child_ssin: missing; a lookup needs the child's number")
    month = Month.of(complaint.filing_date)
    period = complaint.months or MonthPeriod(month, month)
    history = complaint.history
    competence = resolve(history, period, as_of=as_of) if history else None
    lookup = look_up(client, complaint.child_ssin, period, competence=competence)
    notices = tuple(_notices(complaint, lookup, period, language))
    fund = _fund(lookup, complaint.child_ssin, period)
    if complaint.payer is None and fund is not None:
        complaint = msgspec.structs.replace(complaint, payer=_number(fund[1]))
    return Informed(complaint, notices, lookup)


def _notices(
    complaint: Complaint, lookup: Lookup, period: MonthPeriod, language: Language
) -> Iterator[str]:
    ticket = lookup.ticket_cbss
    if lookup.refusal is not None:
        yield _say("refused", language, code=lookup.refusal.code, ticket=ticket)
        return
    if lookup.outcome is OutcomeKind.INCOMPLETE:
        yield _say("incomplete", language)
    month = str(period.end)
    found = _fund(lookup, complaint.child_ssin, period)
    if found is None:
        yield _say("no_file", language, month=month, ticket=ticket)
        return
    source, fund = found
    told = {"payer": _name(fund), "source": source.value, "month": month, "ticket": ticket}
    same = complaint.payer is None or _is_named(complaint.payer, fund)
    yield _say("payer" if same else "other_payer", language, **told)


def _fund(
    lookup: Lookup, child: Ssin | None, period: MonthPeriod
) -> tuple[AuthenticSource, Fund] | None:
    """Give the payer of the last month, in the register that is competent for it."""
    month = period.end or period.begin
    competent = _competent_source(lookup.competence, month)
    for report in lookup.results:
        if competent in {None, report.source}:
            for file in report.files:
                if _pays(file, child, month):
                    return report.source, file.child_benefits_fund
    return None


def _competent_source(competence: Competence | None, month: Month) -> AuthenticSource | None:
    return competence.at(month).source if competence else None


def _pays(file: File, child: Ssin | None, month: Month) -> bool:
    return any(
        payment.begin_month <= month and (payment.end_month is None or month <= payment.end_month)
        for each in file.children
        if each.ssin == child
        for payment in each.payment_periods
    )


def _number(fund: Fund) -> str:
    return fund.enterprise_number or fund.code or ""


def _name(fund: Fund) -> str:
    return fund.description[0].text if fund.description else _number(fund)


def _is_named(payer: str, fund: Fund) -> bool:
    number = fund.enterprise_number
    if payer == _number(fund) or payer.casefold() == _name(fund).casefold():
        return True
    return any(each.enterprise_number == number for each in find_payers(payer) if number)


@cache
def _texts() -> dict[str, Sayings]:
    return load(dict[str, Sayings], "register.toml")


def _say(key: str, language: Language, **words: str) -> str:
    return _texts()[key].said_in(language).format(**words)
