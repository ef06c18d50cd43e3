"""`kszclient cases`: the complaints that were handed in, and what is overdue."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.output import Exit, console, print_json, say
from kszclient.cli.service import ProfileName, chosen_profile
from kszclient.cli.times import AsOf, day_of_asking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kszclient.complaints.case_register import CaseRegister
    from kszclient.complaints.handed_case import Case

RegisterFile = Annotated[
    Path | None,
    typer.Option(
        "--register",
        metavar="FILE",
        help="Register of cases that were handed in; one for each profile where left out.",
    ),
]
DeskAddress = Annotated[
    str | None,
    typer.Option("--desk", metavar="URL", help="Address of the desks, instead of the profile's."),
]


def register_path(file: Path | None, profile: str) -> Path:
    """Give the register of cases: the named one, or the profile's in the user's state folder.

    What was tried on the mock must not keep the real complaint from being handed in: hence one for
    each profile.

    Args:
        file: As the option names it.
        profile: As the option names it.
    """
    if file is not None:
        return file
    state = os.environ.get("XDG_STATE_HOME")
    folder = Path(state) if state else Path.home() / ".local" / "state"
    return folder / "kszclient" / f"cases-{Path(profile).stem}.sqlite"


def cases(
    *,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those whose instance is late.")
    ] = False,
    as_of: AsOf = None,
    register: RegisterFile = None,
    follow: Annotated[
        bool, typer.Option("--follow-up", help="Ask the desks first how far the cases are.")
    ] = False,
    desk: DeskAddress = None,
    profile: ProfileName = "mock",
    json: Annotated[bool, typer.Option("--json", help="The whole result as JSON.")] = False,
) -> None:
    """List the complaints that were handed in, with what their instances still owe."""
    from kszclient.complaints.case_register import CaseRegister

    on = day_of_asking(as_of)
    path = register_path(register, profile)
    with CaseRegister(path) as kept:
        if follow:
            _follow(kept, profile, desk)
        found = [case for case in kept.cases() if case.overdue(on) or not overdue]
    if json:
        print_json({"as_of": on, "cases": [_told(case, on) for case in found]})
    elif found:
        _show(found, on)
    else:
        say("No case is overdue." if overdue else "No case was handed in.")
    late = any(case.overdue(on) for case in found)
    raise typer.Exit(Exit.FINDINGS if late else Exit.DONE)


def _follow(register: CaseRegister, profile: str, address: str | None) -> None:
    from kszclient.complaints.desk import Desks
    from kszclient.complaints.hand_in import follow_up

    with Desks(chosen_profile(profile, None), address) as desks:
        told = follow_up(register, desks)
    say(f"{len(told)} case(s) followed up.")


def _told(case: Case, on: dt.date) -> dict[str, object]:
    import msgspec

    return {**msgspec.to_builtins(case), "overdue": case.overdue(on)}


def _show(cases: Sequence[Case], on: dt.date) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("handed in", "instance", "subject", "receipt", "state", "next date", "overdue"):
        table.add_column(column)
    for case in cases:
        table.add_row(
            str(case.opened_on),
            case.instance.value,
            case.subject.value,
            case.receipt or "-",
            case.state.value + (f" ({case.reasons})" if case.reasons else ""),
            str(case.next_date or "-"),
            ", ".join(case.overdue(on)) or "-",
        )
    console().print(table)
    if any(case.state == "unconfirmed" for case in cases):
        say("A case without a receipt: hand it in again in the same way; it stays one case.")
