"""How fast an instance says it works, as dates of one case."""

from __future__ import annotations

import datetime as dt

import msgspec

from kszclient.complaints.deadlines.named_terms import ServicePromise, service_promises
from kszclient.complaints.rules.table import table
from kszclient.complaints.vocabulary import Instance


class ServiceTerms(msgspec.Struct, frozen=True):
    """The days by which an instance promises something; none where it promises nothing.

    Args:
        promise: The promise, as `config/complaints/terms.toml` names it.
        acknowledge_by: Last day on which it acknowledges, or says whether it will act.
        handle_by: Last day on which it answers.
        handle_at_latest: Last day on which it answers where it may take longer.
    """

    promise: str | None = None
    acknowledge_by: dt.date | None = None
    handle_by: dt.date | None = None
    handle_at_latest: dt.date | None = None


def service_terms(instance: Instance, received: dt.date) -> ServiceTerms:
    """Count what an instance promises from the day on which it got a complaint.

    Calendar days, as the promises are read (Bestuursdecreet art. II.76 for Flemish bodies; POD MI
    and the German-speaking Community do not say which days they mean).

    Args:
        instance: The instance.
        received: The day on which the complaint arrived.

    >>> terms = service_terms(Instance("KBD"), dt.date(2025, 3, 3))
    >>> str(terms.acknowledge_by), str(terms.handle_by)
    ('2025-03-13', '2025-04-17')
    """
    promise = _promise(instance, received)
    if promise is None:
        return ServiceTerms()

    def day(days: int | None) -> dt.date | None:
        return None if days is None else received + dt.timedelta(days=days)

    return ServiceTerms(
        promise=promise.name,
        acknowledge_by=day(promise.acknowledge_days),
        handle_by=day(promise.answer_days),
        handle_at_latest=day(promise.latest_answer_days),
    )


def _promise(instance: Instance, received: dt.date) -> ServicePromise | None:
    rules = (line.rule for line in table().lines if instance in line.rule.instances)
    named = next((rule.promise for rule in rules if rule.promise), None)
    return service_promises()[named].on(received) if named else None
