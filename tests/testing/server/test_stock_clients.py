"""Stock SOAP clients, without a line of kszclient between them and the socket.

zeep and suds each read the served WSDL, ask, and must give every field that the answer holds.
"""

import datetime as dt

import pytest
import suds
import zeep
from suds.client import Client as SudsClient
from zeep.helpers import serialize_object

from kszclient.testing import MockKsz, shipped_scenario
from kszclient.testing.population.synthetic import synthetic_number

MOVED = "brussels-to-ghent-2021"
CUSTOMER = {"ticket": "t-1", "customerIdentification": {"cbeNumber": "0000000097"}}


@pytest.fixture(scope="module")
def ksz(world):
    with MockKsz(world) as running:
        yield running


@pytest.fixture(scope="module")
def zeep_client(ksz):
    return zeep.Client(ksz.wsdl)


@pytest.fixture(scope="module")
def suds_client(ksz):
    return SudsClient(ksz.wsdl, cache=None)


def ask_zeep(client, ssin, begin=(2015, 1, None), end=(2026, 6, None), sources=None):
    criteria = {"ssin": ssin, "period": {"beginMonth": begin, "endMonth": end}}
    if sources:
        criteria["authenticSources"] = {"authenticSource": sources}
    answer = client.service.consultFilesBySsin(
        informationCustomer=CUSTOMER, legalContext="MOCK:DEMONSTRATION", criteria=criteria
    )
    return serialize_object(answer, dict)


def ask_suds(client, ssin, begin="2015-01", end="2026-06", sources=None):
    criteria = {"ssin": ssin, "period": {"beginMonth": begin, "endMonth": end}}
    if sources:
        criteria["authenticSources"] = {"authenticSource": sources}
    answer = client.service.consultFilesBySsin(CUSTOMER, None, "MOCK:DEMONSTRATION", criteria)
    return plain_suds(answer)


def plain_suds(value):
    if isinstance(value, suds.sudsobject.Object):
        return {name: plain_suds(each) for name, each in suds.sudsobject.asdict(value).items()}
    if isinstance(value, list):
        return [plain_suds(each) for each in value]
    return str(value) if isinstance(value, suds.sax.text.Text) else value


def without_blanks(value):
    """Leave out what zeep fills in for elements that are not there."""
    if isinstance(value, dict):
        return {
            name: without_blanks(each)
            for name, each in value.items()
            if each is not None and each != []
        }
    if isinstance(value, list):
        return [without_blanks(each) for each in value]
    return value


def test_zeep_reads_every_field(zeep_client, world):
    people = world.personas[MOVED].people
    child, mother, father = (people[who].digits for who in ("child", "mother", "father"))
    answer = ask_zeep(zeep_client, child, sources=["FEDERAL", "FLANDERS"])
    assert answer["informationCustomer"]["ticket"] == "t-1"
    assert answer["informationCustomer"]["customerIdentification"]["cbeNumber"] == "0000000097"
    assert answer["informationCBSS"]["timestampReceive"].tzinfo is not None
    assert answer["legalContext"] == "MOCK:DEMONSTRATION"
    assert answer["criteria"]["ssin"] == child
    assert answer["criteria"]["authenticSources"]["authenticSource"] == ["FEDERAL", "FLANDERS"]
    assert answer["status"]["value"] == "DATA_FOUND"
    assert answer["status"]["code"] == "MSG00000"
    assert answer["ssin"]["_value_1"] == child
    federal, flemish = answer["results"]["resultByAuthenticSource"]
    assert [federal["authenticSource"], flemish["authenticSource"]] == ["FEDERAL", "FLANDERS"]
    (file,) = without_blanks(federal["files"]["file"])
    allowance = {"code": "CHILD_ALLOWANCE"}
    for each in (file["children"]["child"][0], file["beneficiaries"]["beneficiary"][0]):
        (period,) = each["paymentPeriods"]["paymentPeriod"]
        assert period["beginMonth"][:2] == (2016, 4)
        assert period["endMonth"][:2] == (2019, 12)
        assert period["category"]["code"] == allowance["code"]
        names = {name["language"]: name["_value_1"] for name in period["category"]["description"]}
        assert set(names) == {"NL", "FR", "DE"}
    assert file["fileNumber"] == "951-01-00000001"
    assert file["entitledPersonSsin"] == father
    assert file["childBenefitsFund"]["code"] == "951"
    (payee,) = file["beneficiaries"]["beneficiary"]
    assert payee["ssin"] == mother
    (bonus,) = payee["bonuses"]["bonus"]
    assert bonus["paymentDate"] == dt.date(2016, 2, 8)
    assert bonus["category"]["code"] == "PRE_PAYMENT_BIRTH"
    (file,) = without_blanks(flemish["files"]["file"])
    assert "fileNumber" not in file
    assert "entitledPersonSsin" not in file
    assert file["childBenefitsFund"]["enterpriseNumber"] == "0685540471"
    (minor,) = file["children"]["child"]
    periods = minor["paymentPeriods"]["paymentPeriod"]
    assert [each["category"]["code"] for each in periods] == [
        "BASIC",
        "OTHER_PARTICIPATION",
        "OTHER_PARTICIPATION",
    ]
    assert all(each["beneficiaries"]["beneficiary"] == [mother, father] for each in periods)
    assert [who["ssin"] for who in file["beneficiaries"]["beneficiary"]] == [mother, father]


