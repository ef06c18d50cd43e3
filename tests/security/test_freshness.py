import datetime as dt

from kszclient.security.freshness import ReplayMemory

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def test_memory_stays_as_small_as_what_is_still_of_now():
    memory = ReplayMemory()
    for second in range(2000):
        now = NOON + dt.timedelta(seconds=second)
        assert memory.is_new(str(second).encode(), now + dt.timedelta(seconds=300), now)
    assert len(memory) <= 301


def test_what_is_forgotten_is_refused_for_its_age_instead():
    memory = ReplayMemory()
    until = NOON + dt.timedelta(seconds=300)
    assert memory.is_new(b"a", until, NOON)
    assert not memory.is_new(b"a", until, until)
    assert memory.is_new(b"a", until, until + dt.timedelta(seconds=1))
