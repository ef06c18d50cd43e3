"""Where a complaint about child benefits goes, until when, and why.

The rules are data: `config/complaints`. `read_complaint` reads a case, `route` routes it, and
`read_route` puts the route into words.
"""

from kszclient.complaints.explain import RuleTried, explain
from kszclient.complaints.intake import Complaint, read_complaint
from kszclient.complaints.reading import PartReading, Reading, StepReading, read_route
from kszclient.complaints.register import Informed, inform
from kszclient.complaints.result import Evaluation, Recommended, Route, RoutePart, Term
from kszclient.complaints.route import route
from kszclient.complaints.routing import route_part
from kszclient.complaints.table import table
from kszclient.complaints.texts import Language

__all__ = [
    "Complaint",
    "Evaluation",
    "Informed",
    "Language",
    "PartReading",
    "Reading",
    "Recommended",
    "Route",
    "RoutePart",
    "RuleTried",
    "StepReading",
    "Term",
    "explain",
    "inform",
    "read_complaint",
    "read_route",
    "route",
    "route_part",
    "table",
]
