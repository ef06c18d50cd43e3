"""`kszclient mock`: a KSZ on this machine, for trying things out."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.commands.mock_explain import explain_number
from kszclient.cli.output.printing import Page, write_json

if TYPE_CHECKING:
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
    from kszclient.cli.options.mock_guard import chosen_guard, credentials
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
            _tell_json(server, seed, played, profile, customer)
        else:
            _tell(server, played, profile, customer)
        stop.wait()
    return None


def _check_idle(options: list[str]) -> None:
    if options:
        from kszclient.errors import InputError

        raise InputError(f"{options[0]}: changes nothing with --explain, which starts no server")


def _tell_json(
    server: MockKsz,
    seed: int,
    played: Scenario | None,
    profile: Path | None,
    customer: str | None,
) -> None:
    import msgspec

    told = {
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
    write_json(msgspec.json.encode(told).decode())
    sys.stdout.flush()


def _tell(
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
