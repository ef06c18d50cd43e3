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
from kszclient.complaints.rules.catalogue import FACTS, FactKind, SetOf
from kszclient.complaints.rules.instances import InstanceCard, cards
from kszclient.complaints.rules.payers import payers
from kszclient.complaints.rules.rule import ComplaintRule
from kszclient.complaints.rules.settings import routing_settings
from kszclient.complaints.rules.subjects import subjects
from kszclient.complaints.rules.table import table
from kszclient.complaints.rules.terms import age_limits, named_terms, service_promises
from kszclient.complaints.rules.themes import themes
from kszclient.complaints.texts import texts
from kszclient.sources import sources
from kszclient.values import Language


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


_OPENING = """\
# Where a complaint goes

<!-- Made from config/complaints by `make docs`. Do not edit. -->

A complaint and an appeal are two tracks. A complaint never changes a decision by force; an appeal
does, but only within its term. A route shows both, with the date to keep:

```
kszclient route mocks/complaints/refusal-flanders.json
kszclient route complaint.json --language fr --explain
kszclient route - --json < complaint.json
kszclient letter complaint.json --instance GESCHILLENCOMMISSIE --language nl --out petition.html
kszclient rules complaints
```

Every rule below is a line of a file under `config/complaints/rules`, with its sources, how sure it
is (sure: an official text or two sources that agree; likely: one source or a short inference;
unsure: weak) and,
where it has one, its validity. What is not certain says so in the sentence people read. The table
is of {date}. A route is information, not legal advice.

## How rules are read

1. The months concerned are cut where the competent entity changes (rules E): at a move, at the
   start of 2019 and, in Brussels, of 2020. Each part is routed by itself.
2. Every instance is asked, and all its rules are read. Where several hold, the first of these
   decides: REDIRECT, INADMISSIBLE, SUSPENDED, NOT_YET or INCOMPLETE, OPEN, ADMISSIBLE. A NOTE
   decides nothing and is told beside the answer. A *guard* only counts where another rule speaks
   of the instance.
3. What is left out of a complaint is not known, and never turns anybody down: a rule that may hold
   asks for what it lacks (NEED_INPUT), but only if that could change the answer. Where nothing that
   can be asked would settle it, the law is open (OPEN). Where the way itself is not known (whether
   an allowance follows a Dutch-language school, which months of a child that moved), every way is
   read, and an instance that does not say the same on each of them asks which way it is. Only
   `child_in_danger`, `handled_before` and `asks_about_other_household` count as no where they are
   left out: nobody thinks of saying them unless they are so.
4. Recommended are the first complaint that is ADMISSIBLE and was not tried yet, and the appeal with
   its date. An appeal that ends within {warning} days goes first; a child in danger before
   everything.

Conditions are written in a small language: `and`, `or`, `not`, parentheses; a yes-or-no fact by
itself; `is` a word; `in` a list or a named group; `has` for sets; `<`, `<=`, `>`, `>=` with a day.
The table is checked when it is read: unknown facts and words, conditions that can never hold,
contradictions and missing sentences are errors that name the line.

## How terms are counted

A term runs from its first day to the eve of the same day-number, or to the last day of a month
that lacks the number (Judicial Code art. 54). The last day belongs to it (art. 53). Three dates are
told:

* `term_end`: the last day by the cautious reading, not moved for weekends;
* `file_by`: the last working day on or before it: **the date to keep**;
* `latest_arguable`: the last day by the most lenient reading, moved to the next working day: a
  remark, nothing to rely on. Between the two the answer is OPEN, never "too late".

Working days are all days but Saturdays, Sundays and the ten legal public holidays. Where only the
date of the decision is known, the term is counted from it, the earliest possible day. A complaint
with the KBD before the end makes the term start again in full on the day on which the KBD closes it
(DL_RESTART); while it is open, the term stands still.

"""


