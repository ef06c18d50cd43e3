"""What a consultation writes, in each way it can end."""

import asyncio
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kszclient.audit import Selection, export
from kszclient.audit.events import Asked
from kszclient.audit.trail import WRITER
from kszclient.errors import (
    AuditError,
    ConnectionFailedError,
    ContractDriftError,
    DeadlineExceededError,
    GatewayError,
    ServiceFaultError,
)
from kszclient.values import AuthenticSource, MonthPeriod
from tests.audit.samples import CHILD, PARENT, consult, consultation


@pytest.fixture
def events(path, keys):
    return lambda: [json.loads(line)["entry"]["event"] for line in export(path, keys, Selection())]


def test_what_is_asked_is_written_before_the_body_runs(trail, keys, events):
    with consultation(trail) as written:
        assert events() == [
            {
                "kind": "asked",
                "ticket": "00000000-0000-4000-8000-000000000001",
                "user": "clerk-7",
                "organisation": "CBE 0000000097",
                "legal_context": "PCSA:SOCIAL_INQUIRY",
                "purpose": "file 2024/118",
                "person": keys.pseudonym(CHILD),
                "months": "2023-01..2023-12",
                "sources": ["FLANDERS"],
            }
        ]
        written.refused(ticket_cbss="cbss-1", code="MSG00012")


def test_an_answer_is_written_with_everybody_it_names(trail, keys, events):
    with consultation(trail) as written:
        written.answered(
            ticket_cbss="cbss-1",
            outcome="INCOMPLETE",
            silent=[AuthenticSource.BRUSSELS],
            subjects=[PARENT, CHILD, PARENT],
        )
    assert events()[1] == {
        "kind": "answered",
        "ticket": "00000000-0000-4000-8000-000000000001",
        "ticket_cbss": "cbss-1",
        "outcome": "INCOMPLETE",
        "silent": ["BRUSSELS"],
        "subjects": sorted([keys.pseudonym(CHILD), keys.pseudonym(PARENT)]),
    }


def test_a_refusal_is_written_with_its_code(trail, events):
    with consultation(trail) as written:
        written.refused(ticket_cbss="cbss-1", code="MSG00012")
    assert (events()[1]["kind"], events()[1]["code"]) == ("refused", "MSG00012")


@pytest.mark.parametrize(
    ("error", "kind", "cbss"),
    [
        (ConnectionFailedError("no"), "unanswered", None),
        (DeadlineExceededError("no"), "unanswered", None),
        (KeyboardInterrupt(), "unanswered", None),
        (asyncio.CancelledError(), "unanswered", None),
        (GatewayError("no", http_status=502), "failed", None),
        (ContractDriftError("no"), "failed", None),
        (ServiceFaultError("no", reason_codes=("MSG00003",), ticket_cbss="k9"), "failed", "k9"),
        (ZeroDivisionError(), "failed", None),
    ],
)
def test_an_error_is_written_by_name_and_goes_on_its_way(trail, events, error, kind, cbss):
    with pytest.raises(type(error)) as caught, consultation(trail):
        raise error
    assert caught.value is error
    ending = events()[1]
    assert (ending["kind"], ending["error"]) == (kind, type(error).__name__)
    assert ending.get("ticket_cbss") == cbss


def test_data_that_came_is_written_though_something_fails_after(trail, events):
    def ask():
        with consultation(trail) as written:
            written.answered(ticket_cbss="c", outcome="COMPLETE", silent=(), subjects=[CHILD])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask()
    assert events()[1]["kind"] == "answered"


def test_a_body_that_notes_no_ending_shows(trail, events):
    with consultation(trail):
        pass
    assert events()[1]["error"] == "NotNoted"


def test_what_cannot_be_written_is_not_sent(trail):
    trail.close()
    sent = []
    with pytest.raises(AuditError), consultation(trail):
        sent.append("question")
    assert not sent


