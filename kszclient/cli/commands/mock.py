"""`kszclient mock`: a KSZ on this machine, for trying things out."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kszclient.cli.options.checks import choice
from kszclient.cli.output.printing import Exit, Page, print_result, write_json

if TYPE_CHECKING:
    from kszclient.testing.server.guard import Guard
    from kszclient.testing.server.routing import PersonsLine, RegionalLine, Routing
    from kszclient.testing.server.scenario import Scenario
    from kszclient.testing.server.server import MockKsz

DEFAULT_PORT = 8787
MOST_CHILDREN = 500_000


def mock(
    *,
    port: Annotated[
        int, typer.Option(help="Port on 127.0.0.1; 0 takes any that is free.")
    ] = DEFAULT_PORT,
    population: Annotated[
        int, typer.Option(min=0, max=MOST_CHILDREN, help="Number of children beside the personas.")
    ] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same population.")] = 2019,
    scenario: Annotated[
        str | None,
        typer.Option(help="What goes wrong: a TOML file, or the name of one in mocks/scenarios."),
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Customer as which the invented one of the profile mock is answered, "
            "see kszclient rules customers; what each may see is invented.",
        ),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="SSIN",
            help="Start no server, but show how the repertories lead to the files of an invented "
            "person; - reads the number from standard input.",
        ),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve TLS with certificates made for this run.")
    ] = False,
    require: Annotated[
        list[str] | None,
        typer.Option(metavar="WAY", help="With --tls, what a client shows: basic, mtls, wsse."),
    ] = None,
    shows: Annotated[
        str,
        typer.Option(
            metavar="FLAW",
            help="With --tls, the server's own certificate: valid, expired, revoked, wrong-name, "
            "wrong-use.",
        ),
    ] = "valid",
    certificates: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="With --tls, where the client's certificates, secrets and profile are written; "
            "a folder that is removed at the end where left out.",
        ),
    ] = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="As JSON: where it listens (one line), or the explanation."),
    ] = False,
) -> int | None:
    """Run a mock KSZ on this machine until it is stopped with Ctrl-C."""
    if explain is not None:
        idle = {
            "--port": port != DEFAULT_PORT,
            "--scenario": scenario is not None,
            "--customer": customer is not None,
            "--tls": tls,
            "--require": bool(require),
            "--shows": shows != "valid",
            "--certificates": certificates is not None,
        }
        _check_idle([option for option, given in idle.items() if given])
        return explain_number(explain, seed=seed, population=population, json=json)
    from kszclient.testing.server.request_log import request_log
    from kszclient.testing.server.scenario import chosen_scenario
    from kszclient.testing.server.server import MockKsz
    from kszclient.testing.server.world import World

    guard = chosen_guard(tls=tls, require=require or [], shows=shows, certificates=certificates)
    played = chosen_scenario(scenario) if scenario is not None else None
    world = World.build(seed=seed, size=population)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    scenarios = [played] if played else []
    server = MockKsz(world, scenarios, port=port, log=request_log(), guard=guard, customer=customer)
    with server, credentials(guard, server.endpoint, certificates) as profile:
        if json:
            _print_json(server, seed, played, profile, customer)
        else:
            _print_page(server, played, profile, customer)
        stop.wait()
    return None


def _check_idle(options: list[str]) -> None:
    if options:
        from kszclient.errors import InputError

        raise InputError(f"{options[0]}: changes nothing with --explain, which starts no server")


def _print_json(
    server: MockKsz,
    seed: int,
    played: Scenario | None,
    profile: Path | None,
    customer: str | None,
) -> None:
    import msgspec

    facts = {
        "endpoint": server.endpoint,
        "wsdl": server.wsdl,
        "desks": server.desks,
        "seed": seed,
        "children": len(server.world.children),
        "scenario": played.title if played else None,
        "profile": str(profile) if profile else None,
        "customer": customer.upper() if customer else None,
        "personas": [
            {"key": key, "ssin": persona.child.ssin.digits, "name": persona.child.name}
            for key, persona in server.world.personas.items()
        ],
    }
    write_json(msgspec.json.encode(facts).decode())
    sys.stdout.flush()


def _print_page(
    server: MockKsz, played: Scenario | None, profile: Path | None, customer: str | None
) -> None:
    out = Page(masked=False)  # The numbers are invented, and there to be typed.
    out.line(f"The mock KSZ listens at {server.endpoint}")
    out.line(f"Its contract: {server.wsdl}")
    out.line(f"Desks for complaints: {server.desks}")
    if played:
        out.line(f"Scenario: {played.title}")
    if customer:
        from kszclient.testing.server.customers import played_customers

        mine = played_customers()[customer.upper()]
        out.paragraph(f"Answers as to {mine.code}, by an invention of the mock: {mine.story}")
    if profile:
        out.line(f"Certificates, secrets and the profile of a client: {profile.parent}")
    personas = list(server.world.personas.values())
    rows = [(each.child.ssin.digits, each.child.name) for each in personas]
    out.table(("number", "story, told in mocks/personas"), rows, whole=("number",))
    # The child whom the most registers know shows the most.
    number = max(personas, key=lambda each: len(each.child.rights)).child.ssin.digits
    out.line("Try, in another window:")
    way = f"--profile {profile}" if profile else f"--endpoint {server.endpoint}"
    out.line(f"  kszclient lookup {number} --from 2019-01 --to 2024-12 {way}", whole=True)
    out.line("Stop with Ctrl-C.")
    sys.stdout.flush()


def chosen_guard(
    *, tls: bool, require: list[str], shows: str, certificates: Path | None
) -> Guard | None:
    """Make the guard that the options ask for, or none.

    Raises:
        InputError: A word is none of those known, or --tls is missing.
    """
    from kszclient.errors import SettingsError

    if not tls:
        if require or certificates or shows != "valid":
            raise SettingsError("--require, --shows and --certificates have a meaning with --tls")
        return None
    from kszclient.testing.server.certificates import Flaw
    from kszclient.testing.server.guard import Guard, Requirement

    asked = [choice("--require", word, Requirement) for word in require]
    return Guard(asked, shows=choice("--shows", shows, Flaw))


@contextmanager
def credentials(guard: Guard | None, endpoint: str, folder: Path | None) -> Iterator[Path | None]:
    """Write what a client needs and return the path of its profile, or None without a guard.

    Args:
        guard: Whom the mock lets in.
        endpoint: Where it listens.
        folder: Where to write; a temporary one, gone at the end, where left out.
    """
    if guard is None:
        yield None
        return
    from tempfile import TemporaryDirectory

    from kszclient.testing.server.guard import write_credentials

    if folder is not None:
        yield write_credentials(guard, endpoint, folder.absolute())
        return
    with TemporaryDirectory(prefix="kszclient-mock-") as made:
        yield write_credentials(guard, endpoint, Path(made))


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
    from kszclient.cli.options.question import given_person
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
