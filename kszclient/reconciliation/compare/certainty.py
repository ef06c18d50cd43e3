"""How sure a finding is: as sure as its kind and the rules of competence behind it."""

from __future__ import annotations

from functools import cache

from kszclient.cadaster.categories import categories, participation_codes
from kszclient.competence import Certainty, rulebook
from kszclient.reconciliation.compare.kinds import Kind, kinds
from kszclient.reconciliation.plan.participation import RULE as PARTICIPATION


@cache
def certainty_of(kind: Kind, rule: str) -> Certainty:
    """Give how sure a finding is.

    That nobody can be said to be competent is as sure as its kind: no rule answers there.

    Args:
        kind: What was found.
        rule: The rules of competence that answer for its months, with a space between; or empty.

    >>> certainty_of(Kind.FOUND_ELSEWHERE, "vl-groeipakket").value
    'sure'
    >>> certainty_of(Kind.FOUND_ELSEWHERE, "dg-aviq").value
    'unsure'
    """
    answering = _rules()
    behind = [answering[each] for each in rule.split() if each in answering]
    return Certainty.least([kinds()[kind].certainty, *behind])


@cache
def _rules() -> dict[str, Certainty]:
    codes = [categories()[code].certainty for code in participation_codes()]
    allowances = [row.certainty for row in rulebook().allowances.values()]
    told = {rule.id: rule.certainty for rule in rulebook().timeline.rules if rule.entity}
    return told | {PARTICIPATION: Certainty.least([*codes, *allowances])}