def test_an_answer_that_cannot_be_written_is_not_seen(trail):
    def ask():
        with consultation(trail) as written:
            written.answered(ticket_cbss="c", outcome="COMPLETE", silent=(), subjects=[CHILD])
            trail.close()
        return "answer"

    with pytest.raises(AuditError):
        ask()


def test_tasks_write_the_same(trail, events):
    async def ask(number):
        async with consultation(trail, number) as written:
            await asyncio.sleep(0)
            written.refused(ticket_cbss="c", code="MSG00012")

    async def everybody():
        await asyncio.gather(*(ask(number) for number in range(20)))

    asyncio.run(everybody())
    kinds = [event["kind"] for event in events()]
    assert (kinds.count("asked"), kinds.count("refused")) == (20, 20)


@pytest.mark.parametrize("writing", ["asked", "refused"])
def test_a_task_cancelled_while_it_writes_leaves_nothing_open(trail, events, writing):
    class Interrupted:
        pseudonym = trail.pseudonym

        def append(self, event):
            if type(event).__name__.lower() == writing:
                cancelled = threading.Event()
                self.loop.call_soon_threadsafe(self.task.cancel)
                self.loop.call_soon_threadsafe(cancelled.set)
                cancelled.wait(60)
            trail.append(event)

    interrupted = Interrupted()

    async def ask():
        async with consultation(interrupted) as written:
            written.refused(ticket_cbss="c", code="MSG00012")

    async def cancel():
        interrupted.loop = asyncio.get_running_loop()
        interrupted.task = asyncio.create_task(ask())
        with pytest.raises(asyncio.CancelledError):
            await interrupted.task

    asyncio.run(cancel())
    ended = "unanswered" if writing == "asked" else "refused"
    assert [event["kind"] for event in events()] == ["asked", ended]


def test_no_national_number_is_in_the_file(trail, path):
    consult(trail)
    files = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"00000000-0000-4000-8000-000000000001" in files
    for ssin in (CHILD, PARENT):
        assert ssin.digits.encode() not in files


def test_an_open_end_is_left_open(trail, events):
    with consultation(trail, months=MonthPeriod.parse("2023-01"), sources=()) as written:
        written.refused(ticket_cbss="c", code="X")
    assert (events()[0]["months"], events()[0]["sources"]) == ("2023-01..", [])


class Slow:
    """A trail that writes when it is told to, as a disk that is busy."""

    def __init__(self, trail):
        self.writes = threading.Event()
        self.begun = threading.Event()
        self._trail = trail
        self.pseudonym = trail.pseudonym

    def append(self, event):
        self.begun.set()
        assert self.writes.wait(60)
        self._trail.append(event)


def cancel_while_writing(slow, asking):
    """Cancel a task in the middle of a write, let the write end, and give how the task ended."""

    async def running():
        task = asyncio.create_task(asking())
        await asyncio.to_thread(slow.begun.wait, 60)
        task.cancel()
        await asyncio.sleep(0)
        slow.writes.set()
        (end,) = await asyncio.gather(task, return_exceptions=True)
        return end

    return asyncio.run(running())


def test_who_is_cancelled_while_the_question_is_written_leaves_a_whole_entry(trail, events):
    slow = Slow(trail)

    async def asking():
        async with consultation(slow):
            pytest.fail("nothing may be sent any more")

    assert isinstance(cancel_while_writing(slow, asking), asyncio.CancelledError)
    assert [each["kind"] for each in events()] == ["asked", "unanswered"]


def test_who_is_cancelled_while_the_end_is_written_leaves_a_whole_entry(trail, events):
    slow = Slow(trail)
    slow.writes.set()

    async def asking():
        async with consultation(slow) as written:
            written.refused(ticket_cbss="cbss-1", code="MSG00012")
            slow.writes.clear()

    async def running():
        task = asyncio.create_task(asking())
        while slow.writes.is_set():  # noqa: ASYNC110 - what is waited for is a thread
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.sleep(0)
        slow.writes.set()
        return (await asyncio.gather(task, return_exceptions=True))[0]

    assert isinstance(asyncio.run(running()), asyncio.CancelledError)
    assert [each["kind"] for each in events()] == ["asked", "refused"]


