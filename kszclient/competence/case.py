"""One child, asked about on one day, under one set of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt

    from kszclient.competence.connection import Connector
    from kszclient.competence.history import DomicileHistory
    from kszclient.competence.rulebook import Rulebook
    from kszclient.competence.stays import Stay
    from kszclient.competence.timeline import Rule
    from kszclient.geography import Area
    from kszclient.values import Month


class Case(NamedTuple):
    """What the answer for a month is made from.

    Args:
        history: The domicile history, as known on the day that counts.
        connector: Finds the connecting factor.
        as_of: The day of asking.
        book: The rules.
    """

    history: DomicileHistory
    connector: Connector
    as_of: dt.date
    book: Rulebook

    def deciding_stay(self, month: Month) -> Stay | None:
        """Give the stay that decides for a month.

        It is the one on the reference day. In the month in which the history begins (a birth, an
        arrival) nothing can be known of an earlier day; there it is the first one.

        Raises:
            DomicileError: Two spells cover the day and lie in different areas.
        """
        day = self.book.settings.reference_day.of(month)
        stay = self.history.surely_on(day)
        if stay is None and self.history.stays:
            begin = self.history.stays[0].spell.begin
            if day < begin <= month.last_day:
                return self.history.surely_on(begin)
        return stay

    def rule(self, area: Area | None, month: Month) -> Rule:
        """Give the rule for an area and a month on the day of asking."""
        return self.book.timeline.rule(area, month, self.as_of)

    def place_matters(self, month: Month) -> bool:
        """Tell whether who is competent for a month depends on the place of the child."""
        return self.rule(None, month).entity is None

    def answer(self, stay: Stay | None, month: Month) -> tuple[str | None, ...]:
        """Give what would be answered for a month if this stay decided."""
        return self.rule(self.connector.connect(month, stay).area, month).answer
