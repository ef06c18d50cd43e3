"""`kszclient rules`: the decision tables as people read them.

Each table has a function of its own that prints it, as JSON or for a person; `_TABLES` names them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kszclient.cli.commands.rule_versions import show_changes, show_stale
from kszclient.cli.options.checks import choice
from kszclient.cli.output.printing import Exit, Page, print_result, write_message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kszclient.cadaster.customers import Customer, Fact
    from kszclient.competence import Rule, Situation
    from kszclient.complaints.rules.rule import ComplaintRule
_MOST_MONTHS = 1200
_ABOUT_SITUATIONS = (
    "Where no connecting factor is known, an answer carries the id of a situation, not that of the "
    "rule none-undetermined; it is unsure. Where one is known, the answer is at most as sure as "
    "the situation:"
)
_REMEMBER = (
    "Where something is not known, no document was found that names it: the agreement with "
    "the KSZ and the deliberation decide, and the mock answers by an invention of its own "
    "(mocks/customers.toml)."
)


def rules(
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="competence, complaints or customers.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The whole table as JSON.")] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Search all cases for one that nobody answers, or that two rules answer.",
        ),
    ] = False,
    stale: Annotated[
        int | None,
        typer.Option(
            "--stale",
            metavar="MONTHS",
            help="List the sources that nobody has read again for so many months.",
        ),
    ] = None,
    old: Annotated[
        Path | None,
        typer.Option(
            "--diff",
            metavar="OLD",
            help="Report what changed since OLD, a copy of config/ as it was.",
        ),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases",
            metavar="FILE|-",
            help="With --diff: complaints as JSON; report which answers change.",
        ),
    ] = None,
) -> None:
    """Print a decision table: each rule with its validity, source and certainty."""
    from kszclient.errors import InputError

    if table is None and stale is None:
        raise InputError(f"TABLE: expected one of {', '.join(_TABLES)}")
    named = table and choice("TABLE", table, _TABLES)
    if sum((check, stale is not None, old is not None)) > 1:
        raise InputError("--check, --stale, --diff: one at a time")
    if cases and not old:
        raise InputError("--cases: only together with --diff")
    if stale is not None:
        if stale < 0 or stale > _MOST_MONTHS:
            raise InputError(f"--stale: expected 0 to {_MOST_MONTHS} months")
        raise typer.Exit(show_stale(stale, named, json))
    if old:
        if named == "customers" or (cases and named != "complaints"):
            raise InputError("--diff: only for competence and complaints; --cases for complaints")
        raise typer.Exit(show_changes(old, cases, str(named), json))
    if check:
        if named != "complaints":
            raise InputError(f"--check: only for complaints; {named} is checked when it is read")
        raise typer.Exit(show_proof(json))
    _TABLES[str(named)](json)


def print_competence_rules(json: bool) -> None:
    """Print the rules of competence, with all that stands beside them.

    Args:
        json: Whether to print it as JSON.
    """
    from kszclient.competence import rulebook
    from kszclient.rule_version import Decision, rule_version
    from kszclient.values import plain

    book = rulebook()
    if json:
        print_result(
            {
                "rules": book.timeline.rules,
                "factors": book.factors,
                "situations": list(book.situations.values()),
                "allowances": list(book.allowances.values()),
                "open_points": list(book.open_points.values()),
                "version": rule_version(Decision.COMPETENCE),
                "settings": book.settings,
                "references": {
                    code: {"title": source.title(), **plain(source)}
                    for code, source in book.references.items()
                },
            }
        )
        return
    headings = (
        "rule", "area", "months", "asked", "entity", "register", "kept by", "source", "certainty",
        "documents",
    )  # fmt: skip
    out = Page()
    out.rows(headings, map(_cells, book.timeline.rules), whole=("rule", "certainty"))
    out.gap()
    out.line(_ABOUT_SITUATIONS)
    out.gap()
    _show_situations(book.situations.values(), out)
    for point in book.open_points.values():
        out.line(f"{point.id} ({point.certainty}) {point.question} {point.reading}")
    for key, reference in book.references.items():
        out.line(f"{key}: {reference.title()}")


def _show_situations(situations: Iterable[Situation], out: Page) -> None:
    headings = ("rule", "an address counts as", "certainty", "why", "documents")
    rows = [
        (
            each.id,
            each.domicile_counts_as,
            " ".join([each.certainty, *each.open_points]),
            each.basis,
            ", ".join(each.references),
        )
        for each in situations
    ]
    out.rows(headings, rows, whole=("rule", "certainty"))


def _cells(rule: Rule) -> list[str]:
    asked = f"{rule.as_of_from or ''}..{rule.as_of_to or ''}"
    return [
        rule.id,
        rule.area or "-",
        f"{rule.months_from}..{rule.months_to}",
        "any day" if asked == ".." else asked,
        *(name or "-" for name in (rule.entity, rule.cadaster, rule.keeper, rule.source)),
        " ".join([rule.certainty, *rule.open_points]),
        ", ".join(rule.references),
    ]


def print_complaint_rules(json: bool) -> None:
    """Print the decision table of complaints, with its sources.

    Args:
        json: Whether to print it as JSON.
    """
    from kszclient.complaints import table
    from kszclient.complaints.present.document import cited_codes
    from kszclient.rule_version import Decision, rule_version
    from kszclient.sources import sources

    rules = [line.rule for line in table().lines]
    named = cited_codes()
    known = {code: source for code, source in sources().items() if code in named}
    if json:
        version = rule_version(Decision.COMPLAINTS)
        print_result({"version": version, "rules": rules, "sources": known})
        return
    headings = (
        "rule",
        "instances",
        "when",
        "outcome",
        "term",
        "valid",
        "certainty",
        "sources",
    )
    rows = [
        (
            rule.id,
            "; ".join(f"{of}: {', '.join(named)}" for of, named in rule.at.items()) or "entity",
            rule.when,
            f"{rule.outcome} {rule.reason}",
            rule.term or "-",
            _filed(rule),
            rule.certainty.value,
            ", ".join(rule.sources),
        )
        for rule in rules
    ]
    out = Page()
    out.rows(headings, rows, whole=("rule", "certainty"))
    for code, source in known.items():
        out.line(f"{code}: {source.title()}")


def _filed(rule: ComplaintRule) -> str:
    """Return the days of filing on which a rule applies."""
    days = f"{rule.valid_from or ''}..{rule.valid_until or ''}"
    return "any day" if days == ".." else days


def show_proof(json: bool) -> Exit:
    """Search the table for cases that break what must be true of it, and print what was found.

    Args:
        json: Whether to print it as JSON.

    Returns:
        Whether there is any such case.
    """
    from kszclient.complaints import table
    from kszclient.complaints.rules.proof import prove
    from kszclient.rule_version import Decision, rule_version

    lines = table().lines
    statements = prove(table())
    if json:
        version = rule_version(Decision.COMPLAINTS)
        rows = [each._asdict() for each in statements]
        print_result({"checked": len(lines), "version": version, "statements": rows})
    else:
        out = Page()
        for each in statements:
            out.line(f"{'NOT SHOWN' if each.broken else 'Shown'}: {each.text}")
            out.line(f"  searched {each.combinations} combinations")
            for case in each.broken:
                out.line(f"  but: {case}")
    if any(each.broken for each in statements):
        return Exit.FINDINGS
    write_message(f"{len(lines)} lines: each can decide, in an order that is written down.")
    return Exit.DONE


def print_customer_rules(json: bool) -> None:
    """Print who may ask the service, with the certainty and the source of every fact.

    Args:
        json: Whether to print it as JSON.
    """
    from kszclient.cadaster.customers import customers
    from kszclient.sources import sources

    table = customers()
    known = {code: source for code, source in sources().items() if code in table.cited()}
    if json:
        print_result({"access": table.access, "customers": table.customer, "sources": known})
        return
    out = Page()
    condition = table.access.condition
    out.paragraph(f"{condition.value} ({condition.certainty}, {condition.source})")
    out.paragraph("What can be consulted:")
    for data in table.access.data:
        out.line(f"  {data.names.en} / {data.names.nl} / {data.names.fr} / {data.names.de}")
        out.line(f"    in {', '.join(data.elements)} ({data.certainty}, {data.source})")
    for customer in table.customer:
        out.gap()
        _show_customer(customer, out)
    out.gap()
    out.paragraph(_REMEMBER)
    for code, source in known.items():
        out.line(f"{code}: {source.title()}")


def _show_customer(customer: Customer, out: Page) -> None:
    out.line(f"{customer.code}: {_fact(customer.listed)}", bold=True)
    for language, name in customer.names.items():
        out.paragraph(f"{language}: {_fact(name)}", indent="  ")
    rows: tuple[tuple[str, Sequence[Fact[Any]]], ...] = (
        ("field", [customer.field]),
        ("sector and institution", customer.identification),
        ("legal context", customer.legal_contexts),
        ("inscribes as quality", customer.qualities),
        ("deliberation", customer.deliberations),
        ("registers it may ask", customer.sources),
        ("taken out of its answers", customer.filters),
        ("last day of access", [customer.until] if customer.until else []),
    )
    for heading, facts in rows:
        if facts:
            out.paragraph(f"{heading}: {'; '.join(map(_fact, facts))}", indent="  ")
    unknown = [heading for heading, facts in rows[:-1] if not facts]
    out.paragraph(f"not known: {', '.join(unknown)}", indent="  ")
    for remark in customer.remarks:
        out.paragraph(f"remark: {_fact(remark)}", indent="  ")


def _fact(fact: Fact[Any]) -> str:
    remark = f" {fact.remark}" if fact.remark else ""
    return f"{fact.value} ({fact.certainty}, {fact.source}){remark}"


_TABLES: dict[str, Callable[[bool], None]] = {
    "competence": print_competence_rules,
    "complaints": print_complaint_rules,
    "customers": print_customer_rules,
}
