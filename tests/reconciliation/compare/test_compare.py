"""Every kind of finding, case by case, over what the mock's wire answers for made-up files."""

import datetime as dt
import shutil
import uuid

import msgspec
import pytest

from kszclient.cadaster import Complete, Incomplete, Refused
from kszclient.competence import Rulebook
from kszclient.reconciliation.compare import compare as comparison
from kszclient.reconciliation.compare import verdicts
from kszclient.reconciliation.compare.compare import compare
from kszclient.reconciliation.compare.verdicts import splits_by
from kszclient.reconciliation.execute import record
from kszclient.reconciliation.execute.record import read_registered
from kszclient.reconciliation.kinds import Kind, kinds, reading, words
from kszclient.reconciliation.output.words import FindingSentences
from kszclient.reconciliation.plan.plan import Expected, Span
from kszclient.resources import resource
from kszclient.values import AuthenticSource, CbeNumber, Month, Ssin
from kszclient.values.month_numbers import MonthRange
from kszclient.wire import (
    Answer,
    Beneficiary,
    Category,
    Child,
    Criteria,
    File,
    Fund,
    GlobalStatus,
    GlobalStatusValue,
    InformationCbss,
    InformationCustomer,
    PaymentPeriod,
    Period,
    SourceResult,
    SourceStatusValue,
    SsinState,
    Status,
)

CHILD, MOTHER, FATHER = map(Ssin.parse, ("16023000160", "88023000287", "86023000146"))
FLANDERS, BRUSSELS, WALLONIA = (
    AuthenticSource.FLANDERS,
    AuthenticSource.BRUSSELS,
    AuthenticSource.WALLONIA,
)
FONS, INFINO = "0692793497", "0685540471"
NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


def number(text):
    return Month.parse(text).number


def run(begin, end):
    return MonthRange(number(begin), number(end))


ASKED = run("2023-01", "2023-12")
SPLITS = splits_by(dt.date(2024, 5, 1))


def paid(category, begin, end=None, linked=()):
    end = Month.parse(end) if end else None
    return PaymentPeriod(Month.parse(begin), Category(category), end, linked)


def file(payer, *payments, child=CHILD):
    fund = Fund(enterprise_number=payer) if len(payer) == 10 else Fund(code=payer)
    return File(fund, children=(Child(child, payment_periods=payments),))


def holds(source, *files, code="MSG00000"):
    value = SourceStatusValue.DATA_FOUND if files else SourceStatusValue.NO_DATA_FOUND
    return SourceResult(source, Status(value, code), files)


def answer(*results, value=GlobalStatusValue.DATA_FOUND, code="MSG00000", state=None):
    return Answer(
        InformationCustomer(CbeNumber("0000000097")),
        InformationCbss("ticket", NOW, NOW),
        "MOCK:DEMONSTRATION",
        Criteria(CHILD, Period(Month(2023, 1), Month(2023, 12))),
        GlobalStatus(value, code),
        ssin=state,
        results=results,
    )


def dossier(begin="2023-01", end="2023-12", payer=None, category=None, name="D-1"):
    return Expected(name, run(begin, end), payer, category, "44021", None)


def competent(source, begin="2023-01", end="2023-12", entity="OPGROEIEN"):
    return Span(run(begin, end), "VL", entity, source, "vl-groeipakket")


IN_FLANDERS = (competent(FLANDERS),)


def findings(expected, spans, outcome):
    expected = (expected,) if isinstance(expected, Expected) else expected
    found = compare(expected, spans, read_registered(outcome, CHILD, ASKED), ASKED, SPLITS)
    return [(each.kind.value, str(MonthRange(each.begin, each.end))) for each in found]


def complete(*results):
    return Complete(answer(*results))


WHOLE = "2023-01 to 2023-12"


def test_a_dossier_that_the_register_confirms():
    outcome = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"))))
    assert findings(dossier(payer=FONS), IN_FLANDERS, outcome) == [("match", WHOLE)]
    assert findings(dossier(), IN_FLANDERS, outcome) == [("match", WHOLE)]


def test_nothing_in_the_competent_register():
    assert findings(dossier(), IN_FLANDERS, complete(holds(FLANDERS))) == [("not_found", WHOLE)]


def test_another_child_in_the_same_file_is_not_this_child():
    brother = Ssin.parse("14023002195")
    both = File(
        Fund(code="921"),
        children=(
            Child(CHILD, payment_periods=(paid("CHILD_ALLOWANCE", "2023-01", "2023-06"),)),
            Child(brother, payment_periods=(paid("CHILD_ALLOWANCE", "2023-01"),)),
        ),
    )
    spans = (competent(WALLONIA),)
    assert findings(dossier(), spans, complete(holds(WALLONIA, both))) == [
        ("months_missing", "2023-07 to 2023-12")
    ]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("19023000621", [("months_missing", "2023-07 to 2023-12"), ("number_replaced", WHOLE)]),
        # Under an older number that the answer does not name, nobody can say which of two it is.
        ("11023001934", [("months_untold", WHOLE), ("number_replaced", WHOLE)]),
    ],
)
def test_a_brother_is_not_this_child_where_its_number_was_replaced(number, expected):
    both = File(
        Fund(code="921"),
        children=(
            Child(
                Ssin.parse(number),
                payment_periods=(paid("CHILD_ALLOWANCE", "2023-01", "2023-06"),),
            ),
            Child(Ssin.parse("14023002195"), payment_periods=(paid("CHILD_ALLOWANCE", "2023-01"),)),
        ),
    )
    state = SsinState(CHILD, replaced_by=Ssin.parse("19023000621"))
    outcome = Complete(answer(holds(WALLONIA, both), state=state))
    assert sorted(findings(dossier(), (competent(WALLONIA),), outcome)) == expected


def test_months_that_are_missing():
    outcome = complete(
        holds(
            FLANDERS,
            file(FONS, paid("BASIC", "2019-01", "2023-03"), paid("BASIC", "2023-06")),
        )
    )
    assert findings(dossier(), IN_FLANDERS, outcome) == [("months_missing", "2023-04 to 2023-05")]


