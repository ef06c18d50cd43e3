"""Which service is asked, under which profile, and by what: this process or a Dask cluster."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from kszclient.reconciliation import Reconciliation
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
    """Return who asks, for the audit trail: the profile's user, and who runs this command.

    Many may share a profile. The login is what the operating system knows, not what the
    environment holds or somebody types; there is no option for it.

    >>> from kszclient.security import Profile
    >>> account(Profile.load("mock")).startswith("demonstration (login ")
    True
    """
    return f"{profile.user} (login {login()})" if profile.user else login()


def login() -> str:
    """Return the login of who runs this command, as the operating system knows it."""
    import pwd  # no system but POSIX has it, and the command must be able to report that

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


_LEAST_SECONDS, _MOST_SECONDS = 1.0, 30.0


class ClusterWished(NamedTuple):
    """A cluster: the address of its scheduler, or how many processes to start here."""

    scheduler: str | None
    workers: int


def cluster_wished(engine: str, scheduler: str | None, workers: int) -> ClusterWished | None:
    """Return the cluster that was asked for, or None.

    Raises:
        InvalidValueError: A scheduler without Dask, or an address that is none.
        InputError: Dask is not installed.
    """
    from kszclient.errors import InvalidValueError

    if engine == "local":
        if scheduler is not None:
            raise InvalidValueError(
                "--scheduler", "engine", "has a meaning with --engine dask only"
            )
        return None
    if scheduler is not None and not scheduler.startswith(("tls://", "tcp://")):
        raise InvalidValueError(
            "--scheduler", "form", "expected tls://HOST:PORT or tcp://HOST:PORT"
        )
    needs("distributed", extra="dask")
    return ClusterWished(scheduler, workers)


def needs(library: str, *, extra: str) -> None:
    """Check that a library of an extra is there.

    Raises:
        InputError: It is not; the message names what to install.
    """
    from kszclient.errors import InputError

    if find_spec(library) is None:
        raise InputError(
            f"this needs {library}, which is not installed",
            next_step=f"Install it with: pip install 'kszclient[{extra}]'",
        )


@contextmanager
def asking_with(
    cluster: ClusterWished | None,
    policy: Profile,
    in_flight: int,
    purpose: str | None,
    patience_seconds: float,
) -> Iterator[Callable[..., Reconciliation]]:
    """Return what reconciles a question.

    Args:
        cluster: Where; None is this process.
        policy: Whom to ask.
        in_flight: Most lookups under way at once.
        purpose: Why, for the audit trail.
        patience_seconds: How long to wait for the scheduler, within reason.
    """
    user = account(policy)
    if cluster is None:
        from kszclient.cadaster import AsyncChildBenefitsClient
        from kszclient.reconciliation import reconcile

        client = AsyncChildBenefitsClient(policy, user=user, purpose=purpose, in_flight=in_flight)
        yield lambda question, **how: reconcile(question, client, **how)
        return
    from kszclient.reconciliation.cluster.cluster import connect, reconcile_on

    # Dask writes tracebacks of its own about what is reported here in a sentence.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    workers = connect(
        cluster.scheduler,
        workers=cluster.workers,
        patience_seconds=max(_LEAST_SECONDS, min(patience_seconds, _MOST_SECONDS)),
    )
    yield lambda question, **how: reconcile_on(
        workers, question, policy, user=user, purpose=purpose, **how
    )
