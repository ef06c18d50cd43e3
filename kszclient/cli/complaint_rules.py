"""The rules of complaints as people read them, for `kszclient rules complaints`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.cli.output import Page, print_json

if TYPE_CHECKING:
    from kszclient.complaints.rule import Rule


def print_complaint_rules(json: bool) -> None:
    """Print the decision table of complaints, with its sources.

    Args:
        json: Whether to print it as JSON.
    """
    from kszclient.complaints import table
    from kszclient.complaints.citations import cited_codes
    from kszclient.rule_version import Decision, rule_version
    from kszclient.sources import sources

    rules = [line.rule for line in table().lines]
    named = cited_codes()
    known = {code: source for code, source in sources().items() if code in named}
    if json:
        print_json({"version": rule_version(Decision.COMPLAINTS), "rules": rules, "sources": known})
        return
    headings = (
        "rule",
        "instances",
        "when",
        "outcome",
        "term",
        "valid",
        "certainty",
        "sources",
    )
    rows = [
        (
            rule.id,
            "; ".join(f"{of}: {', '.join(named)}" for of, named in rule.at.items()) or "entity",
            rule.when,
            f"{rule.outcome} {rule.reason}",
            rule.term or "-",
            _filed(rule),
            rule.certainty.value,
            ", ".join(rule.sources),
        )
        for rule in rules
    ]
    out = Page()
    out.rows(headings, rows, whole=("rule", "certainty"))
    for code, source in known.items():
        out.line(f"{code}: {source.title()}")


def _filed(rule: Rule) -> str:
    """Give the days of filing on which a rule applies."""
    days = f"{rule.valid_from or ''}..{rule.valid_until or ''}"
    return "any day" if days == ".." else days
