"""`kszclient letter`, as a person types it."""

import json
import stat

import pytest

from tests.cli.typed import kszclient

REFUSAL = "mocks/complaints/refusal-flanders.json"


def run(*words):
    return kszclient("letter", *words)


def test_a_petition_with_particulars(tmp_path):
    out, details = tmp_path / "petition.html", tmp_path / "details.json"
    details.write_text(json.dumps({"name": "Persona Ficta", "grounds": "Daarom."}))
    done = run(
        REFUSAL, "--instance", "GESCHILLENCOMMISSIE", "--language", "nl",
        "--details", details, "--out", out,
    )  # fmt: skip
    assert (done.code, done.out) == (0, "")
    page = out.read_text(encoding="utf-8")
    assert "Persona Ficta" in page
    assert "Daarom." in page
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "Persona" not in done.err
    assert "Still to fill in: address, national_number" in done.err
    assert "GESCHILLENCOMMISSIE: ADMISSIBLE (OK); file by 2025-05-05" in done.err


def test_the_whole_result_as_json_and_nothing_else(tmp_path):
    out = tmp_path / "draft.eml"
    words = ("--instance", "KBD", "--language", "fr", "--out", out, "--json")
    done = run(REFUSAL, *words)
    told = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (told["file"], told["instance"], told["language"]) == (str(out), "KBD", "fr")
    assert told["works_in"] == ["nl"]
    assert told["missing"]
    assert [each["instance"] for each in told["evaluations"]] == ["KBD"]
    assert out.exists()


def test_a_draft_in_a_language_that_the_instance_may_not_work_in(tmp_path):
    done = run(REFUSAL, "--instance", "KBD", "--language", "fr", "--out", tmp_path / "draft.eml")
    assert done.code == 0
    assert "As far as known KBD works in nl: check first." in done.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--instance", "NOBODY", "--language", "nl"), "--instance: expected one of EMERGENCY"),
        (("--instance", "KBD", "--language", "xx"), "--language: expected one of nl, fr, de"),
        (("--instance", "KBD", "--language", "de"), "no letter for KBD in de"),
        (("--instance", "VTC", "--language", "nl"), "no letter for VTC"),
    ],
)
def test_bad_input_is_a_message_and_exit_code_2(tmp_path, arguments, named):
    done = run(REFUSAL, *arguments, "--out", tmp_path / "letter.html")
    assert done.code == 2
    assert named in done.err
    assert list(tmp_path.iterdir()) == []


def test_an_instance_without_a_part_in_the_case_is_a_warning(tmp_path):
    out = tmp_path / "letter.html"
    done = run(REFUSAL, "--instance", "IRISCARE", "--language", "nl", "--out", out)
    assert done.code == 0
    assert "Warning: IRISCARE has no part in the route of this complaint." in done.err


def test_a_folder_that_is_not_there_is_named(tmp_path):
    out = tmp_path / "nodir" / "a.html"
    done = run(REFUSAL, "--instance", "KBD", "--language", "nl", "--out", out)
    assert (done.code, str(out) in done.err) == (2, True)


def test_a_letter_that_is_there_is_kept_unless_force_says_so(tmp_path):
    out = tmp_path / "letter.html"
    words = (REFUSAL, "--instance", "KBD", "--language", "nl", "--out", out)
    out.write_text("kept")
    done = run(*words)
    assert done.code == 2
    assert "--force" in done.err
    assert out.read_text() == "kept"
    assert run(*words, "--force").code == 0
    assert out.read_text() != "kept"
