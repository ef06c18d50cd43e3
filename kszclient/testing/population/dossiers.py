"""The files of a generated family: in the right register for the right months, with payers."""

from __future__ import annotations

from kszclient.testing.population.benefits import draw_circumstances
from kszclient.testing.population.chance import Chance
from kszclient.testing.population.families import Family, since_birth
from kszclient.testing.population.family_files import family_files
from kszclient.testing.population.flemish_files import groeipakket_files, participation_files
from kszclient.testing.population.members import Member
from kszclient.testing.population.payer_choice import choose_payers
from kszclient.testing.population.places import Places, as_registered, joined
from kszclient.testing.population.rates import Rates
from kszclient.testing.population.truth import File


def make_files(family: Family, chance: Chance, rates: Rates, world: Places) -> tuple[File, ...]:
    """Make the files in which a family is known, as far as the registers have heard of its moves.

    Args:
        family: The family.
        chance: Draws that belong to this family alone.
        rates: How the population lives.
        world: The areas and their registers.
    """
    domicile = as_registered(family.domicile, rates.known_until)
    members = []
    for minor in family.minors:
        held = world.held(since_birth(domicile, minor.born), minor.months)
        life = draw_circumstances(minor, chance, rates)
        members.append(Member(minor, life, held, joined(right for _, right in held)))
    choice = choose_payers(chance, rates)
    files = family_files(family, members, choice)
    for member in members:
        files += groeipakket_files(family, member, choice, rates)
        files += participation_files(family, member, choice, rates)
    return tuple(sorted(files, key=lambda file: (file.begin, file.source)))
