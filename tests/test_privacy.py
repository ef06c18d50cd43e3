"""No identifier of anybody leaves by a side door: logs, errors, tracebacks, screens, files.

Every persona is asked about under every scenario that the mock ships, by both clients, with every
logger (zeep, urllib3 and aiohttp included) at DEBUG; then everything that was written anywhere is
searched for every identifier of the population, in every form that a log may give it.
"""

import asyncio
import base64
import datetime as dt
import io
import logging
import traceback

import msgspec
import pytest

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.cadaster import (
    AsyncChildBenefitsClient,
    ChildBenefitsClient,
    Environment,
    look_up,
)
from kszclient.errors import KszError
from kszclient.resources import resource
from kszclient.security import Profile
from kszclient.testing import MockKsz, World, shipped_scenario
from kszclient.values import MonthPeriod
from tests.cli.typed import kszclient

WORLD = World.build(seed=11, size=20)
PERIOD = MonthPeriod.parse("2015-01", "2025-06")
SCENARIOS = sorted(path.stem for path in resource("mocks", "scenarios").glob("*.toml"))
KEYS = AuditKeys({"test": bytes(range(32))})


def _numbers():
    for child in WORLD.children:
        yield child.ssin.digits
    for file in WORLD.files:
        for ssin, _ in file.known:
            yield ssin.digits
    for state in WORLD.numbers:
        yield state.ssin.digits


def _forms(number):
    yield number
    yield f"{number[:6]} {number[6:9]} {number[9:]}"
    yield f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"
    yield f"{number[:6]}-{number[6:]}"
    for shift in range(3):
        encoded = base64.b64encode(b"x" * shift + number.encode()).decode().rstrip("=")
        yield encoded[4:-2] if shift else encoded[:-2]


FORMS = {form for number in set(_numbers()) for form in _forms(number)}
FORMS |= {file.number for file in WORLD.files if file.number}


def found_in(text):
    return [form for form in FORMS if form in text]


@pytest.fixture
def everything_logged():
    """Collect what every logger writes at DEBUG."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(args)s"))
    root = logging.getLogger()
    names = ("", "zeep", "urllib3", "aiohttp", "asyncio", "requests")
    levels = {name: logging.getLogger(name).level for name in names}
    root.addHandler(handler)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


async def no_wait(_seconds):
    await asyncio.sleep(0)


AT_ONCE = Environment(sleep=lambda _seconds: None, sleep_async=no_wait)


def shown(error):
    text = "".join(traceback.format_exception(error))
    return f"{error} {error!r} {vars(error)} {text}"


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name != "slow"])
def test_nothing_is_told_by_logs_errors_and_the_trail(scenario, everything_logged, tmp_path):
    path = tmp_path / "audit.sqlite"
    AuditTrail.create(path, KEYS)
    told = []
    with (
        MockKsz(WORLD, [shipped_scenario(scenario)]) as mock,
        AuditTrail(path, KEYS) as trail,
    ):
        profile = Profile.load("mock", endpoint=mock.endpoint)
        profile = msgspec.structs.replace(profile, attempts=2, breaker_failures=10_000)
        with ChildBenefitsClient(profile, trail=trail, environment=AT_ONCE) as client:
            for child in WORLD.children:
                try:
                    told.append(repr(look_up(client, child.ssin, PERIOD)))
                except KszError as error:
                    told.append(shown(error))
        told += asyncio.run(_ask_at_once(profile))
        told += [repr(seen) for seen in mock.requests]
    told.append(everything_logged.getvalue())
    written = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    told.append(written.decode("latin-1"))
    assert [form for text in told for form in found_in(text)] == []


async def _ask_at_once(profile):
    async with AsyncChildBenefitsClient(profile, environment=AT_ONCE) as client:
        asked = [client.consult(child.ssin, PERIOD) for child in WORLD.children]
        results = await asyncio.gather(*asked, return_exceptions=True)
    return [shown(each) if isinstance(each, BaseException) else repr(each) for each in results]


def test_nothing_is_told_on_the_screen():
    screens = [kszclient("demo", "--population", "20", "--seed", "11")]
    with MockKsz(WORLD) as mock:
        for child in WORLD.children:
            words = (child.ssin.digits, "--from", "2015-01", "--to", "2025-06")
            screens.append(kszclient("lookup", *words, "--endpoint", mock.endpoint))
    for screen in screens:
        assert found_in(screen.out + screen.err) == []


def nobody_yet():
    """Give a number that may be somebody's by its form, but counts more births than a day has."""
    yesterday = dt.datetime.now(tz=dt.UTC) - dt.timedelta(days=1)
    number = f"{yesterday:%y%m%d}997"
    return f"{number}{97 - (2_000_000_000 + int(number)) % 97:02d}"


def test_a_number_that_may_be_somebodys_is_never_typed():
    number = nobody_yet()
    months = ("--from", "2021-01", "--to", "2021-02")
    for profile in ("mock", "test", "prod"):
        screen = kszclient("lookup", number, *months, "--profile", profile)
        assert screen.code == 2
        assert "real person" in screen.err
        assert "give - instead" in screen.err
        assert number not in screen.out + screen.err
    on_stdin = kszclient("lookup", "-", *months, "--profile", "test", stdin=number)
    assert "customer_cbe_number: not set" in on_stdin.err


@pytest.mark.parametrize(
    "words",
    [
        ("lookup", "85", "02", "30", "001", "25"),
        ("lookup", "8502300012", "x"),
        ("competence", "8502300012"),
        ("8502300012",),
        ("mock", "--port", "8502300012x"),
        ("rules", "8502300012"),
        ("lookup", "--8502300012"),
    ],
)
def test_a_number_in_groups_or_mistyped_is_not_repeated(words):
    screen = kszclient(*words, "--from", "2021-01", "--to", "2021-02")
    assert screen.code == 2
    assert "8502300012" not in screen.err
    assert "001" not in screen.err


def test_bad_input_is_never_repeated():
    number = WORLD.children[0].ssin.digits
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    months = ("--from", "2021-01", "--to", "2021-02")
    for words in ((wrong, *months), (number + "1", *months), (f"x{number}", *months)):
        screen = kszclient("lookup", *words)
        assert screen.code == 2
        assert number not in screen.err
        assert wrong not in screen.err
