"""What a user should know beside an answer that stands."""

from collections.abc import Mapping

import msgspec


class Notice(msgspec.Struct, frozen=True):
    """Something odd that did not keep us from answering.

    Args:
        code: A short name for programs, such as ``"outdated-nis"``.
        text: One or two sentences for people, in English, without personal data.
        facts: The words that the text is made from, for other texts and for programs.

    >>> print(Notice("gap", "Nothing is known on 2021-03-10.", {"day": "2021-03-10"}))
    Nothing is known on 2021-03-10.
    """

    code: str
    text: str
    facts: Mapping[str, str] = {}

    def __str__(self) -> str:
        return self.text
