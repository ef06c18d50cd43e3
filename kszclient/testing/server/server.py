"""The mock KSZ as a server on this machine, running in a thread of its own."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Self, cast

from aiohttp import web

from kszclient.errors import SettingsError
from kszclient.testing.desks import application as desks
from kszclient.testing.server.engine import MockEngine, Seen
from kszclient.testing.server.scenario import Scenario
from kszclient.testing.server.web import PATH, ServerConnection, Service
from kszclient.testing.server.world import World

if TYPE_CHECKING:
    from kszclient.testing.server.guard import Guard

_REMEMBERED = 4_000
_SHUTDOWN_SECONDS = 1.0
_BACKLOG = 1024
_HIGHEST_PORT = 65_535
# A question that is compressed is refused as any other that cannot be read.
_OPTIONS: dict[str, Any] = {"access_log": None, "auto_decompress": False}


class MockKsz:
    """A KSZ to try things on: it listens on loopback from `with` to the end of the block.

    Args:
        world: What the registers hold.
        scenarios: What goes wrong.
        host: An address of this machine's loopback; nothing else is listened on.
        port: A port, or 0 for any that is free.
        clock: Gives the time, for answers that are the same every time; the real one if left out.
        tickets: Gives the KSZ's tickets, likewise.
        log: Called with each request seen, in the server's thread.
        sleep: Holds back an answer that a rule delays, for its seconds; the real one if left out.
        guard: Makes it serve TLS and decides whom to let in; plain http for everybody without one.
        customer: Code of a customer of the service, such as ``OCMW``, as which the invented one of
            the profile ``mock`` is answered; `mocks/customers.toml` lists what each may see.

    Raises:
        InputError: There is no such customer.
        SettingsError: The host is not loopback, or (on entering) the port cannot be had.

    >>> with MockKsz(World.build(size=0)) as ksz:
    ...     ksz.endpoint.startswith("http://127.0.0.1:")
    True
    """

    def __init__(  # noqa: PLR0913 - each a choice of its own, all named
        self,
        world: World,
        scenarios: Iterable[Scenario] = (),
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], dt.datetime] | None = None,
        tickets: Callable[[], str] | None = None,
        log: Callable[[Seen], None] | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        guard: Guard | None = None,
        customer: str | None = None,
    ) -> None:
        self.world = world
        self.engine = MockEngine(world, scenarios, clock=clock, tickets=tickets, customer=customer)
        self.endpoint = ""
        self._host, self._port, self._log = _loopback(host), port, log
        self._guard, self._sleep = guard, sleep
        self._requests: deque[Seen] = deque(maxlen=_REMEMBERED)
        self._up = threading.Event()
        self._stop: Callable[[], object] | None = None
        self._thread: threading.Thread | None = None

    @property
    def wsdl(self) -> str:
        """Where the contract is given."""
        return f"{self.endpoint}?wsdl"

    @property
    def desks(self) -> str:
        """Where complaints are handed in."""
        return self.endpoint.removesuffix(PATH) + desks.PATH

    @property
    def requests(self) -> tuple[Seen, ...]:
        """The last 4,000 requests, without personal data."""
        return tuple(self._requests)

    def start(self) -> None:
        """Begin to listen; the endpoint is known when this returns.

        Raises:
            SettingsError: The port cannot be had.
        """
        listener = _listen(self._host, self._port)
        host = f"[{self._host}]" if ":" in self._host else self._host
        scheme = "https" if self._guard else "http"
        self.endpoint = f"{scheme}://{host}:{listener.getsockname()[1]}{PATH}"
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener)), name="mock-ksz", daemon=True
        )
        self._thread.start()
        self._up.wait()

    def stop(self) -> None:
        """Stop listening, after the answers under way are out (one second at most)."""
        if self._stop is not None and self._thread is not None:
            self._stop()
            self._thread.join()
            self._stop = self._thread = None

    async def _serve(self, listener: socket.socket) -> None:
        service = Service(self.engine, self.endpoint, self._remember, self._guard, self._sleep)
        tls = self._guard.tls() if self._guard else None
        runner = web.AppRunner(service.application(), shutdown_timeout=_SHUTDOWN_SECONDS)
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        try:
            await runner.setup()
            server = cast("web.Server", runner.server)  # which is there after `setup`
            listening = await loop.create_server(
                partial(ServerConnection, server, loop=loop, **_OPTIONS),
                sock=listener,
                ssl=tls,
                backlog=_BACKLOG,
            )
            self._stop = lambda: loop.call_soon_threadsafe(stopping.set)
        finally:
            self._up.set()
        await stopping.wait()
        listening.close()
        await _close(runner)

    def _remember(self, seen: Seen) -> None:
        self._requests.append(seen)
        if self._log is not None:
            self._log(seen)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


async def _close(runner: web.AppRunner) -> None:
    """Stop a server without waiting for clients that do not end their TLS session."""
    opened = [each.transport for each in runner.server.connections] if runner.server else []
    await runner.cleanup()
    for transport in opened:
        if transport is not None:
            transport.abort()
    await asyncio.sleep(0)  # in which what was aborted closes its socket


def _loopback(host: str) -> str:
    address = "127.0.0.1" if host == "localhost" else host
    try:
        if ipaddress.ip_address(address).is_loopback:
            return address
    except ValueError:
        pass
    raise SettingsError(
        "the mock listens on loopback only",
        next_step="Leave the host out, or give 127.0.0.1 or ::1.",
    )


def _listen(host: str, port: int) -> socket.socket:
    elsewhere = "Choose another port, or 0 for any that is free."
    if not 0 <= port <= _HIGHEST_PORT:
        raise SettingsError(
            f"port {port} cannot be listened on: must lie between 0 and 65535", next_step=elsewhere
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"port {port} cannot be listened on: {error.strerror}", next_step=elsewhere
        ) from error
