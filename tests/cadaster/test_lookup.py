"""Whom we ask and what we make of it, against the mock KSZ."""

import asyncio
import datetime as dt

import pytest

from kszclient.cadaster import (
    AsyncChildBenefitsClient,
    ChildBenefitsClient,
    Environment,
    look_up,
    look_up_async,
)
from kszclient.competence import DomicileHistory, history_from, resolve
from kszclient.errors import InvalidValueError
from kszclient.security import Profile
from kszclient.testing import MockKsz, Scenario, World
from kszclient.testing.server.scenario import ScenarioRule
from kszclient.values import AuthenticSource, MonthPeriod, plain

WORLD = World.build(seed=3, size=0)
AT_ONCE = Environment(sleep=lambda _seconds: None)
AS_OF = dt.date(2025, 3, 1)
PERIOD = MonthPeriod.parse("2018-01", "2024-12")


def competence_of(persona, period=PERIOD):
    child = WORLD.persona(persona).child
    return resolve(history_from(plain(child.domicile)), period, as_of=AS_OF)


@pytest.fixture
def lookup():
    def lookup(persona, *rules, with_domicile=True, person=None, period=PERIOD, **choices):
        child = WORLD.persona(persona).child
        with (
            MockKsz(WORLD, [Scenario("a test", "", rules)]) as mock,
            ChildBenefitsClient(
                Profile.load("mock", endpoint=mock.endpoint), environment=AT_ONCE
            ) as client,
        ):
            competence = competence_of(persona, period) if with_domicile else None
            ssin = person or child.ssin
            result = look_up(client, ssin, period, competence=competence, **choices)
            return result, mock.requests[0]

    return lookup


def test_only_the_competent_sources_are_asked(lookup):
    result, seen = lookup("brussels-to-ghent-2021")
    assert set(result.sources_asked) == {"FEDERAL", "BRUSSELS", "FLANDERS"}
    assert set(seen.sources) == {"FEDERAL", "BRUSSELS", "FLANDERS"}
    assert result.sources_reason == "competent for the months asked"
    assert result.findings == ()
    assert all(report.files for report in result.results)


def test_without_a_domicile_every_register_is_asked(lookup):
    result, _ = lookup("brussels-to-ghent-2021", with_domicile=False)
    assert result.sources_asked == tuple(AuthenticSource)
    assert "no domicile" in result.sources_reason
    assert result.competence is None
    assert result.findings == ()


@pytest.mark.parametrize(
    ("customer", "missing"),
    [
        (None, None),
        ("FEDRIS", None),
        ("FLW", "FEDERAL, BRUSSELS, FLANDERS, EASTBELGIUM"),
        ("VWF", "BRUSSELS, WALLONIA, EASTBELGIUM"),
    ],
)
def test_registers_that_the_customer_may_not_ask_are_not_read_as_empty(customer, missing):
    child = WORLD.persona("brussels-to-ghent-2021").child
    with (
        MockKsz(WORLD, customer=customer) as mock,
        ChildBenefitsClient(Profile.load("mock", endpoint=mock.endpoint)) as client,
    ):
        warnings = look_up(client, child.ssin, PERIOD).warnings
    if missing is None:
        assert warnings == ()
    else:
        (warning,) = warnings
        assert warning.startswith(f"Nothing is known of {missing}: ")
        assert 'not "no benefit"' in warning


def test_undetermined_competence_asks_every_register(lookup):
    result, _ = lookup("child-in-france")
    assert result.sources_asked == tuple(AuthenticSource)
    assert "cannot be determined" in result.sources_reason
    assert result.findings == ()


def test_the_caller_may_name_the_sources(lookup):
    result, seen = lookup("brussels-to-ghent-2021", sources=(AuthenticSource.WALLONIA,))
    assert result.sources_asked == (AuthenticSource.WALLONIA,)
    assert tuple(seen.sources) == ("WALLONIA",)


