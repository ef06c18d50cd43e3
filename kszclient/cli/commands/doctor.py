"""`kszclient doctor`: client side or service side?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.options.service import Endpoint, ProfileName, chosen_profile
from kszclient.cli.output.printing import Bold, Exit, Page, print_result

if TYPE_CHECKING:
    from kszclient.cadaster.health import Health


def doctor(
    profile: ProfileName = "mock",
    endpoint: Endpoint = None,
    json: Annotated[bool, typer.Option("--json", help="The whole result as JSON.")] = False,
) -> None:
    """Look at settings, certificates, schemas, trail and connection, and list what to do."""
    from kszclient.cadaster.health import check_health
    from kszclient.security.examination import State

    policy = chosen_profile(profile, endpoint)
    health = check_health(policy, dt.datetime.now(tz=dt.UTC))
    if json:
        found = {"worst": health.worst, "ours": health.ours, "theirs": health.theirs}
        print_result(found, environment=policy.name)
    else:
        show_health(health)
    raise typer.Exit(Exit.DONE if health.worst is State.OK else Exit.FINDINGS)


def show_health(health: Health) -> None:
    """Print what was looked at, line by line."""
    out = Page()
    for heading, checks in (("Client side", health.ours), ("Service side", health.theirs)):
        out.line(Bold(heading))
        if not checks:
            out.line("  not looked at: mend the client side first")
        for check in checks:
            out.line(f"  {check.state.value:<5} {check.name}: {check.finding}")
            if check.next_step:
                out.line(f"        {check.next_step}")
