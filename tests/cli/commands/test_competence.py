"""`kszclient competence` and `kszclient rules competence`, run as a user runs them."""

import json
import re
import subprocess
import sys

import pytest

from kszclient.competence import rulebook
from tests.cli.typed import kszclient

PERIOD = ("--from", "2019-11", "--to", "2020-02", "--as-of", "2022-05-01")
MAIN = "from kszclient.cli.app import main; main()"


def test_json_of_a_place():
    done = kszclient("competence", "--postcode", "1000", *PERIOD, "--json")
    assert (done.code, done.err) == (0, "")
    answer = json.loads(done.out)
    found = [
        [segment[key] for key in ("from", "to", "area", "entity", "cadaster", "source")]
        for segment in answer["segments"]
    ]
    assert found == [
        ["2019-11", "2019-12", "BR", "FEDERAL", "FEDERAL", "FEDERAL"],
        ["2020-01", "2020-02", "BR", "IRISCARE", "ORINT", "BRUSSELS"],
    ]
    assert answer["as_of"] == "2022-05-01"
    assert answer["sources"] == ["FEDERAL", "BRUSSELS"]


def test_readable_table_of_a_domicile_file(tmp_path):
    path = tmp_path / "domicile.csv"
    path.write_text("from,to,nis\n2015-01-01,2021-03-09,62063\n2021-03-10,,11002\n")
    done = kszclient("competence", "--domicile", path, "--from", "2021-01", "--to", "2021-06")
    assert done.code == 0
    for words in ("AVIQ", "OPGROEIEN", "2021-04", "Ask: FLANDERS, WALLONIA", "Notice: "):
        assert words in done.out


def test_the_table_stays_readable_where_months_are_not_equally_sure(tmp_path):
    path = tmp_path / "domicile.csv"
    path.write_text("from,to,nis\n2015-01-01,2021-03-09,62063\n2021-05-10,,11002\n")
    done = kszclient("competence", "--domicile", path, "--from", "2019-01", "--to", "2022-06")
    lines = done.out.splitlines()
    sureness = [re.split("  +", line.strip())[-1] for line in lines[1:6]]
    assert sureness == ["sure", "likely (M2)", "unsure", "unsure (M2)", "sure"]
    assert lines[6].startswith("2021-04 to 2021-05: No domicile of the child is known")
    assert lines[7].startswith("Open point M2: that the old place counts")
    assert lines[8].startswith("Ask: ")
    assert max(len(line.rstrip()) for line in lines[:6]) <= 80


def test_a_correction_leaves_the_answer_of_then_as_it_was(tmp_path):
    path = tmp_path / "domicile.csv"
    path.write_text(
        "from,to,nis,known_on\n2015-01-01,,62063,2020-01-01\n"
        "2021-03-10,2021-05-31,11002,2022-02-01\n"
    )
    question = ("competence", "--domicile", path, "--from", "2021-05", "--to", "2021-05", "--json")
    then = json.loads(kszclient(*question, "--known-on", "2022-01-31").out)
    now = json.loads(kszclient(*question).out)
    assert [each["area"] for each in then["segments"]] == ["WA"]
    assert [each["area"] for each in now["segments"]] == ["VL"]
    early = json.loads(kszclient(*question, "--as-of", "2022-01-31").out)
    assert [each["code"] for each in early["notices"]] == ["known-later"]


