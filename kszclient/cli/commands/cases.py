"""`kszclient cases`: the complaints that were handed in, and what is overdue."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.options.checks import has_effect
from kszclient.cli.options.service import ProfileName, chosen_profile, profile_file
from kszclient.cli.options.times import AsOf, day_of_asking
from kszclient.cli.output.printing import Exit, Page, say
from kszclient.cli.output.provenance import print_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kszclient.complaints.submission.case_register import CaseRegister
    from kszclient.complaints.submission.cases import HandedCase
    from kszclient.security import Profile

RegisterFile = Annotated[
    Path | None,
    typer.Option(
        "--register",
        metavar="FILE",
        help="Register of cases that were handed in; where left out, one for each profile, in "
        "kszclient under $XDG_STATE_HOME or ~/.local/state.",
    ),
]
DeskAddress = Annotated[
    str | None,
    typer.Option("--desk", metavar="URL", help="Address of the desks, instead of the profile's."),
]


def register_path(file: Path | None, profile: str) -> Path:
    """Return the register of cases: the named one, or the profile's in the user's state folder.

    What was tried on the mock must not keep the real complaint from being handed in: hence one for
    each profile.

    Args:
        file: As the option names it.
        profile: As the option names it.

    Raises:
        InputError: The named one is a folder; or cases of this profile may stand in a register
            under the name that it had when it was named after the profile's last part alone.
    """
    from kszclient.errors import InputError

    if file is not None:
        if file.is_dir():
            raise InputError(f"--register: {file} is a folder")
        return file
    state = os.environ.get("XDG_STATE_HOME")
    folder = (Path(state) if state else Path.home() / ".local" / "state") / "kszclient"
    of_profile = profile_file(profile)
    if of_profile is None:
        return folder / f"cases-{profile}.sqlite"
    # Not resolved: who changes profiles by moving a link keeps the register.
    place = os.fsencode(os.path.abspath(of_profile))  # noqa: PTH100 - resolve() follows links
    digest = hashlib.sha256(place).hexdigest()[:8]
    own = folder / f"cases-{of_profile.stem}-{digest}.sqlite"
    shared = folder / f"cases-{of_profile.stem}.sqlite"
    if not own.exists() and _holds_cases(shared):
        raise InputError(
            f"{shared} may hold cases of this profile: it was shared by all of this name",
            next_step=f"Where they are its own, move it to {own}, and its .key to {own}.key; else "
            f"hand in with --register {own} once, or give another --register.",
        )
    return own


def _holds_cases(path: Path) -> bool:
    from kszclient.complaints.submission.case_register import CaseRegister

    if not path.is_file():
        return False
    with CaseRegister(path) as kept:
        return bool(kept.cases())


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
    has_effect("--follow-up", follow, {"--desk": desk})
    on = day_of_asking(as_of)
    policy = chosen_profile(profile, None)
    path = register_path(register, profile)
    kept = _kept(path, policy, desk, named=register is not None, follow=follow)
    found = [case for case in kept if case.overdue(on) or not overdue]
    if json:
        listed = {"as_of": on, "cases": [_told(case, on) for case in found]}
        print_result(listed, environment=policy.name)
    elif found:
        _show(found, on)
    else:
        say("No case is overdue." if overdue else "No case was handed in.")
    late = any(case.overdue(on) for case in found)
    raise typer.Exit(Exit.FINDINGS if late else Exit.DONE)


def _kept(
    path: Path, policy: Profile, desk: str | None, *, named: bool, follow: bool
) -> tuple[HandedCase, ...]:
    """Return the cases of a register; looking makes none, so that a typing error does not pass."""
    from kszclient.complaints.submission.case_register import CaseRegister
    from kszclient.errors import InputError

    if not path.exists():
        if named:
            raise InputError(
                f"--register: {path}: no such file",
                next_step="A register is made when a complaint is handed in: route --submit.",
            )
        say(f"There is no register yet: {path}")
        return ()
    with CaseRegister(path) as register:
        if follow:
            _follow(register, policy, desk)
        return register.cases()


def _follow(register: CaseRegister, policy: Profile, address: str | None) -> None:
    from kszclient.complaints.submission.desk import Desks
    from kszclient.complaints.submission.hand_in import follow_up, left_out

    with Desks(policy, address) as desks:
        told = follow_up(register, desks)
        left = left_out(register.cases(), desks.address)
    say(f"{len(told)} case(s) followed up.")
    for reason, count in left.items():
        say(f"{count} case(s) not followed up: {reason}.")


def _told(case: HandedCase, on: dt.date) -> dict[str, object]:
    import msgspec

    return {**msgspec.to_builtins(case), "overdue": case.overdue(on)}


def _show(cases: Sequence[HandedCase], on: dt.date) -> None:
    headings = ("handed in", "instance", "subject", "receipt", "state", "next date", "overdue")
    rows = [
        (
            str(case.opened_on),
            case.instance.value,
            case.subject.value,
            case.receipt or "-",
            case.state.value + (f" ({case.reasons})" if case.reasons else ""),
            str(case.next_date or "-"),
            ", ".join(case.overdue(on)) or "-",
        )
        for case in cases
    ]
    Page().table(headings, rows)
    if any(case.state == "unconfirmed" for case in cases):
        say("A case without a receipt: hand it in again in the same way; it stays one case.")
