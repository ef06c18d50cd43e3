"""`kszclient route --submit`: the complaint handed in at the desk of an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.cli.commands.cases import register_path
from kszclient.cli.options.choice import choice
from kszclient.cli.options.service import chosen_profile
from kszclient.cli.output.printing import Exit, Page, say

if TYPE_CHECKING:
    from pathlib import Path

    from kszclient.complaints import Complaint, Language, Route
    from kszclient.complaints.submission.hand_in import HandedIn


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
    """Hand a complaint in, as the options of `kszclient route` say.

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
        say("The route counts from filing_date; the complaint is handed in today.")
        if changed := otherwise_today(informed, route, chosen, today()):
            words = texts(language)
            answer = {"outcome": words.outcomes[changed.outcome], "reason": changed.reason}
            say(words.phrase("desk_otherwise", instance=chosen.value, day=today(), **answer))
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
        complaint: The case, to say in which field what lacks belongs.
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
        say(words.phrase("desk_kept_nothing"))
        return
    received = "desk_before" if handed.before else "desk_received"
    told = words.phrase(received, instance=name, receipt=case.receipt)
    out.line(told, bold=True, whole=True)
    for phrase, day in (
        ("desk_acknowledges", case.acknowledge_by),
        ("desk_answers", case.handle_by),
        ("desk_answers_latest", case.handle_at_latest),
    ):
        if day:
            out.line(f"- {words.phrase(phrase, day=day)}", whole=True)
