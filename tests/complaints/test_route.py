import json

import pytest

from kszclient.complaints import Language, read_complaint, read_route, route
from kszclient.complaints.vocabulary import Instance, Outcome

FULL = {
    "subject": "REFUSAL_PAYMENT",
    "benefit": "base",
    "nis": "11002",
    "period": {"from": "2025-01", "to": "2025-03"},
    "decision_date": "2025-02-01",
    "notified_on": "2025-02-03",
    "remedies_stated": True,
    "facts_last_date": "2025-02-03",
    "filing_date": "2025-03-03",
    "identified": True,
    "has_interest": True,
    "motivated": True,
    "role": "beneficiary",
    "steps_done": [],
    "court_pending": False,
}


def routed(language=Language.EN, **given):
    told = {key: value for key, value in {**FULL, **given}.items() if value is not ...}
    return route(read_complaint(json.dumps(told)), language=language)


def answers(part):
    return {each.instance: each for each in part.evaluations}


def test_a_minimal_complaint_is_never_turned_down():
    least = route(
        read_complaint(
            '{"subject": "REFUSAL_PAYMENT", "filing_date": "2025-03-03", "nis": "11002"}'
        )
    )
    (part,) = least.parts
    outcomes = {each.outcome for each in part.evaluations}
    assert outcomes == {Outcome.ADMISSIBLE, Outcome.NEED_INPUT}
    assert part.recommended.informal is Instance.PAYER
    assert part.recommended.formal is Instance.GESCHILLENCOMMISSIE
    assert {"notified_on", "role", "benefit", "period", "steps_done"} <= set(part.needs)
    assert any("may have a term that runs" in notice for notice in least.notices)


def test_only_fields_that_can_change_an_answer_are_asked():
    (part,) = routed(role=...).parts
    assert part.needs == ("role",)
    assert answers(part)["KBD"].outcome is Outcome.NOT_YET
    assert answers(part)["GESCHILLENCOMMISSIE"].outcome is Outcome.NEED_INPUT
    # The date is told all the same.
    assert str(answers(part)["GESCHILLENCOMMISSIE"].term.file_by) == "2025-05-05"
    # In time whatever the letter says, so that is not asked.
    (part,) = routed(remedies_stated=...).parts
    assert part.needs == ()


def test_an_old_fact_does_not_bar_the_appeal():
    (part,) = routed(steps_done=["PAYER"], facts_last_date="2023-01-01").parts
    found = answers(part)
    assert found["KBD"].outcome is Outcome.INADMISSIBLE
    assert found["GESCHILLENCOMMISSIE"].outcome is Outcome.ADMISSIBLE


def test_a_move_splits_the_case():
    found = routed(
        nis=...,
        domicile=[
            {"from": "2018-01-01", "to": "2025-01-19", "nis": "21004"},
            {"from": "2025-01-20", "nis": "11002"},
        ],
    )
    assert [(str(part.period.begin), part.entity) for part in found.parts] == [
        ("2025-01", "IRISCARE"),
        ("2025-02", "OPGROEIEN"),
    ]
    assert all("E8" in part.rules for part in found.parts)
    assert found.parts[0].recommended.formal is Instance.LABOUR_COURT
    assert found.parts[1].recommended.formal is Instance.GESCHILLENCOMMISSIE


def test_decision_date_and_months_are_tested_apart():
    # A decision of 2025 on months of both regimes; then a decision of 2018 on months of 2019.
    old, new = routed(period={"from": "2018-12", "to": "2019-01"}).parts
    assert (old.entity, new.entity) == ("FEDERAL", "OPGROEIEN")
    assert answers(old)["GESCHILLENCOMMISSIE"].reason == "PERIOD_BEFORE_2019"
    assert answers(new)["GESCHILLENCOMMISSIE"].outcome is Outcome.ADMISSIBLE
    (part,) = routed(
        period={"from": "2019-01", "to": "2019-01"},
        decision_date="2018-12-20",
        notified_on="2018-12-24",
    ).parts
    assert answers(part)["GESCHILLENCOMMISSIE"].reason == "DECISION_BEFORE_2019"


def test_brussels_is_split_at_2020():
    old, new = routed(nis="21004", period={"from": "2019-12", "to": "2020-01"}).parts
    assert (old.entity, new.entity) == ("FEDERAL", "IRISCARE")
    assert ("E2" in old.rules, "E6" in new.rules) == (True, True)


