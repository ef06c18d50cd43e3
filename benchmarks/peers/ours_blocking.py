"""Our blocking client: checked against the schema, typed, matched with its question.

Run: ``python ours_blocking.py URL WSDL SECONDS``.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

from measured import tell
from question import SOURCES, SSIN

from kszclient.cadaster import ChildBenefitsClient, Complete
from kszclient.security import Profile
from kszclient.values import AuthenticSource, MonthPeriod, Ssin

client = ChildBenefitsClient(Profile.load("mock", endpoint=sys.argv[1]))
person, months = Ssin.parse(SSIN), MonthPeriod.parse("2010-01", "2023-12")
sources = [AuthenticSource(source) for source in SOURCES]


def lookup() -> object:
    """Ask once."""
    return client.consult(person, months, sources)


def periods(outcome: object) -> int:
    """Count."""
    assert isinstance(outcome, Complete)
    return sum(
        len(child.payment_periods)
        for result in outcome.answer.results or ()
        for file in result.files
        for child in file.children
    )


def _version() -> str:
    try:
        return f"kszclient {version('kszclient')}"
    except PackageNotFoundError:
        return "kszclient, this checkout"


tell(lookup, periods, float(sys.argv[3]), _version())
