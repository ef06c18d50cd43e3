"""What the register adds to a complaint, against the mock KSZ."""

import datetime as dt
import re

import msgspec
import pytest

from kszclient.cadaster import ChildBenefitsClient, Environment
from kszclient.complaints import Language, inform, read_complaint, route
from kszclient.errors import IntakeError
from kszclient.resources import resource
from kszclient.security import Profile
from kszclient.testing import MockKsz, Scenario, World
from kszclient.testing.server.scenario import ScenarioRule
from kszclient.values import AuthenticSource
from tests.cadaster.replies import server_of

WORLD = World.build(seed=3, size=0)
AT_ONCE = Environment(sleep=lambda _seconds: None)
AS_OF = dt.date(2024, 5, 1)


def complaint(persona="brussels-to-ghent-2021", **fields):
    given = {
        "subject": "AMOUNT",
        "filing_date": "2022-03-01",
        "nis": "44021",
        "child_ssin": WORLD.persona(persona).child.ssin.digits,
        "period": {"from": "2021-09", "to": "2022-01"},
    }
    if (fields.get("period") or {}).get("from", "") >= "2023":
        given["filing_date"] = "2024-03-01"
    given |= fields
    text = msgspec.json.encode({k: v for k, v in given.items() if v is not None})
    return read_complaint(text, to_look_up=True)


def informed(case, *rules, language=Language.EN):
    with (
        MockKsz(WORLD, [Scenario("a test", "", rules)]) as mock,
        ChildBenefitsClient(
            Profile.load("mock", endpoint=mock.endpoint), environment=AT_ONCE
        ) as client,
    ):
        return inform(case, client, as_of=AS_OF, language=language)


def payers(case):
    return [
        (each.payer, str(each.begin), str(each.end), each.source.value)
        for each in case.register_payers or ()
    ]


INFINO = ("0685540471", "2021-09", "2022-01", "FLANDERS")


def test_the_payer_comes_from_the_competent_register():
    result = informed(complaint())
    assert payers(result.complaint) == [INFINO]
    assert result.complaint.payer is None
    (notice,) = result.notices
    assert "Infino Vlaanderen" in notice
    assert "FLANDERS" in notice
    assert result.lookup.ticket_cbss in notice


def instance(part, code):
    return next(each for each in part.evaluations if each.instance == code)


MOVED = {
    "nis": None,
    "domicile": [
        {"from": "2016-03-12", "to": "2021-06-14", "nis": "21004"},
        {"from": "2021-06-15", "nis": "44021"},
    ],
    "period": {"from": "2021-01", "to": "2021-12"},
    "benefit": "base",
    "role": "beneficiary",
}


def test_each_part_has_the_payer_of_its_own_months():
    result = informed(complaint(**MOVED))
    assert [each[1:] for each in payers(result.complaint)] == [
        ("2021-01", "2021-06", "BRUSSELS"),
        ("2021-07", "2021-12", "FLANDERS"),
    ]
    assert "Infino Vlaanderen" in " ".join(result.notices)
    brussels, flemish = route(result.complaint).parts
    payer = instance(flemish, "PAYER")
    assert (payer.outcome, payer.reason) == ("ADMISSIBLE", "STEP1_PAYER")
    assert "payer" not in brussels.needs
    assert not any("The payer you name" in each for each in route(result.complaint).notices)


def test_a_payer_that_changed_within_a_part_is_told_and_stays_open():
    months = {"from": "2023-01", "to": "2023-12"}
    result = informed(complaint("changed-payer", nis="31005", period=months))
    first, second = payers(result.complaint)
    assert first[0] != second[0]
    assert "More than one payer" in result.notices[0]
    assert f"FLANDERS, {first[1]} - {first[2]}" in result.notices[0]
    assert f"FLANDERS, {second[1]} - {second[2]}" in result.notices[0]
    # No channel of one of the two is shown as that of both.
    (part,) = route(result.complaint).parts
    assert instance(part, "PAYER").outcome == "ADMISSIBLE"


def test_a_fund_that_the_register_gives_a_code_is_known_by_its_name():
    told = complaint(
        "struck-off-in-brussels",
        nis="21004",
        benefit="base",
        steps_done=["PAYER"],
        facts_last_date="2022-02-01",
        court_pending=False,
    )
    result = informed(told).complaint
    assert [each[0] for each in payers(result)] == ["Famiris"]
    (part,) = route(result).parts
    assert "payer" not in part.needs
    (named,) = route(msgspec.structs.replace(told, payer="Famiris")).parts
    assert part == named


def test_without_a_period_the_month_of_filing_counts():
    months = ("2022-03", "2022-03")
    assert payers(informed(complaint(period=None)).complaint) == [
        ("0685540471", *months, "FLANDERS")
    ]


