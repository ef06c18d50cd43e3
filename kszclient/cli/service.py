"""The options that say which service is asked, and under which profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kszclient.security import Profile

Endpoint = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Address of the operation, instead of the profile's."),
]
ProfileName = Annotated[
    str,
    typer.Option(
        "--profile", metavar="NAME", help="mock, test, acpt, prod, or the path of a TOML file."
    ),
]


def chosen_profile(profile: str, endpoint: str | None) -> Profile:
    """Read the profile that the options name.

    Raises:
        SettingsError: There is none, or it cannot be used; the message names the key.
    """
    from kszclient.security import Profile

    named = Path(profile) if profile.endswith(".toml") else profile
    return Profile.load(named, endpoint=endpoint)
