"""`kszclient lookup`: what the registers hold about one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.commands.competence import show_notices, show_segments
from kszclient.cli.options.question import (
    AsOf,
    Benefit,
    DomicileFile,
    FromMonth,
    KnownOn,
    Nis,
    Person,
    Postcode,
    ToMonth,
    given_person,
    period_asked,
)
from kszclient.cli.options.service import Endpoint, ProfileName, Purpose, account, chosen_profile
from kszclient.cli.output.printing import OUTCOME_EXITS, Bold, Exit, Page, print_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kszclient.cadaster import Lookup
    from kszclient.values import AuthenticSource
    from kszclient.wire import Beneficiary, Child, File, PaymentPeriod


def lookup(
    ssin: Person,
    begin: FromMonth,
    end: ToMonth,
    nis: Nis = None,
    postcode: Postcode = None,
    domicile: DomicileFile = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    benefit: Benefit = None,
    sources: Annotated[
        str,
        typer.Option(help="competent (default), all, or names with commas: FLANDERS,BRUSSELS."),
    ] = "competent",
    follow_replaced: Annotated[
        bool,
        typer.Option("--follow-replaced", help="Ask about the new number of a replaced one."),
    ] = False,
    purpose: Purpose = None,
    endpoint: Endpoint = None,
    profile: ProfileName = "mock",
    json: Annotated[bool, typer.Option("--json", help="The whole result as JSON.")] = False,
) -> None:
    """Ask the registers what they hold about a person in these months."""
    from kszclient.cadaster import ChildBenefitsClient, look_up
    from kszclient.cli.options.question import chosen_competence
    from kszclient.errors import InputError
    from kszclient.rule_version import Decision

    if ssin == str(domicile) == "-":
        raise InputError("SSIN, --domicile: standard input can hold one of them only")
    person = given_person(ssin)
    period = period_asked(begin, end)
    named = _named_sources(sources)
    competence = chosen_competence(
        nis,
        postcode,
        domicile,
        period,
        as_of=as_of,
        known_on=known_on,
        benefit=benefit,
        optional=True,
    )
    policy = chosen_profile(profile, endpoint)
    policy.admit_question(person)
    with ChildBenefitsClient(policy, user=account(policy), purpose=purpose) as client:
        result = look_up(
            client,
            person,
            period,
            competence=competence,
            sources=named,
            follow_replaced=follow_replaced,
        )
    if json:
        print_result(result, Decision.LOOKUP, policy.name)
    else:
        show_lookup(result)
    code = OUTCOME_EXITS[result.outcome.value]
    remarkable = result.findings or result.warnings
    raise typer.Exit(Exit.FINDINGS if code is Exit.DONE and remarkable else code)


def _named_sources(text: str) -> tuple[AuthenticSource, ...] | None:
    from kszclient.errors import InvalidValueError
    from kszclient.values import AuthenticSource

    if text == "competent":
        return None
    if text == "all":
        return tuple(AuthenticSource)
    try:
        return tuple(
            dict.fromkeys(AuthenticSource(name.strip().upper()) for name in text.split(","))
        )
    except ValueError:
        known = ", ".join(AuthenticSource)
        raise InvalidValueError(
            "--sources", "known", f"expected competent, all, or names out of {known}"
        ) from None


def show_lookup(result: Lookup) -> None:
    """Print a lookup for a person to read; no number of anybody is shown."""
    out = Page()
    asked = ", ".join(result.sources_asked)
    out.line(Bold(result.outcome.value), f"  asked: {asked} ({result.sources_reason})")
    out.line(f"KSZ ticket {result.ticket_cbss}")
    if result.ssin.canceled:
        out.line("The number was ", Bold("cancelled"), ".")
    if result.followed:
        out.line("The number was ", Bold("replaced"), " and followed; this is about the new one.")
    if result.ssin.replaced_by:
        out.line("The number was ", Bold("replaced"), "; the new one is in the JSON result.")
    if result.refusal:
        out.line(f"Refused: {result.refusal.code} {result.refusal.description or ''}")
    _show_sources(result, out)
    for finding in result.findings:
        out.line(Bold("Finding"), f" {finding.kind.value}: {finding.explanation}")
        out.line(f"  {finding.certainty.value}: {finding.basis}")
    for warning in result.warnings:
        out.line(f"Warning: {warning}")
    if result.competence:
        out.gap()
        show_segments(result.competence, out)
        show_notices(result.competence, out)
    if result.data_filters:
        out.line("Taken out by the KSZ for this customer: " + ", ".join(result.data_filters))


def _show_sources(result: Lookup, out: Page) -> None:
    for report in result.results:
        out.gap()
        status = report.status or "did not report"
        out.line(Bold(report.source), f"  {status} {report.code or ''}")
        if report.files:
            out.table(("file", "payer", "as", "months", "category"), _rows(report.files))


def _rows(files: tuple[File, ...]) -> Iterator[tuple[str, ...]]:
    for index, file in enumerate(files, start=1):
        payer = file.child_benefits_fund
        name = payer.description[0].text if payer.description else None
        label = name or payer.enterprise_number or payer.code or ""
        for who, payment in _payments(file):
            months = f"{payment.begin_month}..{payment.end_month or ''}"
            yield str(index), label, who, months, payment.category.code


def _payments(file: File) -> Iterator[tuple[str, PaymentPeriod]]:
    """Yield every payment with the role of whom it is about, numbered where there are several."""
    roles: tuple[tuple[str, tuple[Child | Beneficiary, ...]], ...] = (
        ("child", file.children),
        ("beneficiary", file.beneficiaries),
    )
    for role, people in roles:
        for number, person in enumerate(people, start=1):
            who = f"{role} {number}" if len(people) > 1 else role
            for payment in person.payment_periods:
                yield who, payment
