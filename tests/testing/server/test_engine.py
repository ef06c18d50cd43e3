"""What the mock KSZ answers; every answer here obeys the contract (see conftest)."""

import pytest

from kszclient.testing.population.synthetic import synthetic_number
from kszclient.testing.server.engine import MockEngine
from kszclient.values import AuthenticSource, SsinKind

ALL = [source.value for source in AuthenticSource]
MOVED = "brussels-to-ghent-2021"


@pytest.fixture
def ask_changed(engine, envelope, read):
    """Ask with a request in which something was put in place of something else."""

    def asking(ssin, change):
        return read(engine.answer(envelope(ssin).decode().replace(*change).encode()))

    return asking


def test_data_are_found_in_every_source_that_held_the_child(ask):
    told = ask(MOVED)
    assert (told.http_status, told.outcome) == (200, ("DATA_FOUND", "MSG00000"))
    assert list(told.by_source) == ALL
    found = [source for source, status in told.by_source.items() if status[0] == "DATA_FOUND"]
    assert found == ["FEDERAL", "BRUSSELS", "FLANDERS"]
    assert told.by_source["WALLONIA"] == ("NO_DATA_FOUND", "MSG00100")


def test_only_the_sources_asked_answer_each_once_in_the_order_asked(ask):
    told = ask(MOVED, sources=["FLANDERS", "BRUSSELS", "FLANDERS"])
    assert list(told.by_source) == ["FLANDERS", "BRUSSELS"]
    echoed = [each.text for each in told.payload.findall("criteria/authenticSources/*")]
    assert echoed == ["FLANDERS", "BRUSSELS", "FLANDERS"]


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        ("2019-12", "2019-12", ["FEDERAL"]),
        ("2020-01", "2021-06", ["BRUSSELS"]),
        ("2021-06", "2021-07", ["BRUSSELS", "FLANDERS"]),
        ("2021-07+01:00", "2021-07Z", ["FLANDERS"]),
        ("2022-01", None, ["FLANDERS"]),
        ("2010-01", "2015-12", []),
    ],
)
def test_only_files_of_the_months_asked_are_told(ask, begin, end, found):
    told = ask(MOVED, begin, end)
    values = [source for source, status in told.by_source.items() if status[0] == "DATA_FOUND"]
    assert values == found
    assert told.outcome == (("DATA_FOUND", "MSG00000") if found else ("NO_DATA_FOUND", "MSG00100"))


def test_payments_outside_the_months_asked_are_left_out_and_the_others_are_whole(ask):
    told = ask(MOVED, "2022-01", "2022-02", ["FLANDERS"])
    (file,) = told.files("FLANDERS")
    periods = [
        (p.findtext("beginMonth"), p.findtext("endMonth"), p.findtext("category/code"))
        for p in file.findall("children/child/paymentPeriods/paymentPeriod")
    ]
    assert periods == [
        ("2021-07", None, "BASIC"),
        ("2021-09", "2022-08", "OTHER_PARTICIPATION"),
    ]
    assert len(file.findall("beneficiaries/beneficiary")) == 2


def test_every_element_of_a_federal_file(ask, world):
    told = ask(MOVED, "2016-01", "2016-12", ["FEDERAL"])
    (file,) = told.files("FEDERAL")
    assert file.findtext("childBenefitsFund/code") == "951"
    names = {
        each.get("language"): each.text for each in file.findall("childBenefitsFund/description")
    }
    assert names == {"NL": "FAMIFED", "FR": "FAMIFED", "DE": "FAMIFED"}
    assert file.findtext("fileNumber") == "951-01-00000001"
    assert file.findtext("beneficiaries/beneficiary/bonuses/bonus/paymentDate") == "2016-02-08"
    assert file.findtext("beneficiaries/beneficiary/bonuses/bonus/category/code") == (
        "PRE_PAYMENT_BIRTH"
    )
    people = world.personas[MOVED].people
    assert file.findtext("entitledPersonSsin") == people["father"].digits
    assert file.findtext("beneficiaries/beneficiary/ssin") == people["mother"].digits
    assert file.findtext("children/child/ssin") == people["child"].digits


def test_a_beneficiary_is_found_as_well_as_a_child(ask, world):
    grandmother = world.personas["grandparent-with-ter-number"].people["grandmother"]
    assert grandmother.kind is SsinKind.BIS
    assert grandmother.sex_known
    told = ask(grandmother.digits)
    found = [source for source, status in told.by_source.items() if status[0] == "DATA_FOUND"]
    assert found == ["FEDERAL", "BRUSSELS", "EASTBELGIUM"]


def test_a_child_whose_right_ended_is_not_found_in_the_file_that_runs_on(ask):
    told = ask("brother-in-one-walloon-file", "2024-01", "2024-12")
    assert told.by_source["WALLONIA"][0] == "NO_DATA_FOUND"
    assert told.by_source["BRUSSELS"][0] == "DATA_FOUND"


