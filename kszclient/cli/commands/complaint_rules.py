"""The rules of complaints as people read them, for `kszclient rules complaints`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.cli.output.printing import Exit, Page, say
from kszclient.cli.output.provenance import print_result

if TYPE_CHECKING:
    from kszclient.complaints.rules.rule import ComplaintRule


def print_complaint_rules(json: bool) -> None:
    """Print the decision table of complaints, with its sources.

    Args:
        json: Whether to print it as JSON.
    """
    from kszclient.complaints import table
    from kszclient.complaints.present.document import cited_codes
    from kszclient.rule_version import Decision, rule_version
    from kszclient.sources import sources

    rules = [line.rule for line in table().lines]
    named = cited_codes()
    known = {code: source for code, source in sources().items() if code in named}
    if json:
        version = rule_version(Decision.COMPLAINTS)
        print_result({"version": version, "rules": rules, "sources": known})
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


def _filed(rule: ComplaintRule) -> str:
    """Return the days of filing on which a rule applies."""
    days = f"{rule.valid_from or ''}..{rule.valid_until or ''}"
    return "any day" if days == ".." else days


def show_proof(json: bool) -> Exit:
    """Search the table for cases that break what must be true of it, and print what was found.

    Args:
        json: Whether to print it as JSON.

    Returns:
        Whether there is any such case.
    """
    from kszclient.complaints import table
    from kszclient.complaints.rules.proof import prove
    from kszclient.rule_version import Decision, rule_version

    lines = table().lines
    statements = prove(table())
    if json:
        version = rule_version(Decision.COMPLAINTS)
        told = [each._asdict() for each in statements]
        print_result({"checked": len(lines), "version": version, "statements": told})
    else:
        out = Page()
        for each in statements:
            out.line(f"{'NOT SHOWN' if each.broken else 'Shown'}: {each.text}")
            out.line(f"  searched {each.combinations} combinations")
            for case in each.broken:
                out.line(f"  but: {case}")
    if any(each.broken for each in statements):
        return Exit.FINDINGS
    say(f"{len(lines)} lines: each can decide, in an order that is written down.")
    return Exit.DONE
