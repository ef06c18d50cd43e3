"""Under which names a file of dossiers holds what we need; TOML, so that a user writes it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kszclient.errors import SettingsError
from kszclient.security.secrets import SecretSource
from kszclient.security.settings_file import read_settings

DOSSIER_COLUMNS = ("dossier", "child", "from", "to", "nis", "postcode", "payer", "category")
"""Columns of a file of dossiers; the last five may be missing."""
DOMICILE_COLUMNS = ("child", "from", "to", "nis", "postcode", "country", "known_on")
"""Columns of a file of domiciles; all but the first two may be missing."""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a file is read.

    Args:
        columns: The name in the file for each of our names; ours where left out. What is told must
            be there.
        domiciles: The same for the file of domiciles.
        encoding: Of CSV; found out where left out (UTF-8, UTF-16 with a mark, else cp1252).
        separator: Of CSV; found out from the heading where left out.
        query: What to ask a database for dossiers; needed for one. With an ORDER BY, so that a run
            that goes on finds the same rows in the same places.
        domiciles_query: The same for domiciles.
        password: Of a database, where its URL names a user and no password.
        max_rows: How many rows a table may have; more are refused, for they are held in memory.
        max_megabytes: How much memory a Parquet file may take.

    For example:

        encoding = "cp1252"
        separator = ";"
        [columns]
        dossier = "Dossiernummer"
        child = "INSZ kind"
    """

    columns: dict[str, str] = {}
    domiciles: dict[str, str] = {}
    encoding: str | None = None
    separator: str | None = None
    query: str | None = None
    domiciles_query: str | None = None
    password: SecretSource | None = None
    max_rows: int = 5_000_000
    max_megabytes: int = 4_000

    def __post_init__(self) -> None:
        """Refuse names that are none of ours."""
        for key, ours in (("columns", DOSSIER_COLUMNS), ("domiciles", DOMICILE_COLUMNS)):
            for name in getattr(self, key):
                if name not in ours:
                    raise SettingsError(f"{key}.{name}: expected one of {', '.join(ours)}")
        if self.separator is not None and len(self.separator) != 1:
            raise SettingsError("separator: expected one character")
        for key in ("max_rows", "max_megabytes"):
            if getattr(self, key) < 1:
                raise SettingsError(f"{key}: expected 1 or more")


def read_mapping(path: Path) -> Mapping:
    """Read a mapping.

    Raises:
        SettingsError: The file cannot be read, breaks a rule, or others may change it, who could
            have another query asked; the message names the line or the key.
    """
    return read_settings(path, Mapping, path.name, guarded=True)
