"""A day is written in one way only."""

import pytest

from kszclient.errors import InvalidValueError
from kszclient.values import parse_day


@pytest.mark.parametrize(
    "text", ["", "20200101", "2020-W01-1", "2020-02-30", "2020-1-1", " 2020-01-01", "2020-01-01T00"]
)
def test_nothing_else_is_a_day(text):
    with pytest.raises(InvalidValueError, match="YYYY-MM-DD"):
        parse_day(text)
