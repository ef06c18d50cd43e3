"""What the register adds to a complaint, against the mock KSZ."""

import datetime as dt

import msgspec
import pytest

from kszclient.cadaster import ChildBenefitsClient, Circumstance
from kszclient.complaints import Language, inform, read_complaint
from kszclient.errors import IntakeError
from kszclient.security import Profile
from kszclient.testing import MockKsz, Scenario, World
from kszclient.testing.scenario import Rule
from kszclient.values import AuthenticSource

WORLD = World.build(seed=3, size=0)
AT_ONCE = Circumstance(sleep=lambda _seconds: None)
AS_OF = dt.date(2024, 5, 1)


def complaint(persona="brussels-to-ghent-2021", **fields):
    given = {
        "subject": "AMOUNT",
        "filing_date": "2022-03-01",
        "nis": "44021",
        "child_ssin": WORLD.persona(persona).child.ssin.digits,
        "period": {"from": "2021-09", "to": "2022-01"},
    }
    given |= fields
    return read_complaint(msgspec.json.encode({k: v for k, v in given.items() if v is not None}))


def informed(case, *rules, language=Language.EN):
    with (
        MockKsz(WORLD, [Scenario("a test", "", rules)]) as mock,
        ChildBenefitsClient(
            Profile.load("mock", endpoint=mock.endpoint), circumstance=AT_ONCE
        ) as client,
    ):
        return inform(case, client, as_of=AS_OF, language=language)


def test_the_payer_comes_from_the_competent_register():
    result = informed(complaint())
    assert result.complaint.payer == "0685540471"
    (notice,) = result.notices
    assert "Infino Vlaanderen" in notice
    assert "FLANDERS" in notice
    assert result.lookup.ticket_cbss in notice


def test_the_payer_is_that_of_the_last_month_concerned():
    changed = {"nis": "31005", "period": {"from": "2023-01", "to": "2023-12"}}
    late = informed(complaint("changed-payer", **changed)).complaint.payer
    changed["period"] = {"from": "2023-01", "to": "2023-06"}
    early = informed(complaint("changed-payer", **changed)).complaint.payer
    assert late != early


def test_without_a_period_the_month_of_filing_counts():
    assert informed(complaint(period=None)).complaint.payer == "0685540471"


@pytest.mark.parametrize("payer", ["Infino Vlaanderen", "0685540471", "Infino"])
def test_a_payer_that_agrees_stays(payer):
    result = informed(complaint(payer=payer))
    assert result.complaint.payer == payer
    assert "come from the register" in result.notices[0]


def test_a_payer_that_differs_stays_and_is_told():
    result = informed(complaint(payer="Parentia"))
    assert result.complaint.payer == "Parentia"
    assert "another payer than the register" in result.notices[0]


def test_no_file_leaves_the_payer_open():
    result = informed(complaint("known-without-file", nis="11002"))
    assert result.complaint.payer is None
    assert "holds a file" in result.notices[0]


def test_a_silent_register_is_told():
    result = informed(
        complaint(
            period={"from": "2021-04", "to": "2021-09"},
            nis=None,
            domicile=[
                {"from": "2016-03-12", "to": "2021-06-14", "nis": "21004"},
                {"from": "2021-06-15", "nis": "44021"},
            ],
        ),
        Rule(sources=(AuthenticSource.FLANDERS,), silent=True),
    )
    assert result.complaint.payer is None
    assert "did not answer" in result.notices[0]


def test_a_refusal_is_told_with_its_code():
    result = informed(complaint(), Rule(code="MSG00013"))
    assert result.complaint.payer is None
    assert "MSG00013" in result.notices[0]


@pytest.mark.parametrize("language", list(Language))
def test_every_language_has_the_sentences(language):
    assert "Infino Vlaanderen" in informed(complaint(), language=language).notices[0]


def test_without_the_childs_number_nothing_is_asked():
    with pytest.raises(IntakeError, match="child_ssin"):
        informed(complaint(child_ssin=None))
