"""The page `docs/complaints.md`, written from the tables so that it never says something else.

``python -m kszclient.complaints.present.document docs/complaints.md`` writes it; a test checks that
it is current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from kszclient.complaints.case.complaint import CHOICES, Complaint
from kszclient.complaints.letters import LetterDetails, forms
from kszclient.complaints.letters.forms import languages_of
from kszclient.complaints.present.notices import listed_notices
from kszclient.complaints.rules.catalogue import FACTS
from kszclient.complaints.rules.instances import cards
from kszclient.complaints.rules.payers import payers
from kszclient.complaints.rules.rule import ComplaintRule
from kszclient.complaints.rules.settings import routing_settings
from kszclient.complaints.rules.subjects import subjects
from kszclient.complaints.rules.table import table
from kszclient.complaints.rules.terms import age_limits, named_terms, service_promises
from kszclient.complaints.rules.themes import themes
from kszclient.complaints.texts import texts
from kszclient.resources import resource
from kszclient.sources import sources
from kszclient.templates import rendering, templates_in
from kszclient.values import Language

_PAGE = "document.md.j2"


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


def document() -> str:
    """Return the whole page."""
    pages = templates_in(resource("config", "complaints"), escaped=(), tidy=True)
    pages.filters |= {"cell": _cell, "codes": _codes}
    with rendering(_PAGE):
        page = pages.get_template(_PAGE).render(
            settings=routing_settings(),
            terms=named_terms().values(),
            age_limits=age_limits().values(),
            promises=service_promises().values(),
            fields=list(_fields()),
            groups=subjects().groups,
            rules=[line.rule for line in table().lines],
            sentences=dict.fromkeys(
                (line.rule.id, line.rule.reason, line.rule.text.en) for line in table().lines
            ),
            places=_places,
            cards=cards(),
            details=LetterDetails.__struct_fields__,
            letters=[(to, form, languages_of(to)) for to, form in forms().items()],
            themes=themes().values(),
            sources=[each for each in sources().items() if each[0] in cited_codes()],
            disclaimers=[texts(language).phrases["disclaimer"] for language in Language],
        )
    return page + "\n"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")


def _codes(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _places(rule: ComplaintRule) -> str:
    return "; ".join(f"{of}: {', '.join(named)}" for of, named in rule.at.items())


def _fields() -> Iterator[tuple[str, str]]:
    """Each key of a complaint file, with what it is and the words from which it is one."""
    lines = (Complaint.__doc__ or "").partition("Args:")[2].splitlines()
    documented = dict(line.strip().split(": ", 1) for line in lines if ": " in line)
    for name in Complaint.__struct_fields__:
        kind = tuple(CHOICES.get(name, ())) or FACTS.get(name)
        words = kind if isinstance(kind, tuple) else ()
        yield name, documented[name] + (f" One of {_codes(words)}." if words else "")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
