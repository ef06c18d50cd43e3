"""Numbers counted on past day 31 in an answer cost nothing but a remark, wherever they stand."""

import copy
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kszclient.cadaster.inquiry import subjects
from kszclient.errors import ContractDriftError, InvalidValueError
from kszclient.values import Ssin
from kszclient.wire import check_payload, read_answer
from tests.wire.corpus import full
from tests.wire.test_reply import RESPONSE, envelope, read

OVERFLOWED = "00003241778"
ANSWER = full(RESPONSE)
NUMBER = re.compile(r"[0-9]{2}[024][0-9]{8}")


def counted_on(year, month, day, counter, prefix=""):
    nine = f"{year:02d}{month:02d}{day:02d}{counter:03d}"
    return f"{nine}{97 - int(prefix + nine) % 97:02d}"


COUNTED_ON = st.builds(
    counted_on,
    st.integers(0, 99),
    st.sampled_from([0, 20, 40]),
    st.integers(32, 99),
    st.integers(1, 999),
    st.sampled_from(["", "2"]),
)


def places(payload):
    """Find where the contract has numbers of persons, as a reader of the table would."""
    found = []
    for index, element in enumerate(payload.iter()):
        if element.tag in {"ssin", "entitledPersonSsin"} or (
            element.tag == "beneficiary" and not len(element)
        ):
            found.append((index, None))
        found += [(index, name) for name in element.attrib if name == "replacedBy"]
    return found


PLACES = places(ANSWER)


def with_number(place, number, payload=ANSWER):
    changed = copy.deepcopy(payload)
    index, attribute = place
    element = list(changed.iter())[index]
    if attribute:
        element.set(attribute, number)
    else:
        element.text = number
    return changed


def test_every_place_of_the_contract_is_tried():
    tags = [list(ANSWER.iter())[index].tag for index, _ in PLACES]
    assert len(tags) >= 7
    assert {"ssin", "entitledPersonSsin", "beneficiary"} <= set(tags)
    assert sum(1 for _, attribute in PLACES if attribute) == 1


@pytest.mark.parametrize("place", PLACES)
@given(number=COUNTED_ON)
def test_a_number_counted_on_is_read_and_its_place_reported(place, number):
    answer = read(envelope(with_number(place, number)))
    assert Ssin.from_wire(number) in subjects(answer)
    (reported,) = answer.numbers_outside_contract
    assert reported.startswith("/consultFilesBySsinResponse/")
    assert number not in reported
    plain = read(envelope(ANSWER))
    assert plain.numbers_outside_contract == ()
    assert [len(result.files) for result in answer.results] == [
        len(result.files) for result in plain.results
    ]


def test_every_place_at_once():
    payload = ANSWER
    for place in PLACES:
        payload = with_number(place, OVERFLOWED, payload)
    answer = read(envelope(payload))
    assert len(answer.numbers_outside_contract) == len(PLACES)
    assert len(set(answer.numbers_outside_contract)) == len(PLACES)


@pytest.mark.parametrize(
    "number",
    [
        "0000324177",  # too short
        "000032417780",  # too long
        "0000324177x",
        " 00003241778",
        "00.00.32-417.78",
        "\uff10\uff10003241778",
        "",
        counted_on(85, 1, 32, 1),  # only in month 0 is a day counted on
        counted_on(85, 12, 99, 1),
        counted_on(85, 21, 32, 1),
        counted_on(85, 52, 40, 1),
        counted_on(85, 13, 1, 1),
        counted_on(85, 60, 32, 1),
        counted_on(85, 0, 32, 0),  # the National Register's counter begins at 1
        "00003241798",  # no check digits above 97
    ],
)
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_such_number_stays_drift(place, number):
    with pytest.raises(ContractDriftError, match="breaks the contract"):
        read(envelope(with_number(place, number)))


def test_a_number_counted_on_excuses_nothing_else():
    broken = with_number(PLACES[0], OVERFLOWED)
    broken.find("results/resultByAuthenticSource").set("authenticSource", "ATLANTIS")
    with pytest.raises(ContractDriftError, match="resultByAuthenticSource: enumeration"):
        read(envelope(broken))


@pytest.mark.parametrize("tag", ["fileNumber", "code", "enterpriseNumber", "ticketCBSS"])
def test_what_looks_like_one_elsewhere_is_left_to_the_schema(tag):
    changed = with_number(PLACES[0], OVERFLOWED)
    element = next(changed.iter(tag))
    before = element.text
    element.text = OVERFLOWED
    free = before is not None and not check_payload(with_text(ANSWER, tag))
    if free:
        assert len(read(envelope(changed)).numbers_outside_contract) == 1
    else:
        with pytest.raises(ContractDriftError):
            read(envelope(changed))


def with_text(payload, tag):
    changed = copy.deepcopy(payload)
    next(changed.iter(tag)).text = OVERFLOWED
    return changed


def test_a_question_is_held_to_the_contract():
    question = full("consultFilesBySsinRequest")
    question.find("criteria/ssin").text = OVERFLOWED
    assert [each.rule for each in check_payload(question)] == ["pattern"]


def test_the_attack_of_a_digit_entity_stays_refused():
    body = etree.tostring(envelope(with_number(PLACES[0], OVERFLOWED))).replace(
        OVERFLOWED.encode(), b"&d;0003241778"
    )
    body = b"<!DOCTYPE x [<!ENTITY d '0'>]>" + body
    with pytest.raises(Exception, match="document type declaration"):
        read_answer(body, http_status=200, content_type="text/xml")


def test_form_is_all_that_a_number_of_a_register_is_held_to():
    assert Ssin.from_wire("00003241777").century is None
    with pytest.raises(InvalidValueError, match="day"):
        Ssin.from_wire(counted_on(85, 1, 32, 1))