@pytest.mark.parametrize("payer", ["Infino Vlaanderen", "0685540471", "Infino"])
def test_a_payer_that_agrees_stays(payer):
    result = informed(complaint(payer=payer))
    assert result.complaint.payer == payer
    assert "come from the register" in result.notices[0]


def test_a_payer_that_differs_stays_and_is_told():
    result = informed(complaint(payer="Parentia"))
    assert result.complaint.payer == "Parentia"
    assert "another payer than the register" in result.notices[0]


def test_no_file_leaves_the_payer_open():
    result = informed(complaint("known-without-file", nis="11002"))
    assert result.complaint.register_payers is None
    assert "holds a file" in result.notices[0]


def test_a_silent_register_is_told():
    result = informed(
        complaint(
            period={"from": "2021-04", "to": "2021-09"},
            nis=None,
            domicile=[
                {"from": "2016-03-12", "to": "2021-06-14", "nis": "21004"},
                {"from": "2021-06-15", "nis": "44021"},
            ],
        ),
        ScenarioRule(sources=(AuthenticSource.FLANDERS,), silent=True),
    )
    assert [each[3] for each in payers(result.complaint)] == ["BRUSSELS"]
    assert "did not answer" in result.notices[0]


def test_a_refusal_is_told_with_its_code():
    result = informed(complaint(), ScenarioRule(code="MSG00013"))
    assert result.complaint.register_payers is None
    assert "MSG00013" in result.notices[0]


@pytest.mark.parametrize("language", list(Language))
def test_every_language_has_the_sentences(language):
    assert "Infino Vlaanderen" in informed(complaint(), language=language).notices[0]


def test_without_the_childs_number_nothing_is_asked():
    with pytest.raises(IntakeError, match="child_ssin"):
        informed(complaint(child_ssin=None))


def parts(case):
    return [
        (each.entity, each.period and (str(each.period.begin), str(each.period.end)))
        for each in route(case).parts
    ]


def test_without_a_domicile_the_register_tells_the_entity_month_by_month():
    case = complaint(nis=None, period={"from": "2021-04", "to": "2021-09"})
    result = informed(case)
    assert parts(result.complaint) == [
        ("IRISCARE", ("2021-04", "2021-06")),
        ("OPGROEIEN", ("2021-07", "2021-09")),
    ]
    assert payers(result.complaint)[-1] == ("0685540471", "2021-07", "2021-09", "FLANDERS")
    told = " ".join(result.notices)
    assert "BRUSSELS 2021-04 - 2021-06, FLANDERS 2021-07 - 2021-09" in told
    assert result.data_errors == ()
    assert result.data_errors == ()


def test_months_before_the_regions_are_federal():
    result = informed(complaint(nis=None, period={"from": "2019-11", "to": "2020-02"}))
    assert parts(result.complaint) == [
        ("FEDERAL", ("2019-11", "2019-12")),
        ("IRISCARE", ("2020-01", "2020-02")),
    ]


def test_without_months_that_of_the_decision_is_looked_up_and_rules_still_ask_for_the_others():
    case = complaint(nis=None, period=None, decision_date="2021-05-20")
    result = informed(case)
    assert parts(result.complaint) == [("IRISCARE", ("2021-05", "2021-05"))]
    assert "asked about 2021-05, the month of the decision" in " ".join(result.notices)
    flemish = informed(complaint(nis=None, period=None)).complaint
    assert "period" in route(flemish).parts[0].needs


def test_a_participation_allowance_tells_no_entity():
    held = informed(
        complaint(
            "walloon-child-dutch-school", nis=None, period={"from": "2023-09", "to": "2023-12"}
        )
    ).complaint
    assert {each.source.value for each in held.register_months} == {"WALLONIA"}
    assert [part[0] for part in parts(held)] == ["AVIQ"]


def test_a_participation_allowance_is_paid_by_its_own_payer():
    persona, months = "walloon-child-dutch-school", {"from": "2023-09", "to": "2023-12"}
    base = informed(complaint(persona, nis=None, period=months))
    school = informed(complaint(persona, nis=None, period=months, benefit="school"))
    assert "WALLONIA" in base.notices[0]
    assert "FLANDERS" in school.notices[0]
    assert payers(base.complaint) != payers(school.complaint)


def test_what_the_complaint_says_of_the_entity_goes_before_the_register():
    assert informed(complaint(nis="62063")).complaint.register_months is None
    named = informed(complaint(nis=None, payer="Infino Brussels")).complaint
    assert named.register_months is None
    assert {entity for entity, _ in parts(named)} == {"IRISCARE"}
    # A brand that works in several areas says nothing about the entity.
    brand = informed(complaint(nis=None, payer="Infino")).complaint
    assert [entity for entity, _ in parts(brand)] == ["OPGROEIEN"]


