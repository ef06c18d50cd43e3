"""The scheduler of a cluster: is it one, are its workers like us, and is one of them still there?

Dask itself waits for ever where nobody answers. So each question here goes over a connection of its
own and has an end, and whoever interrupts it is obeyed at once.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from distributed import Client
from distributed.core import rpc
from distributed.security import Security
from distributed.versions import get_versions

from kszclient.errors import ClusterError, InputError

# As Dask reads it, which knows no user, path or query: who reads otherwise finds another host.
_ADDRESS = re.compile(r"(?:tls|tcp)://(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::\w*)?", re.ASCII)
_OURS = ("kszclient", "msgspec", "polars")
_OF_SCHEDULER = ("python", "dask", "distributed")
_OF_WORKER = (*_OF_SCHEDULER, "cloudpickle", *_OURS)
_FEW = 5
_TLS_HINT = (
    "tls:// needs Dask's settings distributed.comm.tls: ca-file, client.cert and client.key."
)


class Scheduler(NamedTuple):
    """A scheduler to put short questions to.

    Args:
        address: Where it listens.
        arguments: For a connection, such as those of TLS.
        seconds: How long an answer may take.
    """

    address: str
    arguments: Mapping[str, Any]
    seconds: float

    @classmethod
    def at(cls, address: str, seconds: float) -> Scheduler:
        """Return the scheduler at an address, by Dask's settings.

        Raises:
            ClusterError: The settings of TLS cannot be used.
        """
        try:
            return cls(address, _arguments(_settings()), seconds)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"Dask's settings of TLS cannot be used: {error}", next_step=_TLS_HINT
            ) from None

    @classmethod
    def of(cls, client: Client, seconds: float) -> Scheduler:
        """Return the scheduler that a client is connected with."""
        there: Any = client.scheduler
        return cls(there.address, _arguments(client.security), seconds)

    def check(self) -> None:
        """See that there is a scheduler of Dask.

        Raises:
            ClusterError: There is none, or it does not answer.
        """
        told = self._ask("identity")
        kind = told.get("type") if isinstance(told, dict) else None
        if kind != "Scheduler":
            raise ClusterError(
                f"no scheduler of Dask answers at {self.address}",
                next_step="Name the address that the scheduler shows when it starts.",
            )

    def threads(self) -> int:
        """Count the threads of all workers.

        Raises:
            ClusterError: The scheduler does not answer.
        """
        return sum(self._ask("ncores").values())

    def check_workers(self) -> None:
        """See that numbers reach the workers unread, and that they run what runs here.

        Raises:
            ClusterError: A worker, or the scheduler, has other versions or lacks a package.
            InputError: A worker is reached over a network without TLS.
        """
        workers = self._ask(
            "broadcast", msg={"op": "versions", "packages": _OURS}, on_error="ignore"
        )
        for address in (self.address, *workers):
            check_unread(address)
        here = get_versions(packages=_OURS)["packages"]
        scheduler = self._ask("versions", packages=_OURS)
        differ = [
            f"{where} has {what}"
            for where, found, names in (
                ("the scheduler", scheduler, _OF_SCHEDULER),
                *((f"worker {address}", each, _OF_WORKER) for address, each in workers.items()),
            )
            for what in _differences(here, found["packages"], names)
        ]
        if differ:
            more = f", and {len(differ) - _FEW} more" if len(differ) > _FEW else ""
            raise ClusterError(
                f"the cluster is of other versions: {'; '.join(differ[:_FEW])}{more}",
                next_step="Install the same versions everywhere: pip install 'kszclient[dask]'.",
            )

    def _ask(self, operation: str, **words: object) -> Any:
        try:
            return asyncio.run(self._answer(operation, words))
        except Exception as error:
            if isinstance(error, TypeError) and "TLS" in str(error):
                raise ClusterError(
                    f"{self.address} cannot be reached: no certificate is set for TLS",
                    next_step=_TLS_HINT,
                ) from None
            raise ClusterError(
                f"the scheduler {self.address} does not answer",
                next_step="Check its address, and that it runs; tls:// needs Dask's settings.",
            ) from error

    async def _answer(self, operation: str, words: dict[str, object]) -> Any:
        connect: Any = rpc
        there = connect(self.address, connection_args=dict(self.arguments))
        try:
            return await asyncio.wait_for(getattr(there, operation)(**words), self.seconds)
        finally:
            await there.close_rpc()


def _settings() -> Any:
    security: Any = Security
    return security()


def _arguments(security: Any) -> dict[str, Any]:
    found: dict[str, Any] = security.get_connection_args("client")
    return found


def check_address(address: str) -> None:
    """Refuse what is no address of a scheduler, and one over which numbers would go in clear.

    Raises:
        InputError: It is none, or as `check_unread`; what is none is not repeated, for it may hold
            a password.

    >>> check_address("tcp://[::1]:8786")
    >>> check_address("tcp://user:password@127.0.0.1:8786")
    Traceback (most recent call last):
    kszclient.errors.InputError: the scheduler: expected tls://HOST:PORT or tcp://HOST:PORT
    """
    if _ADDRESS.fullmatch(address) is None:
        raise InputError(
            "the scheduler: expected tls://HOST:PORT or tcp://HOST:PORT",
            next_step="An address of IPv6 stands in brackets: tcp://[::1]:8786.",
        )
    check_unread(address)


def check_unread(address: str) -> None:
    """Refuse an address over which numbers of persons would go where others can read them.

    Raises:
        InputError: It lies beyond this machine, and is not TLS.

    >>> check_unread("tls://dask.example:8786")
    >>> check_unread("tcp://127.0.0.1:8786")
    >>> check_unread("tcp://10.0.0.7:8786")
    Traceback (most recent call last):
    kszclient.errors.InputError: tcp://10.0.0.7:8786: numbers of persons would go over the network \
in clear
    """
    found = _ADDRESS.fullmatch(address)
    if address.startswith(("tls://", "inproc://")) or (found and _is_here(found["host"])):
        return
    raise InputError(
        f"{address}: numbers of persons would go over the network in clear",
        next_step="Use tls:// with Dask's settings (distributed.comm.tls); tcp:// is for "
        "schedulers and workers on this machine's loopback.",
    )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _differences(
    here: Mapping[str, str | None], there: Mapping[str, str | None], names: tuple[str, ...]
) -> Iterator[str]:
    for name in names:
        ours, theirs = _version(name, here.get(name)), _version(name, there.get(name))
        if ours != theirs:
            found = f"{name} {theirs}" if theirs else f"no {name}"
            yield f"{found} (here {ours})"


def _version(name: str, version: str | None) -> str | None:
    """Return a version as far as it must be the same: of Python the first two numbers."""
    return ".".join(version.split(".")[:2]) if version and name == "python" else version
