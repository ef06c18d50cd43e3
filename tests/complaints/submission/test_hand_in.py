"""Handing complaints in, over real sockets and a real file."""

import contextlib
import datetime as dt
import http.server
import json
import logging
import socket
import sqlite3
import threading

import pytest

from kszclient.complaints import read_complaint, route
from kszclient.complaints.submission.case_register import CaseRegister
from kszclient.complaints.submission.cases import Awaited, CaseState
from kszclient.complaints.submission.desk import Desks
from kszclient.complaints.submission.hand_in import choose_instance, follow_up, hand_in
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import (
    AnswerMismatchError,
    CaseRegisterError,
    ConnectionFailedError,
    ContractDriftError,
    GatewayError,
    IntakeError,
    SettingsError,
)
from kszclient.security import Profile
from tests.complaints.conftest import CASE, case

TODAY = dt.date(2025, 3, 3)


def give(complaint, instance, register, desks, **more):
    return hand_in(complaint, instance, register=register, desks=desks, today=TODAY, **more)


def test_a_desk_gives_a_receipt_and_its_service_terms(register, desks):
    handed = give(case(), Instance.KBD, register, desks)
    received = handed.case.received_on
    assert handed.case.receipt.startswith("KBD-")
    assert (handed.case.state, handed.before, handed.refused) == (CaseState.RECEIVED, False, None)
    assert handed.case.promise == "SLA_KBD_10_45"
    assert handed.case.acknowledge_by == received + dt.timedelta(days=10)
    assert handed.case.handle_by == received + dt.timedelta(days=45)
    assert register.cases() == (handed.case,)


def test_the_same_case_twice_is_one_receipt(register, desks, at_desk):
    first = give(case(), Instance.KBD, register, desks)
    shuffled = dict(reversed(list(CASE.items())))
    second = give(read_complaint(json.dumps(shuffled)), Instance.KBD, register, desks)
    assert second.before
    assert second.case == first.case
    assert len(at_desk("KBD")) == 1


def test_another_case_or_another_instance_is_another_receipt(register, desks):
    receipts = {
        give(complaint, instance, register, desks).case.receipt
        for complaint, instance in (
            (case(), Instance.KBD),
            (case(facts_last_date="2025-02-21"), Instance.KBD),
            (case(), Instance.PAYER),
        )
    }
    assert len(receipts) == 3


def test_a_lost_answer_is_made_good_by_handing_in_again(register, desks, control, at_desk):
    control(lose_answers=1)
    with pytest.raises(ConnectionFailedError) as caught:
        give(case(), Instance.KBD, register, desks)
    assert "stays one case" in caught.value.next_step
    (unconfirmed,) = register.cases()
    assert (unconfirmed.state, unconfirmed.receipt) == (CaseState.UNCONFIRMED, None)
    assert unconfirmed.overdue(TODAY) == (Awaited.RECEIPT,)
    (kept,) = at_desk("KBD")
    again = give(case(), Instance.KBD, register, desks)
    assert again.case.receipt == kept["receipt"]
    assert len(at_desk("KBD")) == 1


def test_a_case_is_written_down_before_it_is_sent(register):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        Desks(Profile.load("mock"), f"http://127.0.0.1:{port}/desks") as nobody,
        pytest.raises(ConnectionFailedError),
    ):
        give(case(), Instance.KBD, register, nobody)
    assert [each.state for each in register.cases()] == [CaseState.UNCONFIRMED]


def test_a_refusal_tells_the_reasons_of_the_table_and_may_be_tried_again(register, desks, at_desk):
    old = case(facts_last_date="2023-01-01")
    handed = give(old, Instance.KBD, register, desks)
    (reason,) = handed.refused.refused
    assert (reason.outcome, reason.reason) == ("INADMISSIBLE", "FACTS_OLDER_THAN_1Y")
    assert reason.rules[0] == "K8"
    assert handed.case.state is CaseState.REFUSED
    assert handed.case.reasons == "FACTS_OLDER_THAN_1Y"
    assert at_desk("KBD") == []
    assert give(old, Instance.KBD, register, desks).refused == handed.refused
    assert len(register.cases()) == 1


def test_what_the_instance_requires_must_be_stated(register, desks):
    lacking = case(identified=None, motivated=None, missing=["contact"])
    assert give(lacking, Instance.KBD, register, desks).refused.missing == ("identity", "grounds")
    ombuds = case(motivated=None, steps_done=["KBD"], missing=["contact"])
    refused = give(ombuds, Instance.VLAAMSE_OMBUDSDIENST, register, desks).refused
    assert refused.missing == ("contact", "respondent", "grounds")


def test_follow_up_asks_how_far_each_case_is(register, desks, control):
    give(case(), Instance.KBD, register, desks)
    refused = give(case(facts_last_date="2023-01-01"), Instance.KBD, register, desks)
    states = []
    for days in (5, 1, 32, 7, 1):
        control(days_later=days)
        states += [each.state for each in follow_up(register, desks)]
    # What is closed is asked about no more; what was refused never was.
    assert states == ["received", "acknowledged", "handled", "closed"]
    closed, still_refused = register.cases()
    assert closed.closed_on == closed.received_on + dt.timedelta(days=45)
    assert still_refused == refused.case


