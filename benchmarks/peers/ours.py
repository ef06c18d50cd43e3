"""What our two clients have in common: the question, the profile, and the count."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

from question import SOURCES, SSIN

from kszclient.cadaster import Complete, Outcome
from kszclient.security import Profile
from kszclient.values import AuthenticSource, MonthPeriod, Ssin

PERSON, MONTHS = Ssin.parse(SSIN), MonthPeriod.parse("2010-01", "2023-12")
ASKED = [AuthenticSource(source) for source in SOURCES]


def profile(url: str) -> Profile:
    """Return the profile of the mock, or the one that signs where there is a folder with keys."""
    keys = os.environ.get("SIGNED_WITH")
    return Profile.load(Path(keys, "profile.toml") if keys else "mock", endpoint=url)


def periods(outcome: Outcome) -> int:
    """Count."""
    assert isinstance(outcome, Complete)
    return sum(
        len(child.payment_periods)
        for result in outcome.answer.results or ()
        for file in result.files
        for child in file.children
    )


def version() -> str:
    """Name what was measured."""
    try:
        return f"kszclient {installed('kszclient')}"
    except PackageNotFoundError:
        return "kszclient, this checkout"
