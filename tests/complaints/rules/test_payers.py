"""A payer is known by every spelling that letters use."""

import json

import pytest

from kszclient.complaints import read_complaint, route
from kszclient.complaints.rules.payers import find_payers, payers
from kszclient.errors import IntakeError

CASE = {"subject": "AMOUNT", "filing_date": "2025-03-03", "nis": "11002"}


def complaint(**fields):
    given = {**CASE, **fields}
    return read_complaint(json.dumps({key: value for key, value in given.items() if value}))


@pytest.mark.parametrize(
    ("written", "area"),
    [
        ("Infino Wallonië", "WA"),
        ("INFINO WALLONIE asbl", "WA"),
        ("infino-wallonie", "WA"),
        ("MyFamily vzw", "VL"),
        ("My Family, V.Z.W.", "VL"),
        ("Infino Brussels vzw/asbl", "BR"),
        ("Caisse publique wallonne", "WA"),
        ("caisse publique wallonne d\u2019allocations familiales", "WA"),
        ("Parentia Bruxelles ASBL", "BR"),
        ("VoG Camille", "WA"),
    ],
)
def test_a_spelling_means_the_fund(written, area):
    assert [payer.area for payer in find_payers(written)] == [area]


@pytest.mark.parametrize("form", ["{}", "{} vzw", "asbl {}", "{}, V.o.G.", "  {}  "])
@pytest.mark.parametrize("case", [str, str.upper, str.lower])
def test_every_name_is_found_however_it_is_written(form, case):
    for payer in payers():
        for name in payer.names:
            assert payer in find_payers(form.format(case(name)))


def test_a_name_that_several_areas_share_stays_open():
    assert [payer.area for payer in find_payers("INFINO vzw")] == ["VL", "WA", "BR"]


@pytest.mark.parametrize("written", ["vzw", "!!!", "", "Infin", "Nobody vzw"])
def test_what_is_no_fund_is_refused(written):
    with pytest.raises(IntakeError, match="field payer: not a payer we know"):
        find_payers(written)


@pytest.mark.parametrize("payer", [p for p in payers() if p.area is None], ids=lambda p: p.names[0])
def test_a_fund_of_the_federal_child_benefits_goes_as_the_domicile_says(payer):
    old = {"period": {"from": "2014-01", "to": "2014-03"}, "decision_date": "2014-05-05"}
    for nis in ("11002", "21004", "62063", "63023"):
        named, other = (
            route(complaint(nis=nis, **old, **p)) for p in ({"payer": payer.names[0]}, {})
        )
        assert [part.entity for part in named.parts] == [part.entity for part in other.parts]
        assert not any("P3" in each.rules for part in named.parts for each in part.evaluations)
    with pytest.raises(IntakeError, match="field payer: had no decisions to take after 20"):
        complaint(payer=payer.names[0], decision_date="2021-05-05")


def test_without_a_domicile_a_fund_of_the_federal_child_benefits_tells_no_area():
    (part,) = route(complaint(nis=None, payer="FAMIFED", decision_date="2017-05-05")).parts
    assert part.entity is None
    assert "domicile" in part.needs
