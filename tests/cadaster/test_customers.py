"""The customers of the service: what is known, how sure it is, and where it comes from."""

import pytest

from kszclient.cadaster.customers import Fact, Identification, customers, read_customers
from kszclient.cadaster.repertories import FileRole, repertories
from kszclient.competence import Certainty
from kszclient.errors import InputError, InvalidValueError, KszError
from kszclient.resources import resource
from kszclient.sources import sources
from kszclient.values import CbeNumber, SectorInstitution

# As the KSZ's public page lists them.
LISTED = (
    "Fedris",
    "Federale Pensioendienst",
    "Orint",
    "OCMW's (POD Maatschappelijke Integratie)",
    "Vlaams Agentschap Opgroeien regie",
    "Vlaamse Maatschappij voor Sociaal Wonen",
    "Vlaams Woningfonds",
    "Brussels Hoofdstedelijk Gewest (Brusselse Gewestelijke Huisvestingsmaatschappij)",
    "Le SPW TLPE (Service Public Wallon - Territoire, Logement, Patrimoine et Energie)",
    "La SWL (Société Wallonne du Logement)",
    "La SWCS (Société Wallonne du Crédit Social)",
    "Le FLW (Fonds du Logement de Wallonie)",
)


def test_the_customers_are_those_of_the_page_in_its_order():
    assert tuple(each.listed.value for each in customers().customer) == LISTED


def test_every_fact_has_a_source_that_is_a_document():
    for customer in customers().customer:
        facts = list(customer.facts())
        assert len(facts) >= 3
        assert {fact.source for fact in facts} <= sources().keys()


def test_facts_reaches_every_field_of_a_customer():
    centre = customers().named("OCMW")
    values = {str(fact.value) for fact in centre.facts()}
    assert {"17/1", "PCSA:SOCIAL_INQUIRY", "1", "social welfare"} <= values
    assert any("Smals" in value for value in values)
    assert customers().named("ORINT").until in list(customers().named("ORINT").facts())


def test_nothing_is_known_of_deliberations_and_filters_and_nothing_is_made_up():
    for customer in customers().customer:
        assert not customer.deliberations
        assert not customer.filters
        assert not customer.sources


def test_what_rests_on_a_list_of_2012_or_on_general_knowledge_is_not_sure():
    for customer in customers().customer:
        for fact in customer.facts():
            if fact.source == "NAMES" or "2012" in fact.remark:
                assert fact.certainty is not Certainty.SURE


def test_a_customer_is_found_in_any_case_and_an_unknown_one_refused():
    assert customers().named("flw").code == "FLW"
    with pytest.raises(InputError, match="not known"):
        customers().named("RIZIV")


def test_an_identification_is_an_organisation():
    assert Identification(sector=17, institution=1).organisation == SectorInstitution(17, 1)
    cbe = Identification(cbe_number="0692793497")
    assert cbe.organisation == CbeNumber("0692793497")
    assert (str(cbe), str(Identification(sector=17, institution=1))) == ("0692793497", "17/1")
    with pytest.raises(InvalidValueError):
        _ = Identification(sector=17).organisation


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('code = "FLW"', 'code = "SWL"', "stands there twice"),
        ('source = "LINO"', 'source = "HEARSAY"', "HEARSAY"),
        ("sector = 17", "sector = 1700", "0 to 999"),
        ('certainty = "unsure"', 'certainty = "perhaps"', "perhaps"),
    ],
)
def test_a_broken_table_is_refused(tmp_path, old, new, message):
    shipped = resource("config", "cadaster", "customers.toml").read_text()
    assert old in shipped
    (tmp_path / "customers.toml").write_text(shipped.replace(old, new))
    with pytest.raises(KszError, match=message):
        read_customers(tmp_path / "customers.toml")


def test_every_role_has_a_quality_code_that_is_not_settled():
    for role in FileRole:
        assert repertories().quality_of(role).certainty is Certainty.UNSURE


def test_a_fact_has_a_remark_only_where_there_is_one():
    assert Fact("x", Certainty.SURE, "KSZ").remark == ""
