"""The mock world: its children, the truth about them, and the registers that hold its files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Self

import msgspec

from kszclient.errors import InputError
from kszclient.testing.population.families import Family, make_family, since_birth
from kszclient.testing.population.files import make_files
from kszclient.testing.population.personas import Persona, personas
from kszclient.testing.population.places import places
from kszclient.testing.population.rates import Chance, rates
from kszclient.testing.population.synthetic import SyntheticNumbers
from kszclient.testing.population.truth import NumberState, WorldChild, WorldFile
from kszclient.testing.server.registers import PersonsRepertory, Register, registers
from kszclient.values import AuthenticSource, Ssin, plain

DEFAULT_SEED = 2019
DEFAULT_SIZE = 1000


class World:
    """Everything that the mock KSZ knows. It never changes.

    Args:
        children: Every child, personas first.
        files: Every file of every register.
        numbers: Numbers in an unusual state.

    >>> world = World.build(seed=7, size=20)
    >>> len([child for child in world.children if not child.name])
    20
    >>> world.digest() == World.build(seed=7, size=20).digest()
    True
    """

    def __init__(
        self,
        children: tuple[WorldChild, ...],
        files: tuple[WorldFile, ...],
        numbers: tuple[NumberState, ...],
        stories: Mapping[str, Persona],
    ) -> None:
        self.children = children
        self.files = files
        self.numbers = numbers
        self.personas = stories
        self.repertory = PersonsRepertory(files, numbers, [child.ssin for child in children])
        self.registers: Mapping[AuthenticSource, Register] = registers(files)
        self._by_number = {child.ssin.digits: child for child in children}

    @classmethod
    def build(
        cls,
        *,
        seed: int = DEFAULT_SEED,
        size: int = DEFAULT_SIZE,
        stories: Mapping[str, Persona] | None = None,
    ) -> Self:
        """Make a world; the same arguments always make the same one, byte for byte.

        Args:
            seed: What chance starts from.
            size: Number of generated children. Families come in the same order in every size, so
                a smaller world is the beginning of a larger one (but for its last family).
            stories: Personas to put in; those of `mocks/personas` where left out.

        Raises:
            InputError: The size is negative, or larger than there are synthetic numbers for.
        """
        if size < 0:
            raise InputError("the population cannot be smaller than nothing")
        people = personas() if stories is None else stories
        children = [persona.child for persona in people.values()]
        files = [file for persona in people.values() for file in persona.files]
        numbers = [state for persona in people.values() for state in persona.numbers]
        supply = SyntheticNumbers(who for each in people.values() for who in each.people.values())
        rule, where = rates(), places()
        index, left = 0, size
        while left > 0:
            chance = Chance(f"{seed}/{index}")
            family = make_family(index, chance, supply, rule, where)
            family = msgspec.structs.replace(family, minors=family.minors[:left])
            children += _children(family)
            files += make_files(family, chance, rule, where)
            numbers += [minor.older for minor in family.minors if minor.older]
            index, left = index + 1, left - len(family.minors)
        return cls(tuple(children), tuple(files), tuple(numbers), people)

    def child(self, ssin: Ssin) -> WorldChild | None:
        """Return the child with a number, or None."""
        return self._by_number.get(ssin.digits)

    def persona(self, key: str) -> Persona:
        """Return a persona by its key.

        Raises:
            InputError: There is none of that key.
        """
        if key not in self.personas:
            known = ", ".join(self.personas)
            raise InputError(f"no persona {key!r}", next_step=f"Choose from: {known}.")
        return self.personas[key]

    def dump(self) -> bytes:
        """Write the whole world down in one canonical form."""
        return msgspec.json.encode(
            plain({"children": self.children, "files": self.files, "numbers": self.numbers})
        )

    def digest(self) -> str:
        """Return the SHA-256 of the dump."""
        return hashlib.sha256(self.dump()).hexdigest()


def _children(family: Family) -> list[WorldChild]:
    found = []
    for minor in family.minors:
        domicile = since_birth(family.domicile, minor.born)
        rights = places().rights(domicile, minor.months)
        found.append(WorldChild(minor.ssin, minor.born, domicile, rights))
    return found
