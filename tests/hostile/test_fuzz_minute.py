"""A minute of damaged bytes for the readers together, in every run; `make fuzz` goes on longer."""

import pytest

from tests.hostile.fuzz import fuzz
from tests.hostile.targets import TARGETS

SECONDS = 60.0
SEED = 2019


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_breaks_a_reader(target):
    broke = fuzz(target, SECONDS / len(TARGETS), SEED)
    assert broke == [], f"put these into tests/hostile/corpus/{target} and mend the reader"
