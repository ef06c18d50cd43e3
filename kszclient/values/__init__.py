"""Small immutable values: numbers of persons and organisations, days, months, languages. No I/O."""

from kszclient.values.days import BRUSSELS, day_in_belgium, parse_day, today
from kszclient.values.language import Language, Translated
from kszclient.values.months import Month, MonthPeriod, runs
from kszclient.values.opening_hours import OpeningHours
from kszclient.values.organisations import (
    CbeNumber,
    EnterpriseNumber,
    Organisation,
    SectorInstitution,
)
from kszclient.values.plain import plain
from kszclient.values.sources import AuthenticSource
from kszclient.values.ssin import BirthDate, Ssin, SsinKind
from kszclient.values.tickets import Ticket

__all__ = [
    "BRUSSELS",
    "AuthenticSource",
    "BirthDate",
    "CbeNumber",
    "EnterpriseNumber",
    "Language",
    "Month",
    "MonthPeriod",
    "OpeningHours",
    "Organisation",
    "SectorInstitution",
    "Ssin",
    "SsinKind",
    "Ticket",
    "Translated",
    "day_in_belgium",
    "parse_day",
    "plain",
    "runs",
    "today",
]
