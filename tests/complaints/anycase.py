"""Complete complaints whose fields do not contradict each other, for laws about any case."""

from hypothesis import strategies as st

from kszclient.complaints.rules.subjects import subjects
from kszclient.complaints.vocabulary import Benefit, Instance, Item, NotificationKind, Role, Subject

GROUPS = subjects().groups
FILING = "2025-12-10"
HOMES = {
    "VL": {"nis": "11002"},
    "BR": {"nis": "21004"},
    "WA": {"nis": "62063"},
    "DG": {"nis": "63023"},
}
# A move between 2018 and 2025, the periods of below: from where, to where, on which days.
MOVES = {
    ("BR", "VL"): ("2021-06-30", "2021-07-01"),
    ("WA", "DG"): ("2019-03-31", "2019-04-01"),
    ("VL", "BR"): ("2024-06-30", "2024-07-01"),
}
PAYERS = {
    "VL": ["FONS", "Infino Vlaanderen"],
    "BR": ["Famiris", "Brussels Family"],
    "WA": ["FAMIWAL", "Camille"],
    "DG": ["Ministerium der DG"],
}
CHOICES = {
    "benefit": [each.value for each in Benefit],
    "period": [{"from": "2018-06", "to": "2018-12"}, {"from": "2025-01", "to": "2025-03"}],
    "notification_kind": [each.value for each in NotificationKind],
    "remedies_stated": [True, False],
    "identified": [True, False],
    "has_interest": [True, False],
    "motivated": [True, False],
    "role": [each.value for each in Role],
    "is_beneficiary": [True, False],
    "court_pending": [True, False],
    "ombuds_pending": [True, False],
    "admin_appeal_open": [True, False],
    "nl_school_or_childcare": [True, False],
    "own_initiative_since": [True, False],
    "requested_on": ["2025-02-03", "2025-10-30"],
    "triggering_fact_on": ["2025-02-03", "2025-10-30"],
}
# The decision, the day on which one was informed of it, and the last of the facts.
DECISIONS = [
    ("2018-11-05", "2018-11-08", "2018-11-08"),
    ("2025-02-01", "2025-02-03", "2025-02-03"),
    ("2025-02-20", "2025-03-01", "2025-03-10"),
    ("2025-05-30", "2025-06-02", "2025-12-05"),
    ("2025-09-01", "2025-09-07", "2025-09-07"),
    ("2025-09-08", "2025-09-09", "2025-09-09"),
    ("2025-11-20", "2025-12-01", "2025-12-05"),
]
COMMISSION = ["2025-06-30", "2025-12-06"]
DATES = ("decision_date", "notified_on", "facts_last_date")
FACTS = ["2020-01-02", "2023-06-01", "2025-02-03", "2025-12-05"]
STEPS = [
    [],
    ["PAYER"],
    ["PAYER", "KBD"],
    ["GESCHILLENCOMMISSIE"],
    ["PODMI"],
    ["KG_COMPLAINTS", "DPO", "MINISTERIUM_DG"],
]


def moved(before, now):
    until, since = MOVES[before, now]
    return {
        "domicile": [
            {"from": "2015-01-01", "to": until, **HOMES[before]},
            {"from": since, **HOMES[now]},
        ]
    }


@st.composite
def complaints(draw):
    """A complete complaint whose fields do not contradict each other."""
    subject = draw(st.sampled_from(list(Subject)))
    told = {name: draw(st.sampled_from(values)) for name, values in CHOICES.items()}
    before, now = draw(st.sampled_from([*zip(HOMES, HOMES, strict=True), *MOVES]))
    home = before if told["period"]["to"] < "2019" else now
    told |= HOMES[home] if before == now else moved(before, now)
    told |= dict(zip(DATES, draw(st.sampled_from(DECISIONS)), strict=True))
    told |= {"subject": subject.value, "filing_date": FILING}
    if told["role"] == Role.BENEFICIARY:
        told["is_beneficiary"] = True
    told["steps_done"] = draw(st.sampled_from(STEPS))
    if subject not in GROUPS["appealable"]:
        told["facts_last_date"] = draw(st.sampled_from(FACTS))
    follows_school = told["benefit"] in GROUPS["participation"] and told["nl_school_or_childcare"]
    may_follow = subject not in GROUPS["no_participation"] and told["period"]["from"] >= "2019"
    if follows_school and may_follow:
        home = "VL"
    told["payer"] = draw(st.sampled_from(PAYERS[home]))
    if Instance.KBD in told["steps_done"]:
        told["kbd_filed"] = draw(st.sampled_from(["2025-02-20", "2025-12-02"]))
        if draw(st.booleans()):
            told["kbd_closed"] = draw(st.sampled_from(["2025-12-03", "2025-12-09"]))
    if Instance.GESCHILLENCOMMISSIE in told["steps_done"] or subject is Subject.GC_DECISION:
        told["gc_notified_on"] = draw(
            st.sampled_from([day for day in COMMISSION if day >= told["notified_on"]])
        )
    if draw(st.booleans()):
        told["missing"] = [draw(st.sampled_from(list(Item))).value]
    for name in ("child_in_danger", "handled_before", "asks_about_other_household"):
        told[name] = draw(st.sampled_from([True, False, False]))
    return told
