"""The lookups that come next, each with the tickets under which it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from kszclient.reconciliation.execute.journal import Journal
from kszclient.reconciliation.plan.plan import Plan, Task
from kszclient.values import Ticket

_TASKS_AT_ONCE = 4096
_TICKETS_AT_ONCE = 64


class Turn(NamedTuple):
    """One lookup whose turn it is.

    Args:
        task: What to ask.
        new_ticket: Gives the ticket of each attempt; it is written down already.
    """

    task: Task
    new_ticket: Callable[[], Ticket]


class Upcoming:
    """Gives one lookup after the other.

    Tickets are handed out for some lookups ahead, in one transaction. Where the run ends before
    they are used, those lookups are sent under their next tickets later, as if these were lost.

    Args:
        plan: What to ask.
        journal: Writes the tickets down.

    Attributes:
        left: How many there are yet.
    """

    def __init__(self, plan: Plan, journal: Journal) -> None:
        self._plan = plan
        self._journal = journal
        self._turns: Iterator[Turn] = iter(())
        self._back: list[Turn] = []
        self.left = 0

    def add(self, numbers: Sequence[int]) -> None:
        """Take these lookups next; call it when there are no others left."""
        self._turns = self._over(numbers)
        self.left = len(numbers)

    def next(self) -> Turn | None:
        """Give the next one, or None where there are no more."""
        if not self.left:
            return None
        self.left -= 1
        return self._back.pop() if self._back else next(self._turns)

    def put_back(self, turn: Turn) -> None:
        """Take back one that was not sent, with its tickets; it comes next."""
        self._back.append(turn)
        self.left += 1

    def _over(self, numbers: Sequence[int]) -> Iterator[Turn]:
        for first in range(0, len(numbers), _TASKS_AT_ONCE):
            tasks = list(self._plan.tasks(numbers[first : first + _TASKS_AT_ONCE]))
            for place in range(0, len(tasks), _TICKETS_AT_ONCE):
                some = tasks[place : place + _TICKETS_AT_ONCE]
                tickets = self._journal.hand_out([task.number for task in some])
                for task, ticket in zip(some, tickets, strict=True):
                    yield Turn(task, self._tickets(task.number, ticket))

    def _tickets(self, number: int, first: Ticket) -> Callable[[], Ticket]:
        ready = [first]

        def new_ticket() -> Ticket:
            return ready.pop() if ready else self._journal.hand_out([number])[0]

        return new_ticket
