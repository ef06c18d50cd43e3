"""What is expected: months that a dossier claims, and who is competent for them."""

from __future__ import annotations

from typing import NamedTuple

from kszclient.reconciliation.month_numbers import Run
from kszclient.values import AuthenticSource


class Expected(NamedTuple):
    """What a dossier says.

    Args:
        dossier: The institution's own reference.
        months: Its months.
        payer: Enterprise number or fund code, or None where it does not say.
        category: Kind of payment, or None for the basic amount.
        nis: Municipality code of the domicile, where it says.
        postcode: Postcode of the domicile, where it says.
    """

    dossier: str
    months: Run
    payer: str | None
    category: str | None
    nis: str | None
    postcode: str | None


class Span(NamedTuple):
    """Months with one answer on competence.

    Args:
        months: The months.
        area: The language area of the domicile, or None.
        entity: Who is competent, or None where that cannot be said.
        source: The register that holds them, or None.
        rule: The rule that answers.
    """

    months: Run
    area: str | None
    entity: str | None
    source: AuthenticSource | None
    rule: str
