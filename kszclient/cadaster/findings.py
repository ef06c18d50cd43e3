"""Findings: what in an answer asks for somebody's attention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby

import msgspec

from kszclient.cadaster.anomalies import ContradictionKind, contradictions
from kszclient.cadaster.payments import RegisteredFile, registered_files
from kszclient.competence import Certainty, Competence, Segment
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin, runs
from kszclient.values.month_numbers import MonthRange, period_of
from kszclient.wire import SourceResult


class FindingKind(StrEnum):
    """What was found."""

    FOUND_ELSEWHERE = "found_elsewhere"
    REGISTER_CONTRADICTION = "register_contradiction"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look into, with its months.

    Args:
        kind: What was found.
        source: The register that holds it.
        begin: First month; None where the file names no months. Of a contradiction the first of its
            two dates, which may be the later one.
        end: Last month, or the second date.
        competent_source: The register that should hold these months.
        explanation: One sentence for a person.
        basis: Why the other register should hold them: the rules of competence, in words.
        certainty: How sure that is, in the least sure of these months.
        contradiction: How a register contradicts itself; None for other kinds.
    """

    kind: FindingKind
    source: AuthenticSource
    begin: Month | None = msgspec.field(name="from")
    end: Month | None = msgspec.field(name="to")
    competent_source: AuthenticSource | None
    explanation: str
    basis: str
    certainty: Certainty
    contradiction: ContradictionKind | None = None


_CONTRADICTS = {
    ContradictionKind.ENDS_BEFORE_BEGIN: (
        "a period begins in {} and ends in {}; which months it means cannot be said",
        "No period ends before it begins.",
    ),
    ContradictionKind.ENDS_BEFORE_BIRTH: (
        "a period of the child, born in {}, ends in {}; which months it means cannot be said",
        "No right to child benefit ends before the birth, as far as the child's number states it.",
    ),
    ContradictionKind.BEGINS_BEFORE_BIRTH: (
        "the child was born in {}, and a period of its own begins in {}",
        "No right begins before the birth, as far as the child's number states it.",
    ),
    ContradictionKind.PREMIUM_BEFORE_BIRTH: (
        "the child was born in {}, and a premium for it was paid in {}",
        "No premium is paid over nine months before the birth that the child's number states.",
    ),
    ContradictionKind.SAME_PREMIUM_TWICE: (
        "one payer holds a premium of the child, paid on one day, twice ({} and {})",
        "One premium of a kind for a child on a day, unless two people share it.",
    ),
    ContradictionKind.NOTHING_AND_A_FILE: (
        "it reports nothing for {} to {}, and sends a file",
        "Who sends a file holds something.",
    ),
    ContradictionKind.SAME_AMOUNT_TWICE: (
        "one payer holds a basic amount of the child twice for {} to {}",
        "One basic amount for a child in a month.",
    ),
    ContradictionKind.SAME_FILE_TWICE: (
        "one file of the child stands there twice, with {} to {} in both",
        "One file of a payer stands once in a register.",
    ),
}


def find_contradictions(
    results: Iterable[SourceResult],
    child: Ssin,
    period: MonthPeriod,
    replaced_by: Ssin | None = None,
) -> tuple[Finding, ...]:
    """Find where registers contradict themselves, whoever is competent.

    Args:
        results: What each register answered.
        child: The person who was asked about.
        period: The months asked, with an end.
        replaced_by: The number that took the place of the child's, where the KSZ names one.

    Returns:
        One finding for each contradiction, with both its dates.
    """
    return tuple(
        Finding(
            kind=FindingKind.REGISTER_CONTRADICTION,
            source=each.source,
            begin=each.first,
            end=each.second,
            competent_source=None,
            explanation=f"{each.source} contradicts itself: {sentence.format(*each.dates)}.",
            basis=basis,
            certainty=each.certainty,
            contradiction=each.kind,
        )
        for each in contradictions(results, child, period, replaced_by)
        for sentence, basis in (_CONTRADICTS[each.kind],)
    )


def find_elsewhere(
    results: Iterable[SourceResult],
    child: Ssin,
    competence: Competence,
    period: MonthPeriod,
    replaced_by: Ssin | None = None,
) -> tuple[Finding, ...]:
    """Find the months of a child that a register holds though it is not the one that should.

    Only the child's own months count: a brother in the same file, or the person as a parent in a
    file of others, says nothing about where this child's months belong. Participation allowances
    follow the school or the childcare and are no finding where they lie. Months whose competence
    is undetermined give none either.

    Args:
        results: What each register answered.
        child: The person who was asked about, and whose domicile `competence` rests on.
        competence: Who is competent for the months asked.
        period: The months asked, with an end.
        replaced_by: The number that took the place of the child's, where the KSZ names one.

    Returns:
        One finding for each run of months and register, in order of register and month.
    """
    by_source: dict[AuthenticSource, list[RegisteredFile]] = {}
    for file in registered_files(results, child, replaced_by):
        by_source.setdefault(file.source, []).append(file)
    return tuple(
        finding
        for source, files in by_source.items()
        for finding in _elsewhere(source, files, competence, period)
    )


def _elsewhere(
    source: AuthenticSource,
    files: list[RegisteredFile],
    competence: Competence,
    period: MonthPeriod,
) -> Iterator[Finding]:
    held = {
        month
        for file in files
        for payment in file.payments(MonthRange.of(period))
        if not payment.participation
        for month in period_of(payment.months)
    }
    # Months are told apart by the register that should hold them, not by how sure that is.
    for competent, same in groupby(competence.segments, key=lambda segment: segment.source):
        segments = list(same)
        if competent is None or competent is source:
            continue
        inside = MonthPeriod(segments[0].begin, segments[-1].end)
        for begin, end in runs(month for month in held if month in inside):
            run = MonthPeriod(begin, end)
            here = [each for each in segments if each.months.overlaps(run)]
            yield _finding(source, run, competent, here)
    if source not in competence.sources and any(file.withheld for file in files):
        yield _finding(source, None, None, competence.segments)


def _finding(
    source: AuthenticSource,
    run: MonthPeriod | None,
    competent: AuthenticSource | None,
    segments: Iterable[Segment],
) -> Finding:
    months = f"{run.begin} to {run.end}" if run else "months it does not name"
    should = f"{competent} should" if competent else "another register should"
    return Finding(
        kind=FindingKind.FOUND_ELSEWHERE,
        source=source,
        begin=run.begin if run else None,
        end=run.end if run else None,
        competent_source=competent,
        explanation=f"{source} holds a file for {months}, where {should}.",
        basis=" ".join(dict.fromkeys(each.basis for each in segments)),
        certainty=Certainty.least(each.certainty for each in segments),
    )
