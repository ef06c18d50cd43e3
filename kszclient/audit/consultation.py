"""One consultation in the trail: written down before anything is sent, and again at its end."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import Self

from msgspec import UNSET, UnsetType

from kszclient.audit.asker import Asker
from kszclient.audit.events import Answered, Asked, Event, Failed, Refused, Unanswered
from kszclient.audit.trail import WRITER, Trail
from kszclient.errors import ConnectionFailedError, DeadlineExceededError
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket

_NOTHING_CAME = (ConnectionFailedError, DeadlineExceededError)


class Consultation:
    """Writes that a question is asked, then how it ended; with `with` or `async with`.

    If the first cannot be written the body does not run, so nothing is sent. If the last cannot
    be written, AuditError takes the place of the answer, so nothing is seen. An error that leaves
    the body is written as unanswered (nothing came) or failed (something came).

    With `async with` a thread writes. A task that is cancelled meanwhile, however often, waits for
    it; if its event loop ends, the entry and its end are written all the same, in this order.

    Args:
        trail: Where it is written.
        asker: Who asks, on whose behalf and why.
        ticket: Of the question.
        ssin: The person asked about.
        months: The months asked about.
        sources: The registers asked; none named is every register.
        rules: The version of the rules by which they were chosen and are read; unset where no
            rule had part in it.

    For example:

        with Consultation(trail, asker, ticket=t, ssin=s, months=m, sources=()) as consultation:
            answer = ...
            consultation.answered(ticket_cbss=..., outcome="COMPLETE", silent=(), subjects=[...])
        return answer
    """

    def __init__(  # noqa: PLR0913 - one for each thing that the trail must say
        self,
        trail: Trail,
        asker: Asker,
        *,
        ticket: Ticket,
        ssin: Ssin,
        months: MonthPeriod,
        sources: Iterable[AuthenticSource] = (),
        rules: str | UnsetType = UNSET,
    ) -> None:
        self._trail = trail
        self._ticket = ticket.text
        self._end: Event | None = None
        self._asked = Asked(
            ticket=self._ticket,
            user=asker.user,
            organisation=asker.organisation_text,
            legal_context=asker.legal_context,
            purpose=asker.purpose,
            person=trail.pseudonym(ssin),
            months=str(months),
            sources=tuple(source.value for source in sources),
            rules=rules,
        )

    def answered(
        self,
        *,
        ticket_cbss: str,
        outcome: str,
        silent: Iterable[AuthenticSource],
        subjects: Iterable[Ssin],
    ) -> None:
        """Note that data came; it is written when the body ends.

        Args:
            ticket_cbss: The KSZ's ticket.
            outcome: ``COMPLETE`` or ``INCOMPLETE``.
            silent: The registers that did not answer.
            subjects: Every person whom the answer names.
        """
        self._end = Answered(
            ticket=self._ticket,
            ticket_cbss=ticket_cbss,
            outcome=outcome,
            silent=tuple(source.value for source in silent),
            # Sorted, so that their order does not show who is who.
            subjects=tuple(sorted({self._trail.pseudonym(ssin) for ssin in subjects})),
        )

    def refused(self, *, ticket_cbss: str, code: str) -> None:
        """Note that the KSZ would not answer; it is written when the body ends."""
        self._end = Refused(ticket=self._ticket, ticket_cbss=ticket_cbss, code=code)

    def _ending(self, error: BaseException | None) -> Event:
        if self._end is not None:
            return self._end  # data came, whatever went wrong after that
        if error is None:
            # A body that notes no ending is a mistake in our code; the trail shows it.
            return Failed(ticket=self._ticket, ticket_cbss=None, error="NotNoted")
        if _is_abandoned(error):
            error = GeneratorExit()
        name = type(error).__name__
        if isinstance(error, _NOTHING_CAME) or not isinstance(error, Exception):
            return Unanswered(ticket=self._ticket, error=name)
        cbss = getattr(error, "ticket_cbss", None)
        return Failed(ticket=self._ticket, ticket_cbss=cbss, error=name)

    def __enter__(self) -> Self:
        self._trail.append(self._asked)
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._trail.append(self._ending(error))

    async def __aenter__(self) -> Self:
        from asyncio import CancelledError  # noqa: PLC0415 - see `_written`

        self._writing = WRITER.write(self._trail, self._trail.append, self._asked)
        try:
            await _written(self._writing)
        except BaseException as error:
            # If it stands in the trail that something is asked, so must be that nothing came.
            self._write_after(self._ending(error))
            if isinstance(error, CancelledError):
                await _written(self._writing)
            raise
        return self

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._write_after(self._ending(error))
        if error is None or not _is_abandoned(error):  # else no loop is left to wait in
            await _written(self._writing)

    def _write_after(self, event: Event) -> None:
        self._writing = WRITER.write(self._trail, self._trail.append, event, after=self._writing)


def _is_abandoned(error: BaseException) -> bool:
    """Whether it came about when a task was dropped where it waited, however that went on."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, GeneratorExit):
        seen = seen.__context__
    return seen is not None


async def _written(writing: Future[None]) -> None:
    """Wait until a write is through, however often the caller is cancelled meanwhile.

    Raises:
        CancelledError: The caller was cancelled; the event is written.
        AuditError: It could not be written.
    """
    # asyncio takes its time to load, and who uses `with` needs none of it.
    import asyncio  # noqa: PLC0415 - see above

    pending = asyncio.wrap_future(writing)
    cancelled: asyncio.CancelledError | None = None
    while not writing.done():
        try:
            await asyncio.shield(pending)
        except asyncio.CancelledError as error:
            cancelled = error
        except Exception:  # noqa: BLE001 - raised below
            break
    writing.result()
    if cancelled is not None:
        raise cancelled
