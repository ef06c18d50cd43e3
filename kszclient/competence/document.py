"""The rules of competence as a page to read, made from the tables.

``python -m kszclient.competence.document docs/competence.md``; a test checks that the page is
current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from kszclient.competence.rulebook.rulebook import Rulebook, rulebook
from kszclient.competence.rulebook.settings import ReferenceDay
from kszclient.competence.rulebook.timeline import Rule
from kszclient.geography import Area
from kszclient.values import Language

_OPENING = """\
# Who is competent

<!-- Made from config/competence by `python -m kszclient.competence.document`. Do not edit. -->

For a child and a month this library answers three questions, and keeps them apart:

1. **Which entity was competent in that month?** The place of the child decides, by language area.
2. **Which register holds that month on the day of asking, and who keeps it?** Files have moved
   since: a month of 2021 in Brussels was in ORINT when asked in 2022 and is with Iriscare today.
3. **Under which source is it asked on the wire?**

Three times are kept apart too: the months asked about, the day of asking (`--as-of`) and the day on
which a domicile was known (`--known-on`). Every rule states how sure it is: *sure* (an official
source says so), *likely* (one source, or derived) or *unsure* (inferred). A month is as sure as the
least sure part of its answer, whatever lies around it, and a segment holds months that are equally
sure for the same reasons. What is not sure names the open point on which it rests.

```
kszclient competence --nis 63023 --from 2018-11 --to 2024-02 --as-of 2024-05-01
kszclient competence --domicile history.csv --from 2021-01 --to 2021-12 --explain --language nl
kszclient competence --postcode 1000 --benefit school --from 2021-01 --to 2021-12 --json
kszclient rules competence
```

A domicile file is a JSON list or CSV with a heading: `from`, `to` (days; an empty `to` is open),
one of `nis`, `postcode` and `country` (ISO 3166-1), and optionally `known_on`. A spell that became
known later goes before those known earlier, for the days that it covers: so a correction is a line
more, and the same file answers as it was known then and as it is known today. A spell without
`known_on` counts as known since it began, and corrects nothing. No end states when it became known:
where the next spell follows at once and was not known yet, neither was the end, and the domicile
went on; where it follows some days later, the end stays (the child may have been struck off), and
from the month in which the next spell begins the months without a domicile are *unsure* though a
further factor may decide, every source is asked, and a notice names the doubt. The months before
stay as sure as they are, for a spell that begins after a month never changes what it answers. Other
spells that overlap are refused by number where who is competent depends on it, and noted where it
does not; a month is then as sure as it would be with either of them alone.
In months that were federal everywhere, spells in different areas leave no area to name.
"""

_ORDER = """\
## Reading an answer

