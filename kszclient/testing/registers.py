"""Who is known where: the KSZ's persons repertory, and a register of files for each region.

The repertory tells in which register a person is known, for which kind of file and in which
months; the register tells which fund runs the file. A person is known as a child or as a
beneficiary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kszclient.testing.truth import File, FileKind, NumberState
from kszclient.values import AuthenticSource, MonthPeriod, Ssin


class Line(msgspec.Struct, frozen=True):
    """A line of the persons repertory: a register knows the person, for a kind of file, in months."""

    source: AuthenticSource
    kind: FileKind
    months: MonthPeriod


class PersonsRepertory:
    """What the KSZ keeps of every number: its state, and the registers that know the person.

    Args:
        files: All files of all registers.
        states: Numbers in an unusual state.
        known: Numbers that exist though no register has a file.
    """

    def __init__(
        self, files: Iterable[File], states: Iterable[NumberState], known: Iterable[Ssin]
    ) -> None:
        self._states = {state.ssin.digits: state for state in states}
        self._lines: dict[str, list[Line]] = {number.digits: [] for number in known}
        for file in files:
            for person, months in file.known:
                lines = self._lines.setdefault(person.digits, [])
                if file.source not in self.state(person.digits).not_integrated_at:
                    lines.append(Line(file.source, file.kind, months))

    def knows(self, digits: str) -> bool:
        """Tell whether the number was ever given to somebody in this world."""
        return digits in self._lines or digits in self._states

    def state(self, digits: str) -> NumberState:
        """Give the state of a number; one in ordinary use has nothing to tell."""
        return self._states.get(digits) or NumberState(Ssin.from_wire(digits))

    def lines(self, digits: str) -> tuple[Line, ...]:
        """Give the lines of a person."""
        return tuple(self._lines.get(digits, ()))


class Register:
    """The files of one region, found by child or beneficiary.

    Args:
        source: Its name on the wire.
        files: All files; those of other registers are passed over.
    """

    def __init__(self, source: AuthenticSource, files: Iterable[File]) -> None:
        self.source = source
        self._by_person: dict[str, list[tuple[MonthPeriod, File]]] = {}
        for file in files:
            if file.source is source:
                for person, months in file.known:
                    self._by_person.setdefault(person.digits, []).append((months, file))

    def files(self, digits: str) -> tuple[tuple[MonthPeriod, File], ...]:
        """Give every file in which a person is known, with the months for which it is."""
        return tuple(self._by_person.get(digits, ()))

    def funds(self, digits: str, months: MonthPeriod) -> tuple[str, ...]:
        """Give the keys of the payers that know a person in these months."""
        found = (file.payer for known, file in self.files(digits) if known.overlaps(months))
        return tuple(dict.fromkeys(found))


def registers(files: Iterable[File]) -> Mapping[AuthenticSource, Register]:
    """Give the register of every source."""
    every = tuple(files)
    return {source: Register(source, every) for source in AuthenticSource}