def test_months_of_another_dossier_are_no_other_months_of_this_one():
    outcome = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2023-01", "2023-03"))))
    both = (dossier(end="2023-03", payer=FONS), dossier("2023-04", "2023-06", name="D-2"))
    assert findings(both, IN_FLANDERS, outcome) == [
        ("match", "2023-01 to 2023-03"),
        ("not_found", "2023-04 to 2023-06"),
    ]
    social = file(INFINO, paid("SOCIAL", "2023-04", "2023-06"))
    outcome = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2023-01", "2023-03")), social))
    assert findings(both, IN_FLANDERS, outcome) == [
        ("match", "2023-01 to 2023-03"),
        ("payment_missing", "2023-04 to 2023-06"),
    ]


@pytest.mark.parametrize(
    ("payer", "kind"),
    # Whether a code and a number are one payer cannot be said: the months may be this dossier's.
    [(FONS, "payment_unclear"), (INFINO, "months_missing"), ("951", "months_missing")],
)
def test_months_of_another_payer_are_no_other_months_of_a_dossier(payer, kind):
    told = (paid("SOCIAL", "2023-02", "2023-02"), paid("CHILD_ALLOWANCE", "2023-01", "2023-06"))
    outcome = complete(holds(WALLONIA, file(payer, *told)))
    expected = dossier("2023-04", "2023-06", INFINO, "SOCIAL")
    assert (kind, "2023-04 to 2023-06") in findings(expected, IN_WALLONIA, outcome)


def test_months_that_are_too_many():
    outcome = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2023-02"))))
    assert findings(dossier("2023-02", "2023-10"), IN_FLANDERS, outcome) == [
        ("months_extra", "2023-11 to 2023-12")
    ]
    next_one = dossier("2023-11", "2023-12", name="D-2")
    assert findings((dossier("2023-02", "2023-10"), next_one), IN_FLANDERS, outcome) == [
        ("match", "2023-02 to 2023-10"),
        ("match", "2023-11 to 2023-12"),
    ]


@pytest.mark.parametrize(
    ("first", "second"), [("BASIC", None), (None, "BASIC"), ("BASIC", "CHILD_ALLOWANCE")]
)
def test_months_that_another_dossier_of_a_basic_amount_claims_are_not_too_many(first, second):
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2022-01"), paid("CHILD_ALLOWANCE", "2022-01")))
    )
    both = (
        dossier("2023-01", "2023-06", category=first),
        dossier("2023-07", "2023-12", category=second, name="D-2"),
    )
    assert {kind for kind, _ in findings(both, IN_FLANDERS, outcome)} == {"match"}


@pytest.mark.parametrize("category", [None, "BASIC", "CHILD_ALLOWANCE"])
def test_a_dossier_of_a_basic_amount_is_compared_with_it_however_a_register_calls_it(category):
    asked = run("2018-07", "2019-12")
    federal = AuthenticSource.FEDERAL
    spans = (
        Span(run("2018-07", "2018-12"), "VL", "FEDERAL", federal, "vl-federal"),
        competent(FLANDERS, "2019-01", "2019-12"),
    )
    outcome = complete(
        holds(federal, file("951", paid("CHILD_ALLOWANCE", "2018-01", "2018-12"))),
        holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"))),
    )
    expected = Expected("D-1", asked, None, category, "44021", None)
    found = compare((expected,), spans, read_registered(outcome, CHILD, asked), asked)
    assert [each.kind for each in found] == [Kind.MATCH]


@pytest.mark.parametrize("category", [None, "BASIC", "CHILD_ALLOWANCE"])
def test_another_payer_of_a_basic_amount_however_a_dossier_calls_it(category):
    outcome = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"))))
    assert findings(dossier(payer=INFINO, category=category), IN_FLANDERS, outcome) == [
        ("other_payer", WHOLE)
    ]


def test_months_that_only_a_dossier_of_a_supplement_claims_are_too_many():
    outcome = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2023-01", "2023-12"))))
    both = (
        dossier("2023-01", "2023-06", category="BASIC"),
        dossier("2023-07", "2023-12", category="SOCIAL", name="D-2"),
    )
    assert ("months_extra", "2023-07 to 2023-12") in findings(both, IN_FLANDERS, outcome)


def test_months_too_many_at_another_payer_are_not_this_dossiers():
    outcome = complete(
        holds(
            FLANDERS,
            file(FONS, paid("BASIC", "2023-01", "2023-06")),
            file(INFINO, paid("BASIC", "2023-07")),
        )
    )
    assert findings(dossier("2023-01", "2023-06", FONS), IN_FLANDERS, outcome) == [
        ("match", "2023-01 to 2023-06")
    ]


def test_months_too_many_that_do_not_touch_a_dossier():
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2023-01", "2023-06"), paid("BASIC", "2023-08")))
    )
    first = dossier("2023-01", "2023-06")
    match = ("match", "2023-01 to 2023-06")
    assert findings(first, IN_FLANDERS, outcome) == [("months_extra", "2023-08 to 2023-12")]
    # Another dossier claims them, or some of them and is nearer to the others.
    rest, late = (dossier(begin, name="D-2") for begin in ("2023-08", "2023-11"))
    assert findings((first, rest), IN_FLANDERS, outcome) == [
        match,
        ("match", "2023-08 to 2023-12"),
    ]
    assert findings((first, late), IN_FLANDERS, outcome) == [
        match,
        ("months_extra", "2023-08 to 2023-10"),
    ]
    # What another payer runs, or another register, is not this dossier's.
    assert findings(dossier("2023-01", "2023-06", FONS), IN_FLANDERS, outcome) != [match]
    other = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2023-01", "2023-06"))),
        holds(FLANDERS, file(INFINO, paid("BASIC", "2023-08"))),
        holds(WALLONIA, file(FONS, paid("CHILD_ALLOWANCE", "2023-08"))),
    )
    assert findings(dossier("2023-01", "2023-06", FONS), IN_FLANDERS, other) == [match]


def test_months_too_many_go_to_the_nearest_dossier_that_may_be_theirs():
    outcome = complete(
        holds(
            FLANDERS,
            file(FONS, paid("BASIC", "2023-01", "2023-03"), paid("BASIC", "2023-06", "2023-07")),
            file(INFINO, paid("BASIC", "2023-09")),
        )
    )
    first = dossier("2023-01", "2023-03", FONS)
    extra = ("months_extra", "2023-06 to 2023-07")
    for payer, expected in ((None, [("match", "2023-01 to 2023-03"), extra]),
                            (INFINO, [extra])):  # fmt: skip
        second = dossier("2023-09", "2023-12", payer, name="D-2")
        found = compare((first, second), IN_FLANDERS, read_registered(outcome, CHILD, ASKED), ASKED)
        assert [(e.kind.value, str(MonthRange(e.begin, e.end))) for e in found][
            : len(expected)
        ] == expected
        assert sum(each.kind is Kind.MONTHS_EXTRA for each in found) == 1


