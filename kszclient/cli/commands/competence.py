"""`kszclient competence`: who is competent for a child, month by month."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.options.checks import choice
from kszclient.cli.options.question import (
    AsOf,
    Benefit,
    DomicileFile,
    FromMonth,
    KnownOn,
    Nis,
    Postcode,
    ToMonth,
    check_answerable,
    chosen_history,
    day_of_asking,
    day_of_knowing,
    needed_history,
    period_asked,
)
from kszclient.cli.output.printing import Page, print_result

if TYPE_CHECKING:
    from kszclient.competence import Competence, Place, Segment


def competence(
    *,
    begin: FromMonth,
    end: ToMonth,
    nis: Nis = None,
    postcode: Postcode = None,
    domicile: DomicileFile = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    residence: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Where the child in fact lives, without a domicile."),
    ] = None,
    establishment: Annotated[
        str | None, typer.Option(metavar="CODE", help="Establishment of the parent's employer.")
    ] = None,
    insured_domicile: Annotated[
        str | None, typer.Option(metavar="CODE", help="(Last) domicile of the insured person.")
    ] = None,
    fund_seat: Annotated[
        str | None, typer.Option(metavar="CODE", help="Seat of the fund of the self-employed.")
    ] = None,
    payer_office: Annotated[
        str | None, typer.Option(metavar="CODE", help="Office of the last payer.")
    ] = None,
    situation: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="no-domicile, bis-number, struck-off, waiting-register, placed or abroad.",
        ),
    ] = None,
    benefit: Benefit = None,
    why: Annotated[bool, typer.Option("--explain", help="Explain why, in sentences.")] = False,
    language: Annotated[
        str | None, typer.Option(metavar="LANGUAGE", help="Of the sentences: en, nl, fr or de.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The whole result as JSON.")] = False,
) -> None:
    """Show who is competent for a child's benefit month by month, and which register to ask.

    A CODE is a municipality code (five digits) or a postcode (four).
    """
    from kszclient.competence import (
        Circumstances,
        DomicileHistory,
        Language,
        explain,
        resolve,
        rulebook,
    )
    from kszclient.errors import InputError
    from kszclient.rule_version import Decision
    from kszclient.values import plain

    if language is not None and not why:
        raise InputError("--language: the sentences are told with --explain; give that too")
    spoken = Language.EN if language is None else choice("--language", language, Language)
    if situation is not None:
        choice("--situation", situation, rulebook().situations)
    if benefit is not None:
        choice("--benefit", benefit, rulebook().allowances)
    circumstances = Circumstances(
        situation=situation,
        residence=_place("--residence", residence),
        establishment=_place("--establishment", establishment),
        insured_domicile=_place("--insured-domicile", insured_domicile),
        fund_seat=_place("--fund-seat", fund_seat),
        payer_office=_place("--payer-office", payer_office),
        allowance=benefit,
    )
    # Who gives another factor, or states why there is no domicile, need not give one.
    if circumstances == Circumstances(allowance=benefit):
        history = needed_history(nis, postcode, domicile)
    else:
        history = chosen_history(nis, postcode, domicile) or DomicileHistory(())
    period = period_asked(begin, end)
    check_answerable(period)
    answer = resolve(
        history,
        period,
        as_of=day_of_asking(as_of),
        known_on=day_of_knowing(known_on),
        circumstances=circumstances,
    )
    sentences = explain(answer, spoken) if why else []
    if json:
        result = {**plain(answer), "explanation": sentences} if why else answer
        print_result(result, Decision.COMPETENCE)
    elif why:
        out = Page()
        for number, sentence in enumerate(sentences):
            if number:
                out.gap()
            out.line(sentence)
    else:
        show_competence(answer)


def _place(option: str, code: str | None) -> Place | None:
    from kszclient.competence import Place
    from kszclient.errors import InputError

    if code is None:
        return None
    try:
        place = Place.parse(code)
        _ = place.area  # An unknown place is refused here, where the option is known.
    except InputError as error:
        raise type(error)(f"{option}: {error}", next_step=error.next_step) from None
    return place


def show_competence(answer: Competence) -> None:
    """Print an answer for a person to read."""
    from kszclient.rule_version import Decision, rule_version

    out = Page()
    show_segments(answer, out)
    out.line(f"Ask: {', '.join(answer.sources)} (on {answer.as_of})")
    show_notices(answer, out)
    out.line(f"Version of the rules: {rule_version(Decision.COMPETENCE)}")


def show_segments(answer: Competence, out: Page) -> None:
    """Print who is competent when, how sure each part of that is and what is open about it."""
    from kszclient.competence import Language, rulebook
    from kszclient.competence.explain import about_knowledge

    headings = ("from", "to", "area", "entity", "register", "kept by", "source", "certainty")
    out.rows(headings, map(_cells, answer.segments))
    for sentence in about_knowledge(answer, rulebook().texts[Language.EN]):
        out.line(sentence)
    for reason, run in groupby(answer.segments, key=lambda each: each.reason):
        if isinstance(reason, str):
            undetermined = list(run)
            out.line(f"{undetermined[0].begin} to {undetermined[-1].end}: {reason}")
    for point in dict.fromkeys(p for each in answer.segments for p in each.open_points or ()):
        out.line(rulebook().about_open_point(point, Language.EN))


def show_notices(answer: Competence, out: Page) -> None:
    """Print what else the user should know, as of the month in which a child moved."""
    for notice in answer.notices:
        out.line(f"Notice: {notice}")


def _cells(segment: Segment) -> list[str]:
    answers = (segment.area, segment.entity, segment.cadaster, segment.keeper, segment.source)
    days = (str(segment.begin), str(segment.end))
    return [*days, *(name or "-" for name in answers), _sureness(segment)]


def _sureness(segment: Segment) -> str:
    """How sure an answer is: in one word, or for each part of it where they differ."""
    parts = {
        "entity": segment.entity_certainty,
        "register": segment.cadaster_certainty,
        "source": segment.source_certainty,
    }
    sure = segment.certainty.value
    if len(set(parts.values())) > 1:
        sure = ", ".join(f"{part} {certainty}" for part, certainty in parts.items())
    points = ", ".join(segment.open_points or ())
    return f"{sure} ({points})" if points else sure
