import json

import pytest

from kszclient.complaints.case.complaint import read_complaint
from kszclient.errors import IntakeError
from kszclient.values import Month

LEAST = {"subject": "AMOUNT", "filing_date": "2025-03-03", "nis": "11002"}


def refused(**given):
    told = {key: value for key, value in {**LEAST, **given}.items() if value is not ...}
    with pytest.raises(IntakeError) as caught:
        read_complaint(json.dumps(told))
    return str(caught.value)


def test_the_least_that_can_be_routed():
    complaint = read_complaint(json.dumps(LEAST))
    assert complaint.subject == "AMOUNT"
    assert complaint.steps_done is None
    assert complaint.months is None


def test_all_keys_of_the_design_are_read():
    complaint = read_complaint(
        json.dumps(
            {
                "domicile": [{"from": "2019-05-01", "to": None, "nis": "63023"}],
                "subject": "RECOVERY",
                "benefit": "care_supplement",
                "period": {"from": "2020-01", "to": "2020-04"},
                "decision_date": "2025-01-03",
                "notified_on": "2025-01-06",
                "notification_kind": "registered_receipt",
                "remedies_stated": True,
                "facts_last_date": "2025-01-06",
                "filing_date": "2025-03-03",
                "identified": True,
                "has_interest": True,
                "motivated": True,
                "role": "helper_with_mandate",
                "steps_done": ["PAYER", "KBD"],
                "kbd_filed": "2025-01-07",
                "kbd_closed": "2025-02-07",
                "gc_notified_on": "2025-02-10",
                "court_pending": False,
                "ombuds_pending": False,
                "admin_appeal_open": False,
                "child_in_danger": False,
                "nl_school_or_childcare": True,
                "child_ssin": "85023000125",
                "payer": "Ministerium der DG",
            }
        )
    )
    assert complaint.history.stays[0].area == "DG"
    assert complaint.months.begin == Month(2020, 1)
    assert complaint.child_ssin.synthetic


def test_an_open_period_ends_with_the_month_of_filing():
    complaint = read_complaint(json.dumps({**LEAST, "period": {"from": "2024-11"}}))
    assert str(complaint.months) == "2024-11..2025-03"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"subject": ...}, "field subject: missing"),
        ({"filing_date": ...}, "field filing_date: missing"),
        ({"nis": ...}, "field domicile: missing; give domicile, nis or payer"),
        ({"colour": 1}, "field colour: unknown"),
        ({"subject": "ANGER"}, "field subject: expected one of SERVICE_QUALITY, "),
        ({"role": "aunt"}, "field role: expected one of beneficiary, "),
        ({"steps_done": ["payer"]}, "field steps_done: expected a list of EMERGENCY, "),
        ({"filing_date": "2025-02-30"}, "field filing_date: expected a day written YYYY-MM-DD"),
        ({"filing_date": "3/3/2025"}, "field filing_date: expected a day written YYYY-MM-DD"),
        ({"notified_on": "1025-02-03"}, "field notified_on: expected a year from 1950 to 2099"),
        ({"notified_on": "2025-03-04"}, "field notified_on: lies after filing_date"),
        (
            {"decision_date": "2025-02-03", "notified_on": "2025-02-02"},
            "field notified_on: lies before decision_date",
        ),
        (
            {"kbd_filed": "2025-02-03", "kbd_closed": "2025-02-02"},
            "field kbd_closed: lies before kbd_filed",
        ),
        ({"period": {"from": "2025-13"}}, "field period.from: month: must lie between"),
        ({"period": {"from": "2025-02", "to": "2025-01"}}, "field period: the end (to) lies"),
        ({"period": {"from": "1800-01", "to": "1800-02"}}, "field period: must be closed and lie"),
        ({"period": {"van": "2025-02"}}, "field period.van: unknown"),
        ({"identified": "yes"}, "field identified: expected true or false"),
        ({"nis": "00001"}, "field nis: "),
        ({"nis": ..., "domicile": [{"nis": "11002"}]}, "field domicile: row 1, field from"),
        (
            {"domicile": [{"from": "2020-01-01", "nis": "11002"}]},
            "field nis: give either nis or domicile, not both",
        ),
        ({"payer": "Nobody"}, "field payer: not a payer we know"),
        ({"subject": "KG_SERVICE", "body": "payer"}, "field body: does not go with the subject"),
        ({"subject": "PODMI_SERVICE", "body": "payer"}, "field body: does not go with the subject"),
    ],
)
def test_bad_input_is_named(given, named):
    assert named in refused(**given)


@pytest.mark.parametrize("text", ["[]", '"x"', "null", "7"])
def test_an_object_is_asked_for_by_an_example_that_can_be_routed(text):
    with pytest.raises(IntakeError, match="the complaint: expected one object") as caught:
        read_complaint(text)
    assert read_complaint(str(caught.value).partition("such as ")[2])


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "\xff", "null"])
def test_what_is_no_object_is_refused(text):
    with pytest.raises(IntakeError, match="the complaint"):
        read_complaint(text)


