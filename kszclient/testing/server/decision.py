"""What the mock KSZ answers to a question, without a word on how it is written or sent.

The checks come in the order of their reach: may this customer ask at all, does the number exist,
may this customer ask about this person, are the months in order, and then what each source holds.
"""

from __future__ import annotations

import msgspec

from kszclient.testing.population.truth import NumberState
from kszclient.testing.server.answer_xml import (
    Reply,
    SourceReply,
    filtered,
    source_status_of,
    ssin_xml,
    status_of,
)
from kszclient.testing.server.question import ConsultRequest, month_index
from kszclient.testing.server.registers import ALWAYS
from kszclient.testing.server.scenario import Effects
from kszclient.testing.server.world import World
from kszclient.values import AuthenticSource, Ssin

_MOST_FILES = 100


class FaultCode(msgspec.Struct, frozen=True):
    """No answer at all: the reason code of the fault that comes instead."""

    code: str


def decide(world: World, question: ConsultRequest, effects: Effects) -> Reply | FaultCode:
    """Answer a question.

    Args:
        world: What the registers hold.
        question: What is asked.
        effects: What a scenario does to it.
    """
    if effects.fault:
        return FaultCode(effects.fault)
    if effects.refusal:
        return Reply(effects.refusal)
    refused = _refuse_number(world, question) or _refuse_months(question)
    if refused:
        return refused
    results = _ask_sources(world, question, effects)
    values = {result.status.value for result in results}
    if values == {"TECHNICAL_ERROR"}:
        return FaultCode("MSG00002")
    if "TECHNICAL_ERROR" in values:
        status = status_of("CHB00001")
    else:
        status = status_of("MSG00000" if "DATA_FOUND" in values else "MSG00100")
    return Reply(status, ssin_xml(question.ssin), effects.data_filters, results)


def _refuse_number(world: World, question: ConsultRequest) -> Reply | None:
    number = Ssin.from_wire(question.ssin)
    if not is_playable(number):
        return Reply(status_of("MSG00011", {"rule": "the mock takes synthetic numbers only"}))
    if not world.repertory.knows(question.ssin):
        return Reply(status_of("MSG00005"))
    state = world.repertory.state(question.ssin)
    return _refuse_state(state, question) if state else None


def is_playable(number: Ssin) -> bool:
    """Return whether the mock may look at a number: nobody can have it, and its check digits fit.

    A number that somebody has or could get is refused with MSG00011 (structure invalid): it has no
    place in a world whose numbers all have another structure, MSG00005 would read as a statement
    about the person ("does not exist"), and neither leads a client to try again.
    """
    return number.synthetic and number.century is not None


def _refuse_state(state: NumberState, question: ConsultRequest) -> Reply | None:
    if state.replaced_by:
        new = state.replaced_by.digits
        return Reply(
            status_of("MSG00006", {"newSSIN": new}), ssin_xml(question.ssin, replaced_by=new)
        )
    if state.cancelled:
        return Reply(status_of("MSG00007"), ssin_xml(question.ssin, canceled=True))
    if state.not_integrated:
        organisation = question.customer.organisation
        information = {
            "details": "no inscription found",
            "ssin": question.ssin,
            "cbeNumber": organisation,
        }
        return Reply(status_of("MSG00012", information))
    return None


def _refuse_months(question: ConsultRequest) -> Reply | None:
    begin = month_index(question.begin)
    end = month_index(question.end) if question.end is not None else ALWAYS
    if begin is None:
        return Reply(status_of("MSG00008", {"beginMonth": "out of range"}))
    if end is None:
        return Reply(status_of("MSG00008", {"endMonth": "out of range"}))
    if end < begin:
        return Reply(status_of("MSG00008", {"endMonth": "before beginMonth"}))
    return None


def _ask_sources(
    world: World, question: ConsultRequest, effects: Effects
) -> tuple[SourceReply, ...]:
    begin = month_index(question.begin) or 0
    # The contract is silent on an absent end; here it stays open.
    end = ALWAYS if question.end is None else month_index(question.end) or 0
    known = {
        line.source
        for line in world.repertory.lines(question.ssin)
        if line.first <= end and line.last >= begin
    }
    state = world.repertory.state(question.ssin)
    unlisted = state.not_integrated_at if state else ()
    results = []
    for source in question.sources_asked:
        if source not in effects.allowed:
            continue
        if source in effects.sources:
            results.append(SourceReply(source.value, effects.sources[source]))
        elif source in unlisted:
            results.append(SourceReply(source.value, source_status_of("MSG00021")))
        elif source not in known:
            results.append(SourceReply(source.value, source_status_of("MSG00100")))
        else:
            files = _files(world, source, question.ssin, begin, end)
            files = filtered(files, effects.data_filters)
            results.append(SourceReply(source.value, source_status_of("MSG00000"), files))
    return tuple(results)


def _files(world: World, source: AuthenticSource, ssin: str, begin: int, end: int) -> str:
    found = world.registers[source].found(ssin, begin, end)
    return "".join([file.text(begin, end) for file in found[:_MOST_FILES]])