def document() -> str:
    """Return the whole page."""
    settings = routing_settings()
    opening = _OPENING.format(date=settings.table_date, warning=settings.warning_days)
    return opening + "\n".join(
        [*_terms(), *_complaint(), *_rules(), *_instances(), *_letters(), *_themes(), *_sources()]
    )


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _heading(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield "|" + "---|" * len(names)


def _codes(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _terms() -> Iterator[str]:
    yield from _heading("term", "counted from", "rule", "interrupted by", "sure", "sources")
    for term in named_terms().values():
        again = f"{term.interrupted_by} starts it again" if term.interrupted_by else "-"
        sure = term.certainty.value
        yield _row(term.name, term.event, term.text, again, sure, ", ".join(term.sources))
    for limit in age_limits().values():
        sure = limit.certainty.value
        yield _row(limit.name, "facts_last_date", limit.text, "-", sure, ", ".join(limit.sources))
    for promise in service_promises().values():
        sure = promise.certainty.value
        yield _row(promise.name, "filing_date", promise.text, "-", sure, ", ".join(promise.sources))
    yield ""


def _complaint() -> Iterator[str]:
    yield from ("## A complaint file", "")
    yield (
        "One JSON object. `filing_date`, `subject` (or `theme`) and one of `domicile`, `nis` and "
        "`payer` are needed; the rest is left out where it is not known. Unknown keys are refused. "
        "With `--lookup`, `child_ssin` does for a domicile or payer: the registers are asked."
    )
    yield ""
    yield from _heading("key", "what it is")
    documented = _argument_texts()
    for name in Complaint.__struct_fields__:
        yield _row(f"`{name}`", documented[name] + _choices(name))
    yield ""
    yield from ("Groups of words that conditions name:", "")
    for name, words in subjects().groups.items():
        yield f"* `{name}`: {_codes(sorted(words))}"
    yield ""


def _argument_texts() -> dict[str, str]:
    lines = (Complaint.__doc__ or "").partition("Args:")[2].splitlines()
    pairs = (line.strip().partition(": ") for line in lines if ": " in line)
    return {name: text for name, _, text in pairs}


def _choices(name: str) -> str:
    kind = tuple(CHOICES.get(name, ())) or FACTS.get(name)
    if kind is None or isinstance(kind, FactKind | SetOf):
        return ""
    return f" One of {_codes(kind)}."


def _rules() -> Iterator[str]:
    yield from ("## The rules", "")
    yield from _heading("rule", "instances", "when", "outcome", "term", "sure", "sources")
    for line in table().lines:
        yield _rule_row(line.rule)
    yield ""
    yield from ("What they say to people:", "")
    notes = dict.fromkeys(
        (line.rule.id, line.rule.reason, line.rule.text.en) for line in table().lines
    )
    yield from (f"* **{rule} {reason}** {text}" for rule, reason, text in notes)
    yield ""


def _rule_row(rule: ComplaintRule) -> str:
    since = f" from {rule.valid_from}" if rule.valid_from else ""
    until = f" until {rule.valid_until}" if rule.valid_until else ""
    guard = " (guard)" if rule.guard else ""
    return _row(
        rule.id,
        "; ".join(f"{of}: {', '.join(named)}" for of, named in rule.at.items()) or "(entity)",
        f"`{rule.when}`{guard}{since}{until}",
        f"{rule.outcome} {rule.reason}",
        rule.term or "-",
        rule.certainty.value,
        ", ".join(rule.sources),
    )


def _instances() -> Iterator[str]:
    yield from ("## The instances", "")
    for card in cards():
        yield from _card(card)


def _card(card: InstanceCard) -> Iterator[str]:
    where = f" ({', '.join(card.areas)})" if card.areas else ""
    yield from (f"### {card.code.value}{where}", "")
    yield f"{card.names.nl} / {card.names.fr} / {card.names.de}. Checked {card.checked}."
    yield ""
    for name, remark_line in (
        ("handles", "; ".join(card.handles)),
        ("refuses", "; ".join(card.refuses)),
        ("wants to read", "; ".join(card.content)),
        ("requires", _codes(card.requires)),
        ("cost", card.cost),
        ("response", card.response),
        ("sources", ", ".join(card.sources)),
    ):
        if remark_line:
            yield f"* {name}: {remark_line}"
    for channel in card.channels:
        remarks = [channel.hours, channel.note, *_remarks(channel.newer, channel.verify)]
        remark_line = "; ".join(remark for remark in remarks if remark)
        tail = f" ({remark_line})" if remark_line else ""
        source = f"{channel.source} {channel.certainty.value}"
        yield f"* {channel.kind.value}: {channel.value}{tail} [{source}]"
    yield ""


def _remarks(newer: bool, verify: bool) -> Iterator[str]:
    if newer:
        yield "newer"
    if verify:
        yield "check live before relying on it"


def _letters() -> Iterator[str]:
    yield from ("## Letters", "")
    yield (
        "`kszclient letter` writes the complaint or petition as a page to print (`.html`) or a "
        "draft e-mail (`.eml`), readable by its owner only. What is not known is a visible blank; "
        "`--details FILE` fills blanks from a JSON object with the keys "
        f"{_codes(LetterDetails.__struct_fields__)}."
    )
    yield ""
    yield from _heading("instance", "languages", "signed by hand", "wants to read")
    for instance, form in forms().items():
        signed = "yes" if form.signed else "no"
        yield _row(instance, _codes(languages_of(instance)), signed, _codes(form.needs))
    yield ""


def _themes() -> Iterator[str]:
    yield from ("## Themes", "")
    yield (
        "A complaint can name a theme instead of a subject: the first subject is then taken. A "
        "signal seeks no remedy; it is kept apart from complaints."
    )
    yield ""
    yield from _heading("theme", "kind", "what people say", "subjects", "ask first", "sources")
    for theme in themes().values():
        yield _row(
            f"{theme.number} `{theme.id}`",
            theme.kind.value,
            theme.says.en,
            _codes(theme.subjects),
            theme.ask.en,
            ", ".join(theme.sources),
        )
    yield ""


def _sources() -> Iterator[str]:
    yield from ("## Sources", "")
    named = cited_codes()
    for code, source in sources().items():
        if code in named:
            yield f"* **{code}** {source.title()} ({source.kind.value})"
    languages = " ".join(texts(language).phrases["disclaimer"] for language in Language)
    yield from ("", languages, "")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