The domicile of one day decides for a whole month: `reference_day` in `settings.toml`, now
`{reference_day}` ([the other reading](#reading-the-open-points-otherwise)). {reading} The month in
which an address changes is therefore *likely* (open point M2), and *unsure* where the change is
dated the first of a month (M1); it is a segment of its own, and a notice names it. In the month in
which a history begins (a birth, an arrival) its first domicile counts (M3). The months before and
after stay as sure as they are.

Where no factor is left, the entity is not guessed: the answer states why, and every source is to
be asked; such a month is *unsure*. Months in which every area was federal need no
place at all: there the answer is as sure whichever factor or situation is given. Brussels in 2019
is federal because the Crossroads Bank says so; as other sources differ (D2), that is *likely*. Who
keeps the federal register since 2024 is not established (D3), so no keeper is named, and what the
answer does state stays *sure*.

A situation that contradicts the place given (struck off or abroad, with a domicile that lasts) does
not change the answer: the factors keep their order, and a notice names which of the two was
followed.
"""

_SETTINGS = """\
## Reading the open points otherwise

How open points are read stands in `config/competence/settings.toml`. `reference_day` says which
day's domicile decides for a month:
"""

_OWN_SETTINGS = """\
`[sources]` names, by the id of a rule, another source to ask under (open point D1: `dg-aviq =
"WALLONIA"`); now {sources}.

Who installed kszclient changes a copy of its data and names the folder in `KSZCLIENT_DATA`; it goes
before what the package holds, for every command and for Python. It holds all three folders, and is
to be made anew with each version of kszclient:

```sh
shipped=$(python -c 'from kszclient.resources import resource; print(resource("config").parent)')
mkdir own
cp -r "$shipped/config" "$shipped/mocks" "$shipped/schemas" own/
sed -i 's/^reference_day = .*/reference_day = "first_day_of_the_month"/' \\
  own/config/competence/settings.toml
export KSZCLIENT_DATA="$PWD/own"
kszclient rules competence --json    # under "settings": the readings in force
```

In Python one answer may be read otherwise than the next: `resolve` and `resolve_frame` take
`book=rulebook().reading(Settings(reference_day=ReferenceDay.FIRST_DAY))`.
"""

_ABOUT_ALLOWANCES = """\
They follow the school or the childcare: their source is asked besides that of the competent entity,
and a file found there does not show who is competent. `kszclient competence` and `kszclient
lookup` take `--benefit`.
"""


def document(book: Rulebook | None = None) -> str:
    """Write the rules as one page of Markdown.

    Args:
        book: Other rules than those the library ships with.
    """
    book = book or rulebook()
    settings = book.settings
    return "\n".join(
        [
            _OPENING,
            *_timeline(book),
            _ORDER.format(
                reference_day=settings.reference_day,
                reading=book.readings[settings.reference_day].basis,
            ),
            *_factors(book),
            *_situations(book),
            *_allowances(book),
            *_open_points(book),
            *_settings(book),
            "## Documents\n",
            *(f"- **{key}** {reference.title()}" for key, reference in book.references.items()),
            "\nPlaces: Source: Statbel, CC BY 4.0, modified (`config/geography`).\n",
        ]
    )


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [heading, ["---"] * len(heading), *rows]
    return [*("| " + " | ".join(cells) + " |" for cells in lines), ""]


def _cited(references: Iterable[str]) -> str:
    return "[" + ", ".join(references) + "]"


def _timeline(book: Rulebook) -> list[str]:
    areas = book.texts[Language.EN].areas
    lines = ["## The table\n"]
    for area in (*Area, None):
        rules = [rule for rule in book.timeline.rules if rule.area is area]
        title = areas[area].removeprefix("the ") if area else "no place known, or abroad"
        lines += [
            f"### {title[0].upper()}{title[1:]}{f' ({area})' if area else ''}\n",
            *_table(
                (
                    *("rule", "months", "asked", "entity", "register", "kept by", "source"),
                    *("certainty", "open points"),
                ),
                map(_cells, rules),
            ),
            *(f"- `{rule.id}`: {rule.basis} {_cited(rule.references)}" for rule in rules),
            "",
        ]
    return lines


def _cells(rule: Rule) -> list[str]:
    asked = {
        (False, False): "any day",
        (False, True): f"to {rule.as_of_to}",
        (True, False): f"from {rule.as_of_from}",
        (True, True): f"{rule.as_of_from} to {rule.as_of_to}",
    }[rule.as_of_from is not None, rule.as_of_to is not None]
    answers = (rule.entity, rule.cadaster, rule.keeper, rule.source)
    months = f"{rule.months_from} to {rule.months_to}"
    points = ", ".join(rule.open_points) or "-"
    return [f"`{rule.id}`", months, asked, *(e or "-" for e in answers), rule.certainty, points]


def _factors(book: Rulebook) -> list[str]:
    return [
        "## Connecting factors\n",
        "In strict order; each next one counts only where those before it give nothing.\n",
        *_table(
            ("rank", "factor", "area", "months", "asked", "certainty", "basis"),
            (
                (
                    str(each.number),
                    f"`{each.id}`",
                    each.area or "any",
                    f"from {each.months_from}",
                    f"from {each.as_of_from}" if each.as_of_from else "any day",
                    each.certainty,
                    f"{each.basis} {_cited(each.references)}",
                )
                for each in book.factors
            ),
        ),
    ]


def _situations(book: Rulebook) -> list[str]:
    reasons = book.texts[Language.EN].situations
    return [
        "## Children without a plain domicile\n",
        *_table(
            ("situation", "an address counts as", "certainty", "basis", "where no factor is left"),
            (
                (
                    f"`{each.id}`",
                    each.domicile_counts_as,
                    each.certainty,
                    f"{each.basis} {_cited(each.references)}",
                    reasons[each.id],
                )
                for each in book.situations.values()
            ),
        ),
    ]


def _allowances(book: Rulebook) -> list[str]:
    return [
        "## Participation allowances\n",
        _ABOUT_ALLOWANCES,
        *_table(
            ("`--benefit`", "months", "asked besides", "certainty", "basis"),
            (
                (
                    f"`{each.id}`",
                    f"from {each.months_from}",
                    each.source,
                    each.certainty,
                    f"{each.basis} {_cited(each.references)}",
                )
                for each in book.allowances.values()
            ),
        ),
    ]


def _open_points(book: Rulebook) -> list[str]:
    return [
        "## Open points\n",
        *_table(
            ("point", "question", "how it is read", "certainty"),
            (
                (
                    each.id,
                    each.question,
                    f"{each.reading} {_cited(each.references)}",
                    each.certainty,
                )
                for each in book.open_points.values()
            ),
        ),
    ]


def _settings(book: Rulebook) -> list[str]:
    settings = book.settings
    sources = [f"`{rule}` under {name}" for rule, name in settings.sources.items()]
    return [
        _SETTINGS,
        *_table(
            ("`reference_day`", "in force", "what it means"),
            (
                (
                    f"`{day}`",
                    "yes" if day is settings.reference_day else "no",
                    f"{book.readings[day].basis} {_cited(book.readings[day].references)}",
                )
                for day in ReferenceDay
            ),
        ),
        _OWN_SETTINGS.format(sources=", ".join(sources) or "none is set"),
    ]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
