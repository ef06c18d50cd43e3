import datetime as dt
import shutil
import tomllib

import msgspec
import pytest

from kszclient.competence import Certainty
from kszclient.complaints.rules.conditions import CaseFact, DaySpan, evaluate
from kszclient.complaints.rules.proof import check_decisions
from kszclient.complaints.rules.rule import ComplaintRule
from kszclient.complaints.rules.table import make_table, read_rules, read_table, table
from kszclient.errors import DataError
from kszclient.resources import resource
from kszclient.values import Translated

RULE = ComplaintRule(
    id="Z1",
    at={"VL": ("KBD",)},
    when="identified",
    outcome="ADMISSIBLE",
    reason="OK",
    sources=("S0",),
    certainty=Certainty.SURE,
    text=Translated(en="Yes.", nl="Ja.", fr="Oui.", de="Ja."),
)


def refused(*rules):
    with pytest.raises(DataError) as caught:
        make_table(list(rules))
    return str(caught.value)


def changed(**fields):
    return msgspec.structs.replace(RULE, **fields)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"when": "colour is red"}, "unknown fact 'colour'"),
        ({"when": "subject is red"}, "'red' is no subject"),
        ({"when": "subject in reds"}, "unknown group 'reds'"),
        ({"when": "role in participation"}, "is no role"),
        ({"when": "decision_date is KBD"}, "decision_date is a day: expected <, <=, > or >="),
        ({"when": "decision_date > 2019-02-30"}, "'2019-02-30' is no day"),
        ({"when": "identified is true"}, "'is' is one word too many"),
        ({"when": "steps_done is KBD"}, "expected 'has', found 'is'"),
        ({"when": "(identified"}, "expected ')'"),
        ({"when": "identified and"}, "the condition breaks off"),
        ({"when": "identified; import os"}, "cannot read '; import os'"),
        ({"when": "identified and not identified"}, "unreachable"),
        ({"when": "decision_date < 2019-01-01 and decision_date > 2019-01-01"}, "unreachable"),
        ({"when": "period_to < 2019-01-01 and period_from >= 2020-01-01"}, "unreachable"),
        ({"when": "not late"}, "names no term of appeal"),
        ({"outcome": "MAYBE"}, "unknown outcome 'MAYBE'"),
        ({"at": {"XX": ("KBD",)}}, "unknown table 'XX'"),
        ({"dated_by": "facts_last_date"}, "unknown day in dated_by 'facts_last_date'"),
        ({"sources": ("S99",)}, "unknown source 'S99'"),
        ({"sources": ()}, "no source"),
        ({"term": "DL_NEVER"}, "unknown term 'DL_NEVER'"),
        ({"promise": "SLA_NEVER"}, "unknown promise 'SLA_NEVER'"),
        ({"text": Translated(en="Yes.", nl="Ja.", fr=" ", de="Ja.")}, "no text in fr"),
        ({"at": {}}, "decides, but names no instance"),
    ],
)
def test_a_broken_line_is_named(fields, problem):
    message = refused(RULE, changed(id="Z2", **fields))
    assert message.startswith("rule Z2 (line 2 of the table)")
    assert problem in message


def test_two_lines_that_contradict_each_other_are_named():
    message = refused(RULE, changed(id="Z2", outcome="INADMISSIBLE"))
    assert "rules Z1 and Z2 contradict each other" in message


def test_lines_of_different_times_do_not_contradict_each_other():
    early = changed(valid_until=dt.date(2021, 12, 31))
    late = changed(id="Z2", outcome="INADMISSIBLE", valid_from=dt.date(2022, 1, 1))
    assert len(make_table([early, late]).lines) == 2


def test_no_line_is_always_overruled_by_others():
    check_decisions(table())


def test_a_line_that_never_decides_is_found():
    weak = changed(id="Z2", when="identified and motivated", reason="WEAK")
    strong = changed(outcome="INADMISSIBLE")
    with pytest.raises(DataError, match=r"never decide.*VL: KBD: Z2 WEAK"):
        check_decisions(make_table([weak, strong]))


def test_lines_that_overlap_and_contradict_are_named_by_the_check():
    weak = changed(id="Z2", when="subject is WRONG_INFO", reason="WEAK")
    strong = changed(when="subject in [STAFF_CONDUCT, WRONG_INFO]", outcome="INADMISSIBLE")
    with pytest.raises(DataError, match=r"never decide.*Z2 WEAK"):
        check_decisions(make_table([weak, strong]))


