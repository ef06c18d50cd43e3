"""Countries: the codes of ISO 3166-1, against another source of them."""

import pytest
from stdnum import numdb

from kszclient.geography import countries


def test_every_country_that_has_bank_accounts_is_known():
    named = {prefix for length, prefix, *_ in numdb.get("iban").prefixes if length == 2}
    assert len(named) > 80
    assert named <= countries()


@pytest.mark.parametrize("code", ["FR", "NL", "MA", "TR", "GB", "CH", "TN", "DZ", "BA", "XK", "BE"])
def test_countries_with_a_treaty_and_neighbours_are_known(code):
    assert code in countries()


@pytest.mark.parametrize("code", ["XX", "UK", "EU", "fr", "", "F", "FRA", "ZZ", "#c", "YU"])
def test_other_codes_are_unknown(code):
    assert code not in countries()


def test_there_are_as_many_as_iso_lists_and_kosovo():
    assert len(countries()) == 249 + 1
