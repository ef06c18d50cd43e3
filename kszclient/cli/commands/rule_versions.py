"""Versions of the rules, for `kszclient rules`: sources long unchecked, and what changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.cli.output.printing import Exit, Page, print_result, write_message

if TYPE_CHECKING:
    from pathlib import Path


def show_stale(months: int, table: str | None, json: bool) -> Exit:
    """Print the sources that were last checked longer ago than so many months, the oldest first.

    Args:
        months: How many.
        table: Whose sources, or None for every source.
        json: Whether to print it as JSON.

    Returns:
        Whether there is any.
    """
    from kszclient.sources import checked_before, sources
    from kszclient.values import Month, today

    named = _sources_of(table)
    listed = {code: source for code, source in sources().items() if code in named}
    as_of = today()
    month = Month.of(as_of).plus(-months)
    since = month.last_day.replace(day=min(as_of.day, month.last_day.day))
    stale = checked_before(since, listed)
    if json:
        rows = [
            {
                "code": code,
                "title": source.title(),
                "kind": source.kind.value,
                "checked": source.checked.isoformat(),
                "address": source.address,
            }
            for code, source in stale.items()
        ]
        print_result(
            {"as_of": as_of.isoformat(), "months": months, "of": len(listed), "sources": rows}
        )
    else:
        out = Page()
        for code, source in stale.items():
            out.line(f"{source.checked.isoformat()}  {code}: {source.title()} ({source.kind})")
        write_message(
            f"{len(stale)} of {len(listed)} sources were last checked over {months} months ago."
        )
    return Exit.FINDINGS if stale else Exit.DONE


def show_changes(old: Path, cases: Path | None, table: str, json: bool) -> Exit:
    """Print what changed in the tables since an older version, and which answers change with it.

    Args:
        old: The older tables: a copy of ``config``.
        cases: A file of complaints, or None.
        table: Whose tables.
        json: Whether to print it as JSON.

    Returns:
        Whether anything changed.
    """
    from kszclient.complaints.answers import changed_answers, read_cases
    from kszclient.resources import read_input
    from kszclient.rule_changes import changes, config_folder
    from kszclient.rule_version import Decision, rule_version

    decision = Decision(table)
    found = changes(old, decision)
    versions = {"old": rule_version(decision, config_folder(old)), "new": rule_version(decision)}
    given = read_cases(read_input(cases)) if cases else []
    answers = changed_answers(given, old) if given else []
    if json:
        result = {"versions": versions, "changes": found}
        print_result({**result, "cases": len(given), "answers": answers} if cases else result)
    else:
        out = Page()
        for change in found:
            out.line(change.sentence())
        if answers:
            out.line("")
        for answer in answers:
            out.line(answer.sentence())
        write_message(f"{len(found)} changes from version {versions['old']} to {versions['new']}.")
        if cases:
            changed = len({answer.case for answer in answers})
            write_message(f"The answers to {changed} of {len(given)} complaints change.")
    return Exit.FINDINGS if found or answers else Exit.DONE


def _sources_of(table: str | None) -> frozenset[str]:
    from kszclient.sources import sources

    match table:
        case "complaints":
            from kszclient.complaints.present.document import cited_codes

            return cited_codes()
        case "competence":
            from kszclient.competence import rulebook

            return frozenset(rulebook().references)
        case _:
            return frozenset(sources())
