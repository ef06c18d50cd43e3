"""The mock's desks over real sockets, as any client would find them."""

import datetime as dt
import json

import pytest
import requests

from kszclient.complaints.rules.instances import InstanceKind, cards
from kszclient.complaints.vocabulary import Instance
from kszclient.testing import MockKsz
from kszclient.testing.desks.cases import desk_cards

COMPLAINT = {
    "subject": "STAFF_CONDUCT",
    "filing_date": "2025-03-03",
    "nis": "11002",
    "identified": True,
    "motivated": True,
    "facts_last_date": "2025-02-20",
    "steps_done": ["PAYER"],
}

NOW = dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def ksz(world):
    with MockKsz(world, clock=lambda: NOW) as running:
        yield running


@pytest.fixture
def post(ksz):
    def send(path, told, key="k"):
        headers = {"Idempotency-Key": key} if key else {}
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        return requests.post(f"{ksz.desks}/{path}", body, headers=headers, timeout=60)

    return send


def handed(instance="KBD", **fields):
    return {"instance": instance, "complaint": COMPLAINT | fields}


def test_every_instance_that_takes_complaints_has_a_desk():
    taking = {
        card.code for card in cards() if card.kind in {InstanceKind.INFORMAL, InstanceKind.FORMAL}
    }
    assert set(desk_cards()) == taking
    for card in desk_cards().values():
        days = (
            card.acknowledges_after_days,
            card.handles_after_days,
            card.closes_after_days,
        )
        assert list(days) == sorted(days)


def test_a_receipt_is_followed_up(ksz, post):
    first = post("KBD/complaints", handed(), key="follow")
    assert first.status_code == 201
    case = first.json()
    assert (case["state"], case["promise"]) == ("received", "SLA_KBD_10_45")
    again = post("KBD/complaints", handed(), key="follow")
    assert (again.status_code, again.json()) == (200, case)
    url = f"{ksz.desks}/KBD/complaints/{case['receipt']}"
    assert requests.get(url, timeout=60).json() == case
    assert requests.get(url + "9", timeout=60).status_code == 404


def test_the_clock_moves_a_case_on(world):
    states = []
    with MockKsz(world, clock=lambda: NOW) as ksz:
        headers = {"Idempotency-Key": "one"}
        url = f"{ksz.desks}/PODMI/complaints"
        podmi = handed("PODMI", subject="PODMI_SERVICE", nis="21004")
        receipt = requests.post(url, json=podmi, headers=headers, timeout=60).json()["receipt"]
        for days in (0, 2, 10, 8):
            requests.post(f"{ksz.desks}/control", json={"days_later": days}, timeout=60)
            states.append(requests.get(f"{url}/{receipt}", timeout=60).json()["state"])
    assert states == ["received", "acknowledged", "handled", "closed"]


@pytest.mark.parametrize(
    ("fields", "reason", "outcome"),
    [
        ({"identified": False}, "ANONYMOUS", "INADMISSIBLE"),
        ({"facts_last_date": "2024-03-02"}, "FACTS_OLDER_THAN_1Y", "INADMISSIBLE"),
        ({"steps_done": []}, "TRY_PAYER_FIRST", "NOT_YET"),
        ({"subject": "KG_SERVICE"}, "NOT_COMPETENT", "INADMISSIBLE"),
        ({"nis": "21004", "benefit": "base"}, "NOT_COMPETENT", "REDIRECT"),
    ],
)
def test_a_refusal_has_the_reason_of_the_table(post, fields, reason, outcome):
    answer = post("KBD/complaints", handed(**fields), key=reason + outcome)
    assert answer.status_code == 422
    (told,) = answer.json()["refused"]
    assert (told["reason"], told["outcome"]) == (reason, outcome)
    assert told["text"]