def test_a_file_in_a_register_that_is_not_competent_is_found(lookup):
    result, _ = lookup("old-file-still-open", sources=tuple(AuthenticSource))
    found = [(each.kind, each.source, str(each.begin), str(each.end)) for each in result.findings]
    assert found
    assert {each[:2] for each in found} == {("found_elsewhere", "FLANDERS")}
    assert {each.competent_source for each in result.findings} == {AuthenticSource.WALLONIA}
    assert all(str(each.begin) in each.explanation for each in result.findings)


@pytest.mark.parametrize(
    "persona", ["walloon-child-dutch-school", "flanders-to-brussels-same-school"]
)
def test_a_participation_file_is_no_finding(lookup, persona):
    result, _ = lookup(persona, sources=tuple(AuthenticSource))
    flemish = next(each for each in result.results if each.source is AuthenticSource.FLANDERS)
    assert flemish.files
    assert result.findings == ()


@pytest.mark.parametrize("persona", sorted(WORLD.personas))
def test_personas_give_findings_only_where_their_files_are_wrong(lookup, persona):
    told = WORLD.persona(persona)
    result, _ = lookup(persona, sources=tuple(AuthenticSource))
    if not told.differs:
        assert result.findings == ()


def test_a_brother_in_the_same_file_is_no_finding(lookup):
    """The Walloon file goes on for the younger one after the elder has moved to Brussels."""
    result, _ = lookup("brother-in-one-walloon-file", sources=tuple(AuthenticSource))
    walloon = next(each for each in result.results if each.source is AuthenticSource.WALLONIA)
    assert len(walloon.files[0].children) == 2
    assert result.findings == ()


def test_nothing_found_is_said_for_each_register(lookup):
    result, _ = lookup("known-without-file")
    assert {report.status for report in result.results} == {"NO_DATA_FOUND"}
    assert result.outcome == "COMPLETE"


def test_a_silent_register_makes_it_incomplete(lookup):
    silent = ScenarioRule(sources=(AuthenticSource.BRUSSELS,), silent=True)
    result, _ = lookup("brussels-to-ghent-2021", silent)
    assert result.outcome == "INCOMPLETE"
    statuses = {report.source: report.status for report in result.results}
    assert statuses["BRUSSELS"] == "TECHNICAL_ERROR"
    assert statuses["FLANDERS"] == "DATA_FOUND"


def test_a_replaced_number_is_refused_and_the_new_one_named(lookup):
    persona = WORLD.persona("replaced-bis-number")
    (state,) = persona.numbers
    result, _ = lookup("replaced-bis-number", person=state.ssin)
    assert result.outcome == "REFUSED"
    assert result.refusal.code == "MSG00006"
    assert result.ssin.replaced_by == persona.child.ssin
    assert result.results == ()


def test_a_replaced_number_is_followed_one_step_when_asked(lookup):
    persona = WORLD.persona("replaced-bis-number")
    (state,) = persona.numbers
    result, _ = lookup("replaced-bis-number", person=state.ssin, follow_replaced=True)
    assert result.outcome == "COMPLETE"
    assert result.followed.asked == state.ssin
    assert result.followed.answered == persona.child.ssin
    assert result.followed.refusal.code == "MSG00006"
    assert any(report.files for report in result.results)


def test_a_number_in_force_is_not_followed_anywhere(lookup):
    result, _ = lookup("brussels-to-ghent-2021", follow_replaced=True)
    assert result.followed is None


def test_numbers_that_point_at_each_other_make_no_loop():
    child = WORLD.persona("brussels-to-ghent-2021").child.ssin
    other = WORLD.persona("eupen-since-birth").child.ssin
    circle = [
        ScenarioRule(persons=(one.digits,), code="MSG00006", information={"newSSIN": two.digits})
        for one, two in ((child, other), (other, child))
    ]
    with (
        MockKsz(WORLD, [Scenario("a circle", "", tuple(circle))]) as mock,
        ChildBenefitsClient(Profile.load("mock", endpoint=mock.endpoint)) as client,
    ):
        result = look_up(client, child, PERIOD, follow_replaced=True)
        assert len(mock.requests) == 2
    assert result.outcome == "REFUSED"
    assert result.ssin.replaced_by == child
    assert result.followed.answered == other


