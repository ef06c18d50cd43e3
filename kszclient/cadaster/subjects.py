"""Whom an answer tells of: every number in it, for the audit trail."""

from __future__ import annotations

from collections.abc import Iterator

from kszclient.values import Ssin
from kszclient.wire import Answer, Beneficiary, Child, File


def subjects(answer: Answer) -> frozenset[Ssin]:
    """Give every person whom an answer names, the one asked about among them."""
    return frozenset(_named(answer))


def _named(answer: Answer) -> Iterator[Ssin]:
    yield answer.criteria.ssin
    if answer.ssin is not None:
        yield answer.ssin.ssin
        if answer.ssin.replaced_by is not None:
            yield answer.ssin.replaced_by
    for result in answer.results or ():
        for file in result.files:
            yield from _in_file(file)


def _in_file(file: File) -> Iterator[Ssin]:
    if file.entitled_person_ssin is not None:
        yield file.entitled_person_ssin
    parties: tuple[Beneficiary | Child, ...] = (*file.beneficiaries, *file.children)
    for party in parties:
        yield party.ssin
        for bonus in party.bonuses:
            yield from bonus.beneficiaries
        for months in party.payment_periods:
            yield from months.beneficiaries
