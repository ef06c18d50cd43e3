"""What is expected: months that a dossier claims, and who is competent for them."""

from __future__ import annotations

from typing import NamedTuple

from kszclient.reconciliation.compare.found import Found
from kszclient.reconciliation.compare.kinds import Kind
from kszclient.reconciliation.plan.month_numbers import Run
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

    def finding(  # noqa: PLR0913 - what a finding may tell, by name
        self,
        kind: Kind,
        months: Run | None = None,
        *,
        found: str = "",
        source: AuthenticSource | None = None,
        competent_source: AuthenticSource | None = None,
        entity: str | None = None,
        rule: str = "",
        payer: str | None = None,
    ) -> Found:
        """Make a finding about this dossier; see `Found`.

        Args:
            kind: What was found.
            months: Its months; all of the dossier where left out.
            found: What the register says.
            source: The register that it is about.
            competent_source: The register that should hold the months.
            entity: Who is competent.
            rule: The rule of competence that answers.
            payer: The payer concerned; that of the dossier where left out.
        """
        begin, end = months or self.months
        return Found(
            kind=kind,
            dossier=self.dossier,
            begin=begin,
            end=end,
            expected=self.payer or "",
            found=found,
            source=source,
            competent_source=competent_source,
            entity=entity,
            rule=rule,
            payer=payer or self.payer,
            nis=self.nis,
            postcode=self.postcode,
        )


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