def test_known_on(tmp_path):
    path = tmp_path / "domicile.json"
    path.write_text(
        '[{"from": "2015-01-01", "to": "2021-03-09", "nis": "62063"},'
        ' {"from": "2021-03-10", "nis": "11002", "known_on": "2021-06-15"}]'
    )
    question = ("competence", "--domicile", path, "--from", "2021-01", "--to", "2021-06", "--json")
    then = json.loads(kszclient(*question, "--known-on", "2021-06-14").out)
    now = json.loads(kszclient(*question).out)
    assert (then["known_on"], "known_on" in now) == ("2021-06-14", False)
    assert [segment["area"] for segment in then["segments"]] == ["WA"]
    assert [segment["area"] for segment in now["segments"]] == ["WA", "WA", "VL"]
    told = (*question[:-1], "--known-on", "2021-06-14")
    sentence = "Answered from what was known of the domicile on 2021-06-14."
    assert sentence in kszclient(*told).out.splitlines()
    assert kszclient(*told, "--explain").out.startswith(sentence)
    assert [segment["certainty"] for segment in now["segments"]] == ["sure", "likely", "sure"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (PERIOD, "exactly one of --nis, --postcode and --domicile"),
        (("--nis", "11002", "--postcode", "2000", *PERIOD), "exactly one of"),
        (("--nis", "99999", *PERIOD), "municipality code 99999 is in no table"),
        (("--postcode", "0612", *PERIOD), "postcode 0612 is in no table"),
        (
            ("--nis", "11002", "--from", "2020-13", "--to", "2021-01"),
            "expected a month",
        ),
        (
            ("--nis", "11002", "--from", "2020-1", "--to", "2021-01"),
            "expected a month",
        ),
        (("--nis", "11002", "--from", "2021-02", "--to", "2021-01"), "the end"),
        (
            ("--nis", "11002", "--from", "1990-01", "--to", "2021-01"),
            "--from, --to: expected months between 1996-01 and 2099-12",
        ),
        (("--nis", "11002", *PERIOD, "--as-of", "yesterday"), "--as-of"),
        (("--nis", "11002", *PERIOD, "--known-on", "2021-02-30"), "--known-on"),
        (("--nis", "11002", *PERIOD, "--as-of", ""), "--as-of: expected a day"),
        (("--nis", "11002", *PERIOD, "--as-of", "20200101"), "--as-of: expected a day"),
        (("--nis", "11002", *PERIOD, "--known-on", ""), "--known-on: expected a day"),
        (("--nis", "11002", *PERIOD, "--known-on", "2020-W01-1"), "--known-on: expected a day"),
        (("--nis", "11002", *PERIOD, "--benefit", ""), "benefit: expected one of school"),
        (("--nis", "", *PERIOD), "--nis: municipality code"),
        (("--domicile", "", *PERIOD), "cannot be read"),
        (("--nis", "11002", "--from", "", "--to", "2021-01"), "--from: expected a month"),
        (("--domicile", "no-such-file.json", *PERIOD), "no-such-file.json: cannot be read"),
        (("--nis", "11002", "--from", "2020-01"), "--to"),
        (("--nis", "11002", *PERIOD, "--explain", "--language", "es"), "--language"),
        (
            ("--nis", "11002", *PERIOD, "--situation", "lost"),
            "--situation: expected one of no-domicile",
        ),
        (("--nis", "11002", *PERIOD, "--benefit", "birth"), "--benefit: expected one of school"),
        (("--residence", "99999", *PERIOD), "--residence: municipality code 99999 is in no table"),
        (("--residence", "99", *PERIOD), "--residence: expected a municipality code"),
        (("--establishment", "99999", *PERIOD), "--establishment: municipality code 99999"),
        (("--insured-domicile", "", *PERIOD), "--insured-domicile: expected a municipality code"),
        (("--fund-seat", "0612", *PERIOD), "--fund-seat: postcode 0612 is in no table"),
        (("--payer-office", "Gent", *PERIOD), "--payer-office: expected a municipality code"),
        (("--nis", "11002", *PERIOD, "--language", "nl"), "--language: the sentences are told"),
        (("--benefit", "school", *PERIOD), "exactly one of"),
    ],
)
def test_bad_input_is_told_in_one_message(arguments, message):
    done = kszclient("competence", *arguments)
    assert done.code == 2
    assert done.out == ""
    assert message in done.err
    assert "Traceback" not in done.err


def test_the_help_names_every_situation():
    shown = " ".join(kszclient("competence", "--help").out.replace("│", " ").split())
    for situation in rulebook().situations:
        assert situation in shown


