"""What a journal of an earlier version keeps of a lookup is read, and what it found counts."""

import datetime as dt

import msgspec
import polars as pl

from kszclient.reconciliation.compare.compare import compare_all
from kszclient.reconciliation.execute.record import Record
from kszclient.reconciliation.input.dossiers import REJECTED, SCHEMA, Dossiers
from kszclient.reconciliation.plan.planner import make_plan
from kszclient.values.month_numbers import MonthRange

FOUND = {"kind": "not_found", "dossier": "D-1", "begin": 24276, "end": 24281, "source": "FLANDERS"}
COMPLETE = {"outcome": "COMPLETE", "asked": ["FLANDERS"], "findings": [FOUND]}
HOLDINGS = [
    None, None, [["FLANDERS", "0692793497", "BASIC", [24276, 24281], False]], ["FLANDERS"],
    ["BRUSSELS"], [], [], [], [["FLANDERS", "ends_before_begin 2023-05 2022-04", [1, 2], True]],
]  # fmt: skip


def plan():
    row = (1, "D-1", "16023000160", 24276, 24281, "44021", None, None, None)
    rows = pl.DataFrame([row], schema=SCHEMA, orient="row")
    dossiers = Dossiers(rows, pl.DataFrame(schema=REJECTED))
    return make_plan(dossiers, None, as_of=dt.date(2024, 5, 1), months=MonthRange(24228, 24288))


def test_what_an_earlier_version_found_counts():
    (compared,) = compare_all(plan(), [(0, msgspec.json.encode(COMPLETE))])
    assert [(each.kind, each.months) for each in compared.findings] == [
        ("not_found", MonthRange(24276, 24281))
    ]
    assert (compared.record.outcome, compared.record.asked) == ("COMPLETE", ("FLANDERS",))


def test_what_registers_held_that_answered_is_read_in_the_form_of_before():
    kept = {**COMPLETE, "outcome": "INCOMPLETE", "silent": ["BRUSSELS"], "holdings": HOLDINGS}
    record = msgspec.json.decode(msgspec.json.encode(kept), type=Record)
    assert record.unanswered == ("BRUSSELS",)
    assert [each.payer for each in record.registered.payments] == ["0692793497"]
    assert record.registered.contradicted[0].unknown
    assert record.registered.unanswered == {"BRUSSELS"}
