"""`kszclient rules`: the decision tables as people read them.

Each table has a function of its own that prints it, as JSON or for a person; `_TABLES` names them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.complaint_rules import print_complaint_rules
from kszclient.cli.output import console, print_json, say
from kszclient.cli.rows import show_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from kszclient.competence import Rule, Situation

_PAPER_WIDTH = 160
_ABOUT_SITUATIONS = """
Where no connecting factor is known, an answer carries the id of a situation, not
that of the rule none-undetermined; it is unsure. Where one is known, the answer is at most as sure
as the situation:
"""


class RuleTable(StrEnum):
    """A decision table that can be printed."""

    COMPETENCE = "competence"
    COMPLAINTS = "complaints"


def rules(
    table: Annotated[RuleTable, typer.Argument(help="Which table.")],
    json: Annotated[bool, typer.Option("--json", help="The whole table as JSON.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check that every rule about complaints can decide.")
    ] = False,
) -> None:
    """Print a decision table: each rule with its validity, source and certainty."""
    if check:
        check_rules(table)
        return
    _TABLES[table](json)


def check_rules(table: RuleTable) -> None:
    """Check a table beyond what is checked whenever it is read, and say so.

    Raises:
        InputError: The table has no such check.
        DataError: A rule never decides; the message names it.
    """
    from kszclient.complaints.table import table as complaint_table
    from kszclient.complaints.table_check import check_decisions
    from kszclient.errors import InputError

    if table is not RuleTable.COMPLAINTS:
        raise InputError("--check: only for complaints; competence is checked when it is read")
    lines = complaint_table().lines
    check_decisions([(line.rule, line.condition) for line in lines])
    say(f"{len(lines)} lines: each can decide.")


def print_competence_rules(json: bool) -> None:
    """Print the rules of competence, with all that stands beside them."""
    from kszclient.competence import rulebook

    book = rulebook()
    if json:
        print_json(
            {
                "rules": book.timeline.rules,
                "factors": book.factors,
                "situations": list(book.situations.values()),
                "allowances": list(book.allowances.values()),
                "open_points": list(book.open_points.values()),
                "settings": book.settings,
                "references": book.references,
            }
        )
        return
    headings = (
        "rule", "area", "months", "asked", "entity", "register", "kept by", "source", "certainty",
        "documents",
    )  # fmt: skip
    out = console()
    if not out.is_terminal:
        out.width = _PAPER_WIDTH
    show_rows(out, headings, map(_cells, book.timeline.rules), whole=("rule", "certainty"))
    out.print(_ABOUT_SITUATIONS)
    _show_situations(book.situations.values(), out)
    for point in book.open_points.values():
        out.print(f"{point.id} ({point.certainty}) {point.question} {point.reading}")
    for key, reference in book.references.items():
        out.print(f"{key}: {reference.title}")


def _show_situations(situations: Iterable[Situation], out: Console) -> None:
    headings = ("rule", "an address counts as", "certainty", "why", "documents")
    rows = [
        (
            each.id,
            each.domicile_counts_as,
            " ".join([each.certainty, *each.open_points]),
            each.basis,
            ", ".join(each.references),
        )
        for each in situations
    ]
    show_rows(out, headings, rows, whole=("rule", "certainty"))


def _cells(rule: Rule) -> list[str]:
    asked = f"{rule.as_of_from or ''}..{rule.as_of_to or ''}"
    return [
        rule.id,
        rule.area or "-",
        f"{rule.months_from}..{rule.months_to}",
        "any day" if asked == ".." else asked,
        *(name or "-" for name in (rule.entity, rule.cadaster, rule.keeper, rule.source)),
        " ".join([rule.certainty, *rule.open_points]),
        ", ".join(rule.references),
    ]


_TABLES: dict[RuleTable, Callable[[bool], None]] = {
    RuleTable.COMPETENCE: print_competence_rules,
    RuleTable.COMPLAINTS: print_complaint_rules,
}
