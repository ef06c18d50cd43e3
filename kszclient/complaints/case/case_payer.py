"""Which payer runs the file in which months of a case."""

from __future__ import annotations

from kszclient.complaints.case.complaint import Complaint
from kszclient.values import MonthPeriod


def payer_in(complaint: Complaint, months: MonthPeriod) -> str | None:
    """Give the payer of some months: the one that the complaint names, else the register's.

    Args:
        complaint: The case.
        months: The months.

    Returns:
        Its name, enterprise number or fund code; None where nobody tells it, or where the register
        has several in these months.

    >>> from kszclient.complaints.case.complaint import read_complaint
    >>> case = read_complaint(
    ...     '{"subject": "AMOUNT", "filing_date": "2022-03-01", "nis": "44021",'
    ...     ' "register_payers": ['
    ...     '{"from": "2021-01", "to": "2021-06", "payer": "Famiris", "source": "BRUSSELS"},'
    ...     '{"from": "2021-07", "to": "2021-12", "payer": "FONS", "source": "FLANDERS"}]}'
    ... )
    >>> payer_in(case, MonthPeriod.parse("2021-07", "2021-09"))
    'FONS'
    >>> payer_in(case, MonthPeriod.parse("2021-06", "2021-07")) is None
    True
    """
    if complaint.payer is not None:
        return complaint.payer
    told = {
        each.payer
        for each in complaint.register_payers or ()
        if MonthPeriod(each.begin, each.end).intersection(months)
    }
    return told.pop() if len(told) == 1 else None