def test_participation_allowances_go_the_flemish_way_wherever_the_child_lives():
    for nis in ("21004", "62063", "63023"):
        (part,) = routed(nis=nis, benefit="toddler", nl_school_or_childcare=True).parts
        assert part.entity == "OPGROEIEN"
        assert part.recommended.formal is Instance.GESCHILLENCOMMISSIE
        assert part.needs == ()
    (part,) = routed(nis="21004", benefit="toddler", nl_school_or_childcare=False).parts
    assert part.entity == "IRISCARE"


def test_which_way_a_participation_allowance_goes_is_asked_and_never_assumed():
    for benefit in ("school", "toddler", "childcare"):
        (part,) = routed(nis="21004", benefit=benefit).parts
        assert part.entity is None
        assert part.needs == ("nl_school_or_childcare",)
        found = answers(part)
        for instance in ("GESCHILLENCOMMISSIE", "KBD", "IRISCARE"):
            assert found[instance].outcome is Outcome.NEED_INPUT
        # No date is lost meanwhile: those of both ways are told.
        ends = {name: str(found[name].term.file_by) for name in ("GESCHILLENCOMMISSIE",
                                                                 "LABOUR_COURT")}  # fmt: skip
        assert ends == {"GESCHILLENCOMMISSIE": "2025-05-05", "LABOUR_COURT": "2025-05-02"}
    (part,) = routed(nis="11002", benefit="school").parts
    assert (part.entity, part.needs) == ("OPGROEIEN", ())


def test_without_the_benefit_the_entity_is_that_of_the_domicile_and_the_benefit_is_asked():
    (part,) = routed(nis="21004", benefit=...).parts
    assert part.entity == "IRISCARE"
    assert part.needs == ("benefit", "nl_school_or_childcare")
    assert (part.recommended.informal, part.recommended.formal) == ("PAYER", "LABOUR_COURT")
    (part,) = routed(nis="21004", benefit=..., subject="ZT_DECISION").parts
    assert "benefit" not in part.needs


def test_without_its_months_a_case_of_a_child_that_moved_asks_for_them():
    moved = [
        {"from": "2018-01-01", "to": "2024-01-19", "nis": "21004"},
        {"from": "2024-01-20", "nis": "11002"},
    ]
    (part,) = routed(nis=..., domicile=moved, period=...).parts
    assert (part.entity, part.needs) == (None, ("period",))
    assert {answers(part)[name].outcome for name in ("IRISCARE", "GESCHILLENCOMMISSIE")} == {
        Outcome.NEED_INPUT
    }


def test_the_payer_tells_the_entity_where_no_domicile_is_known():
    (part,) = routed(nis=..., payer="FAMIWAL").parts
    assert part.entity == "AVIQ"
    (part,) = routed(nis=..., payer="0727.421.608").parts
    assert part.entity == "IRISCARE"


def test_a_brand_of_three_regions_tells_nothing():
    (part,) = routed(nis=..., payer="Infino").parts
    assert part.entity is None
    assert part.rules == ("E9",)
    assert part.needs == ("domicile",)


def test_a_day_on_which_the_kbd_closed_a_complaint_asks_when_it_was_filed():
    (part,) = routed(filing_date="2025-07-01", kbd_closed="2025-06-16").parts
    assert answers(part)["GESCHILLENCOMMISSIE"].outcome is Outcome.NEED_INPUT
    assert part.needs == ("kbd_filed",)
    (part,) = routed(filing_date="2025-07-01", kbd_closed="2025-06-16", steps_done=...).parts
    assert "kbd_filed" in part.needs


def test_a_day_on_which_something_was_done_says_that_it_was_done():
    (part,) = routed(kbd_filed="2025-02-10").parts
    assert answers(part)["KBD"].outcome is Outcome.ADMISSIBLE
    assert part.recommended.informal is Instance.PAYER


def test_an_appeal_that_ends_soon_goes_first():
    found = routed(filing_date="2025-04-28", steps_done=["PAYER"])
    assert found.parts[0].evaluations[0].instance is Instance.GESCHILLENCOMMISSIE
    assert "ends soon: file by 2025-05-05" in found.notices[0]


