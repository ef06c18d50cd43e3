"""A whole run against the mock: what it finds, writes, survives and refuses."""

import asyncio
import contextlib
import datetime as dt
import hashlib
import html
import json
import os
import sqlite3
import stat
import uuid
from pathlib import Path

import msgspec
import polars as pl
import pytest

from kszclient.cadaster import AsyncChildBenefitsClient, Environment
from kszclient.errors import GatewayError, InputError, JournalError
from kszclient.reconciliation import Pace, Question, reconcile
from kszclient.reconciliation.output.results import COLUMNS
from kszclient.rule_version import Decision, rule_version
from kszclient.security import Profile
from kszclient.testing import MockKsz, Scenario
from kszclient.testing.server.scenario import ScenarioRule
from kszclient.values import AuthenticSource, Language
from tests.cli.typed import kszclient
from tests.reconciliation.population import HEADING, WORLD, persona_row, rows, same_mock, write

RESULTS = ("findings.parquet", "findings.csv", "rejected.csv", "summary.json")


async def no_wait(_seconds):
    return None


def client(mock, **changes):
    profile = msgspec.structs.replace(Profile.load("mock", endpoint=mock.endpoint), **changes)
    return AsyncChildBenefitsClient(profile, environment=Environment(sleep_async=no_wait))


def frame(*table):
    return pl.DataFrame(list(table), schema=dict.fromkeys(HEADING, pl.String), orient="row")


def run(table, out, *rules, **how):
    asked = table if isinstance(table, Question) else Question(table, margin=0)
    with same_mock(*rules) as mock:
        return reconcile(asked, client(mock), out=out, **how), mock.requests


def kinds_by_dossier(done):
    return {row["dossier"]: row["kind"] for row in done.results.findings.iter_rows(named=True)}


def test_personas_end_as_their_stories_tell(tmp_path):
    replaced = WORLD.persona("replaced-bis-number")
    cancelled = WORLD.persona("cancelled-number")
    done, seen = run(
        frame(
            persona_row("separated-parents-split-supplement", begin="2022-06"),
            persona_row("changed-payer"),
            persona_row("not-integrated-with-us"),
            persona_row("not-integrated-at-supplier"),
            persona_row("replaced-bis-number", replaced.people["older"]),
            persona_row("cancelled-number", cancelled.people["mistaken"]),
        ),
        tmp_path,
    )
    assert kinds_by_dossier(done) == {
        "separated-parents-split-supplement": "match",
        "changed-payer": "match",
        "not-integrated-with-us": "not_integrated",
        "not-integrated-at-supplier": "not_integrated",
        "replaced-bis-number": "number_replaced",
        "cancelled-number": "number_cancelled",
    }
    assert len(seen) == 6


def test_the_journal_keeps_a_digest_of_the_octets_of_every_answer(tmp_path):
    octets = []

    class Listening(AsyncChildBenefitsClient):
        async def consult(self, *words, answered, **named):
            def both(heard):
                octets.append(heard)
                answered(heard)

            return await super().consult(*words, answered=both, **named)

    with MockKsz(WORLD) as mock:
        listening = Listening(Profile.load("mock", endpoint=mock.endpoint))
        reconcile(frame(persona_row("changed-payer")), listening, out=tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "journal.sqlite")) as journal:
        ((digest,),) = journal.execute("SELECT digest FROM lookup")
    (heard,) = octets
    assert digest == hashlib.sha256(heard).hexdigest()


def test_one_lookup_a_child_whatever_its_dossiers(tmp_path):
    child = WORLD.persona("brussels-to-ghent-2021").child.ssin.digits
    done, seen = run(
        frame(
            ("A", child, "2021-01", "2021-06", "21004"),
            ("B", child, "2021-07", "2021-12", "44021"),
        ),
        tmp_path,
    )
    assert kinds_by_dossier(done) == {"A": "match", "B": "match"}
    assert [each.sources for each in seen] == [("BRUSSELS", "FLANDERS")]
    (move,) = done.results.summary.moves
    assert (move.from_entity, move.to_entity, move.children) == ("IRISCARE", "OPGROEIEN", 1)


