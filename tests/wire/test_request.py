import datetime as dt
import hashlib
import logging
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kszclient.errors import InvalidValueError
from kszclient.resources import resource
from kszclient.values import (
    AuthenticSource,
    CbeNumber,
    Month,
    MonthPeriod,
    SectorInstitution,
    Ssin,
    Ticket,
)
from kszclient.wire import HTTP_HEADERS, SOAP_ACTION, Question, check_payload, encode
from kszclient.wire.contract import NAMESPACE
from kszclient.wire.envelope import OPERATION, _client, build_envelope
from kszclient.wire.prepared import fill, kept, prepare

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
SENT_AT = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)


def question(**changes):
    given_values = {
        "customer": CbeNumber.parse("0000000097"),
        "legal_context": "PCSA:SOCIAL_INQUIRY",
        "ssin": Ssin.parse("85023000125"),
        "period": MonthPeriod.parse("2023-01", "2023-12"),
        "sources": (AuthenticSource.FLANDERS,),
        "ticket": Ticket.parse("3f0c2d1e-0000-4000-8000-000000000001"),
        "sent_at": SENT_AT,
    }
    return Question(**(given_values | changes))


def payload(asked):
    envelope = etree.fromstring(encode(asked))
    assert envelope.tag == f"{SOAP}Envelope"
    return envelope[-1][0]


def test_a_question_is_the_message_of_the_contract():
    sent = payload(question())
    assert sent.tag == f"{{{NAMESPACE}}}consultFilesBySsinRequest"
    assert sent.prefix is not None
    written = {
        "/".join(reversed([node.tag, *(up.tag for up in node.iterancestors())][:-3])): node.text
        for node in sent.iter()
        if not len(node)
    }
    assert written == {
        "informationCustomer/ticket": "3f0c2d1e-0000-4000-8000-000000000001",
        "informationCustomer/timestampSent": "2024-05-06T07:08:09Z",
        "informationCustomer/customerIdentification/cbeNumber": "0000000097",
        "legalContext": "PCSA:SOCIAL_INQUIRY",
        "criteria/ssin": "85023000125",
        "criteria/period/beginMonth": "2023-01",
        "criteria/period/endMonth": "2023-12",
        "criteria/authenticSources/authenticSource": "FLANDERS",
    }


months = st.builds(Month, st.integers(1900, 2100), st.integers(1, 12))


changes_that_may_be = st.fixed_dictionaries(
    {
        "customer": st.one_of(
            st.just(CbeNumber.parse("0000000097")),
            st.builds(SectorInstitution, st.integers(0, 999), st.integers(0, 999)),
        ),
        "legal_context": st.text("ABCXYZ_:<>&\"'é ", min_size=1, max_size=64),
        "period": st.builds(
            lambda begin, length: MonthPeriod(
                begin, None if length is None else begin.plus(length)
            ),
            months,
            st.none() | st.integers(1, 600),
        ),
        "sources": st.lists(st.sampled_from(AuthenticSource), unique=True).map(tuple),
        "sent_at": st.datetimes(
            min_value=SENT_AT.replace(tzinfo=None),
            timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=2))]),
        ),
    }
)


@given(changes_that_may_be)
def test_every_question_passes_the_schema(changes):
    sent = payload(question(**changes))
    assert check_payload(sent) == ()
    assert sent.findtext("legalContext") == changes["legal_context"]
    assert (sent.find("criteria/authenticSources") is None) == (not changes["sources"])
    assert (sent.find("criteria/period/endMonth") is None) == (changes["period"].end is None)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"legal_context": ""}, "length"),
        ({"legal_context": "x" * 65}, "length"),
        ({"sources": (AuthenticSource.FLANDERS,) * 2}, "distinct"),
        ({"sent_at": SENT_AT.replace(tzinfo=None)}, "zone"),
    ],
)
def test_what_the_service_would_refuse_is_refused_here(changes, rule):
    with pytest.raises(InvalidValueError) as caught:
        question(**changes)
    assert caught.value.rule == rule


