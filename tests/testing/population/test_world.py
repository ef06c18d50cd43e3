"""The world: the same for the same seed, and obeying the remarks of the contract."""

import hashlib
import subprocess
import sys
from collections import Counter

import pytest

from kszclient.errors import InputError
from kszclient.testing.population.places import places
from kszclient.testing.population.rates import rates
from kszclient.testing.population.truth import FileKind
from kszclient.testing.server.world import World
from kszclient.values import AuthenticSource, Month, MonthPeriod

MONTHS = MonthPeriod.parse("2015-01", "2026-06")
FLANDERS, FEDERAL = AuthenticSource.FLANDERS, AuthenticSource.FEDERAL


@pytest.fixture(scope="module")
def large():
    return World.build(seed=11, size=3000)


def test_the_same_seed_gives_the_same_bytes_in_another_process():
    code = (
        "import sys; from kszclient.testing.server.world import World;"
        "sys.stdout.buffer.write(World.build(seed=42, size=400).dump())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    world = World.build(seed=42, size=400)
    assert done.stdout == world.dump()
    assert hashlib.sha256(done.stdout).hexdigest() == world.digest()


def test_another_seed_gives_another_population():
    assert World.build(seed=1, size=50).digest() != World.build(seed=2, size=50).digest()


def test_the_population_is_as_large_as_asked_and_a_smaller_one_is_its_beginning(world, large):
    assert len(large.children) - len(large.personas) == 3000
    small = World.build(seed=11, size=100)
    certain = len(small.children) - 3
    assert small.children[:certain] == large.children[:certain]


def test_a_population_can_be_empty_but_not_negative():
    assert World.build(size=0, stories={}).children == ()
    with pytest.raises(InputError):
        World.build(size=-1)


def test_every_number_is_synthetic_and_every_child_has_its_own(large):
    numbers = [child.ssin for child in large.children]
    numbers += [who for file in large.files for who, _ in file.known]
    numbers += [state.ssin for state in large.numbers]
    assert all(number.synthetic and number.century for number in numbers)
    assert len({child.ssin for child in large.children}) == len(large.children)
    own = {child.ssin: child.born.year for child in large.children}
    assert all(number.birth_date.year == year for number, year in own.items())


def test_births_lie_before_and_from_2000(large):
    assert {child.ssin.century for child in large.children} == {1900, 2000}


def test_flemish_files_obey_the_remarks(large):
    flemish = [file for file in large.files if file.source is FLANDERS]
    assert flemish
    for file in flemish:
        (child,) = file.children
        assert file.number is None
        told = {who.ssin for who in file.beneficiaries}
        for each in (*child.bonuses, *child.payments):
            assert len(each.linked) <= 2
            assert set(each.linked) <= told
        for who in file.beneficiaries:
            assert [(p.category, p.begin, p.end) for p in who.payments] == [
                (p.category, p.begin, p.end) for p in child.payments
            ]
            assert [bonus.category for bonus in who.bonuses] == [b.category for b in child.bonuses]
            assert not any(each.linked for each in (*who.bonuses, *who.payments))


def test_other_files_obey_the_remarks(large):
    for file in large.files:
        if file.source is not FLANDERS:
            assert file.number
            assert (file.entitled is not None) == (file.source is FEDERAL)
            assert file.children
            parties = (*file.children, *file.beneficiaries)
            links = [each.linked for who in parties for each in (*who.bonuses, *who.payments)]
            assert not any(links)


def test_no_part_is_longer_than_the_contract_allows(large):
    for file in large.files:
        assert len(file.children) <= 100
        for who in (*file.children, *file.beneficiaries):
            assert len(who.payments) <= 100


def test_files_of_one_child_in_one_register_do_not_overlap(large):
    for child in large.children:
        for register in large.registers.values():
            files = [each.file for each in register.found(child.ssin.digits, 0, 10**6)]
            parties = [who for file in files for who in file.children if who.ssin == child.ssin]
            runs = [who.period for who in parties if who.period]
            for place, run in enumerate(runs):
                assert not any(run.overlaps(other) for other in runs[place + 1 :])


def test_months_lie_in_the_register_of_the_domicile(large):
    """Counted month by month, without the arithmetic of the generator."""
    area_of, areas = places().area_of, places().areas
    last = Month(2026, 6)
    for child in large.children[len(large.personas) :][:400]:
        for right in child.rights:
            month = right.begin
            while month <= (right.end or last):
                day = month.previous().last_day
                (spell,) = [
                    each
                    for each in child.domicile
                    if each.begin <= day and (each.end is None or day <= each.end)
                ]
                (register,) = [
                    each.source
                    for each in areas[area_of[spell.nis]].register
                    if each.begin <= month and (each.until is None or month <= each.until)
                ]
                assert right.source is register
                month = month.next()


def test_files_tell_what_the_rights_say_unless_a_move_is_not_known_yet(large):
    until = rates().known_until
    wrong = 0
    for child in large.children[len(large.personas) :]:
        held = {
            (register.source, payment.begin, payment.end)
            for register in large.registers.values()
            for each in register.found(child.ssin.digits, 0, 10**6)
            if each.file.kind is FileKind.BENEFIT
            for who in each.file.children
            if who.ssin == child.ssin
            for payment in who.payments
            if payment.category in ("BASIC", "CHILD_ALLOWANCE")
        }
        hidden = any(spell.known_on and spell.known_on > until for spell in child.domicile)
        months = {(source, month) for source, begin, end in held for month in run(begin, end)}
        ought = {(right.source, m) for right in child.rights for m in run(right.begin, right.end)}
        if hidden:
            wrong += months != ought
        else:
            assert months == ought
    assert wrong <= len(large.children) // 100


def run(begin, end):
    end = end or Month(2026, 12)
    return [begin.plus(step) for step in range(end - begin + 1)]


def test_the_population_has_what_the_domain_knows(large):
    kinds = Counter((file.source, file.kind) for file in large.files)
    assert {source for source, _ in kinds} == set(AuthenticSource)
    assert kinds[FLANDERS, FileKind.PARTICIPATION] > 20
    people = [who for file in large.files for who in (*file.children, *file.beneficiaries)]
    categories = {each.category for who in people for each in who.payments}
    bonuses = {each.category for who in people for each in who.bonuses}
    assert categories == {
        "BASIC",
        "SOCIAL",
        "SPECIAL_CARE",
        "ORPHAN_CARE",
        "FOSTER_CARE",
        "UNIVERSAL_PARTICIPATION",
        "OTHER_PARTICIPATION",
        "TODDLER",
        "CHILD_ALLOWANCE",
    }
    assert bonuses == {"BIRTH", "ADOPTION", "PRE_PAYMENT_BIRTH"}
    moved = sum(
        len({right.source for right in child.rights if right.period.overlaps(MONTHS)}) > 2
        for child in large.children
    )
    assert 0.005 < moved / len(large.children) < 0.15
    assert any(state.replaced_by for state in large.numbers)
    assert any(state.cancelled for state in large.numbers)
    assert any(spell.known_on for child in large.children for spell in child.domicile)


def test_participation_files_hold_nothing_else(large):
    for file in large.files:
        if file.kind is FileKind.PARTICIPATION:
            (child,) = file.children
            assert {each.category for each in child.payments} <= {
                "UNIVERSAL_PARTICIPATION",
                "OTHER_PARTICIPATION",
                "TODDLER",
            }
            assert file.begin >= Month(2019, 1)


def test_nobody_is_told_of_outside_the_months_of_a_file(large):
    for file in large.files:
        for who in (*file.children, *file.beneficiaries):
            assert who.period is None or file.period.intersection(who.period) == who.period


def test_files_lie_within_the_time_of_their_register(large):
    first = {
        AuthenticSource.FLANDERS: Month(2019, 1),
        AuthenticSource.WALLONIA: Month(2019, 1),
        AuthenticSource.EASTBELGIUM: Month(2019, 1),
        AuthenticSource.BRUSSELS: Month(2020, 1),
    }
    for file in large.files:
        assert file.begin >= first.get(file.source, Month(1, 1))
        if file.source is FEDERAL:
            assert file.end is not None
            assert file.end <= Month(2019, 12)


def test_children_and_personas_can_be_looked_up(world):
    persona = world.persona("eupen-since-birth")
    assert world.child(persona.child.ssin) is persona.child
    assert world.child(persona.people["mother"]) is None
    with pytest.raises(InputError, match="no persona 'nobody'") as caught:
        world.persona("nobody")
    assert "eupen-since-birth" in caught.value.next_step
