"""One child, asked about on one day under one set of rules: what ties it to an area in a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from kszclient.competence.rulebook.factors import Circumstances, CountsAs, Place
from kszclient.competence.rulebook.terms import Certainty
from kszclient.errors import DomicileError, InputError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from kszclient.competence.history.history import DomicileHistory
    from kszclient.competence.history.spells import Stay
    from kszclient.competence.rulebook.factors import Factor, Situation
    from kszclient.competence.rulebook.rulebook import Rulebook
    from kszclient.competence.rulebook.timeline import Rule
    from kszclient.geography import Area, Notice
    from kszclient.values import Month, MonthPeriod

_Row = TypeVar("_Row")


class Connection(NamedTuple):
    """What ties a child to an area in a month.

    Args:
        area: The area; None where no factor is left.
        factor: The factor that gave it.
        situation: What is special; always given where no factor is left.
    """

    area: Area | None
    factor: Factor | None
    situation: Situation | None

    @property
    def certainty(self) -> Certainty:
        """As sure as the factor and the situation."""
        return Certainty.least(each.certainty for each in (self.factor, self.situation) if each)

    @property
    def weakness(self) -> tuple[int, int]:
        """The higher, the less sure it is, or else the later its factor comes."""
        rank = self.factor.number if self.factor else 0
        return list(Certainty).index(self.certainty), rank

    @property
    def basis(self) -> str:
        """Why, in words."""
        return " ".join(each.basis for each in (self.factor, self.situation) if each)

    @property
    def open_points(self) -> tuple[str, ...]:
        """The open points on which the factor and the situation rest."""
        return tuple(
            point for each in (self.factor, self.situation) if each for point in each.open_points
        )

    @property
    def references(self) -> tuple[str, ...]:
        """The keys of the documents."""
        return tuple(
            key for each in (self.factor, self.situation) if each for key in each.references
        )


def chosen(kind: str, name: str | None, rows: Mapping[str, _Row]) -> _Row | None:
    """Return the row that a user names; None where none is named.

    Raises:
        InputError: There is no such row.
    """
    if name is None:
        return None
    if name not in rows:
        raise InputError(f"{kind}: expected one of {', '.join(rows)}")
    return rows[name]


class Connector:
    """Finds the factor that decides, for one child.

    Args:
        book: The rules.
        circumstances: What is known besides the domicile.
        as_of: The day of asking.

    Raises:
        InputError: The situation is in no table.
        UnknownPlaceError: A place is in no table.
    """

    def __init__(self, book: Rulebook, circumstances: Circumstances, as_of: dt.date) -> None:
        self._book = book
        self._as_of = as_of
        self._given = {
            factor.id: place.area
            for factor in book.factors
            if isinstance(place := getattr(circumstances, factor.id, None), Place)
        }
        self.situation = chosen("situation", circumstances.situation, book.situations)

    def connect(self, month: Month, stay: Stay | None) -> Connection:
        """Return the first factor, in their order, of which the place is known."""
        counts_as = self.situation.domicile_counts_as if self.situation else CountsAs.DOMICILE
        places = {counts_as.value: stay.area if stay else None} | self._given
        for factor in self._book.factors:
            area = places.get(factor.id)
            if area and month >= factor.months_from and factor.holds(area, self._as_of):
                return Connection(area, factor, self.situation)
        return self.nowhere(stay)

    def nowhere(self, stay: Stay | None) -> Connection:
        """Return what is left where no factor gives an area."""
        return Connection(None, None, self.situation_on(stay))

    def situation_on(self, stay: Stay | None) -> Situation:
        """Return the situation that was named, else the one that a stay without an area means."""
        without = "abroad" if stay and stay.spell.country else "no-domicile"
        return self.situation or self._book.situations[without]


class Doubt(NamedTuple):
    """Days on which a domicile that ended may still have counted, as far as was known.

    What follows raises the doubt, so no month before it is touched: a month is answered alike
    whatever comes after it.

    Args:
        stay: The stay that ended.
        since: The first day of what follows.
        last: The last of the days.
        references: The keys of the documents behind that.
        notice: What the user should know.
    """

    stay: Stay
    since: dt.date
    last: dt.date
    references: tuple[str, ...]
    notice: Notice

    def covers(self, month: Month, day: dt.date) -> bool:
        """Return whether the stay may still have counted for a month that a day decides."""
        return self.since <= month.last_day and self.stay.last_day < day <= self.last


def doubts(
    history: DomicileHistory, known_on: dt.date, period: MonthPeriod, book: Rulebook
) -> Iterator[Doubt]:
    """Yield each doubt about days that decide in a period.

    Args:
        history: The domicile history, with what became known later.
        known_on: The day of knowing.
        period: The months asked about.
        book: The rules.
    """
    first = book.settings.reference_day.of(period.begin)
    last_day = (period.end or period.begin).last_day
    for stay, after, last in history.doubtful_ends(known_on):
        if after.spell.begin <= last_day and first <= last:
            notice = book.notice(
                "end-in-doubt",
                spell=stay.number,
                end=stay.last_day,
                after=after.number,
                later=after.spell.known_since,
                known_on=known_on,
            )
            yield Doubt(stay, after.spell.begin, last, book.notices[notice.code].references, notice)


class ResolutionContext(NamedTuple):
    """What the answer for a month is made from.

    Args:
        history: The domicile history, as known on the day that counts.
        connector: Finds the connecting factor.
        as_of: The day of asking.
        book: The rules.
        doubts: The ends of a domicile that may not have been known.
    """

    history: DomicileHistory
    connector: Connector
    as_of: dt.date
    book: Rulebook
    doubts: tuple[Doubt, ...] = ()

    def connect(self, month: Month) -> Connection:
        """Return what ties the child to an area in a month.

        Where stays overlap on the day that decides, it is what the least sure of them gives. Where
        they lie in different areas it is none; that decides nothing while all areas were federal.

        Raises:
            DomicileError: They lie in different areas, and who is competent depends on it.
        """
        day = self.deciding_day(month)
        stays = self.history.covering(day)
        found = [self.connector.connect(month, stay) for stay in stays]
        for other, second in zip(stays, found, strict=True):
            if second.area == found[0].area:
                continue
            if not self.place_matters(month):
                return self.connector.nowhere(None)
            raise DomicileError(
                f"{stays[0]} and {other} overlap on {day} and lie in different areas",
                next_step="Correct the domicile history: a child has one domicile at a time. "
                "Where one was registered later, state in known_on when each became known.",
            )
        return max(found, key=lambda each: each.weakness)

    def deciding_day(self, month: Month) -> dt.date:
        """Return the day whose domicile decides for a month.

        It is the reference day. In the month in which the history begins (a birth, an arrival)
        nothing can be known of an earlier day; there it is the first one.
        """
        day = self.book.settings.reference_day.of(month)
        begin = self.history.stays[0].spell.begin if self.history.stays else day
        return begin if day < begin <= month.last_day else day

    def doubt(self, month: Month) -> Doubt | None:
        """Return the doubt on which the answer for a month depends.

        Where the answer is undetermined anyway, no doubt makes it less sure.
        """
        day = self.deciding_day(month)
        for doubt in self.doubts:
            if doubt.covers(month, day):
                without = self.answer(None, month)
                if any(without) and self.answer(doubt.stay, month) != without:
                    return doubt
        return None

    def rule(self, area: Area | None, month: Month) -> Rule:
        """Return the rule for an area and a month on the day of asking."""
        return self.book.timeline.rule(area, month, self.as_of)

    def place_matters(self, month: Month) -> bool:
        """Return whether who is competent for a month depends on the place of the child."""
        return self.rule(None, month).entity is None

    def answer(self, stay: Stay | None, month: Month) -> tuple[str | None, ...]:
        """Return what would be answered for a month if this stay decided."""
        return self.rule(self.connector.connect(month, stay).area, month).answer
