"""Numbers counted on past day 31: none is asked about, and one in an answer costs nothing."""

import asyncio
import json
import threading
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from kszclient.cadaster import AsyncChildBenefitsClient, ChildBenefitsClient, Complete, look_up
from kszclient.cadaster.inquiry import merge
from kszclient.errors import InvalidValueError
from kszclient.security import Profile
from kszclient.security.profile import SyntheticPersons
from kszclient.testing import MockKsz, World
from kszclient.values import MonthPeriod, Ssin
from tests.cadaster.test_outcome import answer
from tests.cli.typed import kszclient

WORLD = World.build(size=0)
MOVED = WORLD.persona("brussels-to-ghent-2021")
CHILD, MOTHER = MOVED.child.ssin, MOVED.people["mother"]
REPLACED = WORLD.persona("replaced-bis-number")
PERIOD = MonthPeriod.parse("2018-01", "2024-12")
OVERFLOWED = Ssin.parse("00003241778")


@contextmanager
def service(*replaced):
    """Run the mock behind a service that writes other numbers into its answers."""
    with MockKsz(WORLD) as mock:

        class Service(BaseHTTPRequestHandler):
            def do_POST(self):
                sent = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {key: self.headers[key] for key in ("Content-Type", "SOAPAction")}
                request = urllib.request.Request(mock.endpoint, sent, headers)
                with urllib.request.urlopen(request) as reply:
                    body, kind = reply.read(), reply.headers["Content-Type"]
                for old, new in replaced:
                    assert old.digits.encode() in body
                    body = body.replace(old.digits.encode(), new.digits.encode())
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments):
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/"
            server.shutdown()


def consult(kind, endpoint, person=CHILD):
    profile = Profile.load("mock", endpoint=endpoint)
    if kind is ChildBenefitsClient:
        with ChildBenefitsClient(profile) as client:
            return client.consult(person, PERIOD)

    async def asked():
        async with AsyncChildBenefitsClient(profile) as client:
            return await client.consult(person, PERIOD)

    return asyncio.run(asked())


BOTH = pytest.mark.parametrize("kind", [ChildBenefitsClient, AsyncChildBenefitsClient])


@BOTH
def test_a_parent_with_such_a_number_costs_nothing_of_the_answer(kind, caplog):
    with service((MOTHER, OVERFLOWED)) as endpoint:
        outcome = consult(kind, endpoint)
    assert "numbers that the contract does not admit" in caplog.text
    assert OVERFLOWED.digits not in caplog.text
    assert isinstance(outcome, Complete)
    files = [file for result in outcome.answer.results for file in result.files]
    assert files
    assert any(each.ssin == OVERFLOWED for file in files for each in file.beneficiaries)
    assert outcome.answer.numbers_outside_contract


@BOTH
def test_nothing_is_asked_about_such_a_number(kind):
    with pytest.raises(InvalidValueError, match="contract of the service") as caught:
        consult(kind, "http://127.0.0.1:1/", OVERFLOWED)
    assert caught.value.rule == "contract"
    assert "ask the KSZ" in str(caught.value)


@pytest.mark.parametrize("synthetic", list(SyntheticPersons))
def test_the_contract_comes_before_what_the_profile_lets_be_asked(synthetic):
    profile = msgspec.structs.replace(
        Profile.load("mock"), synthetic_persons=synthetic, loopback_only=False
    )
    with pytest.raises(InvalidValueError, match="rule contract"):
        profile.admit_question(OVERFLOWED)


def test_a_lookup_reports_where_it_stands_and_shows_the_rest():
    with service((MOTHER, OVERFLOWED)) as endpoint:
        arguments = ("lookup", CHILD.digits, "--from", "2018-01", "--to", "2024-12")
        shown = kszclient(*arguments, "--endpoint", endpoint, "--json")
        told = kszclient(*arguments, "--endpoint", endpoint)
    assert shown.code == told.code == 1
    result = json.loads(shown.out)
    assert all("/consultFilesBySsinResponse/results/" in each for each in result["warnings"])
    assert any(report["files"] for report in result["results"])
    assert "Warning: The number at /consultFilesBySsinResponse" in told.out
    assert OVERFLOWED.digits not in told.out


def test_a_question_typed_about_one_is_bad_input_with_the_reason():
    asked = kszclient(
        "lookup", "-", "--from", "2018-01", "--to", "2024-12", stdin=OVERFLOWED.digits
    )
    assert asked.code == 2
    assert "admits days 00 to 31 only; ask the KSZ" in asked.err
    assert OVERFLOWED.digits not in asked.err


def test_a_number_that_was_replaced_by_one_is_not_followed_and_its_answer_is_kept():
    new = REPLACED.child.ssin
    old = next(each.ssin for each in REPLACED.numbers if each.replaced_by == new)
    with (
        service((new, OVERFLOWED)) as endpoint,
        ChildBenefitsClient(Profile.load("mock", endpoint=endpoint)) as client,
    ):
        found = look_up(client, old, PERIOD, follow_replaced=True)
    assert found.ssin.replaced_by == OVERFLOWED
    assert found.followed is None
    assert "Ask the KSZ" in found.warnings[-1]


def test_merged_answers_keep_the_places_of_both():
    one, other = (
        msgspec.structs.replace(answer("DATA_FOUND", [("BRUSSELS", "DATA_FOUND")]), **change)
        for change in (
            {"numbers_outside_contract": ("/a", "/b")},
            {"numbers_outside_contract": ("/b", "/c")},
        )
    )
    assert merge(one, other).numbers_outside_contract == ("/a", "/b", "/c")