def test_a_trail_that_fails_is_told_to_who_was_cancelled_meanwhile(trail):
    slow = Slow(trail)
    trail.close()

    async def asking():
        async with consultation(slow):
            pytest.fail("nothing may be sent any more")

    assert isinstance(cancel_while_writing(slow, asking), AuditError)


def test_who_is_cancelled_again_and_again_leaves_the_entries_in_their_order(trail, events):
    slow = Slow(trail)

    async def asking():
        async with consultation(slow):
            pytest.fail("nothing may be sent any more")

    async def running():
        task = asyncio.create_task(asking())
        await asyncio.to_thread(slow.begun.wait, 60)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.01)
        slow.writes.set()
        return (await asyncio.gather(task, return_exceptions=True))[0]

    assert isinstance(asyncio.run(running()), asyncio.CancelledError)
    assert [each["kind"] for each in events()] == ["asked", "unanswered"]


def test_what_is_asked_when_a_loop_ends_has_its_end(trail, events):
    slow = Slow(trail)

    async def ask(number):
        async with consultation(slow, number):
            pytest.fail("nothing may be sent any more")

    async def leave():
        tasks = [asyncio.create_task(ask(number)) for number in range(30)]
        await asyncio.to_thread(slow.begun.wait, 60)
        threading.Timer(0.05, slow.writes.set).start()
        return tasks

    asyncio.run(leave())
    kinds = {}
    for event in events():
        kinds.setdefault(event["ticket"], []).append(event["kind"])
    assert len(kinds) == 30
    assert all(each == ["asked", "unanswered"] for each in kinds.values())


def test_a_trail_that_closes_writes_first_what_was_begun(trail, events):
    slow = Slow(trail)

    async def ask():
        async with consultation(slow):
            pytest.fail("nobody waits for it")

    async def abandon():
        task = asyncio.ensure_future(ask())
        await asyncio.to_thread(slow.begun.wait, 60)
        task.get_coro().close()  # as where an interpreter ends
        task.cancel()

    asyncio.run(abandon())
    threading.Timer(0.05, slow.writes.set).start()
    WRITER.drain(slow)
    assert [each["kind"] for each in events()] == ["asked", "unanswered"]


def test_a_question_that_could_not_be_written_has_no_end(trail, events):
    class Full(Slow):
        def append(self, event):
            if isinstance(event, Asked):
                raise AuditError("full")
            super().append(event)

    full = Full(trail)
    full.writes.set()

    async def ask():
        async with consultation(full):
            pytest.fail("nothing may be sent")

    with pytest.raises(AuditError, match="full"):
        asyncio.run(ask())
    WRITER.drain(full)
    assert events() == []


LEFT = """
import asyncio, pathlib, sys
from kszclient.audit import AuditKeys, AuditTrail
from tests.audit.samples import NEW, OLD, consultation

async def asks():
    trail = AuditTrail(pathlib.Path(sys.argv[1]), AuditKeys({"2024": NEW, "2023": OLD}))
    async with consultation(trail):
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            loop.call_soon(print)  # which a loop that is closed refuses

async def leave():
    global kept, began
    began = asyncio.Event()
    kept = asyncio.ensure_future(asks())
    await began.wait()

loop = asyncio.new_event_loop()
loop.run_until_complete(leave())
if sys.argv[2] == "closed":
    loop.close()
"""


@pytest.mark.parametrize("loop", ["left", "closed"])
def test_a_question_that_is_under_way_when_the_interpreter_ends_has_its_end(path, events, loop):
    ended = subprocess.run(
        [sys.executable, "-c", LEFT, path, loop],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [event["kind"] for event in events()] == ["asked", "unanswered"]
    assert events()[1]["error"] == "GeneratorExit"
    assert "schedule new futures" not in ended.stderr