def test_a_domicile_file_on_standard_input():
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "competence", "--domicile", "-", *PERIOD],
        input="From;NIS\n2015-01-01;21004\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "IRISCARE" in done.stdout


def test_rules_as_a_table_and_as_json():
    table = kszclient("rules", "competence")
    rules = json.loads(kszclient("rules", "competence", "--json").out)["rules"]
    assert table.code == 0
    for rule in rules:
        assert {"id", "months_from", "months_to", "source", "certainty", "references"} <= set(rule)
        assert rule["id"] in table.out


@pytest.mark.parametrize("situation", rulebook().situations)
def test_what_an_answer_without_a_factor_carries_stands_in_the_table(situation):
    words = ("--from", "2021-01", "--to", "2021-02", "--situation", situation, "--json")
    (segment,) = json.loads(kszclient("competence", *words).out)["segments"]
    assert (segment["rule"], segment["certainty"]) == (situation, "unsure")
    rows = kszclient("rules", "competence").out.splitlines()
    assert any(line.startswith(f"{situation} ") for line in rows)
    (undetermined,) = [line for line in rows if line.startswith("none-undetermined")]
    assert "unsure" in undetermined
    assert not re.search(r"\bsure\b", undetermined)


def test_every_segment_carries_the_id_of_a_printed_rule(tmp_path):
    printed = json.loads(kszclient("rules", "competence", "--json").out)
    ids = {row["id"] for table in ("rules", "situations") for row in printed[table]}
    path = tmp_path / "domicile.csv"
    path.write_text("from,to,country,nis\n2015-01-01,2021-03-09,FR,\n2021-05-01,,,63023\n")
    done = kszclient(
        "competence", "--domicile", path, "--from", "2018-01", "--to", "2021-12", "--json"
    )
    rules = [segment["rule"] for segment in json.loads(done.out)["segments"]]
    assert set(rules) <= ids
    assert "abroad" in rules


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "is domiciled in"), ("nl", "woonplaats"), ("fr", "domicilié"), ("de", "Wohnsitz")],
)
def test_explain_in_four_languages(language, words):
    done = kszclient("competence", "--nis", "21004", *PERIOD, "--explain", "--language", language)
    assert (done.code, done.err) == (0, "")
    assert words in done.out
    assert "br-orint" in done.out


def test_explain_in_json_stands_beside_the_answer():
    plain = kszclient("competence", "--nis", "21004", *PERIOD, "--json")
    explained = json.loads(
        kszclient("competence", "--nis", "21004", *PERIOD, "--explain", "--json").out
    )
    assert len(explained.pop("explanation")) == 2
    assert explained == json.loads(plain.out)


def test_other_factors_need_no_domicile():
    done = kszclient(
        "competence", "--residence", "1000", "--situation", "struck-off", *PERIOD, "--json"
    )
    segments = json.loads(done.out)["segments"]
    assert [(each["area"], each["factor"]) for each in segments] == [("BR", "residence")] * 2


def test_a_situation_without_a_place_asks_all_sources():
    done = kszclient("competence", "--situation", "bis-number", *PERIOD, "--json")
    answer = json.loads(done.out)
    assert [each["rule"] for each in answer["segments"]] == ["bis-number"]
    assert answer["segments"][0]["entity"] is None
    assert answer["segments"][0]["reason"]
    assert len(answer["sources"]) == 5


def test_a_participation_allowance_asks_flanders_besides():
    question = ("competence", "--nis", "21004", "--from", "2021-01", "--to", "2021-12", "--json")
    answer = json.loads(kszclient(*question, "--benefit", "school").out)
    assert answer["sources"] == ["BRUSSELS", "FLANDERS"]
    assert {each["entity"] for each in answer["segments"]} == {"IRISCARE"}
    assert [each["code"] for each in answer["notices"]] == ["participation"]


def test_the_command_files_load_nothing_heavy():
    code = (
        "import sys; import kszclient.cli.commands.competence, kszclient.cli.commands.rules;"
        "print([name for name in ('polars', 'msgspec', 'zeep', 'lxml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
