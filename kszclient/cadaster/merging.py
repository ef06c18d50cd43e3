"""Merge an incomplete answer with what its silent sources said when they were asked again."""

from __future__ import annotations

import msgspec

from kszclient.values import AuthenticSource
from kszclient.wire import (
    Answer,
    GlobalStatus,
    GlobalStatusValue,
    SourceResult,
    SourceStatusValue,
    Status,
)


def merge(earlier: Answer, later: Answer) -> Answer:
    """Put the results of a later answer in the place of those of an earlier, incomplete one.

    The criteria stay those of the first question and ticket and times those of the last answer. The
    status over all sources is told anew from the sources, since neither answer knew of all of them.

    Args:
        earlier: The incomplete answer to the whole question.
        later: The answer to the same question for the sources that had been silent.

    Returns:
        One answer, each source once, in the order of the contract.
    """
    results = {result.authentic_source: result for result in earlier.results or ()}
    for result in _spelled_out(later):
        results[result.authentic_source] = result
    merged = tuple(results[source] for source in AuthenticSource if source in results)
    return msgspec.structs.replace(
        later,
        criteria=earlier.criteria,
        status=_status(merged, later),
        ssin=later.ssin or earlier.ssin,
        data_filters=tuple(dict.fromkeys((*earlier.data_filters, *later.data_filters))),
        results=merged,
        numbers_outside_contract=tuple(
            dict.fromkeys((*earlier.numbers_outside_contract, *later.numbers_outside_contract))
        ),
    )


def _spelled_out(answer: Answer) -> tuple[SourceResult, ...]:
    """Give a result for each source asked, also where "nothing anywhere" left them all out."""
    nothing = answer.status.value is GlobalStatusValue.NO_DATA_FOUND and not answer.results
    if not nothing:
        return answer.results or ()
    said = answer.status
    status = Status(SourceStatusValue.NO_DATA_FOUND, said.code, said.description, said.information)
    return tuple(SourceResult(source, status) for source in answer.criteria.authentic_sources)


def _status(results: tuple[SourceResult, ...], later: Answer) -> GlobalStatus:
    values = {result.status.value for result in results}
    if SourceStatusValue.TECHNICAL_ERROR in values:
        return later.status
    found = SourceStatusValue.DATA_FOUND in values
    value = SourceStatusValue.DATA_FOUND if found else SourceStatusValue.NO_DATA_FOUND
    said = next(result.status for result in results if result.status.value is value)
    return GlobalStatus(GlobalStatusValue(value.value), said.code, said.description)
