"""`kszclient route --submit` and `kszclient cases`, as a person types them."""

import contextlib
import datetime as dt
import json
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from kszclient.complaints.submission.case_register import CaseRegister
from kszclient.testing import MockKsz, World
from tests.cli.typed import kszclient

MAIN = "from kszclient.cli.app import main; main()"
REFUSAL = Path("mocks/complaints/refusal-flanders.json")


@pytest.fixture(scope="module")
def world():
    return World.build(size=0)


@pytest.fixture
def mock(world):
    with MockKsz(world, clock=lambda: noon("2025-03-01")) as running:
        yield running


@pytest.fixture
def words(mock, tmp_path):
    return ("--desk", mock.desks, "--register", tmp_path / "cases.sqlite")


def noon(day):
    return dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")


def at_desk(mock, instance):
    return requests.get(f"{mock.desks}/{instance}/complaints", timeout=60).json()


def submitted(*words, file=REFUSAL):
    return kszclient("route", file, "--submit", *words)


def test_a_person_reads_the_route_and_the_receipt(words, mock):
    shown = submitted(*words)
    (kept,) = at_desk(mock, "PAYER")
    assert shown.code == 0
    assert "Complain first to: Payer" in shown.out
    assert f"Handed in at PAYER: receipt {kept['receipt']}" in shown.out
    assert "handed in today" in shown.err
    assert "before; nothing was sent now" in submitted(*words).out


def test_json_has_the_receipt_beside_the_route(words):
    told = json.loads(submitted("--json", *words).out)
    assert set(told) == {"parts", "notices", "hand_in", "rules", "environment"}
    assert set(told["hand_in"]) == {"case", "handed_in_before", "refused"}
    again = json.loads(submitted("--json", *words).out)["hand_in"]
    assert again["handed_in_before"]
    assert again["case"] == told["hand_in"]["case"]


def test_what_is_not_followed_up_is_reported_with_the_reason(words, mock):
    submitted(*words)
    other = kszclient("cases", "--follow-up", "--desk", f"{mock.desks}/", *words[2:])
    assert "1 case(s) followed up." in other.err
    elsewhere = kszclient("cases", "--follow-up", "--desk", f"{mock.desks}-of-another", *words[2:])
    assert f"1 case(s) not followed up: handed in at {mock.desks}; name it" in elsewhere.err
    with contextlib.closing(sqlite3.connect(words[-1])) as file, file:
        file.execute("UPDATE cases SET receipt = '../../GBA/complaints/1'")
    odd = kszclient("cases", "--follow-up", *words)
    assert "1 case(s) not followed up: no desk gives such a receipt" in odd.err


def test_a_desk_that_does_not_take_it_is_a_finding_with_its_reasons(words, tmp_path):
    unreasoned = tmp_path / "case.json"
    unreasoned.write_text(json.dumps(json.loads(REFUSAL.read_text()) | {"motivated": None}))
    shown = submitted("--instance", "GESCHILLENCOMMISSIE", *words, file=unreasoned)
    assert shown.code == 1
    assert "Not taken by GESCHILLENCOMMISSIE" in shown.out
    assert "grounds (fill `motivated`)" in shown.out
    french = submitted(
        "--instance", "GESCHILLENCOMMISSIE", "--language", "fr", *words, file=unreasoned
    )
    assert "Refusée par GESCHILLENCOMMISSIE" in french.out
    assert "motifs (remplissez `motivated`)" in french.out
    early = submitted("--instance", "VLAAMSE_OMBUDSDIENST", *words)
    assert early.code == 1
    assert "NOT_YET (TRY_SERVICE_FIRST)" in early.out
    early = submitted("--instance", "VLAAMSE_OMBUDSDIENST", "--language", "nl", *words)
    assert "zolang die geen kans kreeg om te antwoorden" in " ".join(early.out.split())


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (("--instance", "NOBODY"), "--instance: expected one of EMERGENCY, "),
        (("--instance", "IRISCARE"), "instance IRISCARE: has no part in the route"),
        (("--desk", ""), "desks: "),
        (("--desk", "https://desks.example.be"), "desks: this profile reaches this machine only"),
    ],
)
def test_bad_input_is_a_message_and_nothing_is_sent(words, mock, tmp_path, more, named):
    shown = submitted(*words, *more)
    assert shown.code == 2
    assert named in shown.err
    assert "Traceback" not in shown.err


