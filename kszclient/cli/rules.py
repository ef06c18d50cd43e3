"""`kszclient rules`: the decision tables as people read them.

Each table has a function of its own that prints it, as JSON or for a person; `_TABLES` names them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from kszclient.cli.choice import choice
from kszclient.cli.competence_rules import print_competence_rules
from kszclient.cli.complaint_rules import print_complaint_rules
from kszclient.cli.customer_rules import print_customer_rules
from kszclient.cli.output import print_json, say


def rules(
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="competence, complaints or customers.")
    ],
    json: Annotated[bool, typer.Option("--json", help="The whole table as JSON.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check that every rule about complaints can decide.")
    ] = False,
) -> None:
    """Print a decision table: each rule with its validity, source and certainty."""
    print_rules = _TABLES[choice("TABLE", table, _TABLES)]
    if check:
        checked = check_rules(table)
        if json:
            print_json({"checked": checked})
        return
    print_rules(json)


def check_rules(table: str) -> int:
    """Check a table beyond what is checked whenever it is read, and say so.

    Returns:
        How many lines can each decide.

    Raises:
        InputError: The table has no such check.
        DataError: A rule never decides; the message names it.
    """
    from kszclient.complaints.table import table as complaint_table
    from kszclient.complaints.table_check import check_decisions
    from kszclient.errors import InputError

    if table != "complaints":
        raise InputError(f"--check: only for complaints; {table} is checked when it is read")
    lines = complaint_table().lines
    check_decisions([(line.rule, line.condition) for line in lines])
    say(f"{len(lines)} lines: each can decide.")
    return len(lines)


_TABLES: dict[str, Callable[[bool], None]] = {
    "competence": print_competence_rules,
    "complaints": print_complaint_rules,
    "customers": print_customer_rules,
}
