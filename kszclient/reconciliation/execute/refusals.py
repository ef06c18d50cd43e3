"""Refusals at the beginning of a run: where all are alike, the asking is wrong, not the children.

A wrong legal context, a right that ran out or a forgotten inscription makes the KSZ refuse
everybody. A population refused one by one tells nothing and has to be asked again.
"""

from __future__ import annotations


class Refusals:
    """Looks at the first answers of a run.

    Args:
        alike: How many refusals with one code, and nothing else, are enough; 0 for never.

    >>> refusals = Refusals(2)
    >>> [refusals.suspect(number, "MSG00013") for number in (4, 7)]
    [None, 'MSG00013']
    >>> refusals.numbers
    [4, 7]
    """

    def __init__(self, alike: int) -> None:
        self._alike = alike
        self._code: str | None = None
        self._looking = alike > 0
        self.numbers: list[int] = []

    def suspect(self, number: int, code: str | None) -> str | None:
        """Take note of an answer; give the code where everybody was refused with it so far.

        Args:
            number: The lookup.
            code: Of the refusal; None where there was another answer.
        """
        if not self._looking:
            return None
        if code is None or self._code not in {None, code}:
            self._looking = False
            self.numbers.clear()
            return None
        self._code = code
        self.numbers.append(number)
        return code if len(self.numbers) >= self._alike else None
