"""The rules of competence as people read them, for `kszclient rules competence`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.cli.output.printing import Page
from kszclient.cli.output.provenance import print_result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kszclient.competence import Rule, Situation

_ABOUT_SITUATIONS = (
    "Where no connecting factor is known, an answer carries the id of a situation, not that of the "
    "rule none-undetermined; it is unsure. Where one is known, the answer is at most as sure as "
    "the situation:"
)


def print_competence_rules(json: bool) -> None:
    """Print the rules of competence, with all that stands beside them.

    Args:
        json: Whether to print it as JSON.
    """
    from kszclient.competence import rulebook
    from kszclient.rule_version import Decision, rule_version
    from kszclient.values import plain

    book = rulebook()
    if json:
        print_result(
            {
                "rules": book.timeline.rules,
                "factors": book.factors,
                "situations": list(book.situations.values()),
                "allowances": list(book.allowances.values()),
                "open_points": list(book.open_points.values()),
                "version": rule_version(Decision.COMPETENCE),
                "settings": book.settings,
                "references": {
                    code: {"title": source.title(), **plain(source)}
                    for code, source in book.references.items()
                },
            }
        )
        return
    headings = (
        "rule", "area", "months", "asked", "entity", "register", "kept by", "source", "certainty",
        "documents",
    )  # fmt: skip
    out = Page()
    out.rows(headings, map(_cells, book.timeline.rules), whole=("rule", "certainty"))
    out.gap()
    out.line(_ABOUT_SITUATIONS)
    out.gap()
    _show_situations(book.situations.values(), out)
    for point in book.open_points.values():
        out.line(f"{point.id} ({point.certainty}) {point.question} {point.reading}")
    for key, reference in book.references.items():
        out.line(f"{key}: {reference.title()}")


def _show_situations(situations: Iterable[Situation], out: Page) -> None:
    headings = ("rule", "an address counts as", "certainty", "why", "documents")
    rows = [
        (
            each.id,
            each.domicile_counts_as,
            " ".join([each.certainty, *each.open_points]),
            each.basis,
            ", ".join(each.references),
        )
        for each in situations
    ]
    out.rows(headings, rows, whole=("rule", "certainty"))


def _cells(rule: Rule) -> list[str]:
    asked = f"{rule.as_of_from or ''}..{rule.as_of_to or ''}"
    return [
        rule.id,
        rule.area or "-",
        f"{rule.months_from}..{rule.months_to}",
        "any day" if asked == ".." else asked,
        *(name or "-" for name in (rule.entity, rule.cadaster, rule.keeper, rule.source)),
        " ".join([rule.certainty, *rule.open_points]),
        ", ".join(rule.references),
    ]
