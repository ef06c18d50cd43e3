"""Who is known where: the KSZ's persons repertory, and a register of files for each region.

The repertory tells in which register a person is known, for which kind of file and in which
months; the register tells which fund runs the file. A person is known as a child or as a
beneficiary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kszclient.testing.population.truth import File, FileKind, NumberState
from kszclient.testing.server.file_xml import PreparedFile, index_of
from kszclient.values import AuthenticSource, Ssin


class Line(msgspec.Struct, frozen=True):
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
        self, files: Iterable[File], states: Iterable[NumberState], known: Iterable[Ssin]
    ) -> None:
        self._states = {state.ssin.digits: state for state in states}
        self._lines: dict[str, list[Line]] = {number.digits: [] for number in known}
        for file in files:
            for person, months in file.known:
                lines = self._lines.setdefault(person.digits, [])
                state = self._states.get(person.digits)
                if state is None or file.source not in state.not_integrated_at:
                    first, last = index_of(months.begin), index_of(months.end)
                    lines.append(Line(file.source, file.kind, first, last))

    def knows(self, digits: str) -> bool:
        """Tell whether the number was ever given to somebody in this world."""
        return digits in self._lines or digits in self._states

    def state(self, digits: str) -> NumberState | None:
        """Give the state of a number, or None where it is in ordinary use."""
        return self._states.get(digits)

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
        self._by_person: dict[str, list[tuple[int, int, PreparedFile]]] = {}
        for file in files:
            if file.source is source:
                prepared = PreparedFile(file)
                for person, months in file.known:
                    known = (index_of(months.begin), index_of(months.end), prepared)
                    self._by_person.setdefault(person.digits, []).append(known)

    def found(self, digits: str, begin: int, end: int) -> list[PreparedFile]:
        """Give the files in which a person is known in these months, in order of time."""
        known = self._by_person.get(digits, ())
        return [file for first, last, file in known if first <= end and last >= begin]


def registers(files: Iterable[File]) -> Mapping[AuthenticSource, Register]:
    """Give the register of every source."""
    every = tuple(files)
    return {source: Register(source, every) for source in AuthenticSource}
