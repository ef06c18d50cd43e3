"""`kszclient rules`: the decision tables as people read them.

Each table has a function of its own that prints it, as JSON or for a person; `_TABLES` names them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from kszclient.cli.commands.competence_rules import print_competence_rules
from kszclient.cli.commands.complaint_rules import print_complaint_rules, show_proof
from kszclient.cli.commands.customer_rules import print_customer_rules
from kszclient.cli.options.choice import choice


def rules(
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="competence, complaints or customers.")
    ],
    json: Annotated[bool, typer.Option("--json", help="The whole table as JSON.")] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Search all cases for one that nobody answers, or that two rules answer.",
        ),
    ] = False,
) -> None:
    """Print a decision table: each rule with its validity, source and certainty."""
    from kszclient.errors import InputError

    print_rules = _TABLES[choice("TABLE", table, _TABLES)]
    if check:
        if table != "complaints":
            raise InputError(f"--check: only for complaints; {table} is checked when it is read")
        raise typer.Exit(show_proof(json))
    print_rules(json)


_TABLES: dict[str, Callable[[bool], None]] = {
    "competence": print_competence_rules,
    "complaints": print_complaint_rules,
    "customers": print_customer_rules,
}