def test_every_register_is_asked_where_that_is_wanted(tmp_path):
    question = Question(frame(persona_row("changed-payer")), every_source=True)
    _, seen = run(question, tmp_path)
    assert set(seen[0].sources) == set(AuthenticSource)


@pytest.mark.parametrize(
    ("language", "why"),
    [("en", "contradict each other"), ("nl", "spreken elkaar tegen"), ("fr", "se contredisent")],
)
def test_domiciles_that_contradict_each_other_are_named_so(tmp_path, language, why):
    table = [(*persona_row("changed-payer")[:4], nis) for nis in ("44021", "62063")]
    done, _ = run(frame(*table), tmp_path, language=language)
    for found in done.results.findings.iter_rows(named=True):
        assert (found["kind"], found["rule"]) == (
            "competence_undetermined",
            "contradictory-domiciles",
        )
        assert why in found["explanation"]


def test_margin_finds_months_too_many(tmp_path):
    home = WORLD.persona("changed-payer").child
    table = frame(("A", home.ssin.digits, "2024-03", "2024-06", "31005"))
    done, _ = run(Question(table, margin=2), tmp_path)
    found = done.results.findings.select("kind", "from", "to").rows()
    assert found == [
        ("months_extra", "2024-01", "2024-02"),
        ("months_extra", "2024-07", "2024-08"),
    ]


def test_months_too_many_are_found_by_default_and_of_the_same_registers(tmp_path):
    home = WORLD.persona("changed-payer").child
    table = frame(("A", home.ssin.digits, "2024-03", "2024-06", "31005"))
    done, seen = run(Question(table), tmp_path)
    assert done.results.findings["kind"].to_list() == ["months_extra"] * 2
    assert [each.sources for each in seen] == [("FLANDERS",)]
    assert (done.results.summary.margin, done.results.summary.every_source) == (3, False)


@pytest.mark.parametrize(
    ("language", "none", "competent"),
    [
        ("en", "could not be found there", "Only the registers that should hold"),
        ("nl", "konden daar dus niet worden gevonden", "Alleen de kadasters die"),
        ("fr", "ne pouvaient donc y être trouvés", "Seuls les cadastres qui"),
    ],
)
def test_the_page_says_what_was_not_looked_for(tmp_path, language, none, competent):
    table = frame(persona_row("changed-payer"))
    run(Question(table, margin=0), tmp_path / "less", language=language)
    run(Question(table, every_source=True), tmp_path / "more", language=language)
    less, more = ((tmp_path / each / "report.html").read_text() for each in ("less", "more"))
    for sentence in (none, competent):
        assert sentence in html.unescape(less)
        assert sentence not in html.unescape(more)


def test_help_says_which_findings_need_which_option():
    shown = " ".join(kszclient("reconcile", "--help").out.replace("│", " ").split())
    for word in ("months_extra or months_shifted", "found_elsewhere and two_basic_amounts"):
        assert word in shown


def test_a_margin_is_no_less_than_nothing(tmp_path):
    with pytest.raises(InputError, match="margin"):
        run(Question(frame(persona_row("changed-payer")), margin=-2), tmp_path)


def test_domiciles_in_a_second_file(tmp_path):
    child = WORLD.persona("brussels-to-ghent-2021").child
    path = tmp_path / "domiciles.csv"
    lines = [
        f"{child.ssin.digits};{each.begin};{each.end or ''};{each.nis}" for each in child.domicile
    ]
    path.write_text("\n".join(["child;from;to;nis", *lines]))
    table = frame(("A", child.ssin.digits, "2021-01", "2021-12", "")).drop("nis")
    done, seen = run(Question(table, domiciles=path, margin=0), tmp_path / "out")
    assert kinds_by_dossier(done) == {"A": "match"}
    assert seen[0].sources == ("BRUSSELS", "FLANDERS")


