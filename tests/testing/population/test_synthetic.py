"""Synthetic numbers: valid in form, and nobody's."""

import itertools

import pytest

from kszclient.errors import InputError
from kszclient.testing.population.synthetic import SyntheticNumbers, synthetic_number
from kszclient.values import Ssin, SsinKind

DATES = [(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)]


def is_synthetic_and_valid(digits, century):
    base = int(digits[:9]) + (2_000_000_000 if century == 2000 else 0)
    impossible = (int(digits[2:4]) % 20, int(digits[4:6])) in DATES
    return impossible and 97 - base % 97 == int(digits[9:])


@pytest.mark.parametrize("kind", list(SsinKind))
@pytest.mark.parametrize("year", [1950, 1999, 2000, 2024])
def test_a_years_numbers_are_all_synthetic_valid_and_different(year, kind):
    numbers = SyntheticNumbers()
    taken = [numbers.take(year, kind) for _ in range(3000)]
    assert len(set(taken)) == 3000
    assert all(is_synthetic_and_valid(number.digits, year // 100 * 100) for number in taken)
    assert {number.kind for number in taken} == {kind}
    assert all(Ssin.parse(number.digits) == number for number in taken)


def test_dates_come_in_order_and_then_those_of_bis_numbers_and_then_it_says_so():
    numbers = SyntheticNumbers()
    dates = [numbers.take(2010).digits[2:6] for _ in range(3 * 999 * len(DATES))]
    order = [date for date, _ in itertools.groupby(dates)]
    assert order == [f"{month + added:02d}{day}" for added in (0, 20, 40) for month, day in DATES]
    with pytest.raises(InputError, match="birth year 2010"):
        numbers.take(2010)


def test_reserved_numbers_are_passed_over():
    first = synthetic_number(1980, 1)
    assert SyntheticNumbers([first]).take(1980) == synthetic_number(1980, 2)


@pytest.mark.parametrize(
    ("counter", "date"),
    [(1, (2, 28)), (1, (2, 29)), (1, (0, 5)), (1, (0, 31)), (0, (2, 30)), (1000, (2, 30))],
)
def test_a_possible_date_is_refused(counter, date):
    with pytest.raises(InputError):
        synthetic_number(1980, counter, date=date)
