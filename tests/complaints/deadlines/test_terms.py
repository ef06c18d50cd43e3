import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kszclient.complaints.deadlines.counting import (
    count_restart,
    count_term,
    last_filing_day,
    term_last_day,
    within,
)
from kszclient.complaints.rules.terms import age_limits, named_terms, service_promises
from kszclient.complaints.vocabulary import NotificationKind

DAY = dt.timedelta(days=1)
DAYS = st.dates(dt.date(1996, 1, 1), dt.date(2060, 12, 31))


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("name", "informed", "first", "end", "file_by", "arguable"),
    [
        # plain: informed on a Monday
        ("DL_GC_3M", "2025-02-03", "2025-02-06", "2025-05-05", "2025-05-05", "2025-05-05"),
        # the end is Christmas
        ("DL_GC_3M", "2025-09-23", "2025-09-26", "2025-12-25", "2025-12-24", "2025-12-26"),
        # the end would be 29 February, which 2026 lacks
        ("DL_GC_3M", "2025-11-27", "2025-11-30", "2026-02-28", "2026-02-27", "2026-03-02"),
        # no remedies in the letter: four months later, read cautiously
        ("DL_GC_MENTIONS", "2025-03-14", "2025-07-14", "2025-10-13", "2025-10-13", "2025-10-16"),
        # the labour court after the commission starts on the third day too
        ("DL_LC_AFTER_GC", "2025-02-03", "2025-02-06", "2025-05-05", "2025-05-05", "2025-05-05"),
        # zorgtoeslag: from the next day, or from the third as one official page says
        ("DL_LC_ZT", "2025-02-03", "2025-02-04", "2025-05-03", "2025-05-02", "2025-05-05"),
    ],
)
def test_terms_are_counted_as_in_the_worked_examples(
    *, name, informed, first, end, file_by, arguable
):
    dates = count_term(named_terms()[name], day(informed), NotificationKind.BY_HAND)
    assert (dates.first_day, dates.term_end) == (day(first), day(end))
    assert (dates.file_by, dates.latest_arguable) == (day(file_by), day(arguable))


def test_six_months_before_the_family_court_have_no_third_day():
    dates = count_term(
        named_terms()["DL_FC_6M"], day("2025-08-29"), NotificationKind.REGISTERED_RECEIPT
    )
    assert dates.first_day == day("2025-08-30")
    assert dates.term_end == day("2026-02-28")
    assert dates.file_by == day("2026-02-27")
    assert dates.latest_arguable == day("2026-03-02")


@pytest.mark.parametrize("kind", [NotificationKind.ORDINARY, NotificationKind.REGISTERED])
def test_a_posted_letter_moves_only_the_most_lenient_reading(kind):
    term = named_terms()["DL_FC_6M"]
    posted = count_term(term, day("2025-08-29"), kind)
    handed = count_term(term, day("2025-08-29"), NotificationKind.BY_HAND)
    # Posted on a Friday: the third working day is Wednesday 3 September (art. 53bis).
    assert posted.latest_arguable == day("2026-03-02")
    assert term_last_day(day("2025-09-03"), 6) == day("2026-03-02")
    assert (posted.term_end, posted.file_by) == (handed.term_end, handed.file_by)


def test_no_posting_days_come_on_top_of_the_third_day_rule():
    term = named_terms()["DL_GC_3M"]
    counted = {kind: count_term(term, day("2025-02-03"), kind) for kind in NotificationKind}
    assert len(set(counted.values())) == 1


def test_the_shift_to_the_next_working_day_is_safe_in_court_only():
    # 28 February 2026 is a Saturday.
    court = count_term(named_terms()["DL_FC_6M"], day("2025-08-29"), NotificationKind.BY_HAND)
    commission = count_term(named_terms()["DL_GC_3M"], day("2025-11-27"))
    assert court.safe_end == day("2026-03-02")
    assert commission.safe_end == commission.term_end == day("2026-02-28")


def test_adding_months_and_going_a_day_back_would_be_a_day_short():
    assert term_last_day(day("2025-11-30"), 3) == day("2026-02-28")


