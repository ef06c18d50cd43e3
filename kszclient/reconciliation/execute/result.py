"""What came of one lookup, as the journal keeps it: without the number of anybody."""

from __future__ import annotations

import msgspec

from kszclient.cadaster import Outcome
from kszclient.reconciliation.compare.found import Found
from kszclient.reconciliation.compare.held import Holdings
from kszclient.reconciliation.plan.plan import Task


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one lookup, as the journal keeps it.

    Args:
        outcome: COMPLETE, INCOMPLETE, REFUSED, UNUSABLE or UNANSWERED.
        asked: The registers that were asked.
        found: Those that hold a file.
        silent: Those that said nothing.
        findings: What was found.
        holdings: What those hold that answered, where others were silent, for when these are asked
            again.
    """

    outcome: str
    asked: tuple[str, ...]
    found: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    findings: tuple[Found, ...] = ()
    holdings: Holdings | None = None


def result_of(task: Task, outcome: Outcome, holdings: Holdings, found: tuple[Found, ...]) -> Result:
    """Give what came of a lookup that was answered."""
    silent = tuple(each for each in task.sources if each in holdings.silent)
    return Result(
        outcome=type(outcome).__name__.upper(),
        asked=task.sources,
        found=tuple(each for each in task.sources if each in holdings.found),
        silent=silent,
        findings=found,
        holdings=holdings if silent else None,
    )
