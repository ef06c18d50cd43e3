"""The options that say which service is asked, and under which profile."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kszclient.security import Profile

DEFAULT_PROFILE = "mock"
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


Purpose = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT", help="Why, for the audit trail: a file reference, no name or number."
    ),
]


def account(profile: Profile) -> str:
    """Tell who asks, for the audit trail: the profile's user, and who runs this command.

    Many may share a profile. The login is what the operating system knows, not what the
    environment says or somebody types; there is no option for it.

    >>> from kszclient.security import Profile
    >>> account(Profile.load("mock")).startswith("demonstration (login ")
    True
    """
    return f"{profile.user} (login {login()})" if profile.user else login()


def login() -> str:
    """Return the login of who runs this command, as the operating system knows it."""
    import pwd  # no system but POSIX has it, and the command must be able to say so

    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"


def chosen_profile(profile: str, endpoint: str | None) -> Profile:
    """Read the profile that the options name.

    Raises:
        SettingsError: There is none, or it cannot be used; the message names the key.
    """
    from kszclient.security import Profile

    return Profile.load(profile_file(profile) or profile, endpoint=endpoint)


def profile_file(profile: str) -> Path | None:
    """Return the file that the option names; None for the name of one that ships.

    >>> profile_file("prod"), profile_file("prod.toml").name
    (None, 'prod.toml')
    """
    return Path(profile) if profile.endswith(".toml") or os.sep in profile else None