@pytest.mark.parametrize(
    ("first", "months", "end"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-03-01", 3, "2024-05-31"),
        ("2025-12-01", 3, "2026-02-28"),
        ("2023-12-01", 3, "2024-02-29"),
        ("2019-09-24", 1, "2019-10-23"),
    ],
)
def test_ends_of_months_and_leap_years(first, months, end):
    assert term_last_day(day(first), months) == day(end)


@settings(max_examples=200, deadline=None)
@given(first=DAYS, months=st.integers(1, 12))
def test_the_last_day_agrees_with_a_count_day_by_day(first, months):
    # Walk until the months are full: the day-number comes back, or its month ends without it.
    target = first.month - 1 + months
    year, month = first.year + target // 12, target % 12 + 1
    last = first
    while True:
        following = last + DAY
        if (following.year, following.month, following.day) == (year, month, first.day):
            break
        if (last.year, last.month) == (year, month) and following.month != month:
            break
        last = following
    assert term_last_day(first, months) == last


@settings(max_examples=150, deadline=None)
@given(informed=DAYS, name=st.sampled_from(sorted(named_terms())))
def test_dates_of_a_term_stand_in_order(informed, name):
    dates = count_term(named_terms()[name], informed)
    assert informed <= dates.first_day <= dates.file_by <= dates.term_end
    assert dates.term_end <= dates.safe_end <= dates.latest_arguable
    assert dates.file_by.weekday() < 5
    assert dates.latest_arguable.weekday() < 5


@settings(max_examples=150, deadline=None)
@given(earlier=DAYS, later=DAYS, name=st.sampled_from(sorted(named_terms())))
def test_who_is_informed_later_never_has_to_file_earlier(earlier, later, name):
    earlier, later = sorted((earlier, later))
    term = named_terms()[name]
    assert count_term(term, earlier).term_end <= count_term(term, later).term_end


def test_a_restart_counts_from_the_closing_day_itself():
    dates = count_restart(named_terms()["DL_GC_3M"], day("2025-05-16"))
    assert (dates.first_day, dates.term_end) == (day("2025-05-16"), day("2025-08-15"))
    assert dates.file_by == day("2025-08-14")  # 15 August is a holiday
    assert dates.latest_arguable == day("2025-08-18")


@pytest.mark.parametrize(
    ("filing", "fact", "young"),
    [
        ("2025-06-10", "2024-06-10", True),
        ("2025-06-10", "2024-06-09", False),
        ("2025-02-28", "2024-02-29", True),
        ("2024-02-29", "2023-02-28", True),
        ("2024-02-29", "2023-02-27", False),
    ],
)
def test_facts_of_one_year(filing, fact, young):
    assert within(age_limits()["DL_1Y_FACTS"], day(fact), day(filing)) is young


def test_three_years_must_not_be_full():
    limit = age_limits()["DL_3Y_FACTS"]
    assert within(limit, day("2022-06-11"), day("2025-06-10"))
    assert not within(limit, day("2022-06-10"), day("2025-06-10"))


@settings(max_examples=150, deadline=None)
@given(fact=DAYS, limit=st.sampled_from(sorted(age_limits())))
def test_the_last_filing_day_is_the_last_one(fact, limit):
    last = last_filing_day(age_limits()[limit], fact)
    assert within(age_limits()[limit], fact, last)
    assert not within(age_limits()[limit], fact, last + DAY)


def test_all_named_terms_are_there():
    names = {*named_terms(), *service_promises(), *age_limits()}
    assert names >= {
        "DL_GC_3M", "DL_GC_MENTIONS", "DL_LC_AFTER_GC", "DL_LC_ZT", "DL_FC_6M", "DL_TT_3M",
        "DL_1Y_FACTS", "DL_3Y_FACTS", "REVIEW_SCHOOL_6M", "SLA_KBD_10_45", "SLA_PODMI_2_14",
        "SLA_DG", "SLA_GC", "PAYER_DECISION_4M",
    }  # fmt: skip