@pytest.mark.parametrize(
    "given",
    [
        {"child_ssin": "85023000126"},
        {"payer": "85023000126"},
        {"subject": "85023000126"},
        {"85023000126": 1},
        {"nis": 85023000126},
        {"domicile": [{"from": "85023000126", "85023000126": 1}], "nis": ...},
    ],
)
def test_no_message_repeats_a_number_of_a_person(given):
    assert "85023000126" not in refused(**given)


def test_bytes_that_are_no_utf8_are_refused():
    with pytest.raises(IntakeError, match="not JSON"):
        read_complaint(b'{"subject": "\xff"}')


def test_the_childs_number_does_where_the_registers_will_be_asked():
    given = {**LEAST, "child_ssin": "85023000125"}
    del given["nis"]
    with pytest.raises(IntakeError, match="field domicile: missing") as caught:
        read_complaint(json.dumps(given))
    assert "--lookup" in caught.value.next_step
    assert read_complaint(json.dumps(given), to_look_up=True).child_ssin.synthetic
    del given["child_ssin"]
    with pytest.raises(IntakeError, match="field domicile: missing"):
        read_complaint(json.dumps(given), to_look_up=True)


@pytest.mark.parametrize(
    ("months", "named"),
    [
        ({"source": "NOWHERE"}, "field register_months.source: expected one of FEDERAL, "),
        ({"to": "2024-12"}, "field register_months: an end (to) lies before its begin (from)"),
        ({"to": "2025"}, "field register_months.to: month: must be written YYYY-MM"),
    ],
)
def test_months_of_a_register_are_read_strictly(months, named):
    held = {"from": "2025-01", "to": "2025-03", "source": "FLANDERS", **months}
    assert named in refused(register_months=[held])


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"kbd_filed": "2025-03-04"}, "field kbd_filed: lies after filing_date"),
        ({"kbd_filed": "2025-02-10", "kbd_closed": "2025-03-04"},
         "field kbd_closed: lies after filing_date"),
        ({"gc_notified_on": "2025-03-04"}, "field gc_notified_on: lies after filing_date"),
        ({"kbd_filed": "2025-02-10", "kbd_closed": "2025-02-09"},
         "field kbd_closed: lies before kbd_filed"),
        ({"decision_date": "2025-02-10", "notified_on": "2025-02-09"},
         "field notified_on: lies before decision_date"),
        ({"decision_date": "2025-02-10", "gc_notified_on": "2025-02-09"},
         "field gc_notified_on: lies before decision_date"),
        ({"notified_on": "2025-02-10", "gc_notified_on": "2025-02-09"},
         "field gc_notified_on: lies before notified_on"),
    ],
)  # fmt: skip
def test_days_in_an_impossible_order_are_refused_and_both_are_named(given, named):
    assert refused(**{"filing_date": "2025-03-03", **given}) == named


def test_days_in_the_order_in_which_things_happen_are_taken():
    days = {
        "decision_date": "2025-02-03", "notified_on": "2025-02-03", "kbd_filed": "2025-02-03",
        "kbd_closed": "2025-02-03", "gc_notified_on": "2025-02-03", "filing_date": "2025-02-03",
    }  # fmt: skip
    assert read_complaint(json.dumps({**LEAST, **days})).steps is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"subject": "AMOUNT", "nis": "11002", "nis": "21004"}', "field nis: given twice"),
        ('{"period": {"from": "2025-01", "from": "2025-02"}}', "field from: given twice"),
        ('{"domicile": [{"nis": "11002", "nis": "11002"}]}', "field nis: given twice"),
        ('{"85023000125": 1, "85023000125": 2}', "field (a key): given twice"),
    ],
)
def test_a_key_that_is_given_twice_is_refused_and_named(text, named):
    with pytest.raises(IntakeError) as caught:
        read_complaint(text)
    assert str(caught.value) == named


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("notified", "did you mean notified_on?"),
        ("desicion_date", "did you mean decision_date?"),
        ("grounds", "fill motivated"),
        ("xyz", "docs/complaints.md lists the fields"),
    ],
)
def test_an_unknown_field_is_named_with_the_one_that_may_be_meant(key, hint):
    assert refused(**{key: True}) == f"field {key}: unknown; {hint}"


def test_a_file_as_windows_writes_it_is_read():
    text = b"\xef\xbb\xbf" + json.dumps(LEAST).encode()
    assert read_complaint(text).subject == "AMOUNT"


def test_a_history_without_a_spell_is_named():
    assert "field domicile: expected at least one spell" in refused(nis=..., domicile=[])


def test_spells_that_overlap_are_named_by_their_field():
    overlapping = [
        {"from": "2015-01-01", "to": "2025-01-31", "nis": "44021"},
        {"from": "2025-01-01", "nis": "21004"},
    ]
    assert "field domicile: spell 1" in refused(nis=..., domicile=overlapping)


def test_months_far_ahead_are_a_slip_of_the_pen():
    assert "field period.from: " in refused(period={"from": "2026-04"})
    assert read_complaint(json.dumps(LEAST | {"period": {"from": "2026-03"}})).period
