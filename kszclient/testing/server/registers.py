"""Who is known where: the KSZ's persons repertory, and a register of files for each region.

The repertory lists in which register a person is known, for which kind of file and in which
months; the register knows which fund runs the file. A person is known as a child or as a
beneficiary.

A register holds its files as XML, prepared once so that an answer is put together from ready
pieces. An answer holds the payments that touch the months asked and the bonuses paid in them, each
as the register has it: nothing is cut. The contract does not state whether the KSZ leaves out what
lies outside the months; a client must be content with both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from xml.sax.saxutils import escape

import msgspec

from kszclient.testing.population.payers import MockPayer, payers
from kszclient.testing.population.truth import (
    FileKind,
    NumberState,
    Party,
    Payment,
    WorldBonus,
    WorldFile,
)
from kszclient.testing.server.answer_xml import codes
from kszclient.values import AuthenticSource, Month, Ssin


class RepertoryLine(msgspec.Struct, frozen=True):
    """A line of the persons repertory: a register knows the person, for a kind of file, in months.

    Args:
        source: The register.
        kind: Kind of file.
        first: First month, counted as `kszclient.testing.server.file_xml.index_of` does.
        last: Last month, counted likewise.
    """

    source: AuthenticSource
    kind: FileKind
    first: int
    last: int


class PersonsRepertory:
    """What the KSZ keeps of every number: its state, and the registers that know the person.

    Args:
        files: All files of all registers.
        states: Numbers in an unusual state.
        known: Numbers that exist though no register has a file.
    """

    def __init__(
        self, files: Iterable[WorldFile], states: Iterable[NumberState], known: Iterable[Ssin]
    ) -> None:
        self._states = {state.ssin.digits: state for state in states}
        self._lines: dict[str, list[RepertoryLine]] = {number.digits: [] for number in known}
        for file in files:
            for person, months in file.known:
                lines = self._lines.setdefault(person.digits, [])
                state = self._states.get(person.digits)
                if state is None or file.source not in state.not_integrated_at:
                    first, last = index_of(months.begin), index_of(months.end)
                    lines.append(RepertoryLine(file.source, file.kind, first, last))

    def knows(self, digits: str) -> bool:
        """Return whether the number was ever given to somebody in this world."""
        return digits in self._lines or digits in self._states

    def state(self, digits: str) -> NumberState | None:
        """Return the state of a number, or None where it is in ordinary use."""
        return self._states.get(digits)

    def lines(self, digits: str) -> tuple[RepertoryLine, ...]:
        """Return the lines of a person."""
        return tuple(self._lines.get(digits, ()))


class Register:
    """The files of one region, found by child or beneficiary.

    Args:
        source: Its name on the wire.
        files: All files; those of other registers are passed over.
    """

    def __init__(self, source: AuthenticSource, files: Iterable[WorldFile]) -> None:
        self.source = source
        self._by_person: dict[str, list[tuple[int, int, PreparedFile]]] = {}
        for file in files:
            if file.source is source:
                prepared = PreparedFile(file)
                for person, months in file.known:
                    known = (index_of(months.begin), index_of(months.end), prepared)
                    self._by_person.setdefault(person.digits, []).append(known)

    def found(self, digits: str, begin: int, end: int) -> list[PreparedFile]:
        """Return the files in which a person is known in these months, in order of time."""
        known = self._by_person.get(digits, ())
        return [file for first, last, file in known if first <= end and last >= begin]


def registers(files: Iterable[WorldFile]) -> Mapping[AuthenticSource, Register]:
    """Return the register of every source."""
    every = tuple(files)
    return {source: Register(source, every) for source in AuthenticSource}


Piece = tuple[int, int, str]
"""First month, last month (counted as `month_index` does) and the XML for them."""

_Prepared = tuple[str, list[Piece], list[Piece]]

ALWAYS = 10_000 * 12


class PreparedFile:
    """One file, ready to be written for any months.

    Args:
        file: The file.
    """

    def __init__(self, file: WorldFile) -> None:
        self.file = file

    def text(self, begin: int, end: int) -> str:
        """Return the file as XML with what touches the months asked, counted by `month_index`."""
        if begin <= self._first and end >= self._last:
            return self._whole
        return self._written(begin, end)

    @cached_property
    def _first(self) -> int:
        return index_of(self.file.begin)

    @cached_property
    def _last(self) -> int:
        return index_of(self.file.end)

    @cached_property
    def _whole(self) -> str:
        return self._written(0, ALWAYS)

    @cached_property
    def _parts(self) -> tuple[str, list[_Prepared], list[_Prepared]]:
        file = self.file
        head = f"<file>{_fund(payers()[file.payer])}"
        head += _block("fileNumber", escape(file.number or ""))
        head += _block("entitledPersonSsin", file.entitled.digits if file.entitled else "")
        beneficiaries = [_prepared(party) for party in file.beneficiaries]
        return head, beneficiaries, [_prepared(party) for party in file.children]

    def _written(self, begin: int, end: int) -> str:
        head, beneficiaries, children = self._parts
        payees = "".join([_party("beneficiary", each, begin, end) for each in beneficiaries])
        minors = "".join([_party("child", each, begin, end) for each in children])
        return f"{head}{_block('beneficiaries', payees)}{_block('children', minors)}</file>"


def index_of(month: Month | None) -> int:
    """Count months as `month_index` does; an open end is later than every month.

    >>> index_of(Month(2019, 1)) == 2019 * 12
    True
    """
    return ALWAYS if month is None else month.year * 12 + month.month - 1


def _prepared(party: Party) -> _Prepared:
    return (
        f"<ssin>{party.ssin.digits}</ssin>",
        [_bonus(bonus) for bonus in party.bonuses],
        [_payment(payment) for payment in party.payments],
    )


def _party(element: str, prepared: _Prepared, begin: int, end: int) -> str:
    ssin, bonuses, payments = prepared
    blocks = _block("bonuses", _touching(bonuses, begin, end))
    blocks += _block("paymentPeriods", _touching(payments, begin, end))
    return f"<{element}>{ssin}{blocks}</{element}>"


def _touching(pieces: Iterable[Piece], begin: int, end: int) -> str:
    return "".join([text for first, last, text in pieces if first <= end and last >= begin])


def _block(element: str, content: str) -> str:
    return f"<{element}>{content}</{element}>" if content else ""


def _fund(payer: MockPayer) -> str:
    number = (
        f"<enterpriseNumber>{payer.enterprise_number}</enterpriseNumber>"
        if payer.enterprise_number
        else f"<code>{payer.fund_code}</code>"
    )
    return f"<childBenefitsFund>{number}{_names(payer.names)}</childBenefitsFund>"


def _category(code: str) -> str:
    return f"<category><code>{code}</code>{_names(codes().category.get(code, {}))}</category>"


def _names(names: dict[str, str]) -> str:
    return "".join(
        f'<description language="{language.upper()}">{escape(name)}</description>'
        for language, name in names.items()
    )


def _bonus(bonus: WorldBonus) -> Piece:
    month = bonus.paid_on.year * 12 + bonus.paid_on.month - 1
    text = (
        f"<bonus><paymentDate>{bonus.paid_on.isoformat()}</paymentDate>"
        f"{_category(bonus.category)}{_linked(bonus)}</bonus>"
    )
    return month, month, text


def _payment(payment: Payment) -> Piece:
    end = f"<endMonth>{payment.end}</endMonth>" if payment.end else ""
    text = (
        f"<paymentPeriod><beginMonth>{payment.begin}</beginMonth>{end}"
        f"{_category(payment.category)}{_linked(payment)}</paymentPeriod>"
    )
    return index_of(payment.begin), index_of(payment.end), text


def _linked(benefit: WorldBonus | Payment) -> str:
    people = "".join(f"<beneficiary>{who.digits}</beneficiary>" for who in benefit.linked)
    return _block("beneficiaries", people)