def test_an_invented_persons_case_is_not_handed_in_under_production(words, mock, tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(json.loads(REFUSAL.read_text()) | {"child_ssin": "85023000125"}))
    shown = kszclient("route", file, "--submit", "--profile", "prod", *words)
    assert shown.code == 2
    assert "refuses the numbers of invented persons" in shown.err
    assert at_desk(mock, "PAYER") == []


def test_a_killed_process_has_handed_in_once(words, mock):
    """The desk has the case and does not answer; the process dies waiting for its receipt."""
    requests.post(f"{mock.desks}/control", json={"hold_answers": 1}, timeout=60)
    command = [sys.executable, "-c", MAIN, "route", str(REFUSAL), "--submit", *map(str, words)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while not at_desk(mock, "PAYER"):
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (kept,) = at_desk(mock, "PAYER")
    open_cases = kszclient("cases", "--json", "--overdue", "--register", words[-1])
    (case,) = json.loads(open_cases.out)["cases"]
    assert (case["state"], case["receipt"], case["overdue"]) == ("unconfirmed", None, ["receipt"])

    again = json.loads(submitted("--json", *words).out)["hand_in"]
    assert again["case"]["receipt"] == kept["receipt"]
    assert at_desk(mock, "PAYER") == [kept]


def test_a_lost_answer_is_a_technical_failure_that_says_what_to_do(words, mock):
    requests.post(f"{mock.desks}/control", json={"lose_answers": 1}, timeout=60)
    shown = submitted(*words)
    assert shown.code == 4
    assert "stays one case" in shown.err
    listed = kszclient("cases", "--register", words[-1])
    assert listed.code == 1
    assert "unconfirmed" in listed.out
    assert "it stays one case" in listed.err
    assert "receipt PAY-" in submitted(*words).out
    assert len(at_desk(mock, "PAYER")) == 1


def test_what_the_registers_tell_is_handed_in_too(words, mock, world, tmp_path):
    child = world.persona("brussels-to-ghent-2021").child.ssin.digits
    file = tmp_path / "case.json"
    told = {"subject": "AMOUNT", "filing_date": "2022-03-01", "child_ssin": child}
    file.write_text(json.dumps(told))
    shown = kszclient(
        "route", file, "--lookup", "--endpoint", mock.endpoint, "--submit", "--json", *words
    )
    assert (shown.code, json.loads(shown.out)["hand_in"]["case"]["instance"]) == (0, "PAYER")
    kept = b"".join(each.read_bytes() for each in tmp_path.glob("cases.sqlite*"))
    assert child.encode() not in kept
    assert child not in shown.out + shown.err


def test_cases_that_are_overdue(words, mock, tmp_path):
    case = json.loads(REFUSAL.read_text()) | {"steps_done": ["PAYER"]}
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case))
    told = json.loads(kszclient("route", file, "--submit", "--json", *words).out)
    handed = told["hand_in"]["case"]
    assert (handed["instance"], handed["promise"]) == ("KBD", "SLA_KBD_10_45")
    register = words[2:]

    def overdue(day, *more):
        shown = kszclient("cases", "--overdue", "--as-of", day, "--json", *register, *more)
        cases = json.loads(shown.out)["cases"]
        return shown.code, [each["overdue"] for each in cases]

    assert overdue(handed["acknowledge_by"]) == (0, [])
    assert overdue(handed["handle_by"]) == (1, [["acknowledgement"]])
    assert overdue("2999-01-01") == (1, [["acknowledgement", "answer"]])
    requests.post(f"{mock.desks}/control", json={"days_later": 7}, timeout=60)
    assert overdue(handed["handle_by"], "--follow-up", *words[:2]) == (0, [])
    assert overdue("2999-01-01") == (1, [["answer"]])
    shown = kszclient("cases", "--as-of", "2999-01-01", *register)
    assert (shown.code, "acknowledged" in shown.out) == (1, True)


def test_no_case_is_told_in_words(tmp_path):
    register = ("--register", tmp_path / "cases.sqlite")
    CaseRegister(register[1]).close()
    assert kszclient("cases", *register).err == "No case was handed in.\n"
    assert kszclient("cases", "--overdue", *register).err == "No case is overdue.\n"
    bad = kszclient("cases", "--as-of", "today", *register)
    assert (bad.code, "--as-of" in bad.err) == (2, True)


