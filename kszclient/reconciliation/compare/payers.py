"""Whether two payers are one; a register names them by enterprise number or by fund code."""

from __future__ import annotations

from kszclient.reconciliation.compare.held import Held
from kszclient.reconciliation.compare.kinds import reading


def one_payer(one: str, other: str) -> bool | None:
    """Tell whether two names are those of one payer, or None where nobody can say.

    Source: ``config/reconciliation/reading.toml``.

    Args:
        one: An enterprise number, or a fund code of three digits.
        other: Another one.

    >>> one_payer("951", "951"), one_payer("951", "952"), one_payer("951", "0692793497")
    (True, False, None)
    """
    if one == other:
        return True
    if len(one) == len(other):
        return False
    code, number = sorted((one, other), key=len)
    known = reading().payers.codes.get(code)
    return None if known is None else known == number


def one_payer_holds(one: Held, other: Held) -> bool | None:
    """Tell whether one payer runs both of these, or None where nobody can say."""
    told = one_payer(one.payer, other.payer)
    if one.source is other.source or not {one.source, other.source} <= reading().payers.apart:
        return told
    # No payer is in both (likely), and yet one name is: neither can be said.
    return None if told else False
