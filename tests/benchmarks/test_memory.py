"""At which lookups memory is looked at."""

import pytest


@pytest.mark.parametrize("lookups", [2_000, 5_000, 10_000, 1_000_000])
def test_growth_is_told_from_the_thousandth_lookup_however_few_there_are(script, lookups):
    memory = script("memory")
    marks = memory.marks(lookups)
    assert marks == sorted(set(marks))
    assert (marks[0], marks[-1]) == (1_000, lookups)
    assert len(marks) >= 6