def test_files_are_for_their_owner_and_hold_no_number_of_anybody(tmp_path):
    out = tmp_path / "out"
    dossiers = write(tmp_path / "dossiers.csv", [*rows(), ("D", "85023000126", "2024-01", "", "")])
    done, _ = run(Path(dossiers), out)
    assert done.results.rejected.height == 1
    written = {path.name for path in out.iterdir()}
    assert {*RESULTS, "run.json", "journal.sqlite"} <= written
    numbers = [row[1].encode() for row in rows()] + [b"85023000126"]
    for path in out.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
        content = path.read_bytes()
        assert not [number for number in numbers if number in content], path.name
    assert stat.S_IMODE(out.stat().st_mode) == 0o700


LEFT = ("journal.sqlite", ".lock", *RESULTS, "report.html")


def test_files_are_for_their_owner_whatever_lay_there(tmp_path):
    for name in LEFT:
        (tmp_path / name).touch(0o644)
        (tmp_path / name).chmod(0o644)
    run(frame(persona_row("changed-payer")), tmp_path)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_what_a_link_leads_to_is_left_alone(tmp_path):
    out, other = tmp_path / "out", tmp_path / "other"
    out.mkdir()
    other.write_bytes(b"mine")
    for name in ("findings.csv", "summary.json"):
        (out / name).symlink_to(other)
    for name in ("findings.parquet", "report.html"):
        (out / name).hardlink_to(other)
    run(frame(persona_row("changed-payer")), out)
    assert other.read_bytes() == b"mine"
    assert not (out / "findings.csv").is_symlink()
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "journal.sqlite").symlink_to(tmp_path / "nowhere")
    with pytest.raises(JournalError, match="cannot be used"):
        run(frame(persona_row("changed-payer")), tmp_path / "second")
    assert not (tmp_path / "nowhere").exists()


def test_the_files_hold_what_the_frames_hold(tmp_path):
    done, _ = run(frame(*rows()), tmp_path)
    found = pl.read_parquet(tmp_path / "findings.parquet")
    assert found.columns == list(COLUMNS)
    assert found.equals(done.results.findings)
    assert pl.read_csv(tmp_path / "findings.csv", infer_schema=False).height == found.height
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["lookups"] == summary["dossiers"] == found["dossier"].n_unique()
    assert sum(summary["findings"].values()) == found.height
    assert sum(summary["outcomes"].values()) == summary["lookups"]
    assert summary["rules"] == {"version": rule_version(Decision.RECONCILIATION)}
    assert summary["environment"] == "mock"


def test_every_finding_says_what_it_rests_on_and_how_sure_it_is(tmp_path):
    table = frame(persona_row("eupen-since-birth"), persona_row("changed-payer"))
    done, _ = run(table, tmp_path, language="nl")
    found = {each["dossier"]: each for each in done.results.findings.iter_rows(named=True)}
    assert {each["basis"] for each in found.values()} == {
        "Vergelijking van een dossier met wat het kadaster antwoordt"
    }
    # Which register holds the months of the German-speaking Community today, no source says.
    assert found["eupen-since-birth"]["rule"] == "dg-aviq"
    assert found["eupen-since-birth"]["certainty"] == "unsure"
    assert found["changed-payer"]["certainty"] == "sure"
    assert set(done.results.summary.grounds) == set(done.results.summary.findings)
    (ground,) = {(each.basis, each.certainty) for each in done.results.summary.grounds.values()}
    assert ground == (found["changed-payer"]["basis"], "sure")