def test_months_after_a_move_are_those_of_another_register_and_not_too_many():
    spans = (in_brussels(end="2023-06"), competent(FLANDERS, begin="2023-07"))
    outcome = complete(
        holds(BRUSSELS, file("931", paid("CHILD_ALLOWANCE", "2020-01", "2023-06"))),
        holds(FLANDERS, file(FONS, paid("BASIC", "2023-08"))),
    )
    assert findings(dossier("2023-01", "2023-06"), spans, outcome) == [
        ("match", "2023-01 to 2023-06")
    ]


def test_months_too_many_past_a_move_name_who_is_competent_then():
    spans = (
        Span(run("2023-01", "2023-06"), "BR", "IRISCARE", BRUSSELS, "br-iriscare"),
        Span(run("2023-07", "2023-12"), "WA", "AVIQ", WALLONIA, "wa-aviq"),
    )
    outcome = complete(holds(BRUSSELS, file("951", paid("CHILD_ALLOWANCE", "2023-01", "2023-09"))))
    held_there = read_registered(outcome, CHILD, ASKED)

    def told(end):
        found = compare((dossier(end=end),), spans, held_there, ASKED)
        assert {(each.kind, each.source) for each in found} == {(Kind.MONTHS_EXTRA, BRUSSELS)}
        return [
            (str(MonthRange(each.begin, each.end)), each.competent_source, each.entity, each.rule)
            for each in found
        ]

    after = ("2023-07 to 2023-09", WALLONIA, "AVIQ", "wa-aviq")
    assert told("2023-06") == [after]
    assert told("2023-05") == [("2023-06 to 2023-06", BRUSSELS, "IRISCARE", "br-iriscare"), after]


@pytest.mark.parametrize("payer", [None, FONS])
def test_months_too_many_are_not_lost_to_a_dossier_that_looks_at_another_register(payer):
    spans = (in_brussels(end="2023-04"), competent(FLANDERS, begin="2023-05"))
    outcome = complete(
        holds(BRUSSELS, file(FONS, paid("CHILD_ALLOWANCE", "2023-01", "2023-04"))),
        holds(FLANDERS, file(FONS, paid("BASIC", "2023-05", "2023-08"), paid("BASIC", "2023-10"))),
    )
    both = (dossier(end="2023-04", payer=payer), dossier("2023-10", payer=payer, name="D-2"))
    assert findings(both, spans, outcome) == [
        ("match", "2023-01 to 2023-04"),
        ("months_extra", "2023-05 to 2023-08"),
    ]


@pytest.mark.parametrize(
    ("months", "held", "expected"),
    [
        (
            (("2023-01", "2023-03"), ("2023-06", "2023-08")),
            ("2023-01", "2023-08"),
            [("months_extra", "2023-04 to 2023-05"), ("match", "2023-06 to 2023-08")],
        ),
        (
            (("2023-01", "2023-03"), ("2023-07", "2023-09")),
            ("2023-04", "2023-06"),
            [
                ("months_missing", "2023-01 to 2023-03"),
                ("months_extra", "2023-04 to 2023-06"),
                ("months_missing", "2023-07 to 2023-09"),
            ],
        ),
        (
            (("2023-01", "2023-03"), ("2023-05", "2023-06")),
            ("2023-02", "2023-06"),
            [
                ("months_missing", "2023-01 to 2023-01"),
                ("months_extra", "2023-04 to 2023-04"),
                ("match", "2023-05 to 2023-06"),
            ],
        ),
        (
            (("2023-01", "2023-03"), ("2023-01", "2023-03")),
            ("2023-01", "2023-06"),
            [("months_extra", "2023-04 to 2023-06"), ("match", "2023-01 to 2023-03")],
        ),
    ],
)
def test_months_between_two_dossiers_are_told_once(months, held, expected):
    outcome = complete(holds(FLANDERS, file(FONS, paid("BASIC", *held))))
    both = tuple(
        dossier(*each, FONS, name=name) for each, name in zip(months, ("D-1", "D-2"), strict=True)
    )
    assert findings(both, IN_FLANDERS, outcome) == expected


def test_months_between_two_dossiers_go_to_the_one_that_names_their_payer():
    outcome = complete(
        holds(
            FLANDERS,
            file(INFINO, paid("BASIC", "2023-01", "2023-03")),
            file(FONS, paid("BASIC", "2023-04", "2023-08")),
        )
    )
    both = (dossier(end="2023-03"), dossier("2023-06", "2023-08", FONS, name="D-2"))
    assert findings(both, IN_FLANDERS, outcome) == [
        ("match", "2023-01 to 2023-03"),
        ("months_extra", "2023-04 to 2023-05"),
    ]


def test_a_dossier_that_is_shifted_over_a_move():
    spans = (in_brussels(end="2023-06"), competent(WALLONIA, begin="2023-07", entity="AVIQ"))
    outcome = complete(holds(BRUSSELS, file("951", paid("CHILD_ALLOWANCE", "2023-04", "2023-08"))))
    assert findings(dossier(end="2023-05"), spans, outcome) == [
        ("months_shifted", "2023-01 to 2023-08")
    ]


def test_a_dossier_that_is_shifted_by_more_than_its_length_misses_months_and_has_others_too_many():
    outcome = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2023-05", "2023-07"))))
    assert findings(dossier("2023-01", "2023-03"), IN_FLANDERS, outcome) == [
        ("months_missing", "2023-01 to 2023-03"),
        ("months_extra", "2023-05 to 2023-07"),
    ]


def test_months_too_many_of_a_participation_allowance():
    paid_twice = (paid("TODDLER", "2023-01", "2023-03"), paid("TODDLER", "2023-06", "2023-07"))
    outcome = complete(holds(FLANDERS, file(FONS, *paid_twice)), holds(WALLONIA))
    expected = dossier("2023-01", "2023-03", category="TODDLER")
    assert findings(expected, IN_WALLONIA, outcome) == [("months_extra", "2023-06 to 2023-07")]


