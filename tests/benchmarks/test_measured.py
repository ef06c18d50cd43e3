"""What a measured peer tells of itself."""

import sys

import pytest

from benchmarks.processes import measure
from tests.benchmarks.conftest import FOLDER

PEER = """
import sys
sys.path.insert(0, {folder!r})
from measured import measure_lookups
measure_lookups(lambda: None, lambda _: 0, 0.001, "nothing")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="told by Linux")
def test_peak_memory_is_the_peers_own_not_that_of_who_started_it():
    large = b"x" * (100 << 20)
    code = PEER.format(folder=str(FOLDER / "peers"))
    told = measure([sys.executable, "-c", code])
    assert len(large) > 0
    assert 5 < told["peak_mb"] < 50
