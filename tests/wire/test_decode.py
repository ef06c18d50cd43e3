"""The decoder, against a plain reading of the same messages."""

import datetime as dt
import re

import msgspec
import pytest
from lxml import etree

from benchmarks.answers import SIZES, answer
from kszclient.errors import ContractDriftError
from kszclient.values import Month, plain
from kszclient.wire import Answer, read_answer
from kszclient.wire.answer import Fault
from kszclient.wire.decode import decode_answer, decode_fault
from kszclient.wire.schema import check_payload
from tests.wire.corpus import BRANCHES, full, least, messages

RESPONSE, FAULT = "consultFilesBySsinResponse", "consultFilesBySsinFault"
CONTAINERS = {
    "authenticSources",
    "dataFilters",
    "results",
    "files",
    "beneficiaries",
    "children",
    "bonuses",
    "paymentPeriods",
}
REPEATED = {"information", "description", "detail"}
# Years that Python's calendar does not have.
DRIFT = r"unreadable (month|date|time) at /\w+/"
BEYOND = re.compile(r"'(12019|-0044)-")


def snake(name):
    return re.sub(r"([a-z])([A-Z]+)", lambda found: f"{found[1]}_{found[2].lower()}", name)


def plainly(element):
    """Read an element as dictionaries and lists, knowing only which elements are containers."""
    if element.tag in CONTAINERS:
        return [plainly(child) for child in element]
    read = {snake(name): value for name, value in element.attrib.items()}
    if not len(element):
        text = element.text or ""
        if element.tag == "description" and element.getparent().tag != "status":
            return read | {"text": text}
        if element.tag == "ssin" and element.getparent().tag == RESPONSE_TAG:
            return read | {"ssin": text}
        return read | {"text": text} if read else text
    for child in element:
        name = snake(child.tag)
        single_text = child.tag == "description" and element.tag == "status"
        if child.tag in REPEATED and not single_text:
            read.setdefault(name, []).append(plainly(child))
        else:
            read[name] = plainly(child)
    return read


RESPONSE_TAG = full(RESPONSE).tag


