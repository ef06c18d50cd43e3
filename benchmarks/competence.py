"""Competence of a population: ours against a polars join written by hand, in the same run.

2.84 million invented children with 1.1 addresses each, 72 months. Each side runs in a process of
its own, several times; the table shows CPU seconds (all threads, user and system, without reading
the data) and the highest memory of the process.

The join written by hand does what one would write first: area by municipality, months by domicile,
rules by area, clipped and sorted. It leaves months without a domicile out, merges nothing, knows
neither moves that leave a month open nor contradictions, and checks no input. So it does less.

Ours may take at most twice as long and must stay under 2 GB; else it ends with exit code 1.

Run: ``python benchmarks/competence.py [CHILDREN]``
"""

from __future__ import annotations

import datetime as dt
import json
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from kszclient.competence import rulebook
from kszclient.competence.columns import resolve_frame
from kszclient.geography import gazetteer
from kszclient.values import MonthPeriod

CHILDREN = 2_840_000
RUNS = 3
MOST_TIMES = 2
MOST_GB = 2
PERIOD = MonthPeriod.parse("2018-01", "2023-12")
AS_OF = dt.date(2026, 1, 1)


def population(children: int) -> pl.DataFrame:
    """Make spells: nine children in ten stay where they were born, one has moved once."""
    draw = random.Random(20)
    codes = list(gazetteer().areas_by_nis)
    first = dt.date(2001, 1, 1)
    births = [draw.randrange(365 * 23) for _ in range(children)]
    homes = draw.choices(codes, k=children)
    movers = draw.sample(range(children), children // 10)
    moves = {child: births[child] + draw.randrange(30, 3000) for child in movers}
    rows = pl.DataFrame(
        {
            "child": [*range(children), *moves],
            "from": [*births, *moves.values()],
            "to": [
                *(moves[c] - 1 if c in moves else None for c in range(children)),
                *[None] * len(moves),
            ],
            "nis": [*homes, *draw.choices(codes, k=len(moves))],
        }
    )
    days = {name: pl.lit(first) + pl.duration(days=pl.col(name)) for name in ("from", "to")}
    return rows.with_columns(**days).sort("child", "from")


def ours(spells: pl.DataFrame) -> pl.DataFrame:
    """Resolve with the library."""
    return resolve_frame(spells, PERIOD, as_of=AS_OF).segments


def by_hand(spells: pl.DataFrame) -> pl.DataFrame:
    """Resolve with a join as one would write it first."""
    areas = gazetteer().areas_by_nis
    places = pl.DataFrame({"nis": list(areas), "area": [str(area) for area in areas.values()]})
    rules = pl.DataFrame(
        [
            {
                "area": rule.area,
                "rule_from": rule.months_from.first_day,
                "rule_to": rule.months_to.first_day,
                "entity": rule.entity,
                "cadaster": rule.cadaster,
                "keeper": rule.keeper,
                "source": rule.source,
                "rule": rule.id,
                "certainty": rule.certainty,
            }
            for rule in rulebook().timeline.rules_asked_on(AS_OF)
            if rule.area
        ],
        infer_schema_length=None,
    )
    first, last = PERIOD.begin.first_day, PERIOD.end.first_day
    return (
        spells.lazy()
        .join(places.lazy(), on="nis")
        .with_columns(
            begin=pl.col("from").dt.month_start().dt.offset_by("1mo"),
            end=pl.col("to").fill_null(dt.date(2099, 12, 30)).dt.offset_by("1d").dt.month_start(),
        )
        .join(rules.lazy(), on="area")
        .with_columns(
            begin=pl.max_horizontal("begin", "rule_from", pl.lit(first)),
            end=pl.min_horizontal("end", "rule_to", pl.lit(last)),
        )
        .filter(pl.col("begin") <= pl.col("end"))
        .select(
            "child", "begin", "end", "area", "entity", "cadaster", "keeper", "source", "rule",
            "certainty",
        )
        .sort("child", "begin")
        .collect()
    )  # fmt: skip


SIDES = {"ours": ours, "by hand": by_hand}


def measure(side: str, path: str) -> None:
    """Run one side in this process and print what it cost."""
    spells = pl.read_ipc(path)
    gazetteer()
    rulebook()
    before = resource.getrusage(resource.RUSAGE_SELF)
    answer = SIDES[side](spells)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures = {"cpu": cpu, "memory": after.ru_maxrss / 1024**2, "rows": answer.height}
    sys.stdout.write(json.dumps(figures))


def main() -> None:
    """Run both sides in turn and print the table."""
    children = int(sys.argv[1]) if len(sys.argv) > 1 else CHILDREN
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spells.arrow"
        population(children).write_ipc(path)
        runs: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
        for _ in range(RUNS):
            for side, figures in runs.items():
                command = [sys.executable, __file__, "--measure", side, str(path)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                figures.append(json.loads(done.stdout))
    print(f"competence of {children:,} children, 72 months, best of {RUNS}")
    print(f"{'':10}{'CPU s':>8}{'GB':>8}{'rows':>12}")
    cpu = {side: min(each["cpu"] for each in figures) for side, figures in runs.items()}
    for side, figures in runs.items():
        memory = max(each["memory"] for each in figures)
        print(f"{side:10}{cpu[side]:8.2f}{memory:8.2f}{figures[0]['rows']:12,.0f}")
    ratio = cpu["ours"] / cpu["by hand"]
    most = max(each["memory"] for each in runs["ours"])
    print(f"ratio     {ratio:8.2f}   (allowed: {MOST_TIMES}, and {MOST_GB} GB)")
    if ratio > MOST_TIMES or most >= MOST_GB:
        sys.exit(f"too slow or too large: {ratio:.2f} times the join by hand, {most:.2f} GB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:])
    else:
        main()
