"""What may be seen on the page: texts without numbers of persons and without file numbers."""

from __future__ import annotations

import re

from kszclient.logs import masked_line
from kszclient.logs.redaction import MASK

HIDDEN = "***"
# A number that is no national number by its form may still be a file number; months and
# enterprise numbers are shorter.
_LONG_NUMBER = re.compile(r"\d{11,}")
# Shorter names of dossiers may be anything, also a year or a word of the sentence.
_TELLING = 6


def shown(text: str | None, dossier: str | None = None) -> str:
    """Give a text as it may be seen, empty where there is none.

    Args:
        text: From the findings.
        dossier: The institution's own file number, which does not belong on the page.

    >>> shown("replaced by 85.02.30-001.25 in file AB-2021/778", "AB-2021/778")
    'replaced by *** in file ***'
    """
    if not text:
        return ""
    if dossier and len(dossier) >= _TELLING:
        text = re.sub(rf"(?<!\w){re.escape(dossier)}(?!\w)", HIDDEN, text)
    return _LONG_NUMBER.sub(HIDDEN, masked_line(text).replace(MASK, HIDDEN))