def test_months_too_many_name_those_who_run_them():
    outcome = complete(
        holds(
            FLANDERS,
            file(FONS, paid("BASIC", "2019-01", "2023-06")),
            file(INFINO, paid("BASIC", "2023-07")),
        )
    )
    found = compare(
        (dossier("2023-01", "2023-06"),),
        IN_FLANDERS,
        read_registered(outcome, CHILD, ASKED),
        ASKED,
    )
    assert [(each.kind, each.found, each.payer) for each in found] == [
        (Kind.MONTHS_EXTRA, INFINO, INFINO)
    ]


@pytest.mark.parametrize(
    ("held", "hull"),
    [
        (("2023-05", "2023-10"), "2023-03 to 2023-10"),
        (("2023-02", "2023-07"), "2023-02 to 2023-08"),
    ],
)
def test_months_that_are_shifted(held, hull):
    outcome = complete(holds(FLANDERS, file(FONS, paid("BASIC", *held))))
    expected = dossier("2023-03", "2023-08")
    assert findings(expected, IN_FLANDERS, outcome) == [("months_shifted", hull)]
    (found,) = compare((expected,), IN_FLANDERS, read_registered(outcome, CHILD, ASKED), ASKED)
    assert found.found == " to ".join(held)


IN_WALLONIA = (competent(WALLONIA, entity="AVIQ"),)


def test_a_participation_allowance_is_looked_for_in_flanders_wherever_the_child_lives():
    outcome = complete(holds(FLANDERS, file(FONS, paid("TODDLER", "2021-09"))), holds(WALLONIA))
    assert findings(dossier(category="TODDLER"), IN_WALLONIA, outcome) == [("match", WHOLE)]
    assert findings(dossier(category="TODDLER"), (), outcome) == [("match", WHOLE)]
    outcome = complete(holds(FLANDERS), holds(WALLONIA))
    (found,) = compare(
        (dossier(category="TODDLER"),), IN_WALLONIA, read_registered(outcome, CHILD, ASKED), ASKED
    )
    assert (found.kind, found.competent_source) == (Kind.NOT_FOUND, FLANDERS)
    assert (found.entity, found.rule) == ("OPGROEIEN", "participation")


def test_a_participation_allowance_that_flanders_holds_in_part():
    outcome = complete(holds(FLANDERS, file(FONS, paid("TODDLER", "2023-01", "2023-08"))))
    assert findings(dossier(category="TODDLER"), IN_WALLONIA, outcome) == [
        ("months_missing", "2023-09 to 2023-12")
    ]


def test_before_there_were_participation_allowances_the_domicile_decides():
    months = run("2018-10", "2019-02")
    expected = Expected("D-1", months, None, "TODDLER", "25014", None)
    spans = (Span(months, "WA", "FEDERAL", AuthenticSource.FEDERAL, "wa-federal"),)
    nothing = read_registered(complete(holds(FLANDERS)), CHILD, months)
    assert [
        (each.competent_source, str(MonthRange(each.begin, each.end)))
        for each in compare((expected,), spans, nothing, months)
    ] == [
        (AuthenticSource.FEDERAL, "2018-10 to 2018-12"),
        (FLANDERS, "2019-01 to 2019-02"),
    ]


def test_every_finding_about_months_names_its_rule():
    most = [paid("SOCIAL", f"2022-{month:02d}", f"2022-{month:02d}") for month in range(1, 12)] * 10
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2023-01"), paid("CLIMATE", "2023-02"), *most)),
        holds(BRUSSELS, file("931", paid("CHILD_ALLOWANCE", "2023-03", "2023-04"))),
    )
    found = compare(
        (dossier("2023-01", "2023-10"),), IN_FLANDERS, read_registered(outcome, CHILD, ASKED), ASKED
    )
    assert {each.kind for each in found} == {
        Kind.TWO_BASIC_AMOUNTS,
        Kind.UNKNOWN_CATEGORY,
        Kind.TRUNCATED,
        Kind.MONTHS_EXTRA,
    }
    assert {(each.entity, each.rule) for each in found} == {("OPGROEIEN", "vl-groeipakket")}


def test_a_finding_over_the_months_of_two_entities_names_both_rules_and_no_entity():
    spans = (
        competent(FLANDERS, end="2023-05"),
        Span(run("2023-06", "2023-12"), "WA", "AVIQ", WALLONIA, "wa-aviq"),
    )
    outcome = complete(holds(FLANDERS, file(FONS, paid("CLIMATE", "2023-01"))))
    found = compare((dossier(),), spans, read_registered(outcome, CHILD, ASKED), ASKED)
    (strange,) = (each for each in found if each.kind is Kind.UNKNOWN_CATEGORY)
    assert (strange.entity, strange.rule) == (None, "vl-groeipakket wa-aviq")


def test_found_elsewhere_without_a_reason():
    outcome = complete(
        holds(FLANDERS), holds(BRUSSELS, file("931", paid("CHILD_ALLOWANCE", "2020-01")))
    )
    assert findings(dossier(), IN_FLANDERS, outcome) == [("found_elsewhere", WHOLE)]


def in_brussels(begin="2023-01", end="2023-12"):
    return Span(run(begin, end), "BR", "IRISCARE", BRUSSELS, "br-iriscare")


def test_found_elsewhere_after_a_move():
    spans = (in_brussels(end="2023-02"), competent(FLANDERS, begin="2023-03"))
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2023-05"))),
        holds(BRUSSELS, file("931", paid("CHILD_ALLOWANCE", "2020-01", "2023-04"))),
    )
    assert findings(dossier(), spans, outcome) == [("found_elsewhere_move", "2023-03 to 2023-04")]


def test_a_move_long_ago_explains_nothing():
    spans = (in_brussels(end="2023-02"), competent(FLANDERS, begin="2023-03"))
    outcome = complete(
        holds(FLANDERS), holds(BRUSSELS, file("931", paid("CHILD_ALLOWANCE", "2020-01")))
    )
    assert findings(dossier(), spans, outcome) == [
        ("found_elsewhere_move", "2023-03 to 2023-08"),
        ("found_elsewhere", "2023-09 to 2023-12"),
    ]


def test_a_move_by_way_of_another_country_is_one():
    spans = (
        in_brussels(end="2023-02"),
        Span(run("2023-03", "2023-04"), None, None, None, "abroad"),
        competent(FLANDERS, begin="2023-05"),
    )
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2023-06"))),
        holds(BRUSSELS, file("931", paid("CHILD_ALLOWANCE", "2020-01", "2023-05"))),
    )
    assert findings(dossier("2023-05"), spans, outcome) == [
        ("found_elsewhere_move", "2023-05 to 2023-05")
    ]


