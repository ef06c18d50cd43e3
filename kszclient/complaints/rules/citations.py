"""Which rows of the tables of complaints rest on which sources."""

from __future__ import annotations

from collections.abc import Iterator

from kszclient.complaints.deadlines.named_terms import age_limits, named_terms, service_promises
from kszclient.complaints.present.notices import listed_notices
from kszclient.complaints.rules.instances import cards
from kszclient.complaints.rules.payers import payers
from kszclient.complaints.rules.table import table
from kszclient.complaints.rules.themes import themes


def cited_rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each row that people may be shown, by its name, with the codes of its sources.

    >>> dict(cited_rows())["DL_FC_6M"]
    ('S0', 'GD104')
    """
    for line in table().lines:
        yield line.rule.id, line.rule.sources
    for named in (named_terms(), age_limits(), service_promises()):
        for name, row in named.items():
            yield name, row.cited
    for notice, _ in listed_notices():
        yield f"notice {notice.id}", notice.sources
    for theme in themes().values():
        yield f"theme {theme.number}", theme.sources
    for card in cards():
        channels = tuple(channel.source for channel in card.channels)
        yield card.code.value, (*card.sources, *channels)
    for payer in payers():
        yield f"payer {payer.names[0]}", tuple(channel.source for channel in payer.channels)


def cited_codes() -> frozenset[str]:
    """The codes of all sources that rows of complaints name."""
    return frozenset(code for _, codes in cited_rows() for code in codes)
