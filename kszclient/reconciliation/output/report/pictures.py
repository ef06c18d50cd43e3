"""Bars over the months, as the path of a drawing that stretches to the width of the page."""

from __future__ import annotations

from collections.abc import Sequence

from kszclient.values import Month

HEIGHT = 24
"""Of a picture, in its own units; a month is one unit wide."""
_GAP = 0.15
_LEAST = 0.6


def bars(counts: Sequence[int], peak: int) -> str:
    """Draw one bar for each month that has a count.

    Args:
        counts: For each month, how many.
        peak: The count that reaches the top; it is shared by the pictures that are compared.

    Returns:
        The path, in units of a month across and `HEIGHT` down.

    >>> bars([0, 2, 1], peak=2)
    'M1.15 24V0h.7V24zM2.15 24V12h.7V24z'
    """
    return "".join(
        f"M{at + _GAP:g} {HEIGHT}V{_top(count, peak):g}h.7V{HEIGHT}z"
        for at, count in enumerate(counts)
        if count
    )


def years(months: Sequence[Month]) -> tuple[int, ...]:
    """Give where a year begins, as numbers of months from the left.

    >>> years([Month(2023, 11), Month(2023, 12), Month(2024, 1)])
    (2,)
    """
    return tuple(at for at, month in enumerate(months) if month.month == 1 and at)


def _top(count: int, peak: int) -> float:
    # One finding among thousands is still seen.
    return round(HEIGHT - max(_LEAST, HEIGHT * count / peak), 1)
