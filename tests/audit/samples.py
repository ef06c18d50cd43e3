"""Invented consultations to write into a trail."""

import datetime as dt

from kszclient.audit import Asker, Consultation
from kszclient.values import AuthenticSource, CbeNumber, MonthPeriod, Ssin, Ticket

CHILD = Ssin.parse("85023000125")
PARENT = Ssin.parse("70023000297")
MONTHS = MonthPeriod.parse("2023-01", "2023-12")
OLD, NEW = b"o" * 32, b"n" * 32


class Clock:
    def __init__(self):
        self.now = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)

    def __call__(self):
        self.now += dt.timedelta(seconds=1)
        return self.now


def ticket(number):
    return Ticket(f"00000000-0000-4000-8000-{number:012d}")


def asker(**changes):
    return Asker(
        **{
            "user": "clerk-7",
            "organisation": CbeNumber("0000000097"),
            "legal_context": "PCSA:SOCIAL_INQUIRY",
            "purpose": "file 2024/118",
        }
        | changes
    )


def consultation(trail, number=1, ssin=CHILD, **changes):
    options = {"months": MONTHS, "sources": (AuthenticSource.FLANDERS,)} | changes
    return Consultation(trail, asker(), ticket=ticket(number), ssin=ssin, **options)


def consult(trail, number=1, subjects=(CHILD, PARENT), ssin=CHILD):
    with consultation(trail, number, ssin=ssin) as written:
        written.answered(
            ticket_cbss=f"cbss-{number}", outcome="COMPLETE", silent=(), subjects=subjects
        )