@pytest.mark.parametrize(
    ("area", "source", "begin"),
    [("VL", FLANDERS, "2019-01"), ("BR", BRUSSELS, "2020-01")],
)
@pytest.mark.parametrize("ahead", [True, False])
def test_the_transfer_to_the_entities_is_no_move(area, source, begin, ahead):
    federal, first = AuthenticSource.FEDERAL, number(begin)
    asked = MonthRange(first - 6, first + 5)
    spans = (
        Span(MonthRange(first - 6, first - 1), area, "FEDERAL", federal, "federal"),
        Span(MonthRange(first, first + 5), area, "ANY", source, "transferred"),
    )
    holder = source if ahead else federal
    outcome = complete(holds(holder, file("931", paid("CHILD_ALLOWANCE", "2018-01"))))
    expected = Expected("D-1", asked, None, None, "44021", None)
    found = compare((expected,), spans, read_registered(outcome, CHILD, asked), asked)
    wrong = spans[0] if ahead else spans[1]
    assert [(each.kind, MonthRange(each.begin, each.end)) for each in found] == [
        (Kind.FOUND_ELSEWHERE, wrong.months)
    ]


def test_found_elsewhere_since_orint_was_split():
    spans = (competent(BRUSSELS, entity="IRISCARE"),)
    outcome = complete(
        holds(BRUSSELS), holds(WALLONIA, file("921", paid("CHILD_ALLOWANCE", "2020-01")))
    )
    assert findings(dossier(), spans, outcome) == [("found_elsewhere_orint", WHOLE)]


def test_no_register_explains_anything_before_the_day_on_which_it_is_split():
    assert splits_by(dt.date(2023, 12, 31)) == ()


HANDED_OVER = """
[[rule]]
id = "own-register"
areas = ["DG"]
months_from = "2019-01"
months_to = "2099-12"
as_of_from = 2027-01-01
entity = "DG"
cadaster = "GROEIPAKKET"
source = "EASTBELGIUM"
certainty = "sure"
why = "eastbelgium"
basis = "Invented for a test: another register takes the months of the DG over from AVIQ."
references = ["KSZ"]
"""


@pytest.fixture(name="later")
def _later(tmp_path):
    """A copy of the tables in which AVIQ's register hands the months of the DG over."""
    folder = shutil.copytree(resource("config", "competence"), tmp_path / "competence")
    path = folder / "timeline.toml"
    rows = path.read_text(encoding="utf-8").split("[[rule]]")
    at = next(i for i, row in enumerate(rows) if 'id = "aviq"' in row and 'areas = ["DG"]' in row)
    (why,) = [line for line in rows[at].splitlines() if line.startswith("why = ")]
    since = "as_of_from = 2024-01-01\n"
    assert since in rows[at]
    rows[at] = rows[at].replace(since, f"{since}as_of_to = 2026-12-31\n")
    new = HANDED_OVER.replace('why = "eastbelgium"', why)
    path.write_text("[[rule]]".join(rows) + new, encoding="utf-8")
    return Rulebook.load(folder).timeline.rules


def test_a_later_handover_is_a_row_of_the_timeline(later):
    east = AuthenticSource.EASTBELGIUM
    spans = (Span(ASKED, "DG", "DG", east, "dg-own-register"),)
    held = holds(WALLONIA, file("921", paid("CHILD_ALLOWANCE", "2020-01")))
    recent = run("2025-01", "2025-12")
    outcome = complete(holds(east), held)
    for day, kind in (("2026-12-31", "found_elsewhere"), ("2027-01-01", "found_elsewhere_orint")):
        splits = splits_by(dt.date.fromisoformat(day), later)
        expected = dossier("2025-01", "2025-12")
        now = tuple(each._replace(months=recent) for each in spans)
        registered = read_registered(outcome, CHILD, recent)
        (found,) = compare((expected,), now, registered, recent, splits)
        assert (found.kind.value, found.months) == (kind, recent)
    assert [(each.register, str(each.day)) for each in splits] == [
        ("AVIQ", "2027-01-01"),
        ("ORINT", "2024-01-01"),
    ]
    for language, sentence in (
        ("en", "both came from one register (AVIQ), which was split on 2027-01-01."),
        ("nl", "beide kwamen uit één kadaster (AVIQ), dat op 2027-01-01 werd gesplitst."),
        ("fr", "tous deux viennent d'un même cadastre (AVIQ), scindé le 2027-01-01."),
    ):
        row = FindingSentences(uuid.UUID(int=1), language, splits).row(0, found)
        assert any(sentence in cell for cell in row if cell)


def test_every_split_that_ships_has_words_of_its_own():
    assert {f"{each.register} {each.day}" for each in SPLITS} <= set(words())


def test_participation_allowances_explain_a_flemish_file():
    spans = (competent(BRUSSELS, entity="IRISCARE"),)
    school = file(FONS, paid("OTHER_PARTICIPATION", "2022-09"))
    outcome = complete(holds(BRUSSELS), holds(FLANDERS, school))
    assert findings(dossier(), spans, outcome) == [("found_elsewhere_participation", WHOLE)]
    own = holds(BRUSSELS, file("931", paid("CHILD_ALLOWANCE", "2020-01")))
    assert findings(dossier(), spans, complete(own, holds(FLANDERS, school))) == [("match", WHOLE)]


def test_a_participation_allowance_explains_no_gap_in_the_register_of_the_child():
    school = holds(FLANDERS, file(FONS, paid("OTHER_PARTICIPATION", "2022-09")))
    gap, lost = (kinds()[kind] for kind in (Kind.FOUND_ELSEWHERE_PARTICIPATION, Kind.NOT_FOUND))
    assert (gap.severity, gap.theme) == (lost.severity, lost.theme)
    own = holds(WALLONIA, file("921", paid("CHILD_ALLOWANCE", "2020-01", "2023-06")))
    assert findings(dossier(), IN_WALLONIA, complete(own, school)) == [
        ("months_missing", "2023-07 to 2023-12")
    ]


def test_a_participation_allowance_says_nothing_of_a_supplement():
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("OTHER_PARTICIPATION", "2022-09"))), holds(WALLONIA)
    )
    assert findings(dossier(category="ORPHAN_CARE"), IN_WALLONIA, outcome) == [("not_found", WHOLE)]