def without_nothing(value):
    """Take out what a model fills in for a missing part."""
    if isinstance(value, dict):
        kept = {name: without_nothing(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in (None, [], {})}
    if isinstance(value, list | tuple):
        return [without_nothing(each) for each in value]
    return value


def moment(value):
    text = re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", value.strip())
    if "T24:00:00" in text:
        return dt.datetime.fromisoformat(text.replace("T24", "T00")) + dt.timedelta(days=1)
    return dt.datetime.fromisoformat(text)


LEXICAL = {
    "begin_month": lambda text: text.strip()[:7],
    "end_month": lambda text: text.strip()[:7],
    "payment_date": str.strip,
    "canceled": lambda text: str(text).strip().lower() in ("true", "1"),
    "timestamp_sent": moment,
    "timestamp_receive": moment,
    "timestamp_reply": moment,
    "sector": int,
    "institution": int,
}


def same_lexical_form(value, name=""):
    """Bring both readings to one way of writing months, times, booleans and organisations."""
    if isinstance(value, dict):
        value = dict(value)
        if "payment_date_zone" in value:
            value["payment_date"] += value.pop("payment_date_zone")
        if "cbe_number" in value:
            value = {"digits": value["cbe_number"]}
        return {each: same_lexical_form(inner, each) for each, inner in value.items()}
    if isinstance(value, list):
        return [same_lexical_form(each, name) for each in value]
    return LEXICAL.get(name, lambda text: text)(value)


def read(root, payload):
    return decode_answer(payload) if root == RESPONSE else decode_fault(payload)


@pytest.mark.parametrize("root", [RESPONSE, FAULT])
def test_every_valid_message_reads_as_it_is_written(root):
    compared = 0
    for message in messages(root):
        if not message.valid or BEYOND.search(message.label):
            continue
        decoded = same_lexical_form(without_nothing(plain(read(root, message.payload))))
        written = same_lexical_form(without_nothing(plainly(message.payload)))
        assert decoded == written, message.label
        compared += 1
    assert compared > 500


@pytest.mark.parametrize("root", [RESPONSE, FAULT])
def test_years_that_python_cannot_hold_are_drift_with_a_path(root):
    refused = 0
    for message in messages(root):
        if message.valid and BEYOND.search(message.label):
            with pytest.raises(ContractDriftError, match=DRIFT):
                read(root, message.payload)
            refused += 1
    assert refused > 0 or root == FAULT


@pytest.mark.parametrize("root", [RESPONSE, FAULT])
@pytest.mark.parametrize("build", [full, least])
@pytest.mark.parametrize("branch", BRANCHES)
def test_no_number_shows_in_what_a_model_prints(root, build, branch):
    payload = build(root, branch)
    texts = [node.text for node in payload.iter()] + [
        node.get("replacedBy") for node in payload.iter()
    ]
    numbers = {text for text in texts if re.fullmatch("[0-9]{11}", text or "")}
    for secret in payload.iter("fileNumber", "fieldValue"):
        secret.text = "85023000125 and more"
    shown = repr(read(root, payload)) + str(read(root, payload))
    assert not [number for number in numbers | {"85023000125"} if number in shown]


def test_models_are_frozen_and_have_a_field_for_every_element():
    answer = decode_answer(full(RESPONSE))
    with pytest.raises(AttributeError):
        answer.legal_context = "another"
    assert isinstance(answer, Answer)
    assert isinstance(decode_fault(full(FAULT)), Fault)


def test_codes_that_nobody_knows_yet_are_carried():
    payload = full(RESPONSE)
    for code in payload.iter("code"):
        if code.getparent().tag == "category":
            code.text = "SOMETHING_NEW"
        elif code.getparent().tag == "status":
            code.text = "XYZ99999"
    assert check_payload(payload) == ()
    answer = decode_answer(payload)
    assert answer.status.code == "XYZ99999"
    child = answer.results[0].files[0].children[0]
    assert child.payment_periods[0].category.code == "SOMETHING_NEW"
    assert child.bonuses[0].category.code == "SOMETHING_NEW"


def test_missing_results_are_told_from_empty_ones():
    assert decode_answer(least(RESPONSE)).results is None
    payload = full(RESPONSE)
    result = payload.find("results/resultByAuthenticSource")
    result.remove(result.find("files"))
    (read_result,) = decode_answer(payload).results
    assert read_result.files == ()


def test_a_day_keeps_its_zone_and_a_month_drops_it():
    payload = full(RESPONSE)
    next(payload.iter("paymentDate")).text = "2021-05-10+02:00"
    next(payload.find("results").iter("beginMonth")).text = "2021-05+02:00"
    person = decode_answer(payload).results[0].files[0].beneficiaries[0]
    assert person.bonuses[0].payment_date == dt.date(2021, 5, 10)
    assert person.bonuses[0].payment_date_zone == "+02:00"
    assert person.payment_periods[0].begin_month == Month(2021, 5)


def surprises(branch):
    """Give answers that hold one more element, at every place among other elements."""
    sizes = [len(node) for node in full(RESPONSE, branch).iter()]
    for number, size in enumerate(sizes):
        for place in range(size + 1) if size else ():
            payload = full(RESPONSE, branch)
            parent = list(payload.iter())[number]
            surprise = etree.Element("surprise")
            etree.SubElement(surprise, "inside").text = "85023000125"
            parent.insert(place, surprise)
            yield payload


@pytest.mark.parametrize("branch", BRANCHES)
def test_an_element_of_a_contract_to_come_is_drift_and_never_skipped(branch):
    refused = 0
    for payload in surprises(branch):
        with pytest.raises(ContractDriftError) as caught:
            decode_answer(payload)
        assert "85023000125" not in str(caught.value)
        refused += 1
    assert refused > 80


def test_people_of_one_answer_are_read_once_and_kept_by_nobody():
    payload = full(RESPONSE)
    first, second = decode_answer(payload), decode_answer(payload)
    assert first.criteria.ssin == second.criteria.ssin
    assert first.criteria.ssin is not second.criteria.ssin


def test_the_plain_form_holds_every_element_under_its_snake_case_name():
    file = plain(decode_answer(full(RESPONSE)).results[0].files[0])
    assert set(file) == {
        "child_benefits_fund",
        "file_number",
        "entitled_person_ssin",
        "beneficiaries",
        "children",
    }
    assert msgspec.json.encode(file)


@pytest.mark.parametrize("size", SIZES)
def test_the_benchmarks_answers_obey_the_contract(size):
    body = answer(size)
    assert len(body) == pytest.approx(float(size.split()[0]) * 1000, rel=0.6)
    read = read_answer(body, http_status=200, content_type="text/xml")
    files = [file for result in read.results for file in result.files]
    periods = [period for file in files for period in file.children[0].payment_periods]
    assert (len(files), len(periods)) == (2 * SIZES[size][0], 2 * SIZES[size][0] * SIZES[size][1])