def test_a_cancelled_number_is_refused(lookup):
    (state,) = WORLD.persona("cancelled-number").numbers
    result, _ = lookup("cancelled-number", person=state.ssin)
    assert (result.outcome, result.refusal.code) == ("REFUSED", "MSG00007")
    assert result.ssin.canceled is True


def test_elements_that_the_ksz_took_out_are_named(lookup):
    result, _ = lookup("brussels-to-ghent-2021", ScenarioRule(data_filters=("fileNumber",)))
    assert result.data_filters == ("fileNumber",)
    assert all(file.file_number is None for report in result.results for file in report.files)


def test_the_plain_form_has_the_keys_that_others_read(lookup):
    result, _ = lookup("eupen-since-birth")
    shown = plain(result)
    assert {"outcome", "ssin", "sources_asked", "results", "competence", "findings"} <= set(shown)
    assert set(shown["ssin"]) == {"canceled", "replaced_by"}
    assert {"source", "status", "code", "files"} <= set(shown["results"][0])
    assert shown["competence"]["segments"][0]["from"] == "2018-01"
    elsewhere, _ = lookup("old-file-still-open", sources=tuple(AuthenticSource))
    assert elsewhere.findings
    for finding in plain(elsewhere)["findings"]:
        assert {"kind", "source", "from", "to", "competent_source", "explanation"} <= set(finding)
        assert finding["certainty"] in {"sure", "likely"}
        assert finding["basis"]


def test_what_registers_repeat_beyond_the_months_asked_is_no_finding(lookup):
    """A federal file whose months begin long before the question is not found elsewhere."""
    period = MonthPeriod.parse("2019-12", "2020-02")
    history = DomicileHistory.throughout_at(nis="21004")
    assert resolve(history, period, as_of=AS_OF).sources
    result, _ = lookup("brussels-to-ghent-2021", period=period, sources=tuple(AuthenticSource))
    assert result.findings == ()


@pytest.mark.parametrize("persona", ["brussels-to-ghent-2021", "replaced-bis-number"])
def test_the_asynchronous_client_finds_the_same(persona):
    child = WORLD.persona(persona).child
    competence = competence_of(persona)

    async def asynchronously(profile):
        async with AsyncChildBenefitsClient(profile) as client:
            return await look_up_async(
                client, child.ssin, PERIOD, competence=competence, follow_replaced=True
            )

    with MockKsz(WORLD) as mock:
        profile = Profile.load("mock", endpoint=mock.endpoint)
        found = asyncio.run(asynchronously(profile))
        with ChildBenefitsClient(profile) as client:
            same = look_up(client, child.ssin, PERIOD, competence=competence, follow_replaced=True)
    assert found.results == same.results
    assert (found.outcome, found.findings, found.followed) == (
        same.outcome,
        same.findings,
        same.followed,
    )


SOMEBODY = WORLD.persona("brussels-to-ghent-2021").child.ssin


@pytest.mark.parametrize(
    ("ssin", "period", "sources"),
    [
        ("85023000125", PERIOD, ()),
        (SOMEBODY, "2022-01", ()),
        (SOMEBODY, ("2022-01", "2022-06"), ()),
        (SOMEBODY, PERIOD, "FLANDERS"),
        (SOMEBODY, PERIOD, AuthenticSource.FLANDERS),
        (SOMEBODY, PERIOD, ("FLANDERS",)),
    ],
)
def test_a_wrong_type_is_refused_before_anything_is_sent(ssin, period, sources):
    with MockKsz(WORLD) as mock:
        profile = Profile.load("mock", endpoint=mock.endpoint)
        with (
            ChildBenefitsClient(profile) as client,
            pytest.raises(InvalidValueError, match=r"rule type"),
        ):
            client.consult(ssin, period, sources)
        assert not mock.requests