def test_participation_is_told_beside_the_benefit_of_another_entity(ask):
    told = ask("walloon-child-dutch-school", "2023-10", "2023-10")
    assert told.by_source["WALLONIA"][0] == told.by_source["FLANDERS"][0] == "DATA_FOUND"


def test_the_questions_blocks_are_echoed_and_the_kszs_own_is_filled(world, envelope, read, fixed):
    engine = MockEngine(world, **fixed)
    ssin = world.personas[MOVED].child.ssin.digits
    ticket = "a &lt;b&gt; &amp; &#13;c"
    body = envelope(ssin, "2020-01Z", None, ticket=ticket, legal_context="X &amp; Y")
    told = read(engine.answer(body)).payload
    assert told.findtext("informationCustomer/ticket") == "a <b> & \rc"
    assert told.findtext("informationCustomer/timestampSent") == "2024-05-06T07:08:09.000Z"
    assert told.findtext("informationCustomer/customerIdentification/cbeNumber") == "0000000097"
    assert told.findtext("legalContext") == "X & Y"
    assert told.findtext("criteria/ssin") == told.findtext("ssin") == ssin
    assert told.findtext("criteria/period/beginMonth") == "2020-01Z"
    assert told.find("criteria/period/endMonth") is None
    assert told.findtext("informationCBSS/ticketCBSS") == fixed["tickets"]()
    assert told.findtext("informationCBSS/timestampReceive") == "2024-05-06T09:08:07.123Z"
    assert told.findtext("informationCBSS/timestampReply") == "2024-05-06T09:08:07.123Z"


def test_a_customer_may_name_its_sector_and_institution(ask):
    customer = "<sector>17</sector><institution>1</institution>"
    told = ask(MOVED, customer=customer).payload
    assert told.findtext("informationCustomer/customerIdentification/sector") == "17"
    assert told.findtext("informationCustomer/customerIdentification/institution") == "1"


def test_the_same_question_gets_the_same_bytes(world, envelope, fixed):
    ssin = world.children[-1].ssin.digits
    answers = {MockEngine(world, **fixed).answer(envelope(ssin)).sent.body for _ in range(3)}
    assert len(answers) == 1


def test_unknown(ask):
    told = ask(synthetic_number(1931, 3).digits)
    assert told.outcome == ("NO_RESULT", "MSG00005")
    assert told.payload.find("results") is None


def possible(nine):
    """A number that somebody could have, made while the test runs so that none is written down."""
    return f"{nine}{97 - int(nine) % 97:02d}"


@pytest.mark.parametrize(
    "digits", [possible("850228001"), possible("000001001"), possible("852228001"), "85023000126"]
)
def test_a_number_that_is_not_synthetic_or_not_in_order_is_refused(ask, digits):
    told = ask(digits)
    assert (told.http_status, told.outcome) == (200, ("NO_RESULT", "MSG00011"))
    assert digits not in repr(told.answer.seen)


def test_replaced(ask, world):
    persona = world.personas["replaced-bis-number"]
    told = ask(persona.people["older"].digits)
    new = persona.child.ssin.digits
    assert told.outcome == ("NO_RESULT", "MSG00006")
    assert told.information == {"newSSIN": new}
    assert told.payload.find("ssin").get("replacedBy") == new
    assert told.payload.find("results") is None
    assert ask(new).outcome[0] == "DATA_FOUND"


def test_cancelled(ask, world):
    persona = world.personas["cancelled-number"]
    told = ask(persona.people["mistaken"].digits)
    assert told.outcome == ("NO_RESULT", "MSG00007")
    assert told.payload.find("ssin").get("canceled") == "true"
    assert ask("cancelled-number").outcome[0] == "DATA_FOUND"


def test_not_integrated_for_the_customer(ask):
    told = ask("not-integrated-with-us")
    assert told.outcome == ("NO_RESULT", "MSG00012")
    assert set(told.information) == {"details", "ssin", "cbeNumber"}


def test_not_integrated_at_the_supplier(ask):
    told = ask("not-integrated-at-supplier")
    assert told.by_source["WALLONIA"] == ("NO_DATA_FOUND", "MSG00021")
    assert told.by_source["FEDERAL"][0] == "DATA_FOUND"
    assert told.outcome[0] == "DATA_FOUND"


def test_known_without_a_file(ask):
    told = ask("known-without-file")
    assert told.outcome == ("NO_DATA_FOUND", "MSG00100")
    assert set(told.by_source.values()) == {("NO_DATA_FOUND", "MSG00100")}


def test_not_authorised(ask):
    assert ask(MOVED, legal_context="MOCK:NOT_ALLOWED").outcome == ("NO_RESULT", "MSG00013")
    refused = ask(MOVED, customer="<cbeNumber>0000000196</cbeNumber>")
    assert refused.outcome == ("NO_RESULT", "MSG00027")
    strange = ask(MOVED, customer="<cbeNumber>0000000295</cbeNumber>")
    assert strange.outcome == ("NO_RESULT", "MSG00014")


