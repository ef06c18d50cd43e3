"""Mistakes to plant, one for each kind of finding that a reconciliation makes.

Each makes a child of its own whose dossiers, files, number or answers are wrong in that one way,
and states what is to be found. A kind is called as in ``config/reconciliation/findings.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from kszclient.testing.planted.lives import Life, Lives
from kszclient.testing.planted.planted import Dossier, ExpectedFinding, PlantedCase
from kszclient.testing.population.truth import FileKind, NumberState, Payment
from kszclient.testing.server.scenario import ScenarioRule
from kszclient.values import AuthenticSource, Month

MARGIN = 6
"""Months around a dossier that must be asked about, so that every planted mistake shows."""
_A_LIST_IS_FULL = 100
_OUTSIDE_FLANDERS = ("WA", "BR", "DG")
_NOT_AUTHORISED = ("MSG00013", "MSG00014", "MSG00027")
_NO_ANSWER: tuple[dict[str, str | int], ...] = (
    {"fault": "MSG00001"},
    {"http_status": 503},
    {"broken": "reset"},
)
_UNUSABLE = ("off-contract", "other-person", "other-ticket")


def _match(lives: Lives) -> PlantedCase:
    """Two beneficiaries share a social supplement: that is no mistake."""
    life = lives.life("VL")
    home, shares = life.home, [(parent,) for parent in life.parents]
    social = [Payment("SOCIAL", home.begin, home.end, each) for each in shares]
    return life.case([life.file(home, life.basic(home.begin, home.end), *social)])


def _not_found(lives: Lives) -> PlantedCase:
    """The register lost the file."""
    life = lives.life()
    return life.case([], life.whole("not_found"))


def _months_missing(lives: Lives) -> PlantedCase:
    """The register lost months in the middle."""
    life = lives.life()
    home = life.home
    begin, end = lives.part(home, 2, 5)
    paid = (life.basic(home.begin, begin.previous()), life.basic(end.next(), home.end))
    return life.case([life.file(home, *paid)], _part(life, "months_missing", begin, end))


def _months_extra(lives: Lives) -> PlantedCase:
    """The dossier was closed some months before the file was."""
    life = lives.life()
    closed = life.home.end.plus(-lives.chance.whole(1, MARGIN - 1))
    found = _part(life, "months_extra", closed.next(), life.home.end)
    return life.case([life.file(life.home)], found, dossiers=(life.dossier(end=closed),))


def _months_shifted(lives: Lives) -> PlantedCase:
    """The dossier begins and ends some months later than the file."""
    life = lives.life()
    home, late = life.home, lives.chance.whole(1, 3)
    dossier = life.dossier(begin=home.begin.plus(late), end=home.end.plus(late))
    found = _part(life, "months_shifted", home.begin, home.end.plus(late))
    return life.case([life.file(home)], found, dossiers=(dossier,))


def _found_elsewhere(lives: Lives) -> PlantedCase:
    """Another register holds the file, and nothing explains it."""
    area, source = lives.either(
        ("VL", AuthenticSource.WALLONIA),
        ("VL", AuthenticSource.BRUSSELS),
        ("WA", AuthenticSource.FLANDERS),
    )
    life = lives.life(area)
    return life.case([life.file(life.home, source=source)], life.whole("found_elsewhere"))


def _found_elsewhere_move(lives: Lives) -> PlantedCase:
    """The register of the old home went on for some months after a move."""
    life = lives.life(*lives.either(("VL", "BR"), ("WA", "VL"), ("BR", "WA")))
    before, after = life.homes
    late = after.begin.plus(lives.chance.whole(0, MARGIN - 1))
    old = life.file(before, life.basic(before.begin, late, before.source))
    new = life.file(after, life.basic(late.next(), after.end))
    return life.case([old, new], _part(life, "found_elsewhere_move", after.begin, late))


def _found_elsewhere_orint(lives: Lives) -> PlantedCase:
    """When the interregional register was split, the file went to the wrong side."""
    life = lives.life("BR")
    held = [life.file(life.home, source=AuthenticSource.WALLONIA)]
    return life.case(held, life.whole("found_elsewhere_orint"))


def _found_elsewhere_participation(lives: Lives) -> PlantedCase:
    """The child goes to Dutch-language childcare, and its own register lost the file.

    The dossier of the allowance itself is right.
    """
    life = lives.life(lives.either(*_OUTSIDE_FLANDERS))
    home = life.home
    allowance = Payment("UNIVERSAL_PARTICIPATION", home.begin, home.end, life.parents[:1])
    flanders = life.file(
        home, allowance, source=AuthenticSource.FLANDERS, kind=FileKind.PARTICIPATION
    )
    dossiers = (life.dossier(), life.allowance(allowance, AuthenticSource.FLANDERS))
    return life.case([flanders], life.whole("found_elsewhere_participation"), dossiers=dossiers)


def _other_payer(lives: Lives) -> PlantedCase:
    """The dossier names a payer that does not run the file."""
    life = lives.life()
    dossier = life.dossier(payer=lives.other_payer(life.home))
    found = life.whole("other_payer", dossier)
    return life.case([life.file(life.home)], found, dossiers=(dossier,))


def _two_basic_amounts(lives: Lives) -> PlantedCase:
    """After a move both registers pay for some months."""
    life = lives.life(*lives.either(("VL", "BR"), ("BR", "VL"), ("WA", "VL")))
    before, after = life.homes
    late = after.begin.plus(lives.chance.whole(0, MARGIN - 1))
    old = life.file(before, life.basic(before.begin, late, before.source))
    found = _part(life, "two_basic_amounts", after.begin, late)
    return life.case([old, life.file(after)], found)


def _number_replaced(lives: Lives) -> PlantedCase:
    """The dossier still has the child's old number."""
    life = lives.life()
    state = NumberState(life.spare, replaced_by=life.ssin)
    return _under_another_number(life, "number_replaced", state)


