"""Which children and months of a file are those of the child who was asked about."""

from __future__ import annotations

from itertools import chain

from kszclient.values import Ssin
from kszclient.wire import Child, File, PaymentPeriod, SourceResult, SourceStatusValue


def files_taken_out(result: SourceResult) -> bool:
    """Return whether a register holds files that are not in its answer.

    The contract lets every optional part be filtered away, files with all their months among them.

    Args:
        result: What one register answered.
    """
    return not result.files and result.status.value is SourceStatusValue.DATA_FOUND


def own_entries(child: Ssin, replaced_by: Ssin | None, file: File) -> tuple[Child, ...] | None:
    """Return where a file names the child; None where the person is there as a parent only.

    How the KSZ tells that a number was replaced is not published, nor under which number files are
    then given. So both numbers stand for the child. Where a file names neither, its only child is
    the one asked about, under an older number. Of several children nobody can say which it is: such
    a file tells no months, for a brother's are not this child's.

    Args:
        child: The number that was asked about.
        replaced_by: The number that took its place, where the answer names one.
        file: One file of an answer.
    """
    numbers = (child,) if replaced_by is None else (child, replaced_by)
    own = tuple(each for each in file.children if each.ssin in numbers)
    if not own:
        parents = (file.entitled_person_ssin, *[each.ssin for each in file.beneficiaries])
        if any(number in parents for number in numbers):
            return None
        own = file.children if len(file.children) == 1 else ()
    return own


def own_payments(
    child: Ssin, replaced_by: Ssin | None, file: File
) -> tuple[PaymentPeriod, ...] | None:
    """Return the child's own months in a file, as `own_entries` finds the child."""
    own = own_entries(child, replaced_by, file)
    if own is None:
        return None
    return tuple(chain.from_iterable([each.payment_periods for each in own]))
