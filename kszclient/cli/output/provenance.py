"""What each JSON result tells of itself: the rules it rests on, and whom it was asked of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.cli.output.printing import print_json

if TYPE_CHECKING:
    from kszclient.rule_version import Decision


def print_result(
    result: object, decision: Decision | None = None, environment: str | None = None
) -> None:
    """Write a result as JSON, with the version of its rules and the environment.

    Args:
        result: The result.
        decision: What it decides; None where no rule decides anything in it.
        environment: The profile with which a service was asked; None where none was.
    """
    from kszclient.rule_version import rule_version
    from kszclient.values import plain

    rules = {"rules": {"version": rule_version(decision)}} if decision else {}
    print_json({**plain(result), **rules, "environment": environment})
