"""Many thousand damaged documents for each reader, in every run; `make fuzz` goes on longer.

They are counted, not timed: a slow machine tries the same as a fast one.
"""

import pytest

from tests.hostile.fuzz import fuzz
from tests.hostile.targets import TARGETS

pytestmark = pytest.mark.drill

ATTEMPTS = {"read": 30_000, "verify": 20_000, "redact": 20_000, "frame": 4_000}
SEED = 2019


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_breaks_a_reader(target):
    broke = fuzz(target, range(ATTEMPTS[target]), SEED)
    assert broke == [], f"put these into tests/hostile/corpus/{target} and mend the reader"
