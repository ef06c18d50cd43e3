"""A mock KSZ for your own tests: `MockKsz` serves a `World` of children that nobody is.

    >>> from kszclient.testing import MockKsz, World
    >>> world = World.build(seed=1, size=10)
    >>> with MockKsz(world) as ksz:
    ...     endpoint = ksz.endpoint

In pytest, ask for the fixture `mock_ksz`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kszclient.testing.planted.planting import plant
    from kszclient.testing.population.synthetic import synthetic_number
    from kszclient.testing.server.guard import Guard, Requirement
    from kszclient.testing.server.scenario import Scenario, read_scenario, shipped_scenario
    from kszclient.testing.server.server import MockKsz
    from kszclient.testing.server.world import World

_HOMES = {
    "Guard": "server.guard",
    "MockKsz": "server.server",
    "Requirement": "server.guard",
    "Scenario": "server.scenario",
    "World": "server.world",
    "plant": "planted.planting",
    "read_scenario": "server.scenario",
    "shipped_scenario": "server.scenario",
    "synthetic_number": "population.synthetic",
}

__all__ = [
    "Guard",
    "MockKsz",
    "Requirement",
    "Scenario",
    "World",
    "plant",
    "read_scenario",
    "shipped_scenario",
    "synthetic_number",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: pytest loads this package in every run."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - see above

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
