"""`kszclient competence`: who is competent for a child, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.location import DomicileFile, Nis, Postcode, chosen_competence
from kszclient.cli.output import console, print_json
from kszclient.cli.times import AsOf, FromMonth, KnownOn, ToMonth

if TYPE_CHECKING:
    from kszclient.competence import Competence


def competence(
    *,
    begin: FromMonth,
    end: ToMonth,
    nis: Nis = None,
    postcode: Postcode = None,
    domicile: DomicileFile = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    json: Annotated[bool, typer.Option("--json", help="The whole result as JSON.")] = False,
) -> None:
    """Tell who is competent for a child's benefit month by month, and which register to ask."""
    from kszclient.values import MonthPeriod

    answer = chosen_competence(
        nis, postcode, domicile, MonthPeriod.parse(begin, end), as_of=as_of, known_on=known_on
    )
    if answer is None:
        return
    if json:
        print_json(answer)
    else:
        show_competence(answer)


def show_competence(answer: Competence) -> None:
    """Print an answer for a person to read."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("from", "to", "area", "entity", "register", "kept by", "source", "certainty"):
        table.add_column(heading)
    for each in answer.segments:
        answers = (each.area, each.entity, each.cadaster, each.keeper, each.source)
        table.add_row(
            str(each.begin), str(each.end), *(name or "-" for name in answers), each.certainty
        )
    out = console()
    out.print(table)
    for each in answer.segments:
        if isinstance(each.reason, str):
            out.print(f"{each.begin} to {each.end}: {each.reason}")
    out.print(f"Ask: {', '.join(answer.sources)} (on {answer.as_of})")
    for notice in answer.notices:
        out.print(f"Notice: {notice}")
