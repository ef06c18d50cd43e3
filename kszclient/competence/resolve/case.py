"""One child, asked about on one day, under one set of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kszclient.errors import DomicileError

if TYPE_CHECKING:
    import datetime as dt

    from kszclient.competence.history.history import DomicileHistory
    from kszclient.competence.history.stays import Stay
    from kszclient.competence.resolve.connection import Connection, Connector
    from kszclient.competence.resolve.doubts import Doubt
    from kszclient.competence.rulebook.rulebook import Rulebook
    from kszclient.competence.rulebook.timeline import Rule
    from kszclient.geography import Area
    from kszclient.values import Month


class Case(NamedTuple):
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
        """Give what ties the child to an area in a month.

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
                "Where one was registered later, tell with known_on when each became known.",
            )
        return max(found, key=lambda each: each.weakness)

    def deciding_day(self, month: Month) -> dt.date:
        """Give the day whose domicile decides for a month.

        It is the reference day. In the month in which the history begins (a birth, an arrival)
        nothing can be known of an earlier day; there it is the first one.
        """
        day = self.book.settings.reference_day.of(month)
        begin = self.history.stays[0].spell.begin if self.history.stays else day
        return begin if day < begin <= month.last_day else day

    def doubt(self, month: Month) -> Doubt | None:
        """Give the doubt on which the answer for a month depends.

        Where the answer is that nothing can be said, no doubt makes it less sure.
        """
        day = self.deciding_day(month)
        for doubt in self.doubts:
            if doubt.covers(month, day):
                without = self.answer(None, month)
                if any(without) and self.answer(doubt.stay, month) != without:
                    return doubt
        return None

    def rule(self, area: Area | None, month: Month) -> Rule:
        """Give the rule for an area and a month on the day of asking."""
        return self.book.timeline.rule(area, month, self.as_of)

    def place_matters(self, month: Month) -> bool:
        """Tell whether who is competent for a month depends on the place of the child."""
        return self.rule(None, month).entity is None

    def answer(self, stay: Stay | None, month: Month) -> tuple[str | None, ...]:
        """Give what would be answered for a month if this stay decided."""
        return self.rule(self.connector.connect(month, stay).area, month).answer
