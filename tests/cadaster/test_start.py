"""What a client loads before it can ask: nothing that it may never need."""

import subprocess
import sys

import pytest

READY = {
    "blocking": """
from kszclient.cadaster import ChildBenefitsClient
from kszclient.security import Profile
ChildBenefitsClient(Profile.load("mock"))
""",
    "asynchronous": """
import asyncio
from kszclient.cadaster import AsyncChildBenefitsClient
from kszclient.security import Profile
async def main():
    AsyncChildBenefitsClient(Profile.load("mock"))
asyncio.run(main())
""",
}
NEVER = {
    "sqlite3",
    "cryptography",
    "zeep",
    "polars",
    "kszclient.competence",
    "kszclient.audit.store",
}
UNNEEDED = {
    "blocking": NEVER | {"asyncio", "aiohttp", "subprocess"},
    "asynchronous": NEVER | {"aiohttp.web", "requests", "urllib3"},
}


@pytest.mark.parametrize("client", READY)
def test_a_client_without_trail_or_signature_loads_neither(client):
    # What stands there before anything of ours, as a measurement of coverage does, is not ours.
    code = (
        f"import sys\nbefore = set(sys.modules)\n{READY[client]}\n"
        f"print(*({UNNEEDED[client]!r} & set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []
