"""Countries by their code."""

from functools import cache
from importlib.resources import files

# Kosovo has no code of its own in ISO 3166-1; this is the one that the European Union uses.
_KOSOVO = "XK"


@cache
def countries() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes of today, from the table of the time zone database.

    >>> "FR" in countries(), "XX" in countries()
    (True, False)
    """
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    codes = (line.partition("\t")[0] for line in table.splitlines())
    return frozenset(code for code in codes if not code.startswith("#")) | {_KOSOVO}