@pytest.mark.parametrize(
    ("category", "here", "elsewhere", "kind"),
    [
        (None, "BASISBEDRAG", "CHILD_ALLOWANCE", "payment_unclear"),
        ("SOCIAL", "CHILD_ALLOWANCE", "SOCIAL", "payment_unclear"),
        ("SOCIAL", "BASIC", "SOCIAL", "found_elsewhere"),
        (None, "SOCIAL", "CHILD_ALLOWANCE", "found_elsewhere"),
    ],
)
def test_a_payment_elsewhere_where_the_competent_register_may_hold_it(
    category, here, elsewhere, kind
):
    outcome = complete(
        holds(FLANDERS, file(FONS, paid(here, "2019-01"))),
        holds(WALLONIA, file("921", paid(elsewhere, "2019-01"))),
    )
    found = findings(dossier(category=category), IN_FLANDERS, outcome)
    assert [each for each in found if each[0] not in {"unknown_category", "two_basic_amounts"}] == [
        (kind, WHOLE)
    ]


def test_another_payer():
    outcome = complete(holds(FLANDERS, file(INFINO, paid("BASIC", "2019-01"))))
    assert findings(dossier(payer=FONS), IN_FLANDERS, outcome) == [("other_payer", WHOLE)]


def test_a_payer_that_changed_on_the_way():
    outcome = complete(
        holds(
            FLANDERS,
            file(FONS, paid("BASIC", "2019-01", "2023-06")),
            file(INFINO, paid("BASIC", "2023-07")),
        )
    )
    assert findings(dossier(payer=FONS), IN_FLANDERS, outcome) == [
        ("other_payer", "2023-07 to 2023-12")
    ]


@pytest.mark.parametrize(
    ("told", "held", "known", "kind"),
    [
        (FONS, ("951",), {}, "payer_uncompared"),
        ("951", (FONS,), {}, "payer_uncompared"),
        (FONS, ("951",), {"951": FONS}, "match"),
        ("951", (FONS,), {"951": FONS}, "match"),
        (FONS, ("951",), {"951": INFINO}, "other_payer"),
        ("952", ("951",), {"951": FONS}, "other_payer"),
    ],
)
def test_a_fund_code_and_an_enterprise_number(told, held, known, kind, codes):
    codes(known)
    outcome = complete(holds(FLANDERS, *(file(each, paid("BASIC", "2019-01")) for each in held)))
    assert findings(dossier(payer=told), IN_FLANDERS, outcome) == [(kind, WHOLE)]
    # Months too many are those of the same payer only where that is sure.
    extra = findings(dossier("2023-01", "2023-06", told), IN_FLANDERS, outcome)
    assert (("months_extra", "2023-07 to 2023-12") in extra) is (kind == "match")


@pytest.mark.parametrize(
    ("other", "known", "kinds"),
    [
        (FLANDERS, {}, ["basic_amount_twice"]),
        (FLANDERS, {"951": FONS}, []),
        (FLANDERS, {"951": INFINO}, ["two_basic_amounts"]),
        # Of the federal funds some went on; each entity has its own.
        (AuthenticSource.FEDERAL, {}, ["basic_amount_twice"]),
        (BRUSSELS, {}, ["two_basic_amounts"]),
    ],
)
def test_a_basic_amount_under_a_fund_code_and_an_enterprise_number(other, known, kinds, codes):
    codes(known)
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"))),
        holds(other, file("951", paid("CHILD_ALLOWANCE", "2023-10"))),
    )
    found = findings(dossier(payer=FONS), IN_FLANDERS, outcome)
    assert found == ([(kind, "2023-10 to 2023-12") for kind in kinds] or [("match", WHOLE)])


@pytest.mark.parametrize(
    ("other", "payer", "expected"),
    [
        # No payer is in both, and yet one name is: nobody can say.
        (BRUSSELS, FONS, [("basic_amount_twice", "2023-10 to 2023-12")]),
        (BRUSSELS, "951", [("two_basic_amounts", "2023-10 to 2023-12")]),
        # Of the federal payers some went on.
        (AuthenticSource.FEDERAL, FONS, [("match", WHOLE)]),
        (FLANDERS, FONS, [("match", WHOLE)]),
    ],
)
def test_a_basic_amount_under_one_name_in_two_registers(other, payer, expected):
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"))),
        holds(other, file(payer, paid("CHILD_ALLOWANCE", "2023-10"))),
    )
    assert findings(dossier(payer=FONS), IN_FLANDERS, outcome) == expected


def test_a_basic_amount_under_one_code_that_stands_for_a_number_of_another_register(codes):
    codes({"951": FONS})
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"))),
        holds(BRUSSELS, file("951", paid("CHILD_ALLOWANCE", "2023-10"))),
    )
    assert findings(dossier(payer=FONS), IN_FLANDERS, outcome) == [
        ("basic_amount_twice", "2023-10 to 2023-12")
    ]


@pytest.fixture
def codes(monkeypatch):
    shipped = reading()

    def know(pairs):
        known = msgspec.structs.replace(
            shipped, payers=msgspec.structs.replace(shipped.payers, codes=pairs)
        )
        monkeypatch.setattr(verdicts, "reading", lambda: known)

    assert shipped.payers.codes == {}
    return know


def test_two_basic_amounts_by_two_payers():
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"))),
        holds(BRUSSELS, file("931", paid("CHILD_ALLOWANCE", "2023-10"))),
    )
    assert findings(dossier(payer=FONS), IN_FLANDERS, outcome) == [
        ("two_basic_amounts", "2023-10 to 2023-12")
    ]


def test_a_file_that_stands_twice_is_a_contradiction_and_no_two_payers():
    one = file(FONS, paid("BASIC", "2019-01"))
    assert findings(dossier(), IN_FLANDERS, complete(holds(FLANDERS, one, one))) == [
        ("register_contradiction", WHOLE)
    ]