def test_two_registers_for_one_month_leave_entity_and_payer_open_and_offer_the_theme():
    result = informed(
        complaint("old-file-still-open", nis=None, period={"from": "2023-09", "to": "2024-01"})
    )
    assert parts(result.complaint) == [
        ("OPGROEIEN", ("2023-09", "2023-10")),
        (None, ("2023-11", "2024-01")),
    ]
    assert {each[3] for each in payers(result.complaint)} == {"FLANDERS", "WALLONIA"}
    (error,) = result.data_errors
    assert (error.kind, str(error.begin), str(error.end)) == (
        "two_basic_amounts",
        "2023-11",
        "2024-01",
    )
    assert set(error.sources) == {"FLANDERS", "WALLONIA"}
    # That the entity cannot be said is told of the months for which it is so, and only of those.
    known, unknown = route(result.complaint).parts
    assert ("E9" in known.rules, "E9" in unknown.rules) == (False, True)
    assert "the theme DATA_EXCHANGE_ERROR then fits" in " ".join(result.notices)
    assert "DATA_EXCHANGE_ERROR" in result.notices[-1]


def test_a_file_in_the_wrong_register_offers_the_theme():
    result = informed(
        complaint(
            "old-file-still-open",
            nis=None,
            domicile=[
                {"from": "2010-03-25", "to": "2023-10-11", "nis": "44021"},
                {"from": "2023-10-12", "nis": "62063"},
            ],
            period={"from": "2023-09", "to": "2024-01"},
        )
    )
    assert [each.kind.value for each in result.data_errors] == [
        "found_elsewhere",
        "two_basic_amounts",
    ]
    assert result.data_errors[0].competent_source == "WALLONIA"
    # The payer is still known: the register that ought to hold the month names it.
    assert [each[1:] for each in payers(result.complaint)] == [
        ("2023-09", "2023-10", "FLANDERS"),
        ("2023-11", "2024-01", "WALLONIA"),
    ]
    assert "WALLONIA" in result.notices[1]


def test_a_replaced_number_offers_the_theme_and_is_not_repeated():
    older = WORLD.persona("replaced-bis-number").people["older"].digits
    result = informed(complaint(nis=None, child_ssin=older, period=None))
    assert [each.kind.value for each in result.data_errors] == ["replaced_number"]
    told = " ".join(result.notices)
    assert "replaced" in told
    assert older not in told
    assert result.lookup.ssin.replaced_by.digits not in told


def test_a_complaint_about_data_is_not_offered_its_own_theme():
    result = informed(
        complaint(
            "old-file-still-open",
            nis=None,
            subject="DATA_EXCHANGE_ERROR",
            period={"from": "2023-11", "to": "2024-01"},
            filing_date="2024-03-01",
        )
    )
    assert result.data_errors
    assert "fits beside" not in " ".join(result.notices)


@pytest.mark.parametrize("language", list(Language))
def test_every_language_says_what_is_odd(language):
    case = complaint("old-file-still-open", nis=None, period=None, filing_date="2024-01-10")
    assert "DATA_EXCHANGE_ERROR" in informed(case, language=language).notices[-1]


def test_every_sentence_is_there_in_four_languages():
    path = resource("config", "complaints", "register.toml")
    texts = msgspec.toml.decode(path.read_bytes())
    for key, said in texts.items():
        assert set(said) == {"en", "nl", "fr", "de"}, key
        places = {language: set(re.findall(r"\{(\w+)\}", text)) for language, text in said.items()}
        assert len(set(map(frozenset, places.values()))) == 1, key


def backwards(body):
    """Return an answer in which every period that ends, ends before it begins."""
    return re.sub(
        rb"<beginMonth>[^<]*</beginMonth>(<endMonth>[^<]*</endMonth>)?(?=<category>)",
        b"<beginMonth>2021-10</beginMonth><endMonth>2020-09</endMonth>",
        body,
    )


@pytest.mark.parametrize("language", Language)
def test_a_register_that_contradicts_itself_is_named_and_no_absence(language):
    with (
        server_of(200, {"Content-Type": "text/xml"}, backwards) as (url, _),
        ChildBenefitsClient(Profile.load("mock", endpoint=url), environment=AT_ONCE) as client,
    ):
        result = inform(complaint(), client, as_of=AS_OF, language=language)
    assert {each.kind.value for each in result.lookup.findings} == {"register_contradiction"}
    shown = [each for each in result.data_errors if each.kind == "register_contradiction"]
    assert shown
    for each in shown:
        assert each.contradiction == "ends_before_begin"
        assert (str(each.begin), str(each.end)) == ("2021-10", "2020-09")
    told = " ".join(result.notices)
    assert "2021-10" in told
    assert "2020-09" in told
    absent = {"en": "No register", "nl": "Geen kadaster", "fr": "Aucun cadastre", "de": "Kein Kat"}
    assert absent[language.value] not in told
    assert payers(result.complaint) == []
