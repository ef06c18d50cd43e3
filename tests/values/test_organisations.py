import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import vat

from kszclient.errors import InvalidValueError
from kszclient.values import CbeNumber, EnterpriseNumber, SectorInstitution


@given(st.integers(0, 19_999_999), st.integers(0, 99))
def test_enterprise_numbers_agree_with_stdnum(first_eight, check):
    digits = f"{first_eight:08d}{check:02d}"
    try:
        taken = EnterpriseNumber.parse(digits).digits == digits
    except InvalidValueError:
        taken = False
    # stdnum knows no number of zeroes alone; nobody has it.
    assert taken == vat.is_valid(digits) or first_eight == 0


@pytest.mark.parametrize("text", ["0692.793.497", "0692793497", " 0692 793 497"])
def test_dots_are_taken_off(text):
    assert CbeNumber.parse(text).digits == "0692793497"


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        (CbeNumber, "692793497", "form"),
        (CbeNumber, "069279349a", "form"),
        (CbeNumber, "0692793498", "check-digits"),
        (EnterpriseNumber, "2000000042", "enterprise"),
    ],
)
def test_a_broken_rule_is_named(kind, text, rule):
    with pytest.raises(InvalidValueError) as caught:
        kind.parse(text)
    assert caught.value.rule == rule
    assert text not in str(caught.value)


def test_an_establishment_unit_has_a_cbe_number_but_no_enterprise_number():
    assert CbeNumber.parse("2000000042").digits == "2000000042"


@pytest.mark.parametrize(("sector", "institution"), [(1000, 0), (0, 1000), (-1, 0)])
def test_sector_and_institution_stay_in_range(sector, institution):
    with pytest.raises(InvalidValueError, match="range"):
        SectorInstitution(sector, institution)
