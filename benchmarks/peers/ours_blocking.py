"""Our blocking client: checked against the schema, typed, matched with its question.

Run: ``python ours_blocking.py URL WSDL SECONDS``.
"""

from __future__ import annotations

import sys

from measured import measure_lookups
from ours import ASKED, MONTHS, PERSON, periods, profile, version

from kszclient.cadaster import ChildBenefitsClient, Outcome

client = ChildBenefitsClient(profile(sys.argv[1]))


def lookup() -> Outcome:
    """Ask once."""
    return client.consult(PERSON, MONTHS, ASKED)


measure_lookups(lookup, periods, float(sys.argv[3]), version())
