"""The files of a generated family: in the right register for the right months, with payers."""

from __future__ import annotations

from kszclient.testing.benefits import draw_circumstances
from kszclient.testing.chance import Chance
from kszclient.testing.families import Family, since_birth
from kszclient.testing.family_files import family_files
from kszclient.testing.flemish_files import groeipakket_files, participation_files
from kszclient.testing.members import Member
from kszclient.testing.payer_choice import choose_payers
from kszclient.testing.places import Places, as_registered, joined
from kszclient.testing.rates import Rates
from kszclient.testing.truth import File


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
