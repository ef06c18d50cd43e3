"""`kszclient place`: a municipality by its name, code or postcode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.output.printing import Page

if TYPE_CHECKING:
    from kszclient.geography import Municipality


def place(
    words: Annotated[
        list[str], typer.Argument(metavar="NAME|CODE", help="A name, code or postcode.")
    ],
    json: Annotated[bool, typer.Option("--json", help="The whole result as JSON.")] = False,
) -> None:
    """Find a municipality: its code, its area and who is competent for a child there today.

    A NAME may be in any language, without accents, or the begin of one.
    """
    from kszclient.cli.output.printing import print_result
    from kszclient.errors import UnknownPlaceError
    from kszclient.geography import gazetteer
    from kszclient.rule_version import Decision
    from kszclient.values import plain, today

    found = gazetteer().search(" ".join(words))
    if not found:
        raise UnknownPlaceError(
            "NAME|CODE: no municipality has this name, code or postcode",
            next_step="Give the name of the municipality, not of a village in it, or its postcode.",
        )
    rows = [
        {**plain(each), "postcodes": gazetteer().postcodes_of(each.nis), "entity": _entity(each)}
        for each in found
    ]
    if json:
        print_result({"as_of": today(), "places": rows}, Decision.COMPETENCE)
        return
    out = Page()
    headings = ("code", "name", "postcodes", "area", "entity today", "valid", "successor")
    out.rows(headings, [_cells(each, row) for each, row in zip(found, rows, strict=True)])


def _entity(place: Municipality) -> str | None:
    """Who is competent today for a child who always lived in a municipality."""
    from kszclient.competence import DomicileHistory, Spell, resolve
    from kszclient.values import Month, MonthPeriod, today

    day = today()
    spell = Spell(begin=place.valid_from, nis=place.nis)
    month = Month.of(day)
    (segment,) = resolve(DomicileHistory((spell,)), MonthPeriod(month, month), as_of=day).segments
    return segment.entity


def _cells(place: Municipality, row: dict[str, object]) -> list[str]:
    names = " / ".join(dict.fromkeys((place.name_nl, place.name_fr, place.name_de)))
    postcodes = row["postcodes"]
    return [
        place.nis,
        names,
        ", ".join(postcodes) if isinstance(postcodes, tuple) else "",
        place.area.value,
        str(row["entity"] or "not known"),
        f"{place.valid_from}..{place.valid_to or ''}",
        place.successor or "-",
    ]
