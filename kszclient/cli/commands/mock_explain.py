"""`kszclient mock --explain`: how the repertories lead to the files of an invented person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kszclient.cli.output.printing import Exit, Page
from kszclient.cli.output.provenance import print_result

if TYPE_CHECKING:
    from kszclient.testing.server.routing import PersonsLine, RegionalLine, Routing

_KINDS = {"BENEFIT": "child benefit", "PARTICIPATION": "participation allowances only"}
_REFUSALS = {
    "MSG00005": "Nobody has this number in this world: a question is refused with MSG00005. "
    "Another seed or population may know it.",
    "MSG00006": "The number is replaced by {new}: a question is refused with MSG00006.",
    "MSG00007": "The number is cancelled: a question is refused with MSG00007.",
    "MSG00012": "The asking organisation has not inscribed the person: a question is refused with "
    "MSG00012, before any region is asked.",
}
_ABOUT_CODES = (
    "Which sector number a region has had since 2019, and which quality codes it uses, is not "
    "known: the sector and the codes are those of child benefit in a list of about 2012 (unsure)."
)


def explain_number(word: str, *, seed: int, population: int, json: bool) -> Exit:
    """Print both steps for a number, and return the exit code.

    Args:
        word: A synthetic number, or ``-`` to read it from standard input.
        seed: Of the mock's world.
        population: Number of its generated children.
        json: Whether to print JSON.

    Raises:
        InputError: The number is no number, or may be somebody's.
    """
    from kszclient.cli.options.person import given_person
    from kszclient.errors import InputError
    from kszclient.testing.server.routing import routing_of
    from kszclient.testing.server.world import World
    from kszclient.values import today

    ssin = given_person(word)
    if not ssin.synthetic:
        raise InputError("--explain: the mock knows invented persons only")
    routing = routing_of(World.build(seed=seed, size=population), ssin, today())
    if json:
        print_result(_as_json(routing), environment="mock")
    else:
        _show(routing)
    return Exit.FINDINGS if routing.refusal else Exit.DONE


def _as_json(routing: Routing) -> dict[str, Any]:
    state = routing.state
    return {
        "ssin": routing.ssin.digits,
        "known": routing.known,
        "refused_with": routing.refusal,
        "replaced_by": state.replaced_by.digits if state and state.replaced_by else None,
        "persons_repertory": [
            {
                "source": line.source,
                "registers": line.registers,
                "keepers": line.keepers,
                "register_certainty": line.register_certainty,
                "sector": line.quality.sector,
                "quality": line.quality.code,
                "quality_name": line.quality.names,
                "quality_certainty": line.quality.certainty,
                "file": line.kind,
                "from": line.months.begin,
                "to": line.months.end,
            }
            for line in routing.persons
        ],
        "regional_repertories": [
            {
                "source": line.source,
                "fund": line.fund,
                "enterprise_number": line.enterprise_number,
                "fund_code": line.fund_code,
                "file": line.kind,
                "from": line.months.begin,
                "to": line.months.end,
                "asked": line.listed,
            }
            for line in routing.regional
        ],
    }


def _show(routing: Routing) -> None:
    from kszclient.cadaster.repertories import repertories

    out = Page(masked=False)  # The numbers are invented, and there to be typed.
    out.line(f"{routing.ssin.digits}, an invented person of the mock", bold=True)
    if routing.refusal:
        new = routing.state.replaced_by if routing.state else None
        out.paragraph(_REFUSALS[routing.refusal].format(new=new.digits if new else ""))
    if not routing.known:
        return
    steps = repertories().steps
    out.gap()
    out.paragraph(f"1. {steps.persons.en} ({steps.certainty}, {steps.source})")
    if routing.persons:
        headings = ("region", "register", "kept by", "sector", "quality", "kind of file", "months")
        out.rows(headings, map(_persons_cells, routing.persons), whole=("region", "months"))
        out.paragraph(_ABOUT_CODES)
    else:
        out.paragraph("No region knows the person: no source is asked, and none has data.")
    out.gap()
    out.paragraph(f"2. {steps.regional.en} ({steps.certainty}, {steps.source})")
    if routing.regional:
        columns = ("region", "fund", "number", "kind of file", "months", "asked by the KSZ")
        out.rows(columns, map(_regional_cells, routing.regional), whole=("region", "months"))
    else:
        out.paragraph("No fund holds a file.")


def _persons_cells(line: PersonsLine) -> tuple[str, ...]:
    return (
        line.source,
        f"{', '.join(line.registers)} ({line.register_certainty})",
        ", ".join(line.keepers) or "not established",
        str(line.quality.sector),
        f"{line.quality.code} {line.quality.names.en}",
        _KINDS[line.kind],
        str(line.months),
    )


def _regional_cells(line: RegionalLine) -> tuple[str, ...]:
    return (
        line.source,
        line.fund,
        line.enterprise_number or f"fund code {line.fund_code}",
        _KINDS[line.kind],
        str(line.months),
        "yes" if line.listed else "no, the persons repertory lacks the line (MSG00021)",
    )
