"""The funds that run files: which area a payer belongs to and who stands behind it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.datafile import load
from kszclient.complaints.rules.instances import Channel
from kszclient.complaints.vocabulary import PayerKind
from kszclient.errors import IntakeError, InvalidValueError
from kszclient.geography import Area
from kszclient.sources import check_sources
from kszclient.values import EnterpriseNumber

_FUND_CODE = re.compile(r"[0-9]{3}", re.ASCII)
_NUMBER = re.compile(r"[0-9 .\-]+", re.ASCII)


class ListedPayer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fund in one area.

    Args:
        names: Its own name, then the names it shares with others.
        area: Whose files it runs; none of a fund of the former federal child benefits.
        kind: Public or private.
        certainty: How sure the number is, or the name where there is no number.
        enterprise_number: Ten digits, or empty where it was not found.
        channels: How a complaint reaches it.
        until: Its last day, where it exists no more.
    """

    names: tuple[str, ...]
    kind: PayerKind
    certainty: Certainty
    area: Area | None = None
    enterprise_number: str = ""
    channels: tuple[Channel, ...] = ()
    until: dt.date | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    payer: tuple[ListedPayer, ...]
    legal_forms: frozenset[str] = frozenset()


@cache
def payers() -> tuple[ListedPayer, ...]:
    """Every payer of `config/complaints/payers.toml`.

    Raises:
        DataError: A channel of one names an unknown source.
    """
    found = _file().payer
    for payer in found:
        for channel in payer.channels:
            check_sources(f"payer {payer.names[0]}, {channel.value}", [channel.source])
    return found


@cache
def _file() -> _File:
    return load(_File, "payers.toml")


def is_listed(name: str) -> bool:
    """Return whether a name is that of a payer in the table.

    Args:
        name: As a register writes it.
    """
    return bool(_named(name))


def _named(text: str) -> tuple[ListedPayer, ...]:
    return _by_name().get(_written(text), ())


@cache
def _by_name() -> dict[str, tuple[ListedPayer, ...]]:
    found: dict[str, tuple[ListedPayer, ...]] = {}
    for payer in payers():
        for name in {_written(name) for name in payer.names}:
            found[name] = (*found.get(name, ()), payer)
    return found


def _written(name: str) -> str:
    """A name as all spellings have it: without accents, capitals, punctuation and legal form."""
    plain = unicodedata.normalize("NFKD", name).replace(".", "")
    letters = "".join(each for each in plain if not unicodedata.combining(each)).casefold()
    words = re.findall(r"[^\W_]+", letters)
    return " ".join(word for word in words if word not in _file().legal_forms)


def find_payers(text: str) -> tuple[ListedPayer, ...]:
    """Return the payers that a name, enterprise number or fund code can mean.

    Args:
        text: As a letter or a register names the payer.

    Returns:
        One payer; more where a brand works in several areas; none where the number is valid but in
        no table (the codes of three digits have none).

    Raises:
        IntakeError: No such name, and no valid number either.

    >>> [payer.area.value for payer in find_payers("Infino")]
    ['VL', 'WA', 'BR']
    >>> [payer.area.value for payer in find_payers("0727.421.608")]
    ['BR']
    >>> find_payers("INFINO Wallonië, asbl")[0].names[0]
    'Infino Wallonie'
    """
    if _FUND_CODE.fullmatch(text):
        return ()
    if _NUMBER.fullmatch(text):
        try:
            digits = EnterpriseNumber.parse(text).digits
        except InvalidValueError as error:
            raise IntakeError(f"field payer: {error}") from None
        return tuple(payer for payer in payers() if payer.enterprise_number == digits)
    found = _named(text)
    if not found:
        known = ", ".join(dict.fromkeys(name for payer in payers() for name in payer.names))
        raise IntakeError(
            f"field payer: not a payer we know; expected an enterprise number, a fund code of "
            f"three digits, or one of {known}"
        )
    return found
