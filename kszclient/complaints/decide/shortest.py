"""The shortest term of appeal there could be, where nobody knows who decided."""

from __future__ import annotations

import datetime as dt

import msgspec

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.decide.facts import Part
from kszclient.complaints.decide.routing import route_part
from kszclient.complaints.rules.instances import InstanceKind, card_of
from kszclient.complaints.rules.table import Table
from kszclient.geography import Area


def shortest_end(complaint: Complaint, part: Part, rules: Table) -> dt.date | None:
    """Work out the earliest date to keep, whichever area's payer decided.

    Args:
        complaint: The case.
        part: The part whose area is not known.
        rules: The decision table.

    Returns:
        The earliest date to keep of all appeals; None where no term can be counted.
    """
    ends = [
        each.term.file_by
        for area in Area
        for each in route_part(complaint, _if_of(part, area), rules).evaluations
        if each.term is not None
        and each.term.file_by is not None
        and card_of(each.instance, area).kind is InstanceKind.FORMAL
    ]
    return min(ends, default=None)


def _if_of(part: Part, area: Area) -> Part:
    return msgspec.structs.replace(part, area=area, others=(), asks=frozenset())
