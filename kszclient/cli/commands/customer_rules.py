"""The customers of the service as people read them, for `kszclient rules customers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kszclient.cli.output.printing import Page
from kszclient.cli.output.provenance import print_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kszclient.cadaster.customers import Customer, Fact

_REMEMBER = (
    "Where something is not known, no document was found that names it: the agreement with "
    "the KSZ and the deliberation decide, and the mock answers by an invention of its own "
    "(mocks/customers.toml)."
)


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