def test_a_lookup_that_failed_is_asked_again_in_the_same_run(tmp_path):
    table = frame(persona_row("changed-payer"), persona_row("not-integrated-with-us"))
    done, seen = run(table, tmp_path, ScenarioRule(nth=(1, 2, 3, 4), fault="MSG00003"))
    assert done.unanswered == 0
    assert len({each.customer_ticket for each in seen}) == len(seen)


def test_what_stays_unanswered_is_found_and_asked_again_later(tmp_path):
    table = frame(persona_row("changed-payer"))
    broken, seen = run(table, tmp_path, ScenarioRule(fault="MSG00001"), patience_seconds=0)
    assert kinds_by_dossier(broken) == {"changed-payer": "unanswered"}
    assert broken.unanswered == 1
    done, more = run(table, tmp_path, resume=True)
    assert kinds_by_dossier(done) == {"changed-payer": "match"}
    assert {each.customer_ticket for each in seen}.isdisjoint(e.customer_ticket for e in more)
    again, none = run(table, tmp_path, resume=True)
    assert not none
    assert again.results.findings.equals(done.results.findings)


def test_an_answer_that_breaks_the_contract_does_not_hold_up_the_others(tmp_path):
    table = frame(persona_row("changed-payer"), persona_row("cancelled-number"))
    done, seen = run(
        table,
        tmp_path,
        ScenarioRule(persons=("changed-payer",), broken="off-contract"),
        in_flight=1,
    )
    assert kinds_by_dossier(done) == {
        "changed-payer": "unusable_answer",
        "cancelled-number": "match",
    }
    assert len(seen) == 2


def test_a_register_that_is_silent_makes_an_incomplete_answer(tmp_path):
    child = WORLD.persona("brussels-to-ghent-2021").child.ssin.digits
    table = frame(
        ("A", child, "2021-01", "2021-06", "21004"), ("B", child, "2021-07", "2021-12", "44021")
    )
    done, _ = run(table, tmp_path, ScenarioRule(sources=("BRUSSELS",), silent=True))
    assert kinds_by_dossier(done) == {"A": "incomplete", "B": "match"}
    assert done.results.summary.outcomes == {"INCOMPLETE": 1}
    assert done.results.summary.sources["BRUSSELS"].silent == 1


def test_what_concerns_every_lookup_stops_the_run(tmp_path):
    with MockKsz(WORLD) as mock:
        elsewhere = mock.endpoint.replace("/v1/", "/v9/")
        profile = Profile.load("mock", endpoint=elsewhere)
        with pytest.raises(GatewayError):
            reconcile(frame(*rows()), AsyncChildBenefitsClient(profile), out=tmp_path, in_flight=1)
        done = reconcile(frame(*rows()), client(mock), out=tmp_path, resume=True)
    assert done.unanswered == 0


def test_a_folder_is_for_one_run_and_one_input(tmp_path):
    run(frame(persona_row("changed-payer")), tmp_path)
    with pytest.raises(InputError, match="a run is in this folder already"):
        run(frame(persona_row("changed-payer")), tmp_path)
    with pytest.raises(InputError, match="are not those with which this run began"):
        run(frame(persona_row("cancelled-number")), tmp_path, resume=True)


def test_a_run_goes_on_as_of_its_own_day_and_under_its_own_identity(tmp_path):
    table = frame(persona_row("changed-payer"))
    day, other = dt.date(2026, 7, 1), dt.date(2026, 7, 2)
    own, strange = uuid.UUID(int=1), uuid.UUID(int=2)
    run(Question(table, as_of=day), tmp_path, run_id=own)
    for going_on in ({}, {"as_of": day}):
        for identity in (None, own):
            done, seen = run(Question(table, **going_on), tmp_path, resume=True, run_id=identity)
            assert (done.unanswered, len(seen)) == (0, 0)
    with pytest.raises(InputError, match="began with --as-of 2026-07-01"):
        run(Question(table, as_of=other), tmp_path, resume=True)
    with pytest.raises(InputError, match=f"began with --run-id {own}"):
        run(Question(table), tmp_path, resume=True, run_id=strange)


