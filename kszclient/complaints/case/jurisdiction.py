"""Cutting a case into the parts for which one entity is competent (rules E1 to E9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from kszclient.competence import AnswerPart, Certainty, Entity, participation, resolve, rulebook
from kszclient.complaints.case.complaint import Complaint, RegisterMonths, of_body, of_payer
from kszclient.complaints.rules.conditions import FALSE, TRUE, TruthValue, unknown
from kszclient.complaints.rules.parser import schemes
from kszclient.complaints.rules.payers import find_payers
from kszclient.complaints.rules.settings import area_of_source, participation_area
from kszclient.complaints.rules.subjects import subjects
from kszclient.geography import Area
from kszclient.values import AuthenticSource, Month, MonthPeriod


def allowance_begin(complaint: Complaint) -> Month:
    """Return the first month of the allowance that a complaint names, or else of any of them.

    Source: ``config/competence/allowances.toml``.

    Args:
        complaint: The case.
    """
    named = rulebook().allowances.get(complaint.benefit or "")
    return named.months_from if named else participation().begin


def payer_in(complaint: Complaint, months: MonthPeriod) -> str | None:
    """Return the payer of some months: the one that the complaint names, else the register's.

    Args:
        complaint: The case.
        months: The months.

    Returns:
        Its name, enterprise number or fund code; None where it is not known, or where the register
        has several in these months.

    >>> from kszclient.complaints.case.complaint import read_complaint
    >>> case = read_complaint(
    ...     '{"subject": "AMOUNT", "filing_date": "2022-03-01", "nis": "44021",'
    ...     ' "register_payers": ['
    ...     '{"from": "2021-01", "to": "2021-06", "payer": "Famiris", "source": "BRUSSELS"},'
    ...     '{"from": "2021-07", "to": "2021-12", "payer": "FONS", "source": "FLANDERS"}]}'
    ... )
    >>> payer_in(case, MonthPeriod.parse("2021-07", "2021-09"))
    'FONS'
    >>> payer_in(case, MonthPeriod.parse("2021-06", "2021-07")) is None
    True
    """
    if complaint.payer is not None:
        return complaint.payer
    named = {
        each.payer
        for each in complaint.register_payers or ()
        if MonthPeriod(each.begin, each.end).intersection(months)
    }
    return named.pop() if len(named) == 1 else None


_FEDERAL = Entity.FEDERAL.value
_PERIOD = frozenset({"period"})


class CasePart(msgspec.Struct, frozen=True):
    """The months of a case in which one entity is competent.

    Args:
        period: The months, or None where the complaint names none.
        months: The months by which the entity was found.
        entity: The entity, or None where it is not known.
        area: Whose ladder applies; none where it is not known.
        home_area: Where the child lived; none where it is not known.
        split: Whether the case has other parts.
        registered: Whether a register shows the months and the entity.
        others: The other ways these months may go, as long as `asks` is not known.
        asks: The complaint's fields that would settle which way it is.
        presumed: Whether the benefit of the domicile is meant because no other is named.
        elsewhere: Whether a payer of another area decided than that of the domicile.
    """

    period: MonthPeriod | None
    months: MonthPeriod
    entity: str | None
    area: Area | None
    home_area: Area | None
    split: bool = False
    registered: bool = False
    others: tuple[CasePart, ...] = ()
    asks: frozenset[str] = frozenset()
    presumed: bool = False
    elsewhere: bool = False

    @property
    def ways(self) -> tuple[CasePart, ...]:
        """Every way these months may go, itself first."""
        return (self, *self.others)


class _Stretch(NamedTuple):
    months: MonthPeriod
    area: Area | None
    entity: str | None
    home_area: Area | None
    registered: bool = False
    others: tuple[_Stretch, ...] = ()
    asks: frozenset[str] = frozenset()
    presumed: bool = False
    elsewhere: bool = False

    def decided_in(self, area: Area) -> _Stretch:
        """The stretch under the rules of the area whose payer decided about it.

        Where it may go several ways, that of this area: there is no such benefit elsewhere.
        """
        ways = (self, *self.others)
        way = next((each for each in ways if each.area is area), self)
        elsewhere = way.area not in (None, area)
        return way._replace(
            area=area, others=(), asks=frozenset(), presumed=False, elsewhere=elsewhere
        )

    @property
    def way(self) -> tuple[object, ...]:
        """What decides the route."""
        return self.area, self.entity, *(other.way for other in self.others)

    def unless(self, others: Sequence[_Stretch], asks: frozenset[str]) -> _Stretch:
        """Add other ways that the stretch may go, each area once; its entity is then open.

        Args:
            others: The other ways, with theirs.
            asks: What would settle whether it goes one of them.
        """
        known = {each.area for each in (self, *self.others)}
        new = {
            each.area: each._replace(others=(), asks=frozenset())
            for other in others
            for each in (other, *other.others)
            if each.area not in known
        }
        if not new:
            return self
        asked = self.asks.union(asks, *(other.asks for other in others))
        others = (*self.others, *new.values())
        return self._replace(entity=None, others=others, asks=asked)


def parts_of(complaint: Complaint) -> tuple[CasePart, ...]:
    """Cut a case where the competent entity changes: at moves, and where its regime began.

    The payer that decided, where it is known, decides whose rules apply to every part; the domicile
    shows who should have decided.

    Args:
        complaint: The case; without a period, the month of the decision or of the facts decides.

    Returns:
        The parts in order of time, at least one.
    """
    months = _months_registered(complaint) or months_concerned(complaint)
    if (body := of_body(complaint)).own_steps:
        return (_part(complaint, _Stretch(months, body.area, None, None), split=False),)
    home = _home(complaint, months)
    pieces = [piece for stretch in home for piece in _participation(complaint, stretch)]
    if area := _area_of_decider(complaint):
        joined = _join([piece.decided_in(area) for piece in pieces])
        decided = [piece for stretch in joined for piece in _cut_at_scheme(stretch, area)]
        return tuple(_part(complaint, each, split=len(decided) > 1) for each in decided)
    elsewhere = [
        piece
        for stretch in _home_at_other_times(complaint)
        for piece in _participation(complaint, stretch)
    ]
    either = [piece.unless(elsewhere, _PERIOD) for piece in pieces]
    if not _moves(complaint):
        # The entity is that of the month of the decision, as for every case without months.
        both = zip(either, pieces, strict=True)
        either = [one._replace(entity=piece.entity) for one, piece in both]
    stretches = _join(either)
    split = len(stretches) > 1
    return tuple(_part(complaint, stretch, split=split) for stretch in stretches)


def _part(complaint: Complaint, stretch: _Stretch, *, split: bool) -> CasePart:
    return CasePart(
        period=stretch.months if complaint.period else None,
        months=stretch.months,
        entity=stretch.entity,
        area=stretch.area,
        home_area=stretch.home_area,
        split=split,
        registered=stretch.registered,
        others=tuple(
            _part(complaint, other._replace(months=stretch.months), split=split)
            for other in stretch.others
        ),
        asks=stretch.asks,
        presumed=stretch.presumed,
        elsewhere=stretch.elsewhere,
    )


def _cut_at_scheme(stretch: _Stretch, area: Area) -> Iterator[_Stretch]:
    """Cut a stretch where the child benefit of an area began: before it other law applies."""
    for months in _cut(stretch.months, schemes()[area].begin):
        if months:
            yield stretch._replace(months=months)


def _area_of_decider(complaint: Complaint) -> Area | None:
    """The area of the payer that decided; none where another body did, or nobody says which payer.

    A name that funds of several areas share does not say it.
    """
    if complaint.payer is None or not of_payer(complaint):
        return None
    areas = {payer.area for payer in find_payers(complaint.payer)}
    return areas.pop() if len(areas) == 1 else None


def _home_at_other_times(complaint: Complaint) -> list[_Stretch]:
    """Return where else the child lived, unless the complaint says which months it concerns.

    Also of a child that never moved the months before participation allowances went the Flemish
    way are another matter.
    """
    if complaint.period is not None or complaint.register_months:
        return []
    begin = allowance_begin(complaint).previous()
    history = complaint.history
    if history is not None and _moves(complaint):
        begin = Month.of(min(stay.spell.begin for stay in history.stays))
    end = Month.of(complaint.filing_date)
    return _home(complaint, MonthPeriod(min(begin, end), end))


def _moves(complaint: Complaint) -> bool:
    return complaint.history is not None and not complaint.history.never_moves


def _months_registered(complaint: Complaint) -> MonthPeriod | None:
    """The months from the first to the last that a register shows, where nothing else names any."""
    held = complaint.register_months
    if complaint.period is not None or complaint.history is not None or not held:
        return None
    return MonthPeriod(min(each.begin for each in held), max(each.end for each in held))


def months_concerned(complaint: Complaint) -> MonthPeriod:
    """Return the months of a case; without a period the month of the decision, facts or filing.

    Args:
        complaint: The case.
    """
    if complaint.months is not None:
        return complaint.months
    day = complaint.decision_date or complaint.facts_last_date or complaint.filing_date
    return MonthPeriod(Month.of(day), Month.of(day))


def sureness(complaint: Complaint, part: CasePart) -> tuple[Certainty | None, tuple[str, ...]]:
    """How sure it is who was competent in the months of a part, and the open points behind that.

    Returns:
        The same as competence answers; none where the domicile does not decide the entity.
    """
    if complaint.history is None or part.home_area is None or part.entity is None:
        return None, ()
    segments = resolve(complaint.history, part.months, as_of=complaint.filing_date).segments
    sure = Certainty.least(segment.entity_certainty for segment in segments)
    open_ones = [point for segment in segments for point in segment.open_points or ()]
    about = (
        point for point in open_ones if AnswerPart.ENTITY in rulebook().open_points[point].about
    )
    return sure, tuple(dict.fromkeys(about))


def _home(complaint: Complaint, months: MonthPeriod) -> list[_Stretch]:
    history = complaint.history
    if history is None and complaint.register_months:
        return list(_by_register(complaint.register_months, months))
    if history is None:
        return list(_by_payer(complaint, months))
    stretches: list[_Stretch] = []
    for segment in resolve(history, months, as_of=complaint.filing_date).segments:
        if segment.area is None:
            stretches += _by_payer(complaint, segment.months)
            continue
        entity = None if segment.entity is None else segment.entity.value
        stretches.append(_Stretch(segment.months, segment.area, entity, segment.area))
    return stretches


def _by_register(held: Iterable[RegisterMonths], months: MonthPeriod) -> Iterator[_Stretch]:
    """Without a domicile the register that holds a month shows who is competent for it.

    Where none does, or two do, it stays open. Where the child lived is in no register.
    """
    for holding, run in groupby(months, key=lambda month: _holders(held, month)):
        stretch = list(run)
        source = next(iter(holding)) if len(holding) == 1 else None
        area = area_of_source(source)
        entity = schemes()[area].entity.value if area else None
        yield _Stretch(
            MonthPeriod(stretch[0], stretch[-1]),
            area,
            _FEDERAL if source is AuthenticSource.FEDERAL else entity,
            None,
            registered=source is not None,
        )


def _holders(held: Iterable[RegisterMonths], month: Month) -> frozenset[AuthenticSource]:
    return frozenset(each.source for each in held if each.begin <= month <= each.end)


def _by_payer(complaint: Complaint, months: MonthPeriod) -> Iterator[_Stretch]:
    """Without a domicile the payer shows the area, where its name or number belongs to one."""
    named = payer_in(complaint, months)
    found = find_payers(named) if named else ()
    areas = {payer.area for payer in found}
    area = areas.pop() if len(areas) == 1 else None
    if area is None:
        yield _Stretch(months, None, None, None)
        return
    scheme = schemes()[area]
    before, after = _cut(months, scheme.begin)
    if before:
        yield _Stretch(before, area, _FEDERAL, None)
    if after:
        yield _Stretch(after, area, scheme.entity.value, None)


def _participation(complaint: Complaint, stretch: _Stretch) -> Iterator[_Stretch]:
    """Send school, toddler and childcare allowances the Flemish way, wherever the child lives.

    Where it is not known whether that is so, the months may go both ways. Where neither a benefit
    nor a school is named, the benefit of the domicile is meant, and a notice says so.
    """
    flanders = participation_area()
    follows_school = _follows_school(complaint)
    before, after = _cut(stretch.months, allowance_begin(complaint))
    if follows_school.value is False or after is None or stretch.area is flanders:
        yield stretch
        return
    if before:
        yield stretch._replace(months=before)
    flemish = _Stretch(after, flanders, participation().entity.value, stretch.home_area)
    if follows_school.value:
        yield flemish
        return
    at_home = stretch._replace(months=after)
    if complaint.benefit is None and complaint.nl_school_or_childcare is None:
        yield at_home._replace(presumed=True)
    elif complaint.benefit is None:
        # The entity is that of the domicile (E3 to E6); E7 takes single benefits from it.
        either = at_home.unless([flemish], follows_school.needs)
        yield either._replace(entity=at_home.entity)
    else:
        yield flemish.unless([at_home], follows_school.needs)


def _follows_school(complaint: Complaint) -> TruthValue:
    groups = subjects().groups
    if complaint.subject in groups["no_participation"] or not of_payer(complaint):
        return FALSE
    benefit = unknown("benefit")
    if complaint.benefit is not None:
        benefit = TruthValue(complaint.benefit in groups["participation"])
    school = unknown("nl_school_or_childcare")
    if _area_of_decider(complaint) is participation_area():
        # No other area has such an allowance; whether the school counts is the dispute itself.
        school = TRUE
    elif complaint.nl_school_or_childcare is not None:
        school = TruthValue(complaint.nl_school_or_childcare)
    return benefit & school


def _cut(months: MonthPeriod, at: Month) -> tuple[MonthPeriod | None, MonthPeriod | None]:
    """Cut months before and from a month on."""
    after = months.intersection(MonthPeriod(at))
    if months.begin >= at:
        return None, after
    return months.intersection(MonthPeriod(months.begin, at.previous())), after


def _join(stretches: list[_Stretch]) -> list[_Stretch]:
    """Join neighbours that go the same way.

    The child's home is then where it lived outside the area whose way it goes, if it did: nobody
    says that it lived in that area in all these months.
    """
    joined = []
    for _, group in groupby(stretches, key=lambda stretch: stretch.way):
        run = list(group)
        months = MonthPeriod(run[0].months.begin, run[-1].months.end)
        presumed = any(stretch.presumed for stretch in run)
        outside = (stretch.home_area for stretch in run if stretch.home_area is not stretch.area)
        home = next(outside, run[0].home_area)
        joined.append(run[0]._replace(months=months, home_area=home, presumed=presumed))
    return joined