def test_a_child_in_danger_goes_before_an_appeal_that_ends_soon():
    found = routed(filing_date="2025-04-28", child_in_danger=True)
    assert found.parts[0].evaluations[0].instance is Instance.EMERGENCY
    assert found.parts[0].recommended.informal is Instance.EMERGENCY
    assert "112" in found.notices[0]


def test_what_is_not_certain_says_so_in_a_sentence():
    found = routed(benefit="care_supplement", subject="AMOUNT", steps_done=["PAYER", "KBD"])
    told = [notice for notice in found.notices if "zorgtoeslag" in notice]
    assert any("Not quite certain: " in notice for notice in told)


def test_between_the_cautious_and_the_lenient_end_it_is_not_called_late():
    found = routed(decision_date="2025-09-22", notified_on="2025-09-23",
                   facts_last_date="2025-09-23", filing_date="2025-12-26")  # fmt: skip
    commission = answers(found.parts[0])["GESCHILLENCOMMISSIE"]
    assert (commission.outcome, commission.certainty) == (Outcome.OPEN, "likely")
    assert found.parts[0].recommended.formal is Instance.GESCHILLENCOMMISSIE
    assert any("File at once." in notice for notice in found.notices)


def test_the_channels_of_the_payer_come_first():
    (part,) = routed(payer="Parentia").parts
    assert answers(part)["PAYER"].channels[0].value == "klacht.vlaanderen@parentia.be"
    (part,) = routed(payer="Infino Brussels", nis="21004", subject="PRIVACY").parts
    assert answers(part)["DPO"].channels[0].value == "dpo@infino.be"


def test_both_addresses_of_the_kbd_are_kept_and_named():
    found = routed(steps_done=["PAYER"])
    post = [each for each in answers(found.parts[0])["KBD"].channels if each.kind == "post"]
    assert [("Trierstraat 9" in each.value, each.newer) for each in post] == [
        (True, False),
        (False, True),
    ]
    assert any("Koning Albert II-laan 15" in notice for notice in found.notices)


def test_every_route_ends_with_what_it_is():
    found = routed()
    assert found.notices[-2] == "This is information, not legal advice."
    assert found.notices[-1].endswith("table of 2026-11-22.")


def test_a_term_that_only_a_closed_kbd_complaint_can_save_shows_the_dates_that_it_would_give():
    found = routed(filing_date="2025-07-01", kbd_closed="2025-06-16")
    term = answers(found.parts[0])["GESCHILLENCOMMISSIE"].term
    assert (term.name, str(term.file_by)) == ("DL_RESTART", "2025-09-15")


def test_no_day_that_has_passed_by_every_reading_is_told_as_one_to_keep():
    found = routed(filing_date="2025-12-01", notified_on=..., role=...)
    assert answers(found.parts[0])["GESCHILLENCOMMISSIE"].outcome is Outcome.NEED_INPUT
    told = " ".join(found.notices)
    assert "only what is asked here can still change that" in told
    assert "can still be defended" not in told
    assert "file by 2025-0" not in told


def test_without_its_months_a_school_allowance_asks_whether_they_lie_before_2019():
    (part,) = routed(nis="21004", benefit="school", nl_school_or_childcare=True, period=...).parts
    assert (part.entity, part.needs) == ("OPGROEIEN", ("period",))
    assert part.recommended.formal is Instance.GESCHILLENCOMMISSIE


KBD_HAS_IT = {
    "nis": "44021",
    "subject": "AMOUNT",
    "benefit": "base",
    "period": {"from": "2024-01", "to": "2024-10"},
    "decision_date": "2024-10-30",
    "notified_on": "2024-11-04",
    "remedies_stated": True,
    "kbd_filed": "2024-12-01",
    "steps_done": ["PAYER", "KBD"],
    "filing_date": "2025-02-05",
    "role": "beneficiary",
}


def test_an_open_complaint_at_the_kbd_keeps_the_day_for_who_does_not_rely_on_it():
    found = route(read_complaint(json.dumps(KBD_HAS_IT)))
    commission = answers(found.parts[0])["GESCHILLENCOMMISSIE"]
    assert str(commission.term.file_by_uninterrupted) == "2025-02-06"
    (told,) = [each for each in found.notices if "stands still" in each]
    assert told.startswith("Not quite certain: ")
    assert any("2025-02-06" in each for each in found.notices)
    reading = read_route(read_complaint(json.dumps(KBD_HAS_IT)))
    assert any("2025-02-06" in line for step in reading.parts[0].steps for line in step.dates)
    passed = route(read_complaint(json.dumps(KBD_HAS_IT | {"filing_date": "2025-02-07"})))
    term = answers(passed.parts[0])["GESCHILLENCOMMISSIE"].term
    assert term.file_by_uninterrupted is None