def test_the_commission_wants_a_national_number(post):
    petition = {
        "subject": "AMOUNT",
        "benefit": "base",
        "period": {"from": "2025-01", "to": "2025-02"},
        "decision_date": "2025-02-10",
        "notified_on": "2025-02-12",
        "role": "beneficiary",
        "payer": "FONS",
    }
    told = handed("GESCHILLENCOMMISSIE", **petition)
    answer = post("GESCHILLENCOMMISSIE/complaints", told, key="no number")
    assert answer.status_code == 422
    assert answer.json()["missing"] == ["national_number"]
    told["complaint"]["child_ssin"] = "85023000125"
    assert post("GESCHILLENCOMMISSIE/complaints", told, key="number").status_code == 201


def test_kind_en_gezin_wants_to_know_which_child(post):
    told = handed("KG_COMPLAINTS", subject="KG_SERVICE")
    answer = post("KG_COMPLAINTS/complaints", told, key="no child")
    assert answer.status_code == 422
    assert answer.json()["missing"] == ["child"]
    told["complaint"]["child_ssin"] = "85023000125"
    assert post("KG_COMPLAINTS/complaints", told, key="child").status_code == 201


@pytest.mark.parametrize(
    ("path", "told", "key", "status"),
    [
        ("KBD/complaints", handed(), None, 400),
        ("KBD/complaints", b"{", "bad", 400),
        ("KBD/complaints", {"instance": "KBD", "complaint": {"subject": "X"}}, "bad", 400),
        ("KBD/complaints", handed("PAYER"), "bad", 400),
        ("EMERGENCY/complaints", handed("EMERGENCY"), "bad", 404),
        ("NOBODY/complaints", handed(), "bad", 404),
        ("control", {"explode": 1}, None, 400),
    ],
)
def test_what_is_not_understood_is_refused(post, path, told, key, status):
    assert post(path, told, key).status_code == status


def test_an_answer_can_be_lost_after_the_case_was_kept(world):
    with MockKsz(world, clock=lambda: NOW) as ksz:
        requests.post(f"{ksz.desks}/control", json={"lose_answers": 1}, timeout=60)
        url = f"{ksz.desks}/{Instance.KBD.value}/complaints"
        with pytest.raises(requests.ConnectionError):
            requests.post(url, json=handed(), headers={"Idempotency-Key": "x"}, timeout=60)
        assert len(requests.get(url, timeout=60).json()) == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("nl", "anonieme klacht"),
        ("fr-BE, fr;q=0.9", "plainte anonyme"),
        ("de", "anonyme Beschwerde"),
        ("it", "anonymous complaint"),
    ],
)
def test_a_desk_gives_its_reasons_in_the_language_that_is_asked_for(ksz, asked, said):
    answer = requests.post(
        f"{ksz.desks}/KBD/complaints",
        json=handed(identified=False),
        headers={"Idempotency-Key": f"in {asked}", "Accept-Language": asked},
        timeout=60,
    )
    (reason,) = answer.json()["refused"]
    assert said in reason["text"]


def test_a_paper_counts_from_the_day_on_which_it_arrives(world):
    petition = {
        "subject": "AMOUNT",
        "benefit": "base",
        "period": {"from": "2025-01", "to": "2025-02"},
        "decision_date": "2025-02-10",
        "notified_on": "2025-02-12",
        "remedies_stated": True,
        "role": "beneficiary",
        "payer": "FONS",
        "child_ssin": "85023000125",
        "steps_done": ["PAYER"],
    }
    told = handed("GESCHILLENCOMMISSIE", **petition)
    with MockKsz(world, clock=lambda: NOW) as ksz:
        for instance, days, reason in (
            ("GESCHILLENCOMMISSIE", 100, "LATE"),
            ("KBD", 300, "FACTS_OLDER_THAN_1Y"),
        ):
            requests.post(f"{ksz.desks}/control", json={"days_later": days}, timeout=60)
            url = f"{ksz.desks}/{instance}/complaints"
            headers = {"Idempotency-Key": instance}
            paper = told | {"instance": instance}
            answer = requests.post(url, json=paper, headers=headers, timeout=60)
            assert answer.status_code == 422
            assert [each["reason"] for each in answer.json()["refused"]] == [reason]