def test_a_language_in_which_nothing_is_told_is_refused_before_anything_is_asked(tmp_path):
    with MockKsz(WORLD) as mock:
        with pytest.raises(InputError, match="language: expected one of en, nl, fr"):
            reconcile(
                frame(persona_row("changed-payer")),
                client(mock),
                out=tmp_path / "out",
                language=Language.DE,
            )
        assert not mock.requests
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        ("endpoint", {"endpoint": "http://127.0.0.1:9/ChildBenefitsService/v1/consult"}),
        ("legal_context", {"legal_context": "another purpose"}),
        ("customer", {"customer_cbe_number": "0685540471"}),
    ],
)
def test_answers_of_two_services_never_meet_in_one_report(tmp_path, key, changed):
    table = frame(persona_row("changed-payer"), persona_row("cancelled-number"))
    with MockKsz(WORLD) as mock:
        first = reconcile(table, client(mock), out=tmp_path, pace=Pace(budget=1))
        assert first.unanswered == 1
        with pytest.raises(InputError, match=f"came with another {key}: "):
            reconcile(table, client(mock, **changed), out=tmp_path, resume=True)
        assert len(mock.requests) == 1
        done = reconcile(table, client(mock), out=tmp_path, resume=True)
    assert done.unanswered == 0


def test_in_a_notebook_it_says_how_and_begins_nothing(tmp_path):
    table = Question(frame(persona_row("changed-payer")), margin=0)

    async def cell(mock):
        with pytest.raises(InputError, match="event loop") as caught:
            reconcile(table, client(mock), out=tmp_path / "out")
        assert "await asyncio.to_thread(reconcile, ...)" in caught.value.next_step
        assert not (tmp_path / "out").exists()
        return await asyncio.to_thread(reconcile, table, client(mock), out=tmp_path / "out")

    with MockKsz(WORLD) as mock:
        assert kinds_by_dossier(asyncio.run(cell(mock))) == {"changed-payer": "match"}


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be made"):
        run(frame(), tmp_path / "file" / "out")


def test_nobody_to_ask_about(tmp_path):
    with pytest.raises(InputError, match="there are no dossiers"):
        run(frame(), tmp_path)


@pytest.mark.parametrize("strict", [(), ("--strict",)])
def test_an_export_that_failed_does_not_look_like_one_in_which_all_is_well(tmp_path, strict):
    dossiers = write(tmp_path / "dossiers.csv", [])
    with MockKsz(WORLD) as mock:
        done = typed(mock, dossiers, tmp_path / "out", *strict)
        assert done.code == 2
        assert "there are no dossiers" in done.err
        good = write(tmp_path / "good.csv", [persona_row("changed-payer")])
        assert typed(mock, good, tmp_path / "out").code == 0
        assert typed(mock, dossiers, tmp_path / "out", "--dry-run").code == 2


def typed(mock, dossiers, out, *more):
    where = ("--out", out, "--endpoint", mock.endpoint, "--margin", 0)
    return kszclient("reconcile", dossiers, *where, *more)


def test_the_command_shows_what_it_found(tmp_path):
    table = [persona_row("changed-payer"), persona_row("not-integrated-with-us")]
    dossiers = write(tmp_path / "dossiers.csv", table)
    with MockKsz(WORLD) as mock:
        shown = typed(mock, dossiers, tmp_path / "a")
        assert shown.code == 1
        assert "not_integrated" in shown.out
        assert "/report.html" in shown.out.replace("\n", "")
        assert "2 of 2 lookups" in shown.err
        shown = typed(mock, dossiers, tmp_path / "b", "--json", "--language", "nl")
        assert json.loads(shown.out)["findings"] == {"match": 1, "not_integrated": 1}
        assert json.loads(shown.err.splitlines()[-1])["done"] == 2
        shown = typed(mock, write(tmp_path / "good.csv", table[:1]), tmp_path / "c", "--rate", 50)
        assert shown.code == 0
    assert "Het kadaster bevat" in (tmp_path / "b" / "findings.csv").read_text()