def test_no_term_starts_again_where_the_commission_has_none():
    old = {
        **KBD_HAS_IT,
        "decision_date": "2018-12-31",
        "notified_on": "2019-01-03",
        "period": {"from": "2018-10", "to": "2019-02"},
        "filing_date": "2019-02-20",
        "kbd_filed": "2019-02-01",
    }
    before, after = route(read_complaint(json.dumps(old))).parts
    for part in (before, after):
        assert "K10" not in answers(part)["GESCHILLENCOMMISSIE"].rules
    decided = old | {"decision_date": "2019-01-02"}
    before, after = route(read_complaint(json.dumps(decided))).parts
    assert "K10" not in answers(before)["GESCHILLENCOMMISSIE"].rules
    assert "K10" in answers(after)["GESCHILLENCOMMISSIE"].rules


def test_a_day_at_the_kbd_tells_what_the_list_of_steps_would():
    told = FULL | {"kbd_filed": "2025-02-10", "kbd_closed": "2025-02-24"}
    del told["steps_done"]
    (part,) = route(read_complaint(json.dumps(told))).parts
    for instance in (Instance.KBD, Instance.VLAAMSE_OMBUDSDIENST):
        assert answers(part)[instance].outcome is Outcome.ADMISSIBLE


def test_months_of_brussels_in_2019_are_not_said_to_be_the_commissions():
    moved = {
        **FULL,
        "nis": ...,
        "domicile": [
            {"from": "2015-01-01", "to": "2019-06-14", "nis": "21004"},
            {"from": "2019-06-15", "nis": "44021"},
        ],
        "period": {"from": "2018-12", "to": "2019-12"},
    }
    (told,) = {each for each in routed(**moved).notices if "across 1 January 2019" in each}
    assert "from 2019 in which Flanders is competent" in told


def test_after_the_commission_decided_no_date_of_an_appeal_to_it_is_told():
    found = routed(gc_notified_on="2025-04-20", steps_done=["PAYER", "GESCHILLENCOMMISSIE"],
                   filing_date="2025-05-01")  # fmt: skip
    assert answers(found.parts[0])["GESCHILLENCOMMISSIE"].term is None
    told = " ".join(found.notices)
    assert "2025-05-05" not in told
    assert "KBD makes the term" not in told


def test_months_before_2019_are_not_said_to_follow_the_school():
    before, *_, after = routed(
        nis="21004", benefit="school", nl_school_or_childcare=True,
        period={"from": "2018-11", "to": "2020-02"},
    ).parts  # fmt: skip
    assert (before.entity, after.entity) == ("FEDERAL", "OPGROEIEN")
    assert ("E7" in before.rules, "E7" in after.rules) == (False, True)


def test_a_child_that_left_flanders_is_not_said_to_have_lived_there_in_all_months():
    (part,) = routed(
        nis=..., benefit="school", nl_school_or_childcare=True,
        period={"from": "2025-01", "to": "2025-06"},
        domicile=[
            {"from": "2018-01-01", "to": "2025-02-14", "nis": "11002"},
            {"from": "2025-02-15", "nis": "62063"},
        ],
    ).parts  # fmt: skip
    assert part.entity == "OPGROEIEN"
    assert ("E3" in part.rules, "E7" in part.rules) == (False, True)


def test_an_age_limit_that_keeps_nobody_out_is_told_with_no_date_that_has_passed():
    told = {"subject": "PODMI_SERVICE", "steps_done": ["PODMI"], "facts_last_date": "2024-01-10"}
    for own_initiative in (True, ...):
        (part,) = routed(**told, own_initiative_since=own_initiative).parts
        assert answers(part)["FEDERAL_OMBUDSMAN"].term is None
    (part,) = routed(**told, own_initiative_since=False).parts
    assert str(answers(part)["FEDERAL_OMBUDSMAN"].term.term_end) == "2025-01-10"
    (part,) = routed(**told | {"facts_last_date": "2025-02-01"}).parts
    assert str(answers(part)["FEDERAL_OMBUDSMAN"].term.term_end) == "2026-02-01"