def test_a_receipt_that_a_desk_does_not_know_changes_nothing(register, desks, tmp_path):
    give(case(), Instance.KBD, register, desks)
    before = register.cases()
    assert desks.ask_after(Instance.KBD, "KBD-0000-00000") is None
    with CaseRegister(tmp_path / "other.sqlite") as other:
        assert follow_up(other, desks) == ()
    assert register.cases() == before


class _Recorder(http.server.BaseHTTPRequestHandler):
    answer = (201, {})
    bodies: tuple = ()
    paths: tuple = ()

    def do_GET(self):
        type(self).paths += (self.path,)
        self._answer()

    def do_POST(self):
        type(self).bodies += (self.rfile.read(int(self.headers["Content-Length"])),)
        self._answer()

    def _answer(self):
        status, told = self.answer
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


@pytest.fixture
def recorder():
    handler = type("Recorder", (_Recorder,), {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Desks(Profile.load("mock"), f"http://127.0.0.1:{server.server_port}/desks") as desks:
        yield handler, desks
    server.shutdown()
    server.server_close()


def receipt(instance="KBD"):
    return {
        "instance": instance,
        "receipt": "X-1",
        "state": "received",
        "received_at": "2025-03-03T10:00:00+01:00",
    }


def test_the_childs_number_goes_only_where_numbers_are_asked_for(recorder, register):
    handler, desks = recorder
    handler.answer = (201, receipt())
    give(case(), Instance.KBD, register, desks)
    handler.answer = (201, receipt("GESCHILLENCOMMISSIE"))
    give(case(), Instance.GESCHILLENCOMMISSIE, register, desks)
    mediation, appeal = (json.loads(body)["complaint"] for body in handler.bodies)
    assert "child_ssin" not in mediation
    assert appeal["child_ssin"] == CASE["child_ssin"]


def test_the_childs_birth_date_goes_only_where_the_child_is_asked_for(recorder, register):
    handler, desks = recorder
    born = case(child_ssin=None, child_birth_date="2020-05-05", child_sex="female")
    for instance in ("KBD", "KG_COMPLAINTS", "GESCHILLENCOMMISSIE"):
        handler.answer = (201, receipt(instance))
        give(born, Instance(instance), register, desks)
    told = [json.loads(body)["complaint"] for body in handler.bodies]
    assert ["child_birth_date" in each for each in told] == [False, True, True]
    assert ["child_sex" in each for each in told] == [False, True, True]


def test_what_the_registers_told_goes_along_but_does_not_make_another_case(recorder, register):
    handler, desks = recorder
    handler.answer = (201, receipt())
    informed = case(payer="Parentia")
    give(case(), Instance.KBD, register, desks, informed=informed)
    assert json.loads(handler.bodies[0])["complaint"]["payer"] == "Parentia"
    assert give(case(), Instance.KBD, register, desks).before


@pytest.mark.parametrize(
    ("answer", "error", "again"),
    [
        ((200, b"<html>85023000125"), ContractDriftError, True),
        ((200, {**receipt(), "state": "lost"}), ContractDriftError, True),
        ((201, receipt("IRISCARE")), AnswerMismatchError, True),
        ((503, b""), GatewayError, True),
        ((400, b"85023000125"), GatewayError, False),
    ],
)
def test_an_answer_that_is_none_leaves_the_case_unconfirmed(
    recorder, register, answer, error, *, again
):
    handler, desks = recorder
    handler.answer = answer
    with pytest.raises(error) as caught:
        give(case(), Instance.KBD, register, desks)
    assert "85023000125" not in str(caught.value)
    assert ("one case" in caught.value.next_step) is again
    assert [each.state for each in register.cases()] == [CaseState.UNCONFIRMED]


NO_RECEIPTS = (
    "", ".", "..", "../GBA/complaints/1", "a/../b", "a/b", "a?b", "a#b", "a%2fb", "%2e%2e", "a\\b",
    "a b", "a\nb", "a\n", "\x1b[31m", "\x9b", "\u202ea", "a\u200b", "[/]", "[old]", ":smile:",
    "=1+1", "@SUM", "-1", "a..b", "\uff11", "a" * 65, "85023000125", "85.02.30-001.25",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_RECEIPTS)
def test_a_receipt_that_steers_or_acts_is_none_and_the_case_stays_unconfirmed(
    recorder, register, text
):
    handler, desks = recorder
    handler.answer = (201, {**receipt(), "receipt": text})
    with pytest.raises(ContractDriftError, match="not what its contract says") as caught:
        give(case(), Instance.KBD, register, desks)
    assert "ask the instance itself for its receipt" in caught.value.next_step
    (kept,) = register.cases()
    assert (kept.state, kept.receipt) == (CaseState.UNCONFIRMED, None)
    # Nothing is lost: the same case gets its receipt once the desk keeps its contract.
    handler.answer = (200, receipt())
    assert give(case(), Instance.KBD, register, desks).case.receipt == "X-1"
    assert register.cases()[0].key == kept.key


@pytest.mark.parametrize("text", ["KBD-2025-00012", "a", "2024.17_b", "X" * 64, "12345678901"])
def test_a_plain_receipt_is_followed_up_under_its_own_address(recorder, register, text):
    handler, desks = recorder
    handler.answer = (201, {**receipt(), "receipt": text})
    assert give(case(), Instance.KBD, register, desks).case.receipt == text
    assert [each.receipt for each in follow_up(register, desks)] == [text]
    assert handler.paths == (f"/desks/KBD/complaints/{text}",)


def test_a_follow_up_about_another_receipt_changes_nothing(recorder, register):
    handler, desks = recorder
    handler.answer = (201, receipt())
    before = give(case(), Instance.KBD, register, desks).case
    handler.answer = (200, {**receipt(), "receipt": "X-2"})
    with pytest.raises(AnswerMismatchError, match="another receipt"):
        follow_up(register, desks)
    assert register.cases() == (before,)


def test_an_older_register_with_a_steering_receipt_steers_no_request(recorder, register, tmp_path):
    handler, desks = recorder
    handler.answer = (201, receipt())
    give(case(), Instance.KBD, register, desks)
    with contextlib.closing(sqlite3.connect(tmp_path / "cases.sqlite")) as file, file:
        file.execute("UPDATE cases SET receipt = '../../GBA/complaints/1'")
    assert follow_up(register, desks) == ()
    assert handler.paths == ()


@pytest.mark.parametrize(
    "reason",
    [{"reason": "[/]"}, {"reason": "85023000125"}, {"rules": ["\x1b[31m"]}, {"text": "x" * 3000}],
)
def test_a_refusal_in_other_words_than_codes_breaks_the_contract(recorder, register, reason):
    handler, desks = recorder
    plain = {"outcome": "INADMISSIBLE", "reason": "NO_INTEREST", "rules": ["R-1"], "text": "No."}
    handler.answer = (422, {"refused": [plain | reason]})
    with pytest.raises(ContractDriftError):
        give(case(), Instance.KBD, register, desks)
    handler.answer = (422, {"refused": [plain]})
    assert give(case(), Instance.KBD, register, desks).case.reasons == "NO_INTEREST"


def test_the_first_step_is_chosen_where_nobody_names_one():
    assert choose_instance(route(case(steps_done=[]))) is Instance.PAYER
    assert choose_instance(route(case()), Instance.GESCHILLENCOMMISSIE) == "GESCHILLENCOMMISSIE"


@pytest.mark.parametrize(
    ("fields", "named", "message"),
    [
        ({}, Instance.IRISCARE, "instance IRISCARE: has no part in the route"),
        ({"child_in_danger": True}, None, "instance EMERGENCY: takes no complaints in"),
        ({"subject": "GENERAL_QUESTION"}, None, "takes no complaints in"),
        (
            {
                "nis": None,
                "domicile": [
                    {"from": "2020-01-01", "to": "2024-05-10", "nis": "21004"},
                    {"from": "2024-05-11", "nis": "44021"},
                ],
                "period": {"from": "2024-01", "to": "2025-01"},
            },
            None,
            r"does not name one first step \(found: IRISCARE, KBD\)",
        ),
    ],
)
def test_what_cannot_be_chosen_is_told(fields, named, message):
    with pytest.raises(IntakeError, match=message):
        choose_instance(route(case(**fields)), named)


def test_a_profile_for_this_machine_has_its_desks_on_this_machine():
    with pytest.raises(SettingsError, match="desks: this profile reaches this machine only"):
        Desks(Profile.load("mock"), "https://desks.example.be")
    real = Profile.load("prod")
    with pytest.raises(SettingsError, match="desks: not set"):
        Desks(real)
    with pytest.raises(SettingsError, match="desks: must be https outside this machine"):
        Desks(real, "http://desks.example.be")
    with Desks(real, "https://desks.example.be/") as reached:
        assert reached.address == "https://desks.example.be"


def test_what_cannot_be_written_down_is_not_sent(register, desks, at_desk, tmp_path):
    with sqlite3.connect(tmp_path / "cases.sqlite") as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON cases "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    other.close()
    with pytest.raises(CaseRegisterError, match="cannot be written: the disk is full"):
        give(case(), Instance.KBD, register, desks)
    assert at_desk("KBD") == []
    assert register.cases() == ()


def test_no_more_than_a_code_of_the_subject_is_logged(register, desks, control, caplog):
    with caplog.at_level(logging.DEBUG):
        give(case(), Instance.GESCHILLENCOMMISSIE, register, desks)
        control(lose_answers=1)
        with pytest.raises(ConnectionFailedError):
            give(case(facts_last_date="2025-02-19"), Instance.KBD, register, desks)
    for told in (CASE["child_ssin"], CASE["nis"], CASE["facts_last_date"]):
        assert told not in caplog.text
