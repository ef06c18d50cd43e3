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
    from kszclient.testing.guard import Guard, Requirement
    from kszclient.testing.planting import plant
    from kszclient.testing.scenario import Scenario, read_scenario, shipped_scenario
    from kszclient.testing.server import MockKsz
    from kszclient.testing.synthetic import synthetic_number
    from kszclient.testing.world import World

_HOMES = {
    "Guard": "guard",
    "MockKsz": "server",
    "Requirement": "guard",
    "Scenario": "scenario",
    "World": "world",
    "plant": "planting",
    "read_scenario": "scenario",
    "shipped_scenario": "scenario",
    "synthetic_number": "synthetic",
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
