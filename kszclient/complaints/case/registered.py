"""What the register says about a complaint: who pays, who is competent, which months it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from kszclient.cadaster import ChildBenefitsClient, Lookup, OutcomeKind, look_up
from kszclient.competence import Competence, resolve
from kszclient.complaints.case.complaint import Complaint, RegisterMonths
from kszclient.complaints.case.data_errors import (
    DataErrorKind,
    ShownError,
    shown_errors,
    theme_of_data_errors,
)
from kszclient.complaints.case.holdings import (
    FundMonths,
    fund_months,
    register_months,
    register_payers,
)
from kszclient.complaints.case.jurisdiction import months_concerned, parts_of
from kszclient.complaints.datafile import load
from kszclient.complaints.rules.payers import find_payers
from kszclient.complaints.rules.subjects import subjects
from kszclient.complaints.rules.themes import themes
from kszclient.errors import IntakeError
from kszclient.foreign_text import code_or_other
from kszclient.values import Language, Month, MonthPeriod, Translated, runs
from kszclient.wire import Fund


class Informed(NamedTuple):
    """A complaint, completed from the register.

    Args:
        complaint: With the payers and the months held filled in where the register shows them.
        notices: Which statement rests on the register, in sentences.
        lookup: What the register answered.
        data_errors: What the lookup shows that may be an error in the exchange of data.
    """

    complaint: Complaint
    notices: tuple[str, ...]
    lookup: Lookup
    data_errors: tuple[ShownError, ...] = ()


def inform(
    complaint: Complaint,
    client: ChildBenefitsClient,
    *,
    as_of: dt.date,
    language: Language = Language.EN,
) -> Informed:
    """Ask the registers about the child of a complaint and take from them what it does not say.

    The payers are those of the months concerned, each in its own months, in the register that
    holds them by competence; without a domicile, in any that holds them. Where neither a domicile
    nor the payer shows the entity, the register that holds the child's months does; allowances
    that follow the school or the childcare do not count for that. Where the complaint names no
    months, the month of the decision, of the facts or of filing is asked about. What the
    complaint itself says is never overwritten.

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
    period = months_concerned(complaint)
    history = complaint.history
    competence = resolve(history, period, as_of=as_of) if history else None
    lookup = look_up(client, complaint.child_ssin, period, competence=competence)
    held = fund_months(lookup, complaint.child_ssin, period)
    holding = tuple(_belonging(complaint, held, competence))
    errors = shown_errors(lookup, held, period)
    taken_over = () if _shows_entity(complaint) else register_months(held)
    informed = complaint
    if complaint.payer is None and holding:
        payers = register_payers(holding)
        informed = msgspec.structs.replace(informed, register_payers=payers)
    if taken_over:
        informed = msgspec.structs.replace(informed, register_months=taken_over)
    notices = (
        *_about_payers(informed, lookup, holding, language, _doubtful(lookup)),
        *_about_months(complaint, lookup, taken_over, period, language),
        *_about_errors(complaint, errors, language),
    )
    return Informed(informed, notices, lookup, errors)


def _shows_entity(complaint: Complaint) -> bool:
    """Return whether a complaint says itself where the child lived or whose area it is."""
    if complaint.history is not None or complaint.register_months:
        return True
    named = find_payers(complaint.payer) if complaint.payer else ()
    areas = {payer.area for payer in named}
    return len(areas) == 1 and None not in areas


def _belonging(
    complaint: Complaint,
    held: Iterable[FundMonths],
    competence: Competence | None,
) -> Iterator[FundMonths]:
    """Return the months of each payer that stand where they belong."""
    participation = complaint.benefit in subjects().groups["participation"]
    for each in held:
        if each.participation is not participation:
            continue
        belong = {
            month
            for month in each.months
            if participation
            or competence is None
            or competence.at(month).source in {None, each.source}
        }
        for first, last in runs(belong):
            yield each._replace(months=MonthPeriod(first, last))