def _number_cancelled(lives: Lives) -> PlantedCase:
    """The dossier has a number that was withdrawn."""
    life = lives.life()
    return _under_another_number(life, "number_cancelled", NumberState(life.spare, cancelled=True))


def _number_unknown(lives: Lives) -> PlantedCase:
    """The dossier has a number that nobody was ever given."""
    return _under_another_number(lives.life(), "number_unknown")


def _under_another_number(life: Life, kind: str, *numbers: NumberState) -> PlantedCase:
    dossier = life.dossier(child=life.spare)
    found = life.whole(kind, dossier)
    return life.case([life.file(life.home)], found, dossiers=(dossier,), numbers=numbers)


def _not_integrated(lives: Lives) -> PlantedCase:
    """We, or the register, have not inscribed the child in the repertory."""
    life = lives.life()
    if lives.chance.happens(0.5):
        state = NumberState(life.ssin, not_integrated=True)
    else:
        state = NumberState(life.ssin, not_integrated_at=(life.home.source,))
    return life.case([life.file(life.home)], life.whole("not_integrated"), numbers=(state,))


def _not_authorised(lives: Lives) -> PlantedCase:
    """The KSZ does not let us ask about this child."""
    return _asked(lives, "not_authorised", code=lives.either(*_NOT_AUTHORISED))


def _refused(lives: Lives) -> PlantedCase:
    """The KSZ refuses for a reason that is no other kind."""
    return _asked(lives, "refused", code="MSG00008")


def _unusable_answer(lives: Lives) -> PlantedCase:
    """What comes back breaks the contract, or answers another question."""
    return _asked(lives, "unusable_answer", broken=lives.either(*_UNUSABLE))


def _unanswered(lives: Lives) -> PlantedCase:
    """Nothing comes back, however often it is asked."""
    return _asked(lives, "unanswered", **lives.either(*_NO_ANSWER))


def _asked(lives: Lives, kind: str, **effect: str | int) -> PlantedCase:
    life = lives.life()
    rule = msgspec.convert({"persons": (life.ssin.digits,), **effect}, ScenarioRule)
    return life.case([life.file(life.home)], life.whole(kind), rules=(rule,))


def _incomplete(lives: Lives) -> PlantedCase:
    """The register that matters is silent about this child."""
    life = lives.life()
    rule = ScenarioRule(persons=(life.ssin.digits,), sources=(life.home.source,), silent=True)
    return life.case([life.file(life.home)], life.whole("incomplete"), rules=(rule,))


def _months_untold(lives: Lives) -> PlantedCase:
    """The register knows the child and holds no months."""
    life = lives.life()
    return life.case([life.untold(life.home)], life.whole("months_untold"))


