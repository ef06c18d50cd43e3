"""One finding about one dossier, before it is put into words."""

from __future__ import annotations

import msgspec

from kszclient.reconciliation.compare.kinds import Kind
from kszclient.values import AuthenticSource


class Found(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding; months are numbers, and no number of anybody is in it.

    Args:
        kind: What was found.
        dossier: The institution's own reference.
        begin: First month.
        end: Last month.
        expected: What the dossier says.
        found: What the register says; empty for nothing.
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
