"""Where a complaint about child benefits goes, until when, and why.

The rules are data: `config/complaints`. `read_complaint` reads a case, `route` routes it, and
`read_route` puts the route into words. `inform` asks the registers for what a case leaves out;
`hand_in` takes it to the desk of an instance, once.
"""

from kszclient.complaints.case.complaint import Complaint, read_complaint
from kszclient.complaints.case.data_errors import ShownError
from kszclient.complaints.case.registered import Informed, inform
from kszclient.complaints.decide.evaluate import route_part
from kszclient.complaints.present.explain import RuleTried, explain
from kszclient.complaints.present.reading import PartReading, RouteReading, StepReading, read_route
from kszclient.complaints.result import Evaluation, Recommended, Route, RoutePart, Term
from kszclient.complaints.route import route
from kszclient.complaints.rules.table import table
from kszclient.complaints.submission.case_register import CaseRegister
from kszclient.complaints.submission.cases import HandedCase
from kszclient.complaints.submission.desk import Desks
from kszclient.complaints.submission.hand_in import HandedIn, choose_instance, follow_up, hand_in
from kszclient.values import Language

Case = HandedCase
Reading = RouteReading

__all__ = [
    "Case",
    "CaseRegister",
    "Complaint",
    "Desks",
    "Evaluation",
    "HandedCase",
    "HandedIn",
    "Informed",
    "Language",
    "PartReading",
    "Reading",
    "Recommended",
    "Route",
    "RoutePart",
    "RouteReading",
    "RuleTried",
    "ShownError",
    "StepReading",
    "Term",
    "choose_instance",
    "explain",
    "follow_up",
    "hand_in",
    "inform",
    "read_complaint",
    "read_route",
    "route",
    "route_part",
    "table",
]
