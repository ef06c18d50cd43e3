import datetime as dt

import pytest

from kszclient.values import Month
from kszclient.wire.lexical import UnreadableError, boolean, date, moment, month

TWO_EAST = dt.timezone(dt.timedelta(hours=2))


@pytest.mark.parametrize("text", ["2021-05", "2021-05Z", "2021-05+02:00", " 2021-05-14:00\n"])
def test_a_month_is_the_one_written(text):
    assert month(text) == Month(2021, 5)


@pytest.mark.parametrize(
    ("text", "day", "zone"),
    [
        ("2021-05-10", dt.date(2021, 5, 10), None),
        (" 2021-05-10Z ", dt.date(2021, 5, 10), "Z"),
        ("2021-05-10+02:00", dt.date(2021, 5, 10), "+02:00"),
    ],
)
def test_a_date_keeps_its_zone_apart(text, day, zone):
    assert date(text) == (day, zone)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-06T07:08:09", dt.datetime(2024, 5, 6, 7, 8, 9)),  # noqa: DTZ001 - none written
        ("2024-05-06T07:08:09.5Z", dt.datetime(2024, 5, 6, 7, 8, 9, 500_000, dt.UTC)),
        (
            "2024-05-06T07:08:09.123456789Z",
            dt.datetime(2024, 5, 6, 7, 8, 9, 123_456, dt.UTC),
        ),
        (" 2024-05-06T07:08:09+02:00\n", dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=TWO_EAST)),
        ("2024-12-31T24:00:00.000Z", dt.datetime(2025, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_a_moment_is_read_to_the_microsecond(text, expected):
    read = moment(text)
    assert read == expected
    assert read.tzinfo == expected.tzinfo


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (month, "12019-01"),
        (month, "-0044-03"),
        (month, "0000-01"),
        (date, "12019-01-01"),
        (date, "0000-01-01"),
        (moment, "12019-01-01T00:00:00Z"),
        (moment, "-0044-03-15T00:00:00"),
        (moment, "9999-12-31T24:00:00"),
        (moment, "0000-01-01T00:00:00"),
    ],
)
def test_what_no_calendar_of_python_holds_is_unreadable_and_not_repeated(read, text):
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert text not in str(caught.value)


def test_booleans_have_two_spellings_each():
    assert [boolean(text) for text in ("true", "1", " true\n", "false", "0")] == [
        True, True, True, False, False,
    ]  # fmt: skip
