"""Each customer of the service gets from the mock what the tables say, over a real socket."""

import datetime as dt

import msgspec
import pytest

from kszclient.cadaster import ChildBenefitsClient, Complete, Refused
from kszclient.cadaster.customers import Identification, customers
from kszclient.errors import InputError, SettingsError
from kszclient.resources import resource
from kszclient.security import Profile
from kszclient.testing import MockKsz
from kszclient.testing.server.customers import played_customers, read_played
from kszclient.values import AuthenticSource, MonthPeriod

EVERYBODY = sorted(played_customers())
ASKING = [code for code in EVERYBODY if code != "ORINT"]
MONTHS = MonthPeriod.parse("2015-01", "2023-12")
PERSONA = "brussels-to-ghent-2021"
IN_2023 = dt.datetime(2023, 12, 31, 12, tzinfo=dt.UTC)
NEW_YEAR_IN_BRUSSELS = dt.datetime(2023, 12, 31, 23, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def mock(world):
    with MockKsz(world) as running:
        yield running


def consult(ksz, *sources, persona=PERSONA, **settings):
    profile = msgspec.structs.replace(Profile.load("mock", endpoint=ksz.endpoint), **settings)
    with ChildBenefitsClient(profile) as client:
        return client.consult(ksz.world.persona(persona).child.ssin, MONTHS, sources)


def as_customer(code, **changes):
    played = played_customers()[code]
    named = {"customer_cbe_number": played.cbe_number, "legal_context": played.legal_context}
    return named | changes


def held(outcome):
    """The elements that the files of an answer hold, by their names on the wire."""
    files = [file for result in outcome.answer.results for file in result.files]
    parties = [party for file in files for party in (*file.beneficiaries, *file.children)]
    found = {
        "fileNumber": any(file.file_number for file in files),
        "entitledPersonSsin": any(file.entitled_person_ssin for file in files),
        "beneficiaries": any(file.beneficiaries for file in files),
        "children": any(file.children for file in files),
        "bonuses": any(party.bonuses for party in parties),
        "paymentPeriods": any(party.payment_periods for party in parties),
    }
    return {name for name, there in found.items() if there}


def test_the_world_holds_every_element_that_a_filter_may_take_out(mock):
    assert held(consult(mock)) >= {"fileNumber", "beneficiaries", "bonuses", "paymentPeriods"}
    assert "entitledPersonSsin" in held(consult(mock, persona="federal-file-2017"))


@pytest.mark.parametrize("persona", [PERSONA, "federal-file-2017"])
@pytest.mark.parametrize("code", ASKING)
def test_a_customer_gets_its_registers_without_what_is_filtered_for_it(mock, code, persona):
    played = played_customers()[code]
    outcome = consult(mock, persona=persona, **as_customer(code))
    assert isinstance(outcome, Complete)
    assert outcome.answer.data_filters == played.filters
    asked = {result.authentic_source for result in outcome.answer.results}
    assert asked == set(played.sources)
    assert not held(outcome) & set(played.filters)
    everything = consult(mock, *played.sources, persona=persona)
    lost = held(everything) - held(outcome)
    inside = {"bonuses", "paymentPeriods"} if "beneficiaries" in played.filters else set()
    assert lost <= set(played.filters) | inside


@pytest.mark.parametrize("code", ASKING)
def test_a_register_that_is_not_for_the_customer_is_refused(mock, code):
    played = played_customers()[code]
    for source in AuthenticSource:
        outcome = consult(mock, source, **as_customer(code))
        if source in played.sources:
            assert isinstance(outcome, Complete)
        else:
            assert (type(outcome), outcome.code) == (Refused, "MSG00027")
            assert not outcome.answer.results


@pytest.mark.parametrize("code", ASKING)
def test_the_purpose_of_another_customer_is_refused(mock, code):
    others = [each.legal_context for each in played_customers().values() if each.code != code]
    if code != "OCMW":
        others.append("PCSA:SOCIAL_INQUIRY")
    for purpose in others:
        outcome = consult(mock, **as_customer(code, legal_context=purpose))
        assert (type(outcome), outcome.code) == (Refused, "MSG00013")


@pytest.mark.parametrize(
    ("code", "identification"),
    [(each.code, known.value) for each in customers().customer for known in each.identification],
)
def test_a_customer_may_be_named_by_its_sector_and_institution(mock, code, identification):
    named = {
        "customer_cbe_number": None,
        "customer_sector": identification.sector,
        "customer_institution": identification.institution,
    }
    outcome = consult(mock, **as_customer(code, **named))
    assert outcome.answer.data_filters == played_customers()[code].filters


@pytest.mark.parametrize("purpose", ["PCSA:SOCIAL_INQUIRY", "SOCIAL_INVESTIGATION_OF_PCSA"])
def test_the_known_purposes_of_a_customer_are_taken(mock, purpose):
    named = {"customer_cbe_number": None, "customer_sector": 17, "customer_institution": 1}
    outcome = consult(mock, **as_customer("OCMW", legal_context=purpose, **named))
    assert isinstance(outcome, Complete)


def test_a_welfare_centre_is_refused_a_person_whom_it_has_not_inscribed(mock):
    outcome = consult(mock, persona="not-integrated-with-us", **as_customer("OCMW"))
    assert (type(outcome), outcome.code) == (Refused, "MSG00012")


def test_access_ends_with_its_last_day_in_brussels(world, mock):
    assert consult(mock, **as_customer("ORINT")).code == "MSG00027"
    with MockKsz(world, clock=lambda: IN_2023) as before:
        assert isinstance(consult(before, **as_customer("ORINT")), Complete)
    with MockKsz(world, clock=lambda: NEW_YEAR_IN_BRUSSELS) as after:
        assert consult(after, **as_customer("ORINT")).code == "MSG00027"


@pytest.mark.parametrize("code", ASKING)
def test_the_invented_customer_can_stand_for_any(world, code):
    with MockKsz(world, customer=code.lower()) as ksz:
        outcome = consult(ksz)
    assert outcome.answer.data_filters == played_customers()[code].filters
    asked = {result.authentic_source for result in outcome.answer.results}
    assert asked == set(played_customers()[code].sources)


def test_the_invented_customer_sees_everything_otherwise(mock):
    outcome = consult(mock)
    assert outcome.answer.data_filters == ()
    assert len(outcome.answer.results) == len(AuthenticSource)


def test_an_unknown_customer_is_refused_with_those_there_are(world):
    with pytest.raises(InputError, match="'NIHDI' is not known") as refused:
        MockKsz(world, customer="NIHDI")
    assert "OCMW" in refused.value.next_step


def test_every_choice_of_the_mock_is_about_a_customer_and_has_a_story():
    assert set(EVERYBODY) == {each.code for each in customers().customer}
    assert all(each.story for each in played_customers().values())
    numbers = [each.cbe_number for each in played_customers().values()]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert Identification(cbe_number=number).organisation.digits == number


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('code = "FLW"', 'code = "SWL"', "each customer"),
        (
            'filters = ["fileNumber", "entitledPersonSsin"]',
            'filters = ["sex"]',
            "cannot filter sex",
        ),
        ('sources = ["WALLONIA"]', 'sources = ["WALES"]', "WALES"),
    ],
)
def test_a_broken_table_is_refused(tmp_path, old, new, message):
    shipped = resource("mocks", "customers.toml").read_text()
    assert old in shipped
    (tmp_path / "customers.toml").write_text(shipped.replace(old, new))
    with pytest.raises(SettingsError, match=message):
        read_played(tmp_path / "customers.toml")
