import pytest

from kszclient.values import CbeNumber, Month, Ssin, Ticket, plain


def test_values_become_text():
    assert plain([Month(2021, 3), Ssin.parse("85023000125")]) == ["2021-03", "85023000125"]
    assert plain(CbeNumber.parse("0692793497")) == {"digits": "0692793497"}
    assert plain({"ticket": Ticket.parse("3f0c2d1e-0000-4000-8000-000000000001")})


def test_what_has_no_plain_form_is_named():
    with pytest.raises(TypeError, match="object"):
        plain(object())
