"""`kszclient cases` and `route --submit`: complaints handed in at desks, and what is overdue."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.options.checks import choice, has_effect
from kszclient.cli.options.question import AsOf, day_of_asking
from kszclient.cli.options.service import ProfileName, chosen_profile, profile_file
from kszclient.cli.output.printing import Exit, Page, print_result, write_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kszclient.complaints import Complaint, Language, Route
    from kszclient.complaints.submission.case_register import CaseRegister
    from kszclient.complaints.submission.cases import HandedCase
    from kszclient.complaints.submission.hand_in import HandedIn
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
        listed = {"as_of": on, "cases": [_case_fields(case, on) for case in found]}
        print_result(listed, environment=policy.name)
    elif found:
        _show(found, on)
    else:
        write_message("No case is overdue." if overdue else "No case was handed in.")
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
        write_message(f"There is no register yet: {path}")
        return ()
    with CaseRegister(path) as register:
        if follow:
            _follow(register, policy, desk)
        return register.cases()


def _follow(register: CaseRegister, policy: Profile, address: str | None) -> None:
    from kszclient.complaints.submission.desk import Desks
    from kszclient.complaints.submission.hand_in import follow_up, left_out

    with Desks(policy, address) as desks:
        followed = follow_up(register, desks)
        left = left_out(register.cases(), desks.address)
    write_message(f"{len(followed)} case(s) followed up.")
    for reason, count in left.items():
        write_message(f"{count} case(s) not followed up: {reason}.")


def _case_fields(case: HandedCase, on: dt.date) -> dict[str, object]:
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
        write_message(
            "A case without a receipt: hand it in again in the same way; it stays one case."
        )


def hand_in_given(
    complaint: Complaint,
    informed: Complaint,
    route: Route,
    *,
    instance: str | None,
    desk: str | None,
    profile: str,
    register: Path | None,
    language: Language,
) -> HandedIn:
    """Hand a complaint in, as the options of `kszclient route` ask.

    Args:
        complaint: The case as it was given.
        informed: The case as the registers completed it.
        route: Where it can go.
        instance: A code, or None for the first step of the route.
        desk: Address of the desks.
        profile: Within which limits they are reached.
        register: The register of cases.
        language: In which the desk is asked to give its reasons.

    Raises:
        InputError: No such instance, no one step to choose, or a person whom the profile must not
            be used for.
        ConsultationError: No usable answer came; the case is in the register, unconfirmed.
    """
    from kszclient.complaints.submission.case_register import CaseRegister
    from kszclient.complaints.submission.desk import Desks
    from kszclient.complaints.submission.hand_in import choose_instance, hand_in, otherwise_today
    from kszclient.complaints.texts import texts
    from kszclient.complaints.vocabulary import Instance
    from kszclient.values import today

    wished = None if instance is None else choice("--instance", instance, Instance)
    chosen = choose_instance(route, wished)
    policy = chosen_profile(profile, None)
    if complaint.child_ssin is not None:
        policy.admit(complaint.child_ssin)
    if complaint.filing_date != today():
        write_message("The route counts from filing_date; the complaint is handed in today.")
        if changed := otherwise_today(informed, route, chosen, today()):
            words = texts(language)
            answer = {"outcome": words.outcomes[changed.outcome], "reason": changed.reason}
            write_message(
                words.phrase("desk_otherwise", instance=chosen.value, day=today(), **answer)
            )
    with (
        Desks(policy, desk, language) as desks,
        CaseRegister(register_path(register, profile)) as kept,
    ):
        return hand_in(
            complaint, chosen, register=kept, desks=desks, today=today(), informed=informed
        )


def exit_of(handed: HandedIn, code: Exit) -> Exit:
    """Return the exit code: a desk that does not take a complaint is a finding."""
    return Exit.FINDINGS if handed.refused and code is Exit.DONE else code


def handed_in(handed: HandedIn) -> dict[str, object]:
    """Return what became of it as plain data."""
    import msgspec

    return {
        "case": msgspec.to_builtins(handed.case),
        "handed_in_before": handed.before,
        "refused": msgspec.to_builtins(handed.refused),
    }


def show_handed_in(handed: HandedIn, complaint: Complaint, language: Language) -> None:
    """Print what became of it for a person to read.

    Args:
        handed: What became of it.
        complaint: The case, to name the field of what is missing.
        language: Of the sentences.
    """
    from kszclient.complaints.case.missing_items import field_to_fill
    from kszclient.complaints.texts import texts

    words, out, case = texts(language), Page(), handed.case
    name = case.instance.value

    out.gap()
    if handed.refused:
        out.line(words.phrase("desk_refused", instance=name), bold=True, whole=True)
        for each in handed.refused.refused:
            out.line(f"- {each.outcome.value} ({each.reason}): {each.text}", whole=True)
        items = []
        for item in handed.refused.missing:
            field = field_to_fill(complaint, item)
            phrase = "desk_fill" if field else "desk_take_out"
            items.append(words.phrase(phrase, item=words.items[item], field=field))
        if items:
            lacks = words.phrase("desk_lacks", items=", ".join(items))
            out.line(f"- {lacks}", whole=True)
        write_message(words.phrase("desk_kept_nothing"))
        return
    received = "desk_before" if handed.before else "desk_received"
    receipt = words.phrase(received, instance=name, receipt=case.receipt)
    out.line(receipt, bold=True, whole=True)
    for phrase, day in (
        ("desk_acknowledges", case.acknowledge_by),
        ("desk_answers", case.handle_by),
        ("desk_answers_latest", case.handle_at_latest),
    ):
        if day:
            out.line(f"- {words.phrase(phrase, day=day)}", whole=True)
