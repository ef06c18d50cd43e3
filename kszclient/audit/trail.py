"""The append-only, tamper-evident audit log that lookups write to: the trail.

What tasks append is written in threads of its own, whatever becomes of the tasks. The threads
belong to no event loop: a loop that ends cancels tasks and forgets what they wait for, but not what
was handed in here. An interpreter that ends waits for it (`concurrent.futures`), and takes nothing
more into its threads; what comes then, the end of tasks that nobody saw through, is written at once
by its caller.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol, Self, TypeVar

from kszclient.audit import store
from kszclient.audit.chain import Head
from kszclient.audit.events import Event
from kszclient.audit.keys import AuditKeys
from kszclient.audit.place import Place
from kszclient.errors import AuditError, SettingsError
from kszclient.guarded_files import check_private
from kszclient.values import Ssin


class Trail(Protocol):
    """What a consultation needs of a trail; bring your own to write elsewhere."""

    def append(self, event: Event) -> None:
        """Write an event so that it stays, or raise AuditError."""

    def pseudonym(self, ssin: Ssin) -> str:
        """Return the name under which a person stands in the trail."""


def utc_now() -> dt.datetime:
    """Return the time."""
    return dt.datetime.now(tz=dt.UTC)


def _check_owner(path: Path) -> None:
    if not path.exists():
        return  # opening it says so
    try:
        check_private(path, "audit trail")
    except SettingsError as error:
        raise AuditError(str(error), next_step=error.next_step) from None


class _Waiting:
    """An event that waits to be written, until when, and what became of it."""

    __slots__ = ("event", "failure", "until", "written")

    def __init__(self, event: Event, until: float) -> None:
        self.event = event
        self.until = until
        self.written = False
        self.failure: AuditError | None = None


class AuditTrail:
    """A trail in a SQLite file, shared by threads; each process opens its own.

    Threads that append at the same time share one write to the disk, which is what makes a
    durable trail fast enough for a batch.

    Args:
        path: The file, which exists: a trail that vanished is not begun anew in silence.
        keys: Seal its entries and name its persons.
        now: Returns the time, with a time zone.
        wait_seconds: How long an event waits at most for another process's write; those that
            threads append together wait as long as the first of them.

    Raises:
        AuditError: No such trail, others may read or change it, or its end does not fit these
            keys.
    """

    def __init__(
        self,
        path: Path,
        keys: AuditKeys,
        *,
        now: Callable[[], dt.datetime] = utc_now,
        wait_seconds: float = 30.0,
    ) -> None:
        self._keys = keys
        self._now = now
        self._wait_seconds = wait_seconds
        self._process = os.getpid()
        self._queue: list[_Waiting] = []
        self._queue_lock = threading.Lock()
        self._writing = threading.Lock()
        _check_owner(path)
        self._place = Place(path)
        self._connection = store.connect(path, wait_seconds=wait_seconds)
        with ExitStack() as refused:
            refused.callback(self._connection.close)
            with store.failures_reported("read"):
                store.read_head(self._connection).check(keys)
            self._place.opened()
            refused.pop_all()

    @classmethod
    def create(cls, path: Path, keys: AuditKeys) -> None:
        """Make a new, empty trail.

        Raises:
            AuditError: There is a file already, or none can be made.
        """
        store.create(path, Head.of_new(keys, str(uuid.uuid4())))

    def pseudonym(self, ssin: Ssin) -> str:
        """Return the name under which a person stands in the trail."""
        return self._keys.pseudonym(ssin)

    def append(self, event: Event) -> None:
        """Write an event; when this returns, it outlives a power cut.

        Raises:
            AuditError: It was not written, or to a file that nobody finds: the disk is full,
                another writer is in the way, the end of the trail was tampered with, or its file
                was moved, removed or replaced.
        """
        if os.getpid() != self._process:
            raise AuditError(
                "the audit trail was opened before this process was forked off",
                next_step="Open the trail in each process.",
            )
        mine = _Waiting(event, time.monotonic() + self._wait_seconds)
        with self._queue_lock:
            self._queue.append(mine)
        # Who comes first writes for all who wait; they find their events written.
        with self._writing:
            if not mine.written and mine.failure is None:
                self._write_queue()
        if mine.failure is not None:
            # Of its own for each thread that raises it.
            raise AuditError(str(mine.failure), next_step=mine.failure.next_step)

    def _write_queue(self) -> None:
        with self._queue_lock:
            batch, self._queue = self._queue, []
        failure: AuditError | None = AuditError("the audit trail was interrupted while writing")
        try:
            until = min(waiting.until for waiting in batch)
            self._write([waiting.event for waiting in batch], until - time.monotonic())
            failure = None
        except AuditError as error:
            failure = error
        finally:
            for waiting in batch:
                waiting.written = failure is None
                waiting.failure = failure

    def _write(self, events: list[Event], wait_seconds: float) -> None:
        self._place.check()
        with store.failures_reported("written"):
            store.wait_at_most(self._connection, wait_seconds)
        with store.failures_reported("written"), store.writing(self._connection):
            head = store.read_head(self._connection)
            head.check(self._keys)
            entries = []
            for event in events:
                sealed, head = head.follow(self._keys, event, self._now().astimezone(dt.UTC))
                entries.append(sealed)
            store.write(self._connection, entries, head)
        self._place.check()  # it may have gone meanwhile, and these entries with it

    def rehearse(self) -> None:
        """Write something, down to the disk, and take it back.

        Raises:
            AuditError: It could not be written, or would not be kept.
        """
        with self._writing, store.failures_reported("written"):
            self._place.check()
            store.rehearse(self._connection)

    def close(self) -> None:
        """Close the file, once what tasks have begun to append is written."""
        WRITER.drain(self)
        with self._writing:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_THREADS = 8

Entry = TypeVar("Entry")


class Writer:
    """Hands writes to threads and knows which are under way.

    >>> writer = Writer()
    >>> written = []
    >>> asked = writer.write(written, written.append, "asked")
    >>> ended = writer.write(written, written.append, "ended", after=asked)
    >>> writer.drain(written)
    >>> written
    ['asked', 'ended']
    """

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget everything, as a process must that was forked off: it has none of the threads."""
        self._pool = ThreadPoolExecutor(_THREADS, "kszclient-audit")
        self._under_way: dict[Future[None], object] = {}

    def write(
        self,
        owner: object,
        append: Callable[[Entry], None],
        entry: Entry,
        *,
        after: Future[None] | None = None,
    ) -> Future[None]:
        """Write an entry; nobody can call it off.

        Args:
            owner: Whose write this is, for `drain`.
            append: Writes.
            entry: What is written.
            after: The write that comes before it; where that fails, so does this one.
        """

        def run() -> None:
            if after is not None:
                after.result()  # begun before this one, so some thread is at it
            append(entry)

        try:
            writing = self._pool.submit(run)
        except RuntimeError:  # the interpreter ends
            return _done(run)
        self._under_way[writing] = owner
        writing.add_done_callback(self._forget)
        return writing

    def _forget(self, writing: Future[None]) -> None:
        self._under_way.pop(writing, None)

    def drain(self, owner: object) -> None:
        """Wait for every write of one owner that is under way."""
        wait([each for each, whose in list(self._under_way.items()) if whose is owner])


def _done(run: Callable[[], None]) -> Future[None]:
    done: Future[None] = Future()
    try:
        run()
    except BaseException as error:  # noqa: BLE001 - as a thread would
        done.set_exception(error)
    else:
        done.set_result(None)
    return done


WRITER = Writer()
"""That of this process."""

os.register_at_fork(after_in_child=WRITER.begin_anew)
