"""What must come back of each lookup in the fault drill: from the mock's world, not its answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from kszclient.cadaster import Complete, Incomplete, Outcome, Refused
from kszclient.testing.population.rates import Chance
from kszclient.testing.population.truth import Party, WorldFile
from kszclient.testing.server.world import World
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin
from kszclient.wire import File, SourceResult, SourceStatusValue
from kszclient.wire.answer import Beneficiary
from kszclient.wire.answer import Child as ReportedChild

REFUSED_AT_RANDOM = "MSG00013"
Reported = tuple[object, ...]


class Task(msgspec.Struct, frozen=True):
    """One lookup.

    Args:
        ssin: Whom.
        period: Which months.
        sources: Which registers; all where none is named.
    """

    ssin: Ssin
    period: MonthPeriod
    sources: tuple[AuthenticSource, ...]

    @property
    def asked(self) -> tuple[AuthenticSource, ...]:
        """Every register asked."""
        return self.sources or tuple(AuthenticSource)


def tasks(world: World, count: int) -> list[Task]:
    """Make lookups of every number in turn, over changing months and registers."""
    numbers = [child.ssin for child in world.children]
    numbers += [state.ssin for state in world.numbers]
    return [_task(numbers[number % len(numbers)], number) for number in range(count)]


def _task(ssin: Ssin, number: int) -> Task:
    chance = Chance(f"drill/{number}")
    begin = Month(chance.whole(2015, 2025), chance.whole(1, 12))
    end = Month(begin.year + chance.whole(1, 4), chance.whole(1, 12))
    named = [source for source in AuthenticSource if chance.happens(0.5)]
    sources = tuple(named) if chance.happens(0.5) else ()
    return Task(ssin, MonthPeriod(begin, end), sources)


class Truth:
    """What must come back, from the children and files of a world.

    Args:
        world: The world that the mock plays.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._files: dict[tuple[str, AuthenticSource], list[WorldFile]] = defaultdict(list)
        for file in world.files:
            for person in {who.digits for who, _ in file.known}:
                self._files[person, file.source].append(file)

    def flaws(self, task: Task, outcome: Outcome) -> Iterator[str]:
        """Compare an outcome with the truth.

        Yields:
            ``swapped``, ``silent as nothing``, ``wrong refusal`` or ``wrong content``.
        """
        criteria = outcome.answer.criteria
        if criteria.ssin != task.ssin or set(criteria.authentic_sources) != set(task.sources):
            yield "swapped"
        refusal = _refusal(self._world, task)
        if isinstance(outcome, Refused):
            if outcome.code not in {refusal, REFUSED_AT_RANDOM}:
                yield "wrong refusal"
        elif refusal:
            yield "wrong refusal"
        else:
            yield from self._flaws_by_source(task, outcome)

    def _flaws_by_source(self, task: Task, outcome: Complete | Incomplete) -> Iterator[str]:
        answered = {result.authentic_source: result for result in outcome.answer.results or ()}
        silent = outcome.silent if isinstance(outcome, Incomplete) else ()
        if isinstance(outcome, Incomplete) and not silent:
            yield "wrong content"
        for source in task.asked:
            result = answered.get(source)
            true = sorted(map(repr, self._true_files(task, source)))
            if source in silent:
                if result and result.status.value is not SourceStatusValue.TECHNICAL_ERROR:
                    yield "wrong content"
            elif true and (result is None or not result.files):
                yield "silent as nothing"
            elif result is None or sorted(map(repr, _reported_files(result))) != true:
                yield "wrong content"

    def _true_files(self, task: Task, source: AuthenticSource) -> Iterator[Reported]:
        state = self._world.repertory.state(task.ssin.digits)
        if state is not None and source in state.not_integrated_at:
            return
        for file in self._files.get((task.ssin.digits, source), ()):
            known = (months for who, months in file.known if who == task.ssin)
            if any(months.overlaps(task.period) for months in known):
                yield _true_file(file, task.period)


def _refusal(world: World, task: Task) -> str | None:
    state = world.repertory.state(task.ssin.digits)
    if state is None:
        return None
    reasons = {
        "MSG00006": state.replaced_by is not None,
        "MSG00007": state.cancelled,
        "MSG00012": state.not_integrated,
    }
    return next((code for code, holds in reasons.items() if holds), None)


def _true_file(file: WorldFile, period: MonthPeriod) -> Reported:
    return (
        file.number,
        file.entitled and file.entitled.digits,
        [_true_party(party, period) for party in file.beneficiaries],
        [_true_party(party, period) for party in file.children],
    )


def _true_party(party: Party, period: MonthPeriod) -> Reported:
    payments = [
        (each.category, str(each.begin), str(each.end), _digits(each.linked))
        for each in party.payments
        if MonthPeriod(each.begin, each.end).overlaps(period)
    ]
    bonuses = [
        (each.category, each.paid_on, _digits(each.linked))
        for each in party.bonuses
        if Month.of(each.paid_on) in period
    ]
    return party.ssin.digits, payments, bonuses


def _reported_files(result: SourceResult) -> Iterator[Reported]:
    for file in result.files:
        yield _reported_file(file)


def _reported_file(file: File) -> Reported:
    entitled = file.entitled_person_ssin
    return (
        file.file_number,
        entitled and entitled.digits,
        [_reported_party(party) for party in file.beneficiaries],
        [_reported_party(party) for party in file.children],
    )


def _reported_party(party: Beneficiary | ReportedChild) -> Reported:
    payments = [
        (
            each.category.code,
            str(each.begin_month),
            str(each.end_month),
            _digits(each.beneficiaries),
        )
        for each in party.payment_periods
    ]
    bonuses = [
        (each.category.code, each.payment_date, _digits(each.beneficiaries))
        for each in party.bonuses
    ]
    return party.ssin.digits, payments, bonuses


def _digits(people: Iterable[Ssin]) -> list[str]:
    return [each.digits for each in people]