def test_a_social_supplement_shared_by_two_beneficiaries_is_no_finding():
    shared = File(
        Fund(enterprise_number=FONS),
        beneficiaries=(Beneficiary(MOTHER), Beneficiary(FATHER)),
        children=(
            Child(
                CHILD,
                payment_periods=(
                    paid("BASIC", "2019-01", linked=(MOTHER, FATHER)),
                    paid("SOCIAL", "2022-10", linked=(MOTHER,)),
                    paid("SOCIAL", "2022-10", linked=(FATHER,)),
                ),
            ),
        ),
    )
    elsewhere = file(INFINO, paid("SOCIAL", "2022-10"))
    outcome = complete(holds(FLANDERS, shared, elsewhere))
    assert findings(dossier(payer=FONS), IN_FLANDERS, outcome) == [("match", WHOLE)]


def test_a_dossier_about_another_kind_of_payment():
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"), paid("SOCIAL", "2023-04")))
    )
    assert findings(dossier(category="SOCIAL"), IN_FLANDERS, outcome) == [
        ("months_missing", "2023-01 to 2023-03")
    ]


@pytest.mark.parametrize(
    ("category", "held", "kind"),
    [
        ("SOCIAL", ("BASIC",), "payment_missing"),
        ("SOCIAL", ("BASIC", "ORPHAN_CARE"), "payment_missing"),
        (None, ("SOCIAL",), "payment_missing"),
        (None, ("OTHER_PARTICIPATION",), "payment_missing"),
        # The benefit that is told whole may have the supplement in it.
        ("SOCIAL", ("CHILD_ALLOWANCE",), "payment_unclear"),
        # What a kind is that nobody knows cannot be said.
        (None, ("NEW_KIND",), "payment_unclear"),
        ("SOCIAL", ("BASIC", "NEW_KIND"), "payment_unclear"),
    ],
)
def test_another_kind_of_payment_than_that_of_the_dossier(category, held, kind):
    outcome = complete(
        holds(FLANDERS, file(FONS, *(paid(code, "2019-01", "2023-06") for code in held)))
    )
    found = compare(
        (dossier(category=category),), IN_FLANDERS, read_registered(outcome, CHILD, ASKED), ASKED
    )
    told = [each for each in found if each.kind is not Kind.UNKNOWN_CATEGORY]
    assert [(each.kind.value, str(MonthRange(each.begin, each.end))) for each in told] == [
        (kind, "2023-01 to 2023-06"),
        ("not_found", "2023-07 to 2023-12"),
    ]
    assert (told[0].expected, told[0].found) == (category or "", " ".join(sorted(held)))
    assert told[0].payer == FONS


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("MSG00005", "number_unknown"),
        ("MSG00006", "number_replaced"),
        ("MSG00007", "number_cancelled"),
        ("MSG00011", "number_unknown"),
        ("MSG00012", "not_integrated"),
        ("MSG00013", "not_authorised"),
        ("MSG00014", "not_authorised"),
        ("MSG00027", "not_authorised"),
        ("MSG00008", "refused"),
        ("XYZ", "refused"),
    ],
)
def test_refusals(code, kind):
    outcome = Refused(answer(value=GlobalStatusValue.NO_RESULT, code=code))
    assert findings(dossier(), IN_FLANDERS, outcome) == [(kind, WHOLE)]


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (SsinState(CHILD, replaced_by=MOTHER), "number_replaced"),
        (SsinState(CHILD, canceled=True), "number_cancelled"),
    ],
)
def test_a_number_that_is_no_longer_in_force_though_answered(state, kind):
    told = holds(FLANDERS, file(FONS, paid("BASIC", "2019-01")))
    outcome = Complete(answer(told, state=state))
    assert findings(dossier(), IN_FLANDERS, outcome) == [(kind, WHOLE)]


def test_a_silent_register_is_never_read_as_nothing():
    outcome = Incomplete(answer(holds(BRUSSELS)), silent=(FLANDERS,))
    assert findings(dossier(), IN_FLANDERS, outcome) == [("incomplete", WHOLE)]


def test_a_child_that_the_register_has_not_inscribed():
    outcome = complete(holds(FLANDERS, code="MSG00021"))
    assert findings(dossier(), IN_FLANDERS, outcome) == [("not_integrated", WHOLE)]


def test_a_file_whose_months_were_taken_out():
    outcome = complete(holds(FLANDERS, file(FONS)))
    assert findings(dossier(), IN_FLANDERS, outcome) == [("months_untold", WHOLE)]


def test_a_register_whose_files_were_taken_out_is_never_read_as_nothing():
    found = Status(SourceStatusValue.DATA_FOUND, "MSG00000")
    outcome = complete(SourceResult(FLANDERS, found, ()))
    assert findings(dossier(), IN_FLANDERS, outcome) == [("months_untold", WHOLE)]
    assert read_registered(outcome, CHILD, ASKED).found == {FLANDERS}


def test_another_register_with_a_file_that_tells_no_months():
    untold = holds(WALLONIA, file("921"))
    nothing = complete(holds(FLANDERS), untold)
    found = compare((dossier(),), IN_FLANDERS, read_registered(nothing, CHILD, ASKED), ASKED)
    assert [(each.kind, each.source, MonthRange(each.begin, each.end)) for each in found] == [
        (Kind.MONTHS_WITHHELD, WALLONIA, ASKED),
        (Kind.NOT_FOUND, FLANDERS, ASKED),
    ]
    part = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2019-01", "2023-09"))), untold)
    assert findings(dossier(), IN_FLANDERS, part) == [
        ("months_missing", "2023-10 to 2023-12"),
        ("months_untold", "2023-10 to 2023-12"),
    ]
    # It fills no gap where there is none.
    own = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"))), untold)
    assert findings(dossier(), IN_FLANDERS, own) == [("match", WHOLE)]


@pytest.mark.parametrize("spans", [(), (competent(None, entity=None),)])
def test_competence_that_cannot_be_said(spans):
    outcome = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"))))
    assert findings(dossier(), spans, outcome) == [("competence_undetermined", WHOLE)]


def test_a_kind_of_payment_that_nobody_knows():
    outcome = complete(
        holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"), paid("NEW_KIND", "2023-05")))
    )
    assert findings(dossier(), IN_FLANDERS, outcome) == [("unknown_category", "2023-05 to 2023-12")]


