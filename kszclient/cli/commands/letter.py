"""`kszclient letter`: the complaint or petition, ready to complete, sign and send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.options.checks import choice
from kszclient.cli.options.question import ComplaintFile, given_complaint
from kszclient.cli.output.printing import print_result, write_message

if TYPE_CHECKING:
    from kszclient.complaints import Complaint, Evaluation
    from kszclient.complaints.letters import Letter, LetterDetails


def letter(
    file: ComplaintFile,
    *,
    instance: Annotated[str, typer.Option(metavar="CODE", help="To whom, such as KBD.")],
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="nl, fr or de.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="A file ending in .html or .eml.")],
    details: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Personal particulars as JSON; without, blanks."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if it is there already.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="As JSON: where it is, what is still to do, the advice.")
    ] = False,
) -> None:
    """Write the complaint or petition to a file that only you can read."""
    from kszclient.complaints.letters import LANGUAGES, compose, save_letter
    from kszclient.complaints.vocabulary import Instance
    from kszclient.resources import path_shown
    from kszclient.rule_version import Decision

    to, spoken = choice("--instance", instance, Instance), choice("--language", language, LANGUAGES)
    complaint = given_complaint(file)
    written = compose(complaint, to, spoken, _details(details))
    save_letter(written, out, force=force)
    evaluations = _evaluations(written, complaint)
    if json:
        print_result(
            {
                "file": path_shown(out),
                "instance": written.instance,
                "language": written.language,
                "title": written.title,
                "missing": written.missing,
                "signed": written.signed,
                "works_in": written.works_in,
                "notes": written.notes,
                "evaluations": evaluations,
            },
            Decision.COMPLAINTS,
        )
        return
    write_message(f"Written: {out.name}")
    _advise(written, evaluations)


def _details(path: Path | None) -> LetterDetails | None:
    from kszclient.complaints.letters import read_details
    from kszclient.errors import IntakeError
    from kszclient.resources import read_input

    if path is None:
        return None
    text = read_input(path)
    try:
        return read_details(text)
    except IntakeError as error:
        raise IntakeError(f"{path.name}: {error}") from error


def _evaluations(written: Letter, complaint: Complaint) -> list[Evaluation]:
    """Return what the rules answer about this instance."""
    from kszclient.complaints import route

    return [
        each
        for part in route(complaint).parts
        for each in part.evaluations
        if each.instance is written.instance
    ]


def _advise(written: Letter, evaluations: list[Evaluation]) -> None:
    """Print what is still to do, and what the rules answer about this instance."""
    if written.missing:
        write_message(f"Still to fill in: {', '.join(written.missing)}")
    if written.signed:
        write_message("Print it, date and sign it by hand; send it as the instance asks.")
    if written.works_in:
        languages = ", ".join(written.works_in)
        write_message(
            f"As far as known {written.instance.value} works in {languages}: check first."
        )
    write_message(
        "Read the note to the sender at its top: it names the addresses to check before sending."
    )
    if not evaluations:
        write_message(
            f"Warning: {written.instance.value} has no part in the route of this complaint."
        )
    for each in evaluations:
        write_message(_summary(each))
    write_message("This is information, not legal advice.")


def _summary(evaluation: Evaluation) -> str:
    term = evaluation.term
    until = f"; file by {term.file_by}" if term and term.file_by else ""
    return f"{evaluation.instance.value}: {evaluation.outcome.value} ({evaluation.reason}){until}"