def _about_payers(
    complaint: Complaint,
    lookup: Lookup,
    holding: Iterable[FundMonths],
    language: Language,
    doubtful: str,
) -> Iterator[str]:
    """Write who pays in each part of the case.

    Args:
        complaint: The case.
        lookup: What the registers answered.
        holding: What they hold.
        language: Of the sentences.
        doubtful: The registers that contradict themselves, so that no months are absent there.
    """
    ticket = lookup.ticket_cbss
    if lookup.refusal is not None:
        yield _sentence("refused", language, code=code_or_other(lookup.refusal.code), ticket=ticket)
        return
    if lookup.outcome is OutcomeKind.INCOMPLETE:
        yield _sentence("incomplete", language)
    known = list(holding)
    for part in parts_of(complaint):
        in_part = _in_months(known, part.months)
        month = _span(part.months.begin, part.months.end or part.months.begin)
        if not in_part:
            key = "contradicted_file" if doubtful else "no_file"
            yield _sentence(key, language, month=month, ticket=ticket, sources=doubtful)
        elif len({each.payer for each in in_part}) > 1:
            names = ", ".join(dict.fromkeys(map(_payer_with_months, in_part)))
            yield _sentence("several_payers", language, payers=names, month=month, ticket=ticket)
        else:
            fund, source = in_part[0].fund, in_part[0].source
            last = max(each.months.end or part.months.begin for each in in_part)
            month = _span(in_part[0].months.begin, last)
            same = complaint.payer is None or _is_named(complaint.payer, fund)
            key = "payer" if same else "other_payer"
            yield _sentence(
                key, language, payer=_name(fund), source=source.value, month=month, ticket=ticket
            )


def _doubtful(lookup: Lookup) -> str:
    found = (e for e in lookup.findings if e.contradiction and e.contradiction.months_unknown)
    return ", ".join(dict.fromkeys(each.source for each in found))


def _in_months(holding: Iterable[FundMonths], months: MonthPeriod) -> list[FundMonths]:
    """Return what is held in some months, the earliest first."""
    shared = [(each, each.months.intersection(months)) for each in holding]
    found = [each._replace(months=both) for each, both in shared if both]
    return sorted(found, key=lambda each: (each.months.begin, each.payer))


def _payer_with_months(each: FundMonths) -> str:
    months = _span(each.months.begin, each.months.end or each.months.begin)
    return f"{_name(each.fund)} ({each.source}, {months})"


def _about_months(
    complaint: Complaint,
    lookup: Lookup,
    taken_over: tuple[RegisterMonths, ...],
    period: MonthPeriod,
    language: Language,
) -> Iterator[str]:
    if taken_over:
        held = ", ".join(f"{each.source} {_span(each.begin, each.end)}" for each in taken_over)
        yield _sentence("entity", language, held=held, ticket=lookup.ticket_cbss)
    if complaint.period is None and lookup.refusal is None:
        yield _sentence("months", language, month=str(period.end))


def _about_errors(
    complaint: Complaint, errors: tuple[ShownError, ...], language: Language
) -> Iterator[str]:
    theme = theme_of_data_errors()
    for each in errors:
        key: str = each.contradiction or each.kind
        if each.kind is DataErrorKind.FOUND_ELSEWHERE and each.begin is None:
            key = "found_elsewhere_unsaid"
        months = _span(each.begin, each.end) if each.begin and each.end else ""
        yield _sentence(
            key,
            language,
            sources=", ".join(each.sources),
            months=months,
            begin=str(each.begin or ""),
            end=str(each.end or ""),
            year=str(each.begin.year) if each.begin else "",
            competent=each.competent_source or "",
        )
    if errors and theme not in (complaint.theme, complaint.subject):
        question = themes()[theme].ask.in_language(language)
        yield _sentence("offer", language, theme=theme, question=question)


def _span(begin: Month, end: Month) -> str:
    return str(begin) if begin == end else f"{begin} - {end}"


def _name(fund: Fund) -> str:
    if fund.description:
        return fund.description[0].text
    return fund.enterprise_number or fund.code or ""


def _is_named(payer: str, fund: Fund) -> bool:
    number = fund.enterprise_number
    if payer == (number or fund.code) or payer.casefold() == _name(fund).casefold():
        return True
    return any(each.enterprise_number == number for each in find_payers(payer) if number)


@cache
def _texts() -> dict[str, Translated]:
    return load(dict[str, Translated], "register.toml")


def _sentence(key: str, language: Language, **words: str) -> str:
    return _texts()[key].in_language(language).format(**words)
