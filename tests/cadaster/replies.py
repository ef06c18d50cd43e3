"""Whatever comes back over a real line, asked for by both clients and counted."""

import asyncio
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from kszclient.cadaster import AsyncChildBenefitsClient, ChildBenefitsClient, Environment
from kszclient.security import Profile
from kszclient.testing import World
from kszclient.testing.server.engine import MockEngine
from kszclient.values import MonthPeriod

WORLD = World.build(seed=3, size=0)
CHILD = WORLD.persona("brussels-to-ghent-2021").child.ssin
QUESTION = CHILD, MonthPeriod.parse("2018-01", "2024-12")


async def no_wait(_seconds):
    await asyncio.sleep(0)


AT_ONCE = Environment(sleep=lambda _seconds: None, sleep_async=no_wait)


def ask_blocking(profile):
    with ChildBenefitsClient(profile, environment=AT_ONCE) as client:
        return client.consult(*QUESTION)


def ask_asynchronous(profile):
    async def asked():
        async with AsyncChildBenefitsClient(profile, environment=AT_ONCE) as client:
            return await client.consult(*QUESTION)

    return asyncio.run(asked())


BOTH = {"blocking": ask_blocking, "asynchronous": ask_asynchronous}


@contextmanager
def server_of(status, headers, spoil):
    """Serve sound answers as `spoil` changes them; yield the address and the questions seen."""
    engine, seen = MockEngine(WORLD), []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            question = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(question)
            body = spoil(engine.answer(question).sent.body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", seen
        finally:
            server.shutdown()
            thread.join()


def profile_of(url, **changes):
    return msgspec.structs.replace(Profile.load("mock", endpoint=url), attempts=3, **changes)