@pytest.mark.parametrize(
    ("begin", "end", "field"),
    [
        ("2021-02", "2021-01", "endMonth"),
        ("-0044-03", "2021-01", "beginMonth"),
        ("12021-01", "12021-02", "beginMonth"),
        ("2021-01", "12021-01", "endMonth"),
    ],
)
def test_invalid_months(ask, begin, end, field):
    told = ask(MOVED, begin, end)
    assert told.outcome == ("NO_RESULT", "MSG00008")
    assert list(told.information) == [field]


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        (("<ssin>", "<ssin>9"), "criteria/ssin", "pattern"),
        (("2015-01<", "2015-1<"), "criteria/period/beginMonth", "lexical-form"),
        (("<ssin>16", "<nr/><ssin>16"), "criteria/nr", "unexpected-element"),
        (
            ("<cbeNumber>0000000097", "<cbeNumber>97"),
            "informationCustomer/customerIdentification/cbeNumber",
            "pattern",
        ),
    ],
)
def test_a_request_that_breaks_the_schema_gets_a_fault(ask_changed, world, change, field, rule):
    ssin = world.personas[MOVED].child.ssin.digits
    told = ask_changed(ssin, change)
    assert (told.http_status, told.reason) == (500, "MSG00004")
    assert told.fault.findtext("faultcode") == "soapenv:Client"
    assert told.information[field] == rule
    assert ssin not in told.answer.sent.body.decode()
    assert ssin not in repr(told.answer.seen)


def test_many_violations_are_told_up_to_fifteen(engine, envelope, read):
    sources = ["NOWHERE"] * 5
    body = envelope("1", "x", "y", sources, customer="<cbeNumber>1</cbeNumber>").replace(
        b"2024-05-06T07:08:09.000Z", b"now"
    )
    told = read(engine.answer(body))
    assert told.reason == "MSG00004"
    assert 5 < len(told.payload.findall("detail/information")) <= 15


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<a>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b"<a>" + b" " * 1_000_001 + b"</a>",
    ],
)
def test_what_is_no_message_gets_a_fault(engine, read, body):
    told = read(engine.answer(body))
    assert (told.http_status, told.reason) == (500, "MSG00004")


@pytest.mark.parametrize(
    ("change", "faultcode"),
    [
        (
            ("schemas.xmlsoap.org/soap/envelope", "www.w3.org/2003/05/soap-envelope"),
            "VersionMismatch",
        ),
        (("s:Envelope", "s:Letter"), "Client"),
        (("</s:Body>", "<x/></s:Body>"), "Client"),
        (("s:Body", "s:Soul"), "Client"),
    ],
)
def test_soap_itself_broken(ask_changed, change, faultcode):
    told = ask_changed("85023000125", change)
    assert told.http_status == 500
    assert told.fault.findtext("faultcode") == f"soapenv:{faultcode}"
    assert told.fault.find("detail") is None


WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


@pytest.mark.parametrize(
    ("namespace", "binding", "understood"),
    [(WSSE, "1", True), ("urn:else", "0", True), ("urn:else", "1", False)],
)
def test_headers_that_must_be_understood(ask, namespace, binding, understood):
    block = f'<h:Security xmlns:h="{namespace}" s:mustUnderstand="{binding}"/>'
    told = ask(MOVED, header=f"<s:Header>{block}</s:Header>")
    if understood:
        assert told.outcome[0] == "DATA_FOUND"
    else:
        assert told.fault.findtext("faultcode") == "soapenv:MustUnderstand"


def test_a_response_sent_as_a_request_is_refused(engine, ask, read):
    answer = ask(MOVED).answer.sent.body
    assert read(engine.answer(answer)).reason == "MSG00004"


def test_every_child_and_beneficiary_gets_an_answer_that_obeys_the_contract(ask, world):
    for child in world.children:
        ask(child.ssin.digits)
        ask(child.ssin.digits, "2020-03", "2021-10")
    for who in {who.digits for file in world.files[:200] for who, _ in file.known}:
        assert ask(who).outcome[1] in {"MSG00000", "MSG00012"}


def test_what_is_kept_of_a_request_leads_to_nobody(ask, world):
    ssin = world.personas[MOVED].child.ssin.digits
    seen = ask(MOVED, ticket=f"about {ssin}", sources=["FLANDERS"]).answer.seen
    assert ssin not in repr(seen)
    assert seen.customer_ticket is None
    assert (seen.http_status, seen.value, seen.code) == (200, "DATA_FOUND", "MSG00000")
    assert seen.sources == ("FLANDERS",)
    assert ask(MOVED).answer.seen.customer_ticket == "3f0c2d1e-0000-4000-8000-000000000001"