def test_what_only_the_schema_knows_is_refused_before_sending():
    asked = question(customer=CbeNumber("12"))
    with pytest.raises(InvalidValueError, match="cbeNumber") as caught:
        encode(asked)
    assert caught.value.rule == "pattern"


def test_the_action_is_the_one_of_the_wsdl():
    assert _client().service._binding.get(OPERATION).soapaction == SOAP_ACTION
    assert HTTP_HEADERS["SOAPAction"] == f'"{SOAP_ACTION}"'


def test_nobody_logs_the_message(caplog):
    with caplog.at_level(logging.DEBUG):
        encode(question())
    assert "85023000125" not in caplog.text


@given(changes_that_may_be)
def test_a_question_is_zeeps_own_message_byte_by_byte(changes):
    asked = question(**changes)
    theirs = etree.tostring(build_envelope(asked), xml_declaration=True, encoding="UTF-8")
    assert encode(asked) == theirs


def test_the_messages_that_are_kept_are_those_that_zeep_builds_today():
    assert kept() == prepare()


@pytest.mark.parametrize(
    "changes",
    [
        {"legal_context": "a\x00b"},
        {"legal_context": "\ud800"},
        {"legal_context": "\x0b"},
        {"ticket": Ticket("\x1f")},
    ],
)
def test_what_xml_cannot_hold_is_refused_and_not_repeated(changes):
    with pytest.raises(InvalidValueError) as caught:
        encode(question(**changes))
    assert caught.value.rule == "characters"
    assert "85023000125" not in str(caught.value)


def test_questions_of_many_threads_do_not_mix():
    asked = [
        question(legal_context=f"PURPOSE {each}", sources=tuple(AuthenticSource)[: each % 6])
        for each in range(300)
    ]
    with ThreadPoolExecutor(8) as threads:
        sent = list(threads.map(encode, asked))
    assert sent == [encode(each) for each in asked]


def test_filling_leaves_nothing_of_the_specimen_behind():
    twice = [etree.tostring(fill(question(legal_context=text))) for text in ("A", "B")]
    assert twice[0].replace(b">A<", b">B<") == twice[1]


ASK = """
import datetime, sys
from kszclient.values import CbeNumber, MonthPeriod, Ssin, Ticket
from kszclient.wire import Question, encode
asked = Question(
    customer=CbeNumber.parse("0000000097"), legal_context="P", ssin=Ssin.parse("85023000125"),
    period=MonthPeriod.parse("2023-01"),
    ticket=Ticket.parse("3f0c2d1e-0000-4000-8000-000000000001"),
    sent_at=datetime.datetime(2024, 5, 6, tzinfo=datetime.UTC),
)
print(encode(asked).decode(), "zeep" in sys.modules, sep="\\n")
"""


def ask_in_a_process_of_its_own(folder):
    environment = dict(os.environ, KSZCLIENT_DATA=str(folder), PYTHONPATH=os.pathsep.join(sys.path))
    return subprocess.run(
        [sys.executable, "-c", ASK], env=environment, check=False, capture_output=True, text=True
    )


def test_zeep_is_not_loaded_for_the_contract_that_ships():
    asked = ask_in_a_process_of_its_own(resource("schemas").parent)
    assert asked.stdout.splitlines()[-1] == "False"


def test_a_changed_schema_with_its_changed_manifest_is_refused(tmp_path):
    shutil.copytree(resource("schemas"), tmp_path / "schemas")
    assert ask_in_a_process_of_its_own(tmp_path).returncode == 0
    changed = tmp_path / "schemas" / "types" / "common" / "CommonV3.xsd"
    manifest = tmp_path / "schemas" / "manifest.toml"
    before = hashlib.sha256(changed.read_bytes()).hexdigest()
    changed.write_bytes(changed.read_bytes() + b"<!-- another edition -->")
    after = hashlib.sha256(changed.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace(before, after))
    asked = ask_in_a_process_of_its_own(tmp_path)
    assert asked.returncode != 0
    assert "DataError: the schemas in KSZCLIENT_DATA are not those that ship" in asked.stderr
