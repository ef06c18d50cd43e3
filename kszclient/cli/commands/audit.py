"""`kszclient audit`: make, verify, explain and export the trail; what has no end in it.

Who reads a trail is written down in it, before anything is shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.options.checks import as_option, has_effect
from kszclient.cli.options.question import day, person_on_stdin
from kszclient.cli.options.service import Purpose, login
from kszclient.cli.output.printing import Bold, Exit, Page, print_result, write_json, write_message

if TYPE_CHECKING:
    import datetime as dt

    from kszclient.audit import AnchorFile, Reader, UnfinishedConsultations, Verification

audit = typer.Typer(no_args_is_help=True, help="The trail of who asked what, about whom and why.")

Trail = Annotated[Path, typer.Argument(metavar="TRAIL", help="The file of the trail.")]
Keys = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        metavar="FILE",
        help="File with id:base64, the key in use first, for your eyes only; "
        "the environment variable KSZCLIENT_AUDIT_KEYS where left out.",
    ),
]
Unrecorded = Annotated[
    bool,
    typer.Option(
        "--unrecorded",
        help="Read a trail too that takes no entry about this reading, such as a damaged one.",
    ),
]
Deadline = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        min=0,
        help="Longest that a lookup may last: a younger one is under way while a process has the "
        "trail open. 600 where left out.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="The whole result as JSON.")]


@audit.command()
def create(trail: Trail, *, keys: Keys = None, json: Json = False) -> None:
    """Make a new, empty trail; lookups never make one by themselves."""
    from kszclient.audit import AuditKeys, AuditTrail
    from kszclient.errors import InputError

    if trail.exists() or trail.is_symlink():
        raise InputError(f"TRAIL: {trail} is there already")
    AuditTrail.create(trail, AuditKeys.load(keys))
    write_message("The trail is there. Keep its keys: without them nobody can verify it.")
    if json:
        print_result({"trail": str(trail)})


@audit.command()
def verify(
    trail: Trail,
    *,
    keys: Keys = None,
    anchors: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Ends of the trail seen before, one a line, kept where its writers cannot write: "
            "the trail is compared with each, and its end is added when all is well.",
        ),
    ] = None,
    begin_anchors: Annotated[
        bool,
        typer.Option(
            "--begin-anchors",
            help="The file of --anchors is used for the first time; without this, one that is not "
            "there or is empty is a finding.",
        ),
    ] = False,
    purpose: Purpose = None,
    deadline: Deadline = None,
    json: Json = False,
) -> None:
    """Find entries that were changed, taken out, put elsewhere, or cut off the end.

    Also: foreign tables and triggers, a clock that was set, questions without an end.
    """
    from kszclient.audit import AuditKeys
    from kszclient.audit import verify as verify_trail

    _check_file(trail)
    if begin_anchors:
        has_effect("--anchors", anchors is not None, {"--begin-anchors": begin_anchors})
    file = _anchor_file(anchors, begin=begin_anchors) if anchors else None
    verification = verify_trail(
        trail,
        AuditKeys.load(keys),
        anchor_file=file,
        reader=_reader(purpose),
        longest=_longest(deadline),
    )
    if json:
        print_result(verification)
    else:
        _show(verification, len(file.anchors) if file else None)
    raise typer.Exit(Exit.FINDINGS if verification.problem_count else Exit.DONE)


@audit.command()
def unfinished(
    trail: Trail,
    *,
    keys: Keys = None,
    purpose: Purpose = None,
    deadline: Deadline = None,
    unrecorded: Unrecorded = False,
    json: Json = False,
) -> None:
    """List consultations without an end: asked, with no record of what came of it."""
    from kszclient.audit import AuditKeys
    from kszclient.audit import unfinished as list_unfinished

    _check_file(trail)
    found = list_unfinished(
        trail,
        AuditKeys.load(keys),
        _reader(purpose, unrecorded=unrecorded),
        longest=_longest(deadline),
    )
    if json:
        print_result(found)
    else:
        _show_unfinished(found)
    raise typer.Exit(Exit.FINDINGS if found.unfinished else Exit.DONE)


@audit.command()
def explain(
    trail: Trail,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", min=1, help="Where it was found.")],
    *,
    why: Annotated[
        str,
        typer.Option(metavar="TEXT", help="What was found out; no name and no number of a person."),
    ],
    keys: Keys = None,
    deadline: Deadline = None,
    json: Json = False,
) -> None:
    """Write down what is behind a CLOCK or UNFINISHED; it is no finding from then on."""
    from kszclient.audit import AuditKeys
    from kszclient.audit import explain as explain_entry

    _check_file(trail)
    written = explain_entry(
        trail, AuditKeys.load(keys), entry, user=login(), why=why, longest=_longest(deadline)
    )
    if json:
        print_result({"explained": written})
    else:
        for each in written:
            Page().line(f"Explained: {each.finding} {each.entry}")


@audit.command()
def export(
    trail: Trail,
    *,
    keys: Keys = None,
    begin: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First day, UTC.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day, UTC.")] = None,
    ticket: Annotated[str | None, typer.Option(help="One question and how it ended.")] = None,
    person: Annotated[
        bool,
        typer.Option(
            "--person",
            help="Every question that was about, or showed, the person whose national number is "
            "on standard input.",
        ),
    ] = False,
    purpose: Purpose = None,
    unrecorded: Unrecorded = False,
    json: Annotated[  # noqa: ARG001 - every command takes it
        bool, typer.Option("--json", help="Changes nothing: the entries are JSON in any case.")
    ] = False,
) -> None:
    """Write entries for an inspection to standard output, one JSON object a line."""
    from kszclient.audit import AuditKeys, Selection
    from kszclient.audit import export as export_entries
    from kszclient.values import Ticket

    _check_file(trail)
    selection = Selection(
        begin=_midnight("--from", begin, days=0),
        end=_midnight("--to", end, days=1),
        ticket=as_option("--ticket", lambda: Ticket.parse(ticket)) if ticket is not None else None,
        person=person_on_stdin() if person else None,
    )
    reader = _reader(purpose, unrecorded=unrecorded)
    for line in export_entries(trail, AuditKeys.load(keys), selection, reader):
        write_json(line.decode())


def _midnight(option: str, text: str | None, *, days: int) -> dt.datetime | None:
    import datetime as dt

    if text is None:
        return None
    begin = dt.datetime.combine(day(option, text), dt.time(), tzinfo=dt.UTC)
    try:
        return begin + dt.timedelta(days=days)
    except OverflowError:  # After the last day of all there is nothing to leave out.
        return None


def _check_file(trail: Path) -> None:
    from kszclient.errors import InputError

    if trail.is_dir():
        raise InputError(f"TRAIL: {trail} is a folder")


def _reader(purpose: str | None, *, unrecorded: bool = False) -> Reader:
    from kszclient.audit import Reader

    return Reader(user=login(), purpose=purpose, unrecorded=unrecorded)


def _longest(deadline: float | None) -> dt.timedelta:
    import datetime as dt

    from kszclient.audit.open_questions import UNDER_WAY
    from kszclient.errors import InvalidValueError

    if deadline is None:
        return UNDER_WAY
    try:
        return dt.timedelta(seconds=deadline)
    except (OverflowError, ValueError):
        raise InvalidValueError("--deadline", "seconds", "expected a number of seconds") from None


def _anchor_file(path: Path, *, begin: bool) -> AnchorFile:
    from kszclient.audit import AnchorFile
    from kszclient.errors import SettingsError

    try:
        return AnchorFile(path, begin=begin)
    except SettingsError as error:
        raise SettingsError(f"--{error}", next_step=error.next_step) from None


def _show(verification: Verification, anchors: int | None) -> None:
    out = Page()
    if verification.as_written:
        _show_as_written(verification.entries, anchors)
    else:
        count = verification.problem_count
        out.line(Bold(f"{count} problems"), f" in {verification.entries} entries")
    if verification.under_way:
        out.line(f"Under way right now: {verification.under_way}")
    if verification.explained:
        out.line(f"Explained before, see --json: {len(verification.explained)}")
    for problem in verification.problems:
        place = "" if problem.sequence is None else f" {problem.sequence}"
        out.line(Bold(problem.kind.value), f"{place}: {problem.explanation}")
    if verification.problem_count > len(verification.problems):
        out.line("and more")
    for step in dict.fromkeys(problem.next_step for problem in verification.problems):
        write_message(step)
    if verification.unrecorded is not None:
        write_message(f"This verification does not stand in the trail: {verification.unrecorded}")


def _show_as_written(entries: int, anchors: int | None) -> None:
    out = Page()
    if entries:
        out.line(f"{entries} entries, as they were written.")
    else:
        out.line("0 entries, as they were written: the trail is empty.")
        out.line("If anything was ever asked, its file that ends in -wal was left behind.")
    if anchors:
        out.line(f"They agree with {anchors} earlier ends.")
    elif anchors is not None:
        out.line("The file of anchors is begun: keep it where nobody who asks can write.")
    else:
        out.line("Without --anchors, a file put back whole to an earlier copy does not show.")


def _show_unfinished(found: UnfinishedConsultations) -> None:
    out = Page()
    if found.unfinished:
        headings = ("entry", "asked (UTC)", "age", "who", "why", "person", "ticket")
        rows = [
            (
                str(each.entry),
                f"{each.asked_at:%Y-%m-%d %H:%M:%S}",
                _age(max(0, each.age_seconds)),
                each.user,
                "; ".join(filter(None, (each.legal_context, each.purpose))),
                each.person,
                each.ticket,
            )
            for each in found.unfinished
        ]
        out.rows(headings, rows, whole=("asked (UTC)", "age"))
    else:
        out.line("Every consultation has an end.")
    if found.under_way:
        out.line(f"Under way right now: {found.under_way}")


def _age(seconds: int) -> str:
    """Return an age in its two largest units.

    >>> _age(59), _age(3700), _age(90_000)
    ('59 s', '1 h 1 min', '1 d 1 h')
    """
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@audit.command()
def purge(
    bodies: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of kept bodies.")],
    *,
    keys: Keys = None,
    json: Json = False,
) -> None:
    """Remove kept bodies whose last day is over."""
    from kszclient.audit import AuditKeys
    from kszclient.audit.bodies import KeptBodies
    from kszclient.values import today

    removed = KeptBodies(bodies, AuditKeys.load(keys), keep_days=1).purge(today())
    if json:
        print_result({"removed": removed})
    else:
        write_message(f"Removed: {removed}")
