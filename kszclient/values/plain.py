"""Results as plain data, for JSON: what a caller prints, stores or sends on."""

from __future__ import annotations

from typing import Any

import msgspec

from kszclient.values.months import Month
from kszclient.values.ssin import Ssin


def _plain_value(value: Any) -> object:
    match value:
        case Month():
            return str(value)
        case Ssin():
            return value.digits
        case _:
            raise TypeError(f"no plain form of {type(value).__name__}")


def plain(value: object) -> Any:
    """Turn a result into dictionaries, lists or tuples, strings and numbers.

    Numbers of persons come out in full: the caller asked for them.

    >>> plain({"from": Month(2021, 3)})
    {'from': '2021-03'}
    """
    return msgspec.to_builtins(value, enc_hook=_plain_value)
