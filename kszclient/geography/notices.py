"""What a user should know beside an answer that stands."""

import msgspec


class Notice(msgspec.Struct, frozen=True):
    """Something odd that did not keep us from answering.

    Args:
        code: A short name for programs, such as ``"outdated-nis"``.
        text: One or two sentences for people, without personal data.

    >>> print(Notice("outdated-nis", "12030 ended."))
    12030 ended.
    """

    code: str
    text: str

    def __str__(self) -> str:
        return self.text
