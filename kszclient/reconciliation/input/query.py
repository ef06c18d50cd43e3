"""A query that only reads, and the URL of a database without its secrets."""

from __future__ import annotations

import re

from kszclient.errors import InputError

# Texts, quoted names and comments: what stands in them is no word of the query.
_QUOTED = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*(?!!).*?\*/""",
    re.DOTALL,
)
_BEGINS = re.compile(r"[\s(]*(select|with|values)\b", re.IGNORECASE)
_WORD_THAT_WRITES = re.compile(
    r"\b(into|insert\s+into|update\s+\w+\s+set|delete\s+from|merge\s+into|attach|vacuum)\b",
    re.IGNORECASE,
)
_SECRET_KEY = re.compile(r"pass|pwd|secret|token|credential", re.IGNORECASE)
_SECRET_WITHIN = re.compile(r"(?:pass\w*|pwd|secret|token)\s*=\s*[^;&\s]", re.IGNORECASE)
_NEXT_STEP = "A query begins with SELECT or WITH, is one alone, and changes nothing."


def check_query(query: str) -> None:
    """Refuse a query that would do more than read, before any database sees it.

    The transaction in which it is asked may only read as well, where the database has such a thing;
    and an account that may only read is safer than both.

    Raises:
        InputError: It is none that reads, or is more than one.

    >>> check_query("SELECT dossier, 'drop; into' FROM d -- not yet; later")
    >>> check_query("SELECT 1; DROP TABLE d")
    Traceback (most recent call last):
    kszclient.errors.InputError: query: expected one statement
    """
    bare = _QUOTED.sub(" ", query)
    if not bare.strip():
        raise InputError("query: must not be empty", next_step=_NEXT_STEP)
    if ";" in bare.strip().rstrip("; \n\r\t"):
        raise InputError("query: expected one statement", next_step=_NEXT_STEP)
    if not _BEGINS.match(bare):
        raise InputError("query: may only read", next_step=_NEXT_STEP)
    if "/*!" in bare or _WORD_THAT_WRITES.search(bare):
        raise InputError("query: may only read, and this one would write", next_step=_NEXT_STEP)


def names_secret(key: str, value: str) -> bool:
    """Whether a parameter of a URL holds a secret, by its name or within its value.

    >>> names_secret("password", "x"), names_secret("odbc_connect", "UID=a;PWD=x")
    (True, True)
    >>> names_secret("passfile", "/home/a/.pgpass"), names_secret("sslmode", "require")
    (False, False)
    """
    if key.casefold().endswith(("file", "path")):
        return False
    return bool(value) and bool(_SECRET_KEY.search(key) or _SECRET_WITHIN.search(value))
