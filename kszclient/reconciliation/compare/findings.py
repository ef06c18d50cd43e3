"""One finding about one dossier, before it is put into words, and how sure it is."""

from __future__ import annotations

from functools import cache
from typing import Self

import msgspec

from kszclient.cadaster.categories import categories, participation_codes
from kszclient.competence import Certainty, rulebook
from kszclient.reconciliation.kinds import Kind, kinds
from kszclient.reconciliation.plan.plan import PARTICIPATION_RULE, Expected, Span
from kszclient.values import AuthenticSource
from kszclient.values.month_numbers import MonthRange


class Found(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding; months are numbers, and no number of anybody is in it.

    Args:
        kind: What was found.
        dossier: The institution's own reference.
        begin: First month.
        end: Last month.
        expected: What the dossier states.
        found: What the register holds; empty for nothing.
        source: The register that it is about, or None.
        competent_source: The register that should hold the months, or None.
        entity: Who is competent, or None.
        rule: The rule of competence that answers, or empty.
        payer: The payer concerned, or None.
        nis: Municipality code of the domicile, or None.
        postcode: Its postcode, or None.
    """

    kind: Kind
    dossier: str
    begin: int
    end: int
    expected: str = ""
    found: str = ""
    source: AuthenticSource | None = None
    competent_source: AuthenticSource | None = None
    entity: str | None = None
    rule: str = ""
    payer: str | None = None
    nis: str | None = None
    postcode: str | None = None

    @property
    def months(self) -> MonthRange:
        """The months."""
        return MonthRange(self.begin, self.end)

    @classmethod
    def about(  # noqa: PLR0913 - what a finding may hold, by name
        cls,
        dossier: Expected,
        kind: Kind,
        months: MonthRange | None = None,
        *,
        found: str = "",
        source: AuthenticSource | None = None,
        span: Span | None = None,
        payer: str | None = None,
    ) -> Self:
        """Return a finding about a dossier.

        Args:
            dossier: The dossier.
            kind: What was found.
            months: Its months; all of the dossier where left out.
            found: What the register holds.
            source: The register that it is about.
            span: Who is competent, and by which rule.
            payer: The payer concerned; that of the dossier where left out.
        """
        begin, end = months or dossier.months
        return cls(
            kind=kind,
            dossier=dossier.dossier,
            begin=begin,
            end=end,
            expected=dossier.payer or "",
            found=found,
            source=source,
            competent_source=span.source if span else None,
            entity=span.entity if span else None,
            rule=span.rule if span else "",
            payer=payer or dossier.payer,
            nis=dossier.nis,
            postcode=dossier.postcode,
        )


@cache
def certainty_of(kind: Kind, rule: str) -> Certainty:
    """Return how sure a finding is.

    That nobody can be said to be competent is as sure as its kind: no rule answers there.

    Args:
        kind: What was found.
        rule: The rules of competence that answer for its months, with a space between; or empty.

    >>> certainty_of(Kind.FOUND_ELSEWHERE, "vl-groeipakket").value
    'sure'
    >>> certainty_of(Kind.FOUND_ELSEWHERE, "dg-aviq").value
    'unsure'
    """
    answering = _rules()
    behind = [answering[each] for each in rule.split() if each in answering]
    return Certainty.least([kinds()[kind].certainty, *behind])


@cache
def _rules() -> dict[str, Certainty]:
    codes = [categories()[code].certainty for code in participation_codes()]
    allowances = [row.certainty for row in rulebook().allowances.values()]
    told = {rule.id: rule.certainty for rule in rulebook().timeline.rules if rule.entity}
    return told | {PARTICIPATION_RULE: Certainty.least([*codes, *allowances])}
