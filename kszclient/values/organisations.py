"""Organisations: enterprises by CBE number, or social institutions by sector and institution."""

from __future__ import annotations

import re
from typing import Self

import msgspec

from kszclient.errors import InvalidValueError

_TEN_DIGITS = re.compile(r"[0-9]{10}", re.ASCII)
_SEPARATORS = str.maketrans("", "", " .-")
_HIGHEST = 999


def _cbe_digits(kind: str, text: str) -> str:
    digits = text.translate(_SEPARATORS)
    if _TEN_DIGITS.fullmatch(digits) is None:
        raise InvalidValueError(kind, "form", "must have ten digits")
    if 97 - int(digits[:8]) % 97 != int(digits[8:]):
        raise InvalidValueError(kind, "check-digits", "the check digits do not fit")
    return digits


class CbeNumber(msgspec.Struct, frozen=True):
    """The number of an enterprise or establishment unit in the register of enterprises (CBE).

    >>> CbeNumber.parse("0692.793.497").digits
    '0692793497'
    """

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ten digits, with or without dots.

        Raises:
            InvalidValueError: Rule ``form`` or ``check-digits`` is broken.
        """
        return cls(_cbe_digits("CBE number", text))


class EnterpriseNumber(msgspec.Struct, frozen=True):
    """The number of an enterprise, not of an establishment unit: it begins with 0 or 1.

    >>> EnterpriseNumber.parse("0685.540.471").digits
    '0685540471'
    """

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ten digits, with or without dots.

        Raises:
            InvalidValueError: Rule ``form``, ``check-digits`` or ``enterprise`` is broken.
        """
        digits = _cbe_digits("enterprise number", text)
        if digits[0] not in "01":
            raise InvalidValueError("enterprise number", "enterprise", "must begin with 0 or 1")
        return cls(digits)


class SectorInstitution(msgspec.Struct, frozen=True):
    """An institution of social security, by its sector and its number therein.

    Args:
        sector: 0 to 999; 17 are the public centres for social welfare.
        institution: 0 to 999.

    Raises:
        InvalidValueError: Rule ``range`` is broken.

    >>> SectorInstitution(17, 1)
    SectorInstitution(sector=17, institution=1)
    """

    sector: int
    institution: int

    def __post_init__(self) -> None:
        """Check both ranges."""
        if not (0 <= self.sector <= _HIGHEST and 0 <= self.institution <= _HIGHEST):
            raise InvalidValueError(
                "organisation", "range", "sector and institution must each be 0 to 999"
            )


Organisation = CbeNumber | SectorInstitution
"""The asking organisation, one of the two, never both (OrganizationIdentificationType)."""
