"""Findings in words: what a person reads, and what the next program reads."""

from __future__ import annotations

import uuid
from functools import lru_cache

from kszclient.errors import UnknownPlaceError
from kszclient.geography import gazetteer
from kszclient.reconciliation.compare.findings import Found, certainty_of
from kszclient.reconciliation.compare.verdicts import RegisterSplit
from kszclient.reconciliation.execute.journal import ticket_of
from kszclient.reconciliation.kinds import (
    Kind,
    bases,
    kinds,
    reading,
    span,
    words,
)
from kszclient.values.month_numbers import MonthRange, month_text


class FindingSentences:
    """Puts the findings of one run into words.

    Args:
        run: The identity of the run, from which its tickets follow.
        language: ``en``, ``nl`` or ``fr``.
        splits: The registers that were split by the day of asking.
    """

    def __init__(
        self,
        run: uuid.UUID,
        language: str = "en",
        splits: tuple[RegisterSplit, ...] = (),
    ) -> None:
        self._splits = splits
        self._run = run
        self._says = {kind: getattr(row.says, language) for kind, row in kinds().items()}
        self._because = {
            (kind, rule): getattr(why, language)
            for kind, row in kinds().items()
            for rule, why in row.because.items()
        }
        self._basis: dict[Kind, str] = {
            kind: getattr(bases()[row.basis], language) for kind, row in kinds().items()
        }
        self._span: str = getattr(span(), language)
        self._word = {code: str(getattr(said, language)) for code, said in words().items()}
        # Most findings of a population are told in the same few sentences.
        self._sentence = lru_cache(maxsize=4096)(self._put)

    def row(self, number: int, found: Found) -> tuple[str | None, ...]:
        """Return a finding as a row of the table of findings.

        The ticket is that under which the lookup was sent first; the journal has those of further
        attempts. The pseudonym is the child's place in the input.

        Args:
            number: The lookup.
            found: The finding.
        """
        kind = kinds()[found.kind]
        because = self._because.get((found.kind, found.rule))
        nis, municipality = _municipality(found.nis, found.postcode)
        return (
            kind.id.value,
            kind.severity.value,
            found.dossier,
            pseudonym(number),
            month_text(found.begin),
            month_text(found.end),
            found.expected,
            found.found,
            found.source,
            found.competent_source,
            found.entity,
            nis,
            municipality,
            found.payer,
            found.rule,
            ticket_of(self._run, number, 1).text,
            kind.theme,
            self._sentence(
                found.kind,
                MonthRange(found.begin, found.end),
                found.source or "",
                found.competent_source or found.source or "",
                found.expected,
                found.found,
            )
            + (f" {because}" if because else ""),
            self._basis[found.kind],
            certainty_of(found.kind, found.rule).value,
        )

    def basis(self, kind: Kind) -> str:
        """Return where the rule of a kind of finding comes from."""
        return self._basis[kind]

    def _put(  # noqa: PLR0913, PLR0917 - what a sentence depends on
        self, kind: Kind, months: MonthRange, source: str, competent: str, expected: str, found: str
    ) -> str:
        sentence: str = self._says[kind].format(
            months=self._months(months),
            source=source,
            competent_source=competent,
            expected=self._said(kind, expected),
            found=self._said(kind, found),
            register=self._split(months, source, competent),
        )
        return sentence

    def _split(self, months: MonthRange, source: str, competent: str) -> str:
        """Return the words for the register that was split between two sources, or nothing."""
        for each in self._splits:
            if each.until >= months.end and {source, competent} <= each.sources:
                own = self._word.get(f"{each.register} {each.day}", self._word["split"])
                return own.format(register=each.register, day=each.day)
        return ""

    def _said(self, kind: Kind, code: str) -> str:
        """Return what a column holds as a code."""
        if kind is Kind.MONTHS_SHIFTED:
            return self._months(MonthRange.parse(code))
        if kind is Kind.REGISTER_CONTRADICTION:
            name, *dates = code.split(" ")
            return self._word[name].format(*dates) if dates and name in self._word else code
        if kind in _LISTS:
            return code.replace(" ", ", ")
        if kind in _CODES:
            words = [self._word.get(each, each) for each in code.split(" ")]
            return self._word.get(code) or " ".join(words)
        return code

    def _months(self, months: MonthRange) -> str:
        first, last = month_text(months.begin), month_text(months.end)
        return first if first == last else self._span.format(first=first, last=last)


_LISTS = frozenset(
    {
        Kind.TWO_BASIC_AMOUNTS,
        Kind.BASIC_AMOUNT_TWICE,
        Kind.PAYER_UNCOMPARED,
        Kind.OTHER_PAYER,
        Kind.PAYMENT_MISSING,
        Kind.PAYMENT_UNCLEAR,
    }
)


_CODES = frozenset({Kind.TRUNCATED, Kind.UNANSWERED, Kind.UNUSABLE_ANSWER})


def pseudonym(number: int) -> str:
    """Name a child by its place in the input: it says nothing to who does not have the input.

    >>> pseudonym(0)
    'C0000001'
    """
    return f"C{number + 1:07d}"


@lru_cache(maxsize=4096)
def _municipality(nis: str | None, postcode: str | None) -> tuple[str | None, str | None]:
    """Return code and name of a municipality; none where a postcode is of several."""
    places = gazetteer()
    try:
        found = (places.municipality(nis),) if nis else places.at_postcode(postcode or "")
    except UnknownPlaceError:
        return None, None
    if len(found) != 1:
        return None, None
    language = reading().names[found[0].area]
    return found[0].nis, getattr(found[0], f"name_{language}") or found[0].name_nl
