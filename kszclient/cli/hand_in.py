"""`kszclient route --submit`: the complaint handed in at the desk of an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.cli.cases import register_path
from kszclient.cli.output import Exit, console, say
from kszclient.cli.service import chosen_profile
from kszclient.cli.times import today

if TYPE_CHECKING:
    from pathlib import Path

    from kszclient.complaints import Complaint, Route
    from kszclient.complaints.hand_in import HandedIn
    from kszclient.complaints.vocabulary import Instance


def hand_in_given(
    complaint: Complaint,
    informed: Complaint,
    route: Route,
    *,
    instance: str | None,
    desk: str | None,
    profile: str,
    register: Path | None,
) -> HandedIn:
    """Hand a complaint in, as the options of `kszclient route` say.

    Args:
        complaint: The case as it was given.
        informed: The case as the registers completed it.
        route: Where it can go.
        instance: A code, or None for the first step of the route.
        desk: Address of the desks.
        profile: Within which limits they are reached.
        register: The register of cases.

    Raises:
        InputError: No such instance, no one step to choose, or a person whom the profile must not
            be used for.
        ConsultationError: No usable answer came; the case is in the register, unconfirmed.
    """
    from kszclient.complaints.case_register import CaseRegister
    from kszclient.complaints.desk import Desks
    from kszclient.complaints.hand_in import choose_instance, hand_in

    chosen = choose_instance(route, _instance(instance))
    policy = chosen_profile(profile, None)
    if complaint.child_ssin is not None:
        policy.admit(complaint.child_ssin)
    if complaint.filing_date != today():
        say("The route counts from filing_date; the complaint is handed in today.")
    with (
        Desks(policy, desk) as desks,
        CaseRegister(register_path(register, profile)) as kept,
    ):
        return hand_in(
            complaint, chosen, register=kept, desks=desks, today=today(), informed=informed
        )


def _instance(code: str | None) -> Instance | None:
    from kszclient.complaints.vocabulary import Instance
    from kszclient.errors import InputError

    if code is None:
        return None
    if code not in set(Instance):
        raise InputError(f"--instance: expected one of {', '.join(Instance)}")
    return Instance(code)


def exit_of(handed: HandedIn, code: Exit) -> Exit:
    """Give the exit code: a desk that does not take a complaint is a finding."""
    return Exit.FINDINGS if handed.refused and code is Exit.DONE else code


def handed_in(handed: HandedIn) -> dict[str, object]:
    """Give what became of it as plain data."""
    import msgspec

    return {
        "case": msgspec.to_builtins(handed.case),
        "handed_in_before": handed.before,
        "refused": msgspec.to_builtins(handed.refused),
    }


def show_handed_in(handed: HandedIn) -> None:
    """Print what became of it for a person to read."""
    out, case = console(), handed.case
    out.print()
    if handed.refused:
        out.print(f"[bold]Not taken by {case.instance.value}[/]")
        for each in handed.refused.refused:
            out.print(f"- {each.outcome.value} ({each.reason}): {each.text}", markup=False)
        if handed.refused.missing:
            out.print(f"- it does not state: {', '.join(handed.refused.missing)}")
        say("Nothing was kept there: the dates of the route go on.")
        return
    again = " before; nothing was sent now" if handed.before else ""
    out.print(f"[bold]Handed in at {case.instance.value}[/]{again}: receipt {case.receipt}")
    for what, day in (
        ("acknowledgement", case.acknowledge_by),
        ("answer", case.handle_by),
        ("answer at the latest", case.handle_at_latest),
    ):
        if day:
            out.print(f"- {what} promised by {day}")