def test_the_way_to_the_commission_opens_on_the_day_after_the_payers_term():
    told = {"subject": "NO_DECISION_IN_TERM", "decision_date": ..., "notified_on": ...,
            "requested_on": "2025-01-15"}  # fmt: skip
    for day, outcome in (("2025-05-15", "NOT_YET"), ("2025-05-16", "ADMISSIBLE")):
        (part,) = routed(**told, filing_date=day).parts
        commission = answers(part)["GESCHILLENCOMMISSIE"]
        assert (commission.outcome, str(commission.term.first_day)) == (outcome, "2025-05-16")


def test_who_does_not_tell_the_steps_done_is_warned_of_an_appeal_that_ends_soon():
    found = routed(filing_date="2025-04-28", steps_done=...)
    (part,) = found.parts
    assert part.evaluations[0].instance is Instance.GESCHILLENCOMMISSIE
    assert "steps_done" in part.needs
    assert "ends soon: file by 2025-05-05" in found.notices[0]
    assert "K10" in answers(part)["GESCHILLENCOMMISSIE"].rules


@pytest.mark.parametrize("nis", ["21004", "62063", "63023"])
def test_a_decision_of_the_commission_goes_to_the_labour_court_wherever_the_child_lives(nis):
    told = {
        "nis": nis,
        "subject": "GC_DECISION",
        "gc_notified_on": "2025-03-20",
        "steps_done": ["GESCHILLENCOMMISSIE"],
    }
    found = routed(**told, filing_date="2025-04-01")
    (part,) = found.parts
    assert part.needs == ()
    assert part.recommended.formal is Instance.LABOUR_COURT
    court = answers(part)["LABOUR_COURT"]
    assert (court.outcome, str(court.term.term_end)) == (Outcome.ADMISSIBLE, "2025-06-22")
    assert any("only decides about Flemish child benefits" in notice for notice in found.notices)
    (late,) = routed(**told, filing_date="2025-07-01").parts
    assert answers(late)["LABOUR_COURT"].reason == "LATE"
    (near,) = routed(**told, filing_date="2025-06-18").parts
    assert "G4" in answers(near)["LABOUR_COURT"].rules
    (undated,) = routed(**told | {"gc_notified_on": ...}, filing_date="2025-04-01").parts
    assert undated.recommended.formal is Instance.LABOUR_COURT


def test_who_names_another_subject_is_told_of_the_term_against_the_commission():
    given = {"nis": "21004", "subject": "AMOUNT", "steps_done": ["GESCHILLENCOMMISSIE"]}
    found = routed(**given, gc_notified_on="2025-02-20")
    assert any("`GC_DECISION`" in notice for notice in found.notices)
    assert not any("`GC_DECISION`" in notice for notice in routed(subject="AMOUNT").notices)


def test_only_what_may_come_out_open_is_recommended():
    told = {"subject": "PODMI_SERVICE", "facts_last_date": "2024-01-09", "ombuds_pending": False}
    told |= {"admin_appeal_open": False, "filing_date": "2025-04-01"}
    (part,) = routed(**told).parts
    assert answers(part)["FEDERAL_OMBUDSMAN"].outcome is Outcome.NEED_INPUT
    assert part.recommended.informal is None
    # Once POD MI had its chance, an own initiative would open the way.
    (part,) = routed(**told, steps_done=["PODMI"]).parts
    assert part.recommended.informal is Instance.FEDERAL_OMBUDSMAN


def test_who_stays_anonymous_is_told_of_whom_no_source_says_that_it_refuses():
    found = routed(nis="21004", identified=False)
    assert any("no source says whether" in notice for notice in found.notices)
    assert not any("no source says whether" in notice for notice in routed().notices)


def test_an_appeal_that_lies_with_the_commission_is_told_with_no_date_to_keep():
    pending = {"steps_done": ["PAYER", "GESCHILLENCOMMISSIE"], "admin_appeal_open": True}
    # What a petition must hold is no question any more either.
    for motivated in (True, ...):
        found = routed(**pending, motivated=motivated)
        (part,) = found.parts
        assert answers(part)["GESCHILLENCOMMISSIE"].term is None
        assert part.needs == ()
        assert "2025-05-05" not in " ".join(found.notices)


