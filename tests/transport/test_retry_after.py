import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kszclient.transport.http_answer import retry_after_seconds

NOW = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        (" 30 ", 30),
        ("-5", None),
        ("1e9", None),
        ("٣", None),
        ("Mon, 06 May 2024 07:08:19 GMT", 10),
        ("Mon, 06 May 2024 07:08:19 -0000", 10),
        ("Mon, 06 May 2024 09:08:19 +0200", 10),
        ("Mon, 06 May 2019 07:08:19 GMT", 0),
        ("9" * 500, 366 * 86400),
        ("Mon, 06 May 9999 07:08:19 GMT", 366 * 86400),
        ("Mon, 06 May 2024 07:08:19 +99999999999999", None),
    ],
)
def test_seconds_or_a_moment_or_nothing_usable(header, seconds):
    assert retry_after_seconds(header, NOW) == seconds


@given(st.text())
def test_no_header_does_harm(header):
    seconds = retry_after_seconds(header, NOW)
    assert seconds is None or 0 <= seconds <= 366 * 86400
