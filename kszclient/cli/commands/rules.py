"""`kszclient rules`: the decision tables as people read them.

Each table has a function of its own that prints it, as JSON or for a person; `_TABLES` names them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from kszclient.cli.commands.competence_rules import print_competence_rules
from kszclient.cli.commands.complaint_rules import print_complaint_rules, show_proof
from kszclient.cli.commands.customer_rules import print_customer_rules
from kszclient.cli.commands.rule_versions import show_changes, show_stale
from kszclient.cli.options.choice import choice


def rules(
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="competence, complaints or customers.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The whole table as JSON.")] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Search all cases for one that nobody answers, or that two rules answer.",
        ),
    ] = False,
    stale: Annotated[
        int | None,
        typer.Option(
            "--stale",
            metavar="MONTHS",
            help="List the sources that nobody has read again for so many months.",
        ),
    ] = None,
    old: Annotated[
        Path | None,
        typer.Option(
            "--diff",
            metavar="OLD",
            help="Report what changed since OLD, a copy of config/ as it was.",
        ),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases",
            metavar="FILE|-",
            help="With --diff: complaints as JSON; report which answers change.",
        ),
    ] = None,
) -> None:
    """Print a decision table: each rule with its validity, source and certainty."""
    from kszclient.errors import InputError

    if table is None and stale is None:
        raise InputError(f"TABLE: expected one of {', '.join(_TABLES)}")
    named = table and choice("TABLE", table, _TABLES)
    if sum((check, stale is not None, old is not None)) > 1:
        raise InputError("--check, --stale, --diff: one at a time")
    if cases and not old:
        raise InputError("--cases: only together with --diff")
    if stale is not None:
        if stale < 0 or stale > _MOST_MONTHS:
            raise InputError(f"--stale: expected 0 to {_MOST_MONTHS} months")
        raise typer.Exit(show_stale(stale, named, json))
    if old:
        if named == "customers" or (cases and named != "complaints"):
            raise InputError("--diff: only for competence and complaints; --cases for complaints")
        raise typer.Exit(show_changes(old, cases, str(named), json))
    if check:
        if named != "complaints":
            raise InputError(f"--check: only for complaints; {named} is checked when it is read")
        raise typer.Exit(show_proof(json))
    _TABLES[str(named)](json)


_MOST_MONTHS = 1200
_TABLES: dict[str, Callable[[bool], None]] = {
    "competence": print_competence_rules,
    "complaints": print_complaint_rules,
    "customers": print_customer_rules,
}