def test_the_command_shows_the_plan_and_sends_nothing(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    with MockKsz(WORLD) as mock:
        shown = typed(mock, dossiers, tmp_path / "out", "--dry-run", "--rate", 2, "--json")
        plain = typed(mock, dossiers, tmp_path / "out", "--dry-run")
        assert not mock.requests
    plan = json.loads(shown.out)
    lookups = sum(1 for _ in rows())
    assert (plan["lookups"], plan["expected_seconds"]) == (lookups, round(lookups / 2))
    assert plan["sources"]["FLANDERS"] > 0
    assert f"lookups: {lookups}" in plain.out
    assert not (tmp_path / "out").exists()


def test_with_json_standard_error_is_lines_of_json_and_nothing_else(tmp_path):
    child = WORLD.persona("brussels-to-ghent-2021").child.ssin.digits
    table = [("A", child, "2021-01", "2021-06", "21004"), persona_row("changed-payer")]
    dossiers = write(tmp_path / "dossiers.csv", table)
    told = []
    for rule in (BRUSSELS_IS_SILENT, ScenarioRule(fault="MSG00001")):
        with MockKsz(WORLD, [Scenario("a test", "", (rule,))]) as mock:
            out = tmp_path / f"{len(told)}"
            shown = typed(mock, dossiers, out, "--json", "--patience", 0, "--sources", "all")
        told.append([json.loads(line) for line in shown.err.splitlines()][-1])
    assert [set(each) for each in told] == [{"message", "next_step"}] * 2
    assert "a register was silent" in told[0]["message"]
    assert "lookups are open" in told[1]["message"]


def test_strict_stops_at_the_first_bad_row(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", [*rows(), ("D", "123", "2024-01", "", "44021")])
    with MockKsz(WORLD) as mock:
        shown = typed(mock, dossiers, tmp_path / "out", "--strict")
        assert not mock.requests
    assert shown.code == 2
    assert "column child" in shown.err


def test_the_command_says_what_is_still_open(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", [persona_row("changed-payer")])
    with MockKsz(WORLD, [Scenario("closed", "", (ScenarioRule(fault="MSG00001"),))]) as mock:
        shown = typed(mock, dossiers, tmp_path / "out", "--patience", 0)
    assert shown.code == 4
    assert "1 of 1 lookups are open" in shown.err
    assert "unanswered" in shown.out


@pytest.mark.parametrize(
    "wrong",
    [
        ("--sources", "some"),
        ("--language", "xx"),
        ("--run-id", "1"),
        ("--run-id", ""),
        ("--as-of", ""),
        ("--patience", "-1"),
        ("--patience", "nan"),
        ("--hours", ""),
        ("--hours", "sometimes"),
        ("--closed", "20261225"),
        ("--hours", "always"),
        ("--rate", "0"),
        ("--closed", "now and then"),
        ("--when-closed", "weep"),
        ("--budget", "0"),
    ],
)
def test_options_that_make_no_sense(tmp_path, wrong):
    dossiers = write(tmp_path / "dossiers.csv", [persona_row("changed-payer")])
    shown = kszclient("reconcile", dossiers, "--out", tmp_path / "out", *wrong)
    assert shown.code == 2
    assert f"{wrong[0]}: " in shown.err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_used_is_refused_before_anything_is_asked(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", [persona_row("changed-payer")])
    with MockKsz(WORLD) as mock:
        shown = typed(mock, dossiers, dossiers)
        assert (shown.code, "not a folder" in shown.err) == (2, True)
        for name, target in (("loop", "loop"), ("dangling", "elsewhere")):
            (tmp_path / name).symlink_to(tmp_path / target)
            for engine in ("local", "dask"):
                shown = typed(mock, dossiers, tmp_path / name, "--engine", engine)
                assert (shown.code, "not a folder" in shown.err) == (2, True), shown.err
        (tmp_path / "open").mkdir()
        for loose, out in (("open", "open"), ("open", "open/run"), ("open", "open/a/run")):
            (tmp_path / loose).chmod(0o777)
            shown = typed(mock, dossiers, tmp_path / out)
            assert (shown.code, f"chmod go-w {tmp_path / loose}" in shown.err) == (2, True), out
        assert not [*(tmp_path / "open").iterdir()]
        assert not mock.requests
        (tmp_path / "open").chmod(0o1777)
        assert typed(mock, dossiers, tmp_path / "open" / "run").code == 0


PATTERNS = ("n[1]", "n*", "n?", "{n,m}", "**", "~", "~root", "hf:", "file:", "a b%20c", "-n", "é")


@pytest.mark.parametrize("name", [*PATTERNS, os.fsdecode(b"o\xe9")])
def test_no_name_of_a_folder_is_a_pattern(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one, other = persona_row("changed-payer"), next(iter(rows()))
    run(frame(other), Path("n1"))
    before = [Path("n1", each).read_bytes() for each in RESULTS]
    done, _ = run(frame(one), Path(name))
    assert done.results.findings["dossier"].unique().to_list() == [one[0]]
    assert (tmp_path / name / "report.html").stat().st_size > 1000
    assert [Path("n1", each).read_bytes() for each in RESULTS] == before


def test_a_service_that_is_not_there_is_named(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", [persona_row("changed-payer")])
    words = ("--out", tmp_path / "out", "--endpoint", "http://127.0.0.1:1/x", "--patience", 0)
    shown = kszclient("reconcile", dossiers, *words)
    assert shown.code == 4
    assert "1 of 1 lookups are open; the connection failed: Connection refused" in shown.err


def two_registers():
    child = WORLD.persona("brussels-to-ghent-2021").child.ssin.digits
    return frame(
        ("A", child, "2021-01", "2021-06", "21004"), ("B", child, "2021-07", "2021-12", "44021")
    )


BRUSSELS_IS_SILENT = ScenarioRule(sources=("BRUSSELS",), silent=True)


def test_a_run_that_goes_on_asks_the_silent_registers_again_and_nobody_else(tmp_path):
    _, first = run(two_registers(), tmp_path, BRUSSELS_IS_SILENT)
    how = {"resume": True, "patience_seconds": 0}
    still, second = run(two_registers(), tmp_path, BRUSSELS_IS_SILENT, **how)
    assert kinds_by_dossier(still) == {"A": "incomplete", "B": "match"}
    done, third = run(two_registers(), tmp_path, resume=True)
    assert kinds_by_dossier(done) == {"A": "match", "B": "match"}
    assert done.results.summary.outcomes == {"COMPLETE": 1}
    assert done.results.summary.sources["FLANDERS"].found == 1
    again, none = run(two_registers(), tmp_path, resume=True)
    assert not none
    assert again.results.findings.equals(done.results.findings)
    assert next(each.sources for each in first) == ("BRUSSELS", "FLANDERS")
    assert {each.sources for each in (*second, *third)} == {("BRUSSELS",)}
    tickets = [each.customer_ticket for each in (*first, *second, *third)]
    assert (
        len(tickets)
        == len(set(tickets))
        == json.loads((tmp_path / "run.json").read_text())["attempts"]
    )


def test_it_ends_as_if_all_had_answered_at_once(tmp_path):
    table = Question(frame(*rows()), every_source=True)
    run(table, tmp_path / "whole")
    rule = ScenarioRule(sources=("FLANDERS", "BRUSSELS"), silent=True, chance=0.7)
    with same_mock(rule) as mock:
        patient = client(mock, breaker_failures=10_000)
        part = reconcile(table, patient, out=tmp_path / "parts")
    assert part.results.summary.outcomes["INCOMPLETE"] > 1
    run(table, tmp_path / "parts", resume=True)
    whole, parts = (
        pl.read_parquet(tmp_path / each / "findings.parquet").drop("ticket")
        for each in ("whole", "parts")
    )
    assert whole.equals(parts)


@pytest.mark.parametrize(
    "worse",
    [
        ScenarioRule(code="MSG00027"),
        ScenarioRule(broken="off-contract"),
        ScenarioRule(fault="MSG00001"),
    ],
    ids=["refused", "unusable", "unanswered"],
)
def test_what_was_known_stays_known_when_the_silent_are_asked_in_vain(tmp_path, worse):
    run(two_registers(), tmp_path, BRUSSELS_IS_SILENT)
    worst, _ = run(two_registers(), tmp_path, worse, resume=True, patience_seconds=0)
    assert kinds_by_dossier(worst) == {"A": "incomplete", "B": "match"}
    assert (worst.unanswered, worst.results.summary.outcomes) == (0, {"INCOMPLETE": 1})
    done, seen = run(two_registers(), tmp_path, resume=True)
    assert kinds_by_dossier(done) == {"A": "match", "B": "match"}
    assert [each.sources for each in seen] == [("BRUSSELS",)]


def test_the_command_says_that_registers_were_silent(tmp_path):
    child = WORLD.persona("brussels-to-ghent-2021").child.ssin.digits
    table = [("A", child, "2021-01", "2021-06", "21004"), ("B", child, "2021-07", "", "44021")]
    dossiers = write(tmp_path / "dossiers.csv", table)
    with MockKsz(WORLD, [Scenario("a test", "", (BRUSSELS_IS_SILENT,))]) as mock:
        shown = typed(mock, dossiers, tmp_path / "out")
    assert (shown.code, "in 1 lookups a register was silent" in shown.err) == (1, True)


def test_a_register_that_is_silent_is_no_success_though_every_dossier_matches(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", [persona_row("changed-payer")])
    silent = ScenarioRule(sources=("FEDERAL",), silent=True)
    with MockKsz(WORLD, [Scenario("a test", "", (silent,))]) as mock:
        shown = typed(mock, dossiers, tmp_path / "out", "--sources", "all", "--json")
        assert json.loads(shown.out)["findings"] == {"match": 1}
        assert json.loads(shown.out)["outcomes"] == {"INCOMPLETE": 1}
    assert shown.code == 1


def test_an_input_of_which_no_row_can_be_used(tmp_path):
    with pytest.raises(InputError, match="none of 2 rows can be used; row 1, column child"):
        run(frame(("A", "1", "2024-01", "", "44021"), ("B", "2", "2024-01", "", "44021")), tmp_path)


def test_the_plan_says_why_rows_are_set_aside_and_how_long_it_takes(tmp_path):
    wrong = [(f"W-{n}", "123", "2024-01", "", "44021") for n in range(3)]
    dossiers = write(tmp_path / "dossiers.csv", [persona_row("changed-payer"), *wrong])
    with MockKsz(WORLD) as mock:
        shown = typed(mock, dossiers, tmp_path / "out", "--dry-run", "--rate", "0.5")
        told = json.loads(typed(mock, dossiers, tmp_path / "out", "--dry-run", "--json").out)
    assert (
        "3 x column child: SSIN: must have eleven digits (rule length) (first: row 3)" in shown.out
    )
    assert "duration: 0:00:02 at 0.5 lookups a second" in shown.out
    (reason,) = told["rejected_because"]
    assert (reason["column"], reason["rows"], reason["first"]) == ("child", 3, 3)


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("kszclient.cli.options.service.find_spec", lambda _name: None)
    shown = kszclient("reconcile", tmp_path / "dossiers.csv", "--out", tmp_path / "out")
    assert (shown.code, "kszclient[batch]" in shown.err) == (2, True)