def test_each_profile_has_a_register_of_its_own(mock, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert submitted("--desk", mock.desks).code == 0
    path = tmp_path / "kszclient" / "cases-mock.sqlite"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    listed = kszclient("cases", "--profile", "test", "--json")
    assert json.loads(listed.out)["cases"] == []
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    place = tmp_path / "home" / ".local" / "state" / "kszclient"
    told = kszclient("cases")
    assert (told.code, told.err) == (
        0,
        f"There is no register yet: {place / 'cases-mock.sqlite'}\nNo case was handed in.\n",
    )
    assert not place.exists()


def test_a_typing_error_does_not_pass_for_nothing_overdue(tmp_path):
    typo = tmp_path / "typo" / "cases.sqlite"
    for words in (("--register", typo), ("--profile", "nope"), ("--register", tmp_path)):
        shown = kszclient("cases", "--overdue", *words)
        assert shown.code == 2, words
        assert str(words[1]) in shown.err
    assert not typo.parent.exists()


def _profile(folder):
    folder.mkdir()
    path = folder / "office.toml"
    path.write_bytes(Path("config/profiles/mock.toml").read_bytes())
    path.chmod(0o600)
    return path


def test_profiles_of_one_name_do_not_share_a_register(mock, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    one, other = _profile(tmp_path / "one"), _profile(tmp_path / "other")
    assert submitted("--desk", mock.desks, "--profile", one).code == 0
    assert len(json.loads(kszclient("cases", "--json", "--profile", one).out)["cases"]) == 1
    assert json.loads(kszclient("cases", "--json", "--profile", other).out)["cases"] == []


def test_a_register_from_when_names_were_shared_is_not_passed_over(mock, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    profile, folder = _profile(tmp_path / "one"), tmp_path / "kszclient"
    shared = folder / "cases-office.sqlite"
    words = ("--desk", mock.desks, "--profile", profile)
    CaseRegister(shared).close()  # without a case it keeps nobody waiting
    assert kszclient("cases", "--profile", profile).code == 0
    assert submitted(*words, "--register", shared).code == 0
    for told in (kszclient("cases", "--overdue", "--profile", profile), submitted(*words)):
        assert told.code == 2
        assert str(shared) in told.err
    own = re.search(r"move it to (\S+),", told.err)[1]
    shared.rename(own)
    shared.with_name(f"{shared.name}.key").rename(f"{own}.key")
    told = json.loads(kszclient("cases", "--profile", profile, "--json").out)
    assert len(told["cases"]) == 1


def test_a_register_that_cannot_be_used_is_a_technical_failure(words, tmp_path):
    assert submitted(*words).code == 0
    (tmp_path / "cases.sqlite").chmod(0o644)
    shown = submitted(*words)
    assert shown.code == 4
    assert "chmod 600" in shown.err


SAMPLES = sorted(Path("mocks/complaints").glob("*.json"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_taken_at_its_first_step(world, tmp_path, sample):
    filed = noon(json.loads(sample.read_text())["filing_date"])
    with MockKsz(world, clock=lambda: filed) as mock:
        words = ("--desk", mock.desks, "--register", tmp_path / "cases.sqlite")
        shown = kszclient("route", sample, "--submit", *words)
    if sample.stem == "child-in-danger":
        assert "takes no complaints in; go there yourself, now" in shown.err
    elif sample.stem == "refusal-german-speaking-community":
        # Beside an appeal that was not used only the court is sure to hear it (T2, T4).
        assert "does not name one first step" in shown.err
    else:
        assert (shown.code, shown.out.count("Handed in at ")) == (0, 1)


def test_what_today_changes_is_told_before_it_is_handed_in(words, monkeypatch):
    at = ("--instance", "GESCHILLENCOMMISSIE")
    for day, told in (("2025-04-14", False), ("2025-05-06", True)):
        monkeypatch.setattr("kszclient.values.today", lambda day=day: dt.date.fromisoformat(day))
        shown = submitted(*at, *words)
        assert ("not accepted (LATE)" in shown.err) is told
    assert "wordt niet aanvaard (LATE)" in submitted(*at, "--language", "nl", *words).err
