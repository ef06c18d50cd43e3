"""`kszclient route`: where a complaint goes, with dates and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.commands.cases import (
    DeskAddress,
    RegisterFile,
    exit_of,
    hand_in_given,
    handed_in,
    show_handed_in,
)
from kszclient.cli.options.checks import choice, has_effect
from kszclient.cli.options.question import ComplaintFile, given_complaint
from kszclient.cli.options.service import (
    DEFAULT_PROFILE,
    Endpoint,
    ProfileName,
    account,
    chosen_profile,
)
from kszclient.cli.output.printing import OUTCOME_EXITS, Exit, Page, print_result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kszclient.complaints import (
        Complaint,
        Informed,
        Language,
        PartReading,
        Reading,
        RuleTried,
    )


def route(
    file: ComplaintFile,
    *,
    language: Annotated[
        str, typer.Option(metavar="LANGUAGE", help="Of the sentences: en, nl, fr or de.")
    ] = "en",
    lookup: Annotated[
        bool,
        typer.Option(
            "--lookup",
            help="Ask the registers for what the complaint leaves out.",
        ),
    ] = False,
    endpoint: Endpoint = None,
    profile: ProfileName = DEFAULT_PROFILE,
    why: Annotated[
        bool,
        typer.Option("--explain", help="List which rules were tried and why each held or not."),
    ] = False,
    submit: Annotated[
        bool, typer.Option("--submit", help="Hand the complaint in, once, at the instance's desk.")
    ] = False,
    instance: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Where to hand it in; the first step where left out."),
    ] = None,
    desk: DeskAddress = None,
    register: RegisterFile = None,
    json: Annotated[bool, typer.Option("--json", help="The whole result as JSON.")] = False,
) -> None:
    """Show where a complaint goes: the steps, their dates and reasons, and what to do first."""
    from kszclient.complaints import Language, explain, read_route
    from kszclient.rule_version import Decision
    from kszclient.values import plain

    has_effect("--submit", submit, {"--instance": instance, "--desk": desk, "--register": register})
    has_effect("--lookup", lookup, {"--endpoint": endpoint})
    named = None if profile == DEFAULT_PROFILE else profile
    has_effect("--lookup or --submit", lookup or submit, {"--profile": named})
    spoken = choice("--language", language, Language)
    asked = chosen_profile(profile, endpoint).name if lookup or submit else None
    given, code = given_complaint(file, to_look_up=lookup), Exit.DONE
    complaint = given
    notices_found: tuple[str, ...] = ()
    if lookup:
        informed = _ask_registers(given, profile, endpoint, spoken)
        complaint, notices_found = informed.complaint, informed.notices
        code = OUTCOME_EXITS[informed.lookup.outcome.value]
    reading = with_notices(read_route(complaint, spoken), notices_found)
    tried = explain(reading.studies, spoken) if why else ()
    if not json:
        show_route(reading, Page())
        if why:
            show_rules_tried(tried, spoken, Page())
    result = plain(reading.route) | ({"explanation": tried} if why else {})
    if submit:
        handed = hand_in_given(
            given,
            complaint,
            reading.route,
            instance=instance,
            desk=desk,
            profile=profile,
            register=register,
            language=spoken,
        )
        code = exit_of(handed, code)
        result |= {"hand_in": handed_in(handed)}
        if not json:
            show_handed_in(handed, complaint, spoken)
    if json:
        print_result(result, Decision.COMPLAINTS, asked)
    else:
        show_version(spoken)
    raise typer.Exit(code)


def _ask_registers(
    complaint: Complaint, profile: str, endpoint: str | None, language: Language
) -> Informed:
    from kszclient.cadaster import ChildBenefitsClient
    from kszclient.complaints import inform
    from kszclient.values import today

    policy = chosen_profile(profile, endpoint)
    with ChildBenefitsClient(policy, user=account(policy)) as client:
        return inform(complaint, client, as_of=today(), language=language)


def with_notices(reading: Reading, notices_found: tuple[str, ...]) -> Reading:
    """Put what the registers held before the other notices."""
    import msgspec

    notices = (*notices_found, *reading.route.notices)
    return reading._replace(route=msgspec.structs.replace(reading.route, notices=notices))


def show_route(reading: Reading, out: Page) -> None:
    """Print a route for a person to read.

    Args:
        reading: The route in words.
        out: Where to print it.
    """
    for part in reading.parts:
        _show_part(part, out)
    out.gap()
    out.paragraph(reading.notices_heading, bold=True)
    for notice in reading.route.notices:
        out.paragraph(f"- {notice}")


def show_version(language: Language) -> None:
    """Print which version of the rules an answer rests on."""
    from kszclient.complaints.texts import texts
    from kszclient.rule_version import Decision, rule_version

    version = rule_version(Decision.COMPLAINTS)
    out = Page()
    out.gap()
    out.line(texts(language).phrase("version", version=version))


def show_rules_tried(tried: Iterable[RuleTried], language: Language, out: Page) -> None:
    """Print every rule that was tried, with what it asked and what was known.

    Args:
        tried: The rules.
        language: Of the headings.
        out: Where to print them.
    """
    from kszclient.complaints.texts import texts

    words = texts(language)
    heading = ""
    for each in tried:
        about = words.phrase("tried_part", number=each.part, instance=each.about)
        if about != heading:
            heading = about
            out.gap()
            out.paragraph(about, bold=True)
        first, *rest = each.said
        out.paragraph(first, indent="  ")
        for line in rest:
            out.paragraph(line, indent="      ")


def _show_part(part: PartReading, out: Page) -> None:
    out.gap()
    out.paragraph(part.heading, bold=True)
    for line in part.why:
        out.paragraph(line)
    for number, step in enumerate(part.steps, start=1):
        out.gap()
        out.paragraph(f"{number}. {step.heading}", bold=True)
        for line in (step.sentence, *step.dates, *step.channels, step.basis):
            out.paragraph(line, indent="   ")
    out.gap()
    for line in part.advice:
        out.paragraph(line, bold=True)