def _competence_undetermined(lives: Lives) -> PlantedCase:
    """The child lives abroad, so nobody can be called competent by its domicile."""
    life = lives.life()
    abroad = lives.either("FR", "NL", "DE")
    return life.case([], life.whole("competence_undetermined"), abroad=abroad)


def _unknown_category(lives: Lives) -> PlantedCase:
    """The register uses a kind of payment that is in no list."""
    life = lives.life()
    begin, end = lives.part(life.home, 2, 6)
    strange = Payment("CLIMATE_BONUS", begin, end, life.parents[:1] * life.flemish)
    basic = life.basic(life.home.begin, life.home.end)
    found = _part(life, "unknown_category", begin, end)
    return life.case([life.file(life.home, basic, strange)], found)


def _truncated(lives: Lives) -> PlantedCase:
    """A list is as long as the contract allows."""
    life = lives.life("VL")
    home = life.home
    months = [home.begin.plus(place % 20) for place in range(_A_LIST_IS_FULL - 1)]
    social = [Payment("SOCIAL", each, each, life.parents[:1]) for each in months]
    basic = life.basic(home.begin, home.end)
    return life.case([life.file(home, basic, *social)], life.whole("truncated"))


def _payer_uncompared(lives: Lives) -> PlantedCase:
    """The dossier names its payer by a number and the register by a code, or the other way."""
    life = lives.life()
    dossier = life.dossier(payer=lives.other_payer(life.home, same_scheme=False))
    found = life.whole("payer_uncompared", dossier)
    return life.case([life.file(life.home)], found, dossiers=(dossier,))


def _basic_amount_twice(lives: Lives) -> PlantedCase:
    """One register names a payer by a number, and for some months another one by a code."""
    life = lives.life("WA")
    begin, end = lives.part(life.home, 2, 6)
    payer = lives.other_payer(life.home, same_scheme=False)
    twice = life.file(life.home, life.basic(begin, end), payer=payer)
    return life.case([life.file(life.home), twice], _part(life, "basic_amount_twice", begin, end))


def _register_contradiction(lives: Lives) -> PlantedCase:
    """One payer's file holds the basic amount twice for some months."""
    life = lives.life()
    home = life.home
    begin, end = lives.part(home, 2, 6)
    file = life.file(home, life.basic(home.begin, home.end), life.basic(begin, end))
    return life.case([file], _part(life, "register_contradiction", begin, end))


def _payment_missing(lives: Lives) -> PlantedCase:
    """The register holds the basic amount of a child and lacks its supplement."""
    life = lives.life("VL")
    found = life.whole("payment_missing")
    return life.case([life.file(life.home)], found, dossiers=(_of_kind(life, "SOCIAL"),))


def _payment_unclear(lives: Lives) -> PlantedCase:
    """The register holds the benefit whole, and perhaps the supplement of the dossier in it."""
    life = lives.life(lives.either(*_OUTSIDE_FLANDERS))
    dossier = _of_kind(life, "ORPHAN_CARE")
    return life.case([life.file(life.home)], life.whole("payment_unclear"), dossiers=(dossier,))


def _of_kind(life: Life, category: str) -> Dossier:
    return msgspec.structs.replace(life.dossier(), category=category)


def _part(life: Life, kind: str, begin: Month, end: Month) -> ExpectedFinding:
    return ExpectedFinding(life.dossier().reference, kind, str(begin), str(end))


MISTAKES: Mapping[str, Callable[[Lives], PlantedCase]] = {
    mistake.__name__.removeprefix("_"): mistake
    for mistake in (
        _match,
        _not_found,
        _months_missing,
        _months_extra,
        _months_shifted,
        _found_elsewhere,
        _found_elsewhere_move,
        _found_elsewhere_orint,
        _found_elsewhere_participation,
        _other_payer,
        _two_basic_amounts,
        _number_replaced,
        _number_cancelled,
        _number_unknown,
        _not_integrated,
        _not_authorised,
        _refused,
        _incomplete,
        _months_untold,
        _competence_undetermined,
        _unknown_category,
        _truncated,
        _unusable_answer,
        _unanswered,
        _payer_uncompared,
        _basic_amount_twice,
        _register_contradiction,
        _payment_missing,
        _payment_unclear,
    )
}
"""What plants each kind, by its name."""