def test_whether_the_commission_decided_is_asked_by_its_day_and_by_whether_the_appeal_is_open():
    (part,) = routed(steps_done=["PAYER", "GESCHILLENCOMMISSIE"]).parts
    assert part.needs == ("admin_appeal_open", "gc_notified_on")


def test_who_names_another_body_beside_a_decision_is_warned_of_the_term_against_a_payer():
    for body in ("podmi", "kind_en_gezin"):
        assert any("leave out `body`" in notice for notice in routed(body=body).notices)
    assert not any("leave out `body`" in notice for notice in routed().notices)


def test_after_a_move_each_part_asks_whether_the_body_of_its_own_area_was_tried():
    flemish, eupen = routed(
        nis=..., subject="STAFF_CONDUCT", steps_done=["KBD"], admin_appeal_open=False,
        period={"from": "2024-01", "to": "2024-12"},
        domicile=[
            {"from": "2018-01-01", "to": "2024-06-30", "nis": "11002"},
            {"from": "2024-07-01", "nis": "63023"},
        ],
    ).parts  # fmt: skip
    assert answers(flemish)["VLAAMSE_OMBUDSDIENST"].outcome is Outcome.ADMISSIBLE
    assert answers(eupen)["OMBUDSPERSON_DG"].outcome is Outcome.NOT_YET


def test_a_refusal_that_may_rest_on_severity_tells_the_terms_of_court_and_commission():
    found = routed(benefit="support_supplement", steps_done=["PAYER"])
    told = " ".join(found.notices)
    assert "2025-05-05" in told
    assert "2025-05-02" in told


DECREE = ("a letter of recovery must", "can waive a recovery", "of all complaints only")


def told_of_decree(**given):
    told = " ".join(routed(subject="RECOVERY", **given).notices).lower()
    return [words for words in DECREE if words in told]


def test_what_the_decree_says_is_told_of_its_payers_and_its_months_alone():
    found = told_of_decree()
    assert found == list(DECREE)
    assert told_of_decree(period=...) == found
    assert told_of_decree(body="ocmw") == []
    assert told_of_decree(period={"from": "2018-01", "to": "2018-12"}) == []


def test_who_complains_in_eupen_is_told_not_to_rely_on_it_for_the_term():
    found = routed(nis="63023", payer="Ministerium der DG").notices
    assert "No complaint stops or suspends the term of appeal." in found


@pytest.mark.parametrize(
    ("subject", "court", "outcome"),
    [
        ("ZT_DECISION", "LABOUR_COURT", "OPEN"),
        ("BENEFICIARY_DESIGNATION", "FAMILY_COURT", "ADMISSIBLE"),
    ],
)
def test_no_term_of_the_decree_is_counted_or_started_again_for_months_before_2019(
    subject, court, outcome
):
    found = routed(
        subject=subject, benefit="care_supplement", steps_done=["PAYER", "KBD"],
        period={"from": "2018-01", "to": "2018-12"}, filing_date="2025-06-10",
        kbd_filed="2025-02-10", kbd_closed="2025-04-28",
    )  # fmt: skip
    answer = answers(found.parts[0])[court]
    assert (answer.outcome, answer.reason) == (outcome, "OLD_REGIME")
    assert answer.term is None or answer.term.interrupted_by is None
    assert "2025-07-25" not in " ".join(found.notices)
    assert "2025-10-27" not in " ".join(found.notices)


def test_a_beneficiary_whom_the_case_does_not_concern_is_told_that_this_contradicts_itself():
    def told(**given):
        return any("only one of the two can be true" in each for each in routed(**given).notices)

    assert told(has_interest=False)
    assert not told()
    assert not told(has_interest=False, role="helper_with_mandate")