def test_suds_reads_every_field(suds_client, world):
    people = world.personas[MOVED].people
    child, mother, father = (people[who].digits for who in ("child", "mother", "father"))
    answer = ask_suds(suds_client, child, sources=["FEDERAL", "FLANDERS"])
    assert answer["informationCustomer"] == CUSTOMER
    assert answer["informationCBSS"]["timestampReply"].tzinfo is not None
    assert answer["criteria"] == {
        "ssin": child,
        "period": {"beginMonth": "2015-01", "endMonth": "2026-06"},
        "authenticSources": {"authenticSource": ["FEDERAL", "FLANDERS"]},
    }
    assert (answer["status"]["value"], answer["status"]["code"]) == ("DATA_FOUND", "MSG00000")
    assert answer["ssin"] == child
    federal, flemish = answer["results"]["resultByAuthenticSource"]
    assert [federal["_authenticSource"], flemish["_authenticSource"]] == ["FEDERAL", "FLANDERS"]
    (file,) = federal["files"]["file"]
    assert file["fileNumber"] == "951-01-00000001"
    assert file["entitledPersonSsin"] == father
    assert file["childBenefitsFund"]["code"] == "951"
    names = {each["_language"]: each["value"] for each in file["childBenefitsFund"]["description"]}
    assert names == {"NL": "FAMIFED", "FR": "FAMIFED", "DE": "FAMIFED"}
    (payee,) = file["beneficiaries"]["beneficiary"]
    assert payee["ssin"] == mother
    (bonus,) = payee["bonuses"]["bonus"]
    assert bonus["paymentDate"] == dt.date(2016, 2, 8)
    assert bonus["category"]["code"] == "PRE_PAYMENT_BIRTH"
    (period,) = payee["paymentPeriods"]["paymentPeriod"]
    assert (period["beginMonth"], period["endMonth"]) == ("2016-04", "2019-12")
    (file,) = flemish["files"]["file"]
    assert file["childBenefitsFund"]["enterpriseNumber"] == "0685540471"
    (minor,) = file["children"]["child"]
    assert minor["ssin"] == child
    periods = minor["paymentPeriods"]["paymentPeriod"]
    assert all(each["beneficiaries"]["beneficiary"] == [mother, father] for each in periods)
    assert "endMonth" not in periods[0]


def test_both_read_a_replaced_number(zeep_client, suds_client, world):
    persona = world.personas["replaced-bis-number"]
    old, new = persona.people["older"].digits, persona.child.ssin.digits
    by_zeep = ask_zeep(zeep_client, old)
    assert by_zeep["status"]["value"] == "NO_RESULT"
    assert by_zeep["ssin"]["replacedBy"] == new
    assert by_zeep["results"] is None
    by_suds = ask_suds(suds_client, old)
    assert by_suds["status"]["code"] == "MSG00006"
    assert by_suds["status"]["information"] == [{"fieldName": "newSSIN", "fieldValue": new}]
    assert by_suds["ssin"] == {"value": old, "_replacedBy": new}


def test_both_find_nothing_where_there_is_nothing(zeep_client, suds_client):
    unknown = synthetic_number(1931, 9).digits
    for answer in (ask_zeep(zeep_client, unknown), ask_suds(suds_client, unknown)):
        assert (answer["status"]["value"], answer["status"]["code"]) == ("NO_RESULT", "MSG00005")


def test_both_get_the_fault_with_its_detail(world):
    with MockKsz(world, [shipped_scenario("all-silent")]) as ksz:
        child = world.personas[MOVED].child.ssin.digits
        with pytest.raises(zeep.exceptions.Fault) as by_zeep:
            ask_zeep(zeep.Client(ksz.wsdl), child)
        assert by_zeep.value.detail.findtext(".//reasonCode") == "MSG00002"
        with pytest.raises(suds.WebFault) as by_suds:
            ask_suds(SudsClient(ksz.wsdl, cache=None), child)
        fault = by_suds.value.fault.detail.consultFilesBySsinFault
        assert fault.detail.reasonCode == "MSG00002"
        assert fault.informationCustomer.ticket == "t-1"


def test_the_generated_population_is_read_alike_by_both(zeep_client, suds_client, world):
    for child in world.children[-25:]:
        by_zeep = ask_zeep(zeep_client, child.ssin.digits)
        by_suds = ask_suds(suds_client, child.ssin.digits)
        assert files(by_zeep) == files(by_suds)


def files(answer):
    return [
        [
            (
                file["childBenefitsFund"].get("code")
                or file["childBenefitsFund"]["enterpriseNumber"],
                [who["ssin"] for who in file["children"]["child"]],
                [
                    period["category"]["code"]
                    for who in file["children"]["child"]
                    for period in who["paymentPeriods"]["paymentPeriod"]
                ],
            )
            for file in (result.get("files") or {"file": []})["file"]
        ]
        for result in answer["results"]["resultByAuthenticSource"]
    ]
