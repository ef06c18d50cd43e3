"""A back office's night job: compare our dossiers with the registers, and list what to do first.

    python examples/back_office.py dossiers.csv results http://127.0.0.1:8787/ChildBenefitsService/v1/consult

It may be stopped and started again at any time: what was answered is not asked again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from kszclient.cadaster import AsyncChildBenefitsClient
from kszclient.reconciliation import Question, reconcile
from kszclient.security import Profile


def main(dossiers: str, folder: str, endpoint: str) -> int:
    """Reconcile and print the serious findings; return 1 where some lookups are still open."""
    client = AsyncChildBenefitsClient(Profile.load("mock", endpoint=endpoint))
    done = reconcile(Question(Path(dossiers), margin=1), client, out=Path(folder), resume=True)
    if done.results is not None:
        serious = done.results.findings.filter(pl.col("severity") == "serious")
        for row in serious.iter_rows(named=True):
            print(f"{row['dossier']}: {row['explanation']} ({row['theme'] or 'no complaint'})")
    return int(done.unanswered > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
