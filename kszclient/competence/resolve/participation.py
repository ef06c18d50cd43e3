"""What holds of every participation allowance, for who cannot tell which of them is meant."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from kszclient.competence.rulebook.rulebook import rulebook
from kszclient.competence.rulebook.terms import Entity
from kszclient.values import AuthenticSource, Month


class Participation(NamedTuple):
    """What holds of every participation allowance, wherever the child lives.

    Args:
        entity: Who grants it.
        source: The register that holds it.
        begin: The first month for which there is any.
    """

    entity: Entity
    source: AuthenticSource
    begin: Month


@cache
def participation() -> Participation:
    """Give what holds of every participation allowance.

    Source: ``config/competence/allowances.toml``, of which all rows name one entity and one source.

    >>> found = participation()
    >>> found.entity.value, found.source.value, str(found.begin)
    ('OPGROEIEN', 'FLANDERS', '2019-01')
    """
    rows = tuple(rulebook().allowances.values())
    return Participation(rows[0].entity, rows[0].source, min(each.months_from for each in rows))
