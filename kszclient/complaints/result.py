"""What routing a complaint gives."""

from __future__ import annotations

import datetime as dt

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.rules.instances import Channel
from kszclient.complaints.vocabulary import Instance, Outcome, Subject
from kszclient.values import Month


class Term(msgspec.Struct, frozen=True):
    """The dates of a term in one case.

    Args:
        name: The term, as `config/complaints/terms.toml` names it; ``DL_RESTART`` where a
            complaint made it start again.
        first_day: The first day that counts; none while the term stands still.
        term_end: The last day, cautiously read and not moved for weekends.
        file_by: The last working day on or before `term_end`: the date to keep.
        latest_arguable: The last day by the most lenient reading: a remark, no advice.
        interrupted_by: The instance whose handling made the term start again.
        file_by_uninterrupted: The date to keep for who does not rely on that; none where it has
            passed.
    """

    name: str
    first_day: dt.date | None = None
    term_end: dt.date | None = None
    file_by: dt.date | None = None
    latest_arguable: dt.date | None = None
    interrupted_by: Instance | None = None
    file_by_uninterrupted: dt.date | None = None


class Evaluation(msgspec.Struct, frozen=True):
    """What one instance would say.

    Args:
        instance: The instance.
        outcome: Its answer.
        reason: The reason code of the rule that decides.
        rules: The rules that hold, the deciding one first.
        term: The term for going there, where there is one and its dates are known.
        channels: How to reach it.
        basis: The sources of the deciding rule.
        certainty: How sure the answer is.
    """

    instance: Instance
    outcome: Outcome
    reason: str
    rules: tuple[str, ...]
    term: Term | None
    channels: tuple[Channel, ...]
    basis: str
    certainty: Certainty


class Recommended(msgspec.Struct, frozen=True):
    """What to do: a complaint, an appeal, or both beside each other.

    Args:
        informal: Where to complain first.
        formal: Where to appeal.
    """

    informal: Instance | None
    formal: Instance | None


class PartPeriod(msgspec.Struct, frozen=True):
    """The months of one part, both included.

    Args:
        begin: First month, in JSON ``from``.
        end: Last month, in JSON ``to``.
    """

    begin: Month = msgspec.field(name="from")
    end: Month = msgspec.field(name="to")


class RoutePart(msgspec.Struct, frozen=True):
    """The route for the months in which one entity is competent.

    Args:
        period: The months; none where the complaint names none.
        entity: The competent entity; none where it is not known.
        rules: The rules that say so.
        evaluations: Every instance, in the order of the ladder.
        recommended: What to do.
        needs: The fields that could change an answer.
        subject: What the part is about: a letter may have several subjects.
        entity_certainty: How sure it is who was competent, by the domicile; none where that does
            not tell it.
        open_points: The open points of competence on which that rests, such as the month of a move.
    """

    period: PartPeriod | None
    entity: str | None
    rules: tuple[str, ...]
    evaluations: tuple[Evaluation, ...]
    recommended: Recommended
    needs: tuple[str, ...]
    subject: Subject
    entity_certainty: Certainty | None = None
    open_points: tuple[str, ...] = ()


class Route(msgspec.Struct, frozen=True):
    """Where a complaint goes.

    Args:
        parts: One route per competent entity, in order of time.
        notices: What to know besides, in sentences.
    """

    parts: tuple[RoutePart, ...]
    notices: tuple[str, ...]