def test_a_table_of_one_s_own_is_checked_for_it_when_it_is_read(tmp_path, monkeypatch):
    own = tmp_path / "data"
    shutil.copytree(resource("config"), own / "config")
    rules = own / "config" / "complaints" / "rules" / "4-kbd.toml"
    before, k3, after = rules.read_text().partition('id = "K3"')
    after = after.replace(
        '"subject is STAFF_CONDUCT"', '"subject in [STAFF_CONDUCT, WRONG_INFO]"', 1
    )
    after = after.replace('outcome = "ADMISSIBLE"', 'outcome = "INADMISSIBLE"', 1)
    rules.write_text(before + k3 + after)
    monkeypatch.setenv("KSZCLIENT_DATA", str(own))
    with pytest.raises(DataError, match=r"never decide.*K1"):
        read_table()


def test_a_table_that_gives_no_reason_that_the_library_asks_for_is_refused(tmp_path, monkeypatch):
    own = tmp_path / "data"
    shutil.copytree(resource("config"), own / "config")
    rules = own / "config" / "complaints" / "rules" / "2-general.toml"
    rules.write_text(rules.read_text().replace('"DEADLINE_NEAR"', '"SOON"'))
    monkeypatch.setenv("KSZCLIENT_DATA", str(own))
    with pytest.raises(DataError, match="no rule gives the reason DEADLINE_NEAR"):
        read_table()


def test_months_that_begin_where_others_end_can_hold():
    rule = changed(when="period_from >= 2020-01-01 and period_to >= 2019-01-01")
    assert len(make_table([rule]).lines) == 1


def test_every_rule_has_a_source_a_text_and_says_what_comes_next_or_ends():
    for line in table().lines:
        assert line.rule.sources
        assert line.rule.text.en.endswith(".")


def test_reasons_are_codes():
    for line in table().lines:
        assert line.rule.reason == line.rule.reason.upper()
        assert line.rule.reason.replace("_", "").isalnum()


def test_an_answer_of_a_row_has_what_the_row_says_and_it_does_not():
    row = {**msgspec.to_builtins(RULE), "answers": [{"reason": "ONE"}, {"outcome": "OPEN"}]}
    one, two = read_rules([row], "4-kbd.toml")
    assert (one.reason, one.outcome, two.reason, two.outcome) == ("ONE", "ADMISSIBLE", "OK", "OPEN")
    assert one.text == two.text == RULE.text


@pytest.mark.parametrize("field", ["when", "text", "certainty"])
def test_a_row_that_lacks_something_is_named_with_its_file(field):
    row = {key: value for key, value in msgspec.to_builtins(RULE).items() if key != field}
    with pytest.raises(DataError, match=f"4-kbd.toml, rule Z1: .*`{field}`"):
        list(read_rules([row], "4-kbd.toml"))


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        ("2025-01-31", False),
        ("2025-02-01", True),
        ("2025-02-28", True),
        ("2025-03-01", False),
        (None, None),
    ],
)
@pytest.mark.parametrize("dated_by", ["filing_date", "decision_date", "notified_on"])
def test_a_rule_applies_on_the_days_that_its_own_day_lies_in(dated_by, day, holds):
    rule = changed(
        when="always",
        dated_by=dated_by,
        valid_from=dt.date(2025, 2, 1),
        valid_until=dt.date(2025, 2, 28),
    )
    known = day and dt.date.fromisoformat(day)
    (line,) = make_table([rule]).lines
    fact = CaseFact(DaySpan(known, known) if known else None, frozenset({dated_by}))
    assert evaluate(line.condition, lambda name: {dated_by: fact}[name]).value is holds


def _conditions(value):
    """Every condition below a table: the texts under ``when``."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "when" and isinstance(inner, str):
                yield inner
            else:
                yield from _conditions(inner)
    elif isinstance(value, list):
        for each in value:
            yield from _conditions(each)


def test_a_condition_fits_on_one_line_of_the_page():
    tables = resource("config", "complaints").rglob("*.toml")
    found = [
        each for path in tables for each in _conditions(tomllib.loads(path.read_text("utf-8")))
    ]
    assert len(found) > 150
    assert [each for each in found if len(each) > 120] == []