@pytest.mark.parametrize(
    ("given", "words", "shown"),
    [
        ({"subject": "KG_SERVICE"}, "does not get what it has a right to", True),
        ({"subject": "KG_SERVICE"}, "directly with the member of staff", True),
        ({"subject": "STAFF_CONDUCT", "body": "kind_en_gezin"}, "those of 0 to 3 years", True),
        ({"subject": "CARE_PERSON_OR_INSTITUTION"}, "directly with the member of staff", True),
        ({"subject": "STAFF_CONDUCT"}, "Klachtendienst asks", False),
        ({"subject": "ZT_DECISION"}, "directly with the member of staff", False),
        ({"subject": "PODMI_SERVICE"}, "draws up an action plan", True),
        ({"subject": "STAFF_CONDUCT", "body": "podmi"}, "draws up an action plan", True),
        ({"subject": "PODMI_LEGAL"}, "draws up an action plan", False),
        ({"subject": "STAFF_CONDUCT"}, "draws up an action plan", False),
    ],
)
def test_what_a_service_does_besides_is_told_of_complaints_about_it(given, words, shown):
    assert any(words in notice for notice in routed(**given).notices) is shown


def without_payer(**given):
    abroad = {
        "nis": ..., "payer": ..., "period": ..., "decision_date": "2026-07-08",
        "notified_on": "2026-07-10", "facts_last_date": "2026-07-10",
        "filing_date": "2026-08-10", "domicile": [{"from": "2015-01-01", "country": "FR"}],
    }  # fmt: skip
    return routed(**{**abroad, **given})


@pytest.mark.parametrize("language", list(Language))
def test_where_nobody_knows_who_decided_the_shortest_day_there_could_be_is_reported(language):
    complaint = without_payer(language=language)
    assert complaint.parts[0].recommended.formal is None
    ends = {
        answer.term.file_by
        for payer in ("FONS", "FAMIWAL", "Famiris", "Ministerium der DG")
        for answer in without_payer(payer=payer).parts[0].evaluations
        if answer.instance in ("GESCHILLENCOMMISSIE", "LABOUR_COURT") and answer.term
    }
    assert any(str(min(ends)) in notice for notice in complaint.notices)


def test_where_nobody_knows_who_decided_a_day_that_has_passed_is_reported_as_passed():
    assert any("may still run" in each
               for each in without_payer(filing_date="2027-01-11").notices)  # fmt: skip
    unknown = without_payer(decision_date=..., notified_on=...)
    assert any("a term of appeal may be running" in each for each in unknown.notices)
    service = without_payer(subject="STAFF_CONDUCT")
    assert not any("Who decided is not known" in each for each in service.notices)


MOVED = [
    {"from": "2015-01-01", "to": "2025-01-14", "nis": "62063"},
    {"from": "2025-01-15", "nis": "11002"},
]


def test_the_month_of_a_move_is_as_open_as_competence_says():
    found = routed(nis=..., domicile=MOVED, payer=...)
    assert any("This reading is likely, not settled." in each for each in found.notices)
    elsewhere = routed(
        nis=..., domicile=MOVED, payer=..., period={"from": "2025-03", "to": "2025-03"}
    )
    assert not any("This reading is likely" in each for each in elsewhere.notices)


def test_a_notice_that_holds_for_one_part_only_says_of_which():
    period = {"from": "2024-11", "to": "2025-03"}
    found = routed(nis=..., domicile=MOVED, payer=..., period=period).notices
    assert "Part 1: No complaint stops or suspends the term of appeal." in found
    assert any(each.startswith("Part 2: Not quite certain: Of all complaints") for each in found)


def test_who_can_appeal_to_the_labour_court_reads_how_a_petition_is_made():
    def told(**given):
        return any("dated and signed" in each for each in routed(**given).notices)

    assert told(nis="62063", payer="FAMIWAL")
    assert not told()


def test_the_month_of_a_move_is_as_open_in_a_route_as_in_competence():
    domicile = [
        {"from": "2015-01-01", "to": "2024-03-14", "nis": "62063"},
        {"from": "2024-03-15", "nis": "11002"},
    ]
    case = {"subject": "AMOUNT", "filing_date": "2024-06-10", "domicile": domicile}
    found = route(
        read_complaint(json.dumps(case | {"period": {"from": "2024-02", "to": "2024-04"}}))
    )
    assert [(part.entity_certainty, part.open_points) for part in found.parts] == [
        ("likely", ("M2",)),
        ("sure", ()),
    ]


def test_an_entity_is_sure_although_the_source_to_ask_is_not():
    case = {"subject": "AMOUNT", "filing_date": "2024-06-10", "nis": "63023"}
    found = route(
        read_complaint(json.dumps(case | {"period": {"from": "2024-02", "to": "2024-04"}}))
    )
    assert [(part.entity_certainty, part.open_points) for part in found.parts] == [("sure", ())]