def test_a_dossier_about_a_kind_of_payment_that_nobody_knows():
    """A typing mistake or a code of later: no reason to say that the register knows nothing."""
    held = complete(holds(FLANDERS, file(FONS, paid("BASIC", "2019-01"))))
    strange = dossier()._replace(category="BASIS")
    (found,) = compare((strange,), IN_FLANDERS, read_registered(held, CHILD, ASKED), ASKED)
    assert (found.kind, found.found, found.source) == (Kind.UNKNOWN_CATEGORY, "BASIS", None)
    part = complete(holds(FLANDERS, file(FONS, paid("BASIS", "2023-01", "2023-06"))))
    assert findings(strange, IN_FLANDERS, part) == [
        ("unknown_category", "2023-01 to 2023-06"),
        ("months_missing", "2023-07 to 2023-12"),
    ]


@pytest.mark.parametrize(
    ("source", "code", "more"),
    [
        (WALLONIA, "CHILD_ALLOWANCE", []),
        (FLANDERS, "BASIC", []),
        (FLANDERS, "SOCIAAL", [("unknown_category", WHOLE)]),
    ],
)
def test_a_mistyped_code_of_a_dossier_is_told_whatever_the_register_holds(source, code, more):
    strange = dossier(category="SOCIALE")
    outcome = complete(holds(source, file(FONS, paid(code, "2019-01"))))
    found = findings(strange, (competent(source),), outcome)
    assert found == [("unknown_category", WHOLE), *more]


def test_a_mistyped_code_of_a_dossier_is_told_once_and_of_no_other_payer():
    strange = dossier(payer="951", category="SOCIALE")
    outcome = complete(
        holds(
            FLANDERS,
            file(FONS, paid("BASIC", "2019-01", "2023-06")),
            file(INFINO, paid("BASIC", "2023-07")),
        )
    )
    (found,) = compare((strange,), IN_FLANDERS, read_registered(outcome, CHILD, ASKED), ASKED)
    assert (found.kind, MonthRange(found.begin, found.end)) == (Kind.UNKNOWN_CATEGORY, ASKED)
    assert (found.expected, found.found, found.payer) == ("SOCIALE", "SOCIALE", "951")


@pytest.mark.parametrize(("entries", "kind"), [(100, "truncated"), (99, "not_found")])
def test_an_answer_that_reaches_a_limit_of_the_contract(entries, kind):
    old = [file(FONS, paid("BASIC", "2019-01", "2019-02"))] * entries
    outcome = complete(holds(FLANDERS, *old))
    assert {each for each, _ in findings(dossier(), IN_FLANDERS, outcome)} == {kind}


@pytest.mark.parametrize(("entries", "kind"), [(100, "truncated"), (99, "other_payer")])
def test_a_payer_that_may_have_been_cut_off_is_no_other_payer(entries, kind):
    numbered = [
        msgspec.structs.replace(file(INFINO, paid("SOCIAL", "2019-01")), file_number=str(each))
        for each in range(entries)
    ]
    outcome = complete(holds(FLANDERS, *numbered))
    about = dossier(payer=FONS, category="SOCIAL")
    assert {each for each, _ in findings(about, IN_FLANDERS, outcome)} == {kind}


def test_a_payer_whose_file_may_be_the_one_without_months_is_no_other_payer():
    outcome = complete(holds(FLANDERS, file(INFINO, paid("BASIC", "2019-01")), file(FONS)))
    assert findings(dossier(payer=FONS), IN_FLANDERS, outcome) == [("months_untold", WHOLE)]


def test_a_cut_list_is_told_with_the_limit_that_is_set(monkeypatch):
    lower = msgspec.structs.replace(reading(), most_entries=2)
    for module in (record, comparison):
        monkeypatch.setattr(module, "reading", lambda: lower)
    old = [file(FONS, paid("BASIC", "2019-01", "2019-02"))] * 2
    outcome = complete(holds(FLANDERS, *old))
    found = compare((dossier(),), IN_FLANDERS, read_registered(outcome, CHILD, ASKED), ASKED)
    assert [each.found for each in found if each.found] == ["file 2"]


def test_every_kind_of_an_answer_is_shown_here_or_where_lookups_fail():
    assert set(kinds()) == set(Kind)


BACKWARDS = paid("BASIC", "2023-05", "2022-04")


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        # What it means nobody can say, so that nothing is missing and no payer is another one.
        ([BACKWARDS], [("register_contradiction", WHOLE)]),
        (
            [paid("BASIC", "2023-01", "2023-06"), BACKWARDS],
            [("register_contradiction", "2023-07 to 2023-12")],
        ),
        ([paid("BASIC", "2014-01", "2015-05")], [("register_contradiction", WHOLE)]),
        ([paid("BASIC", "2023-05", "2022-04"), paid("SOCIAL", "2023-01")], None),
        # The months are there, and the contradiction stands beside.
        (
            [paid("BASIC", "2022-01"), BACKWARDS],
            [("register_contradiction", "2023-01 to 2023-05")],
        ),
        (
            [paid("BASIC", "2022-01"), paid("BASIC", "2023-03", "2023-04")],
            [("register_contradiction", "2023-03 to 2023-04")],
        ),
        # Far from the months of a dossier that is whole it concerns nobody.
        ([paid("BASIC", "2022-01"), paid("BASIC", "2018-05", "2018-04")], [("match", WHOLE)]),
    ],
)
def test_a_register_that_contradicts_itself_is_never_an_absence(payments, expected):
    outcome = complete(holds(FLANDERS, file(FONS, *payments)))
    found = findings(dossier(payer=FONS), IN_FLANDERS, outcome)
    if expected is not None:
        assert found == expected
    kinds_found = {kind for kind, _ in found}
    assert not kinds_found & {"not_found", "months_missing", "payment_missing", "other_payer"}


def test_a_register_beside_that_contradicts_itself_may_hold_what_is_missing():
    outcome = complete(holds(FLANDERS), holds(WALLONIA, file("921", BACKWARDS)))
    assert findings(dossier(), IN_FLANDERS, outcome) == [
        ("register_contradiction", "2023-01 to 2023-05"),
        ("not_found", WHOLE),
    ]


def test_a_contradiction_names_both_dates():
    outcome = complete(holds(FLANDERS, file(FONS, BACKWARDS)))
    (found,) = compare((dossier(),), IN_FLANDERS, read_registered(outcome, CHILD, ASKED), ASKED)
    assert (found.found, found.source) == ("ends_before_begin 2023-05 2022-04", FLANDERS)
    for language in ("en", "nl", "fr"):
        sentence = FindingSentences(uuid.UUID(int=0), language).row(0, found)[17]
        assert "2023-05" in sentence
        assert "2022-04" in sentence
        assert "ends_before" not in sentence
