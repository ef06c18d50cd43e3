"""A pytest plugin: the fixture `mock_ksz` is a running mock KSZ.

It is found by pytest as soon as kszclient is installed. Nothing heavy is imported before a test
asks for the fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kszclient.testing.server.server import MockKsz
    from kszclient.testing.server.world import World


@pytest.fixture(scope="session")
def mock_world() -> World:
    """Return the world that `mock_ksz` plays: all personas and 200 generated children."""
    from kszclient.testing.server.world import World  # noqa: PLC0415 - every pytest run loads this module

    return World.build(size=200)


@pytest.fixture
def mock_ksz(mock_world: World) -> Iterator[MockKsz]:
    """Run a mock KSZ for one test, on a free port of this machine.

    Ask `mock_ksz.endpoint`; take children from `mock_ksz.world`; see `mock_ksz.requests` after.
    """
    from kszclient.testing.server.server import MockKsz  # noqa: PLC0415 - as above

    with MockKsz(mock_world) as ksz:
        yield ksz
