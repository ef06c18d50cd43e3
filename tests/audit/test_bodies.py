"""Bodies are kept only on request, encrypted, and not for ever."""

import base64
import datetime as dt
import stat

import msgspec
import pytest

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.audit.bodies import KeptBodies
from kszclient.cadaster import ChildBenefitsClient, Environment
from kszclient.errors import AuditError
from kszclient.security import Profile
from kszclient.security.profile_sections import AuditFiles
from kszclient.testing import MockKsz, World
from kszclient.values import MonthPeriod, Ticket
from tests.cli.typed import kszclient

OLD, NEW = {"2025": bytes(range(32))}, {"2026": bytes(range(1, 33))}
TICKET = Ticket.parse("3f0c2d1e-0000-4000-8000-000000000001")
TODAY = dt.date(2026, 3, 1)
BODIES = (b"question about 85023000125", b"answer about 85023000125")


def test_what_is_kept_can_be_read_again_and_by_nobody_else(tmp_path):
    kept = KeptBodies(tmp_path / "bodies", AuditKeys(OLD), keep_days=30)
    path = kept.keep(TICKET, BODIES, TODAY)
    assert b"85023000125" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept.read(TICKET) == BODIES
    with pytest.raises(AuditError, match="do not open"):
        KeptBodies(tmp_path / "bodies", AuditKeys(NEW), keep_days=30).read(TICKET)
    rotated = KeptBodies(tmp_path / "bodies", AuditKeys(NEW | OLD), keep_days=30)
    assert rotated.read(TICKET) == BODIES


def test_a_changed_file_is_not_opened(tmp_path):
    kept = KeptBodies(tmp_path, AuditKeys(OLD), keep_days=30)
    path = kept.keep(TICKET, BODIES, TODAY)
    path.write_bytes(path.read_bytes()[:-5] + b"AAAA=")
    with pytest.raises(AuditError, match="do not open"):
        kept.read(TICKET)


def test_what_is_over_is_removed_and_what_is_not_stays(tmp_path):
    kept = KeptBodies(tmp_path, AuditKeys(OLD), keep_days=10)
    kept.keep(TICKET, BODIES, TODAY)
    assert kept.purge(TODAY + dt.timedelta(days=10)) == 0
    assert kept.purge(TODAY + dt.timedelta(days=11)) == 1
    with pytest.raises(AuditError, match="none are kept"):
        kept.read(TICKET)


def test_the_same_ticket_is_never_written_over(tmp_path):
    kept = KeptBodies(tmp_path, AuditKeys(OLD), keep_days=10)
    kept.keep(TICKET, BODIES, TODAY)
    with pytest.raises(AuditError, match="cannot be kept"):
        kept.keep(TICKET, BODIES, TODAY)


def test_no_time_to_keep_is_refused(tmp_path):
    with pytest.raises(AuditError, match="keep_days"):
        KeptBodies(tmp_path, AuditKeys(OLD), keep_days=0)


def test_a_client_keeps_bodies_only_where_its_profile_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv(
        "KSZCLIENT_AUDIT_KEYS", "2025:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="
    )
    keys, trail, folder = AuditKeys.load(None), tmp_path / "audit.sqlite", tmp_path / "bodies"
    AuditTrail.create(trail, keys)
    world = World.build(size=0)
    child = world.persona("eupen-since-birth").child.ssin
    with MockKsz(world) as mock:
        for files in (AuditFiles(trail=trail), AuditFiles(trail=trail, bodies=folder)):
            profile = msgspec.structs.replace(
                Profile.load("mock", endpoint=mock.endpoint), audit=files
            )
            with ChildBenefitsClient(profile) as client:
                outcome = client.consult(child, MonthPeriod.parse("2023-01", "2023-12"))
            assert folder.exists() == (files.bodies is not None)
    (attempt,) = outcome.attempts
    question, answer = KeptBodies(folder, keys, keep_days=1).read(attempt.ticket)
    assert child.digits.encode() in question
    assert child.digits.encode() in answer
    shown = kszclient("audit", "purge", folder)
    assert (shown.code, shown.err) == (0, "Removed: 0\n")


def test_the_days_of_keeping_are_counted_from_the_day_in_belgium(tmp_path, monkeypatch):
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", f"2026:{base64.b64encode(bytes(32)).decode()}")
    files = AuditFiles(trail=tmp_path / "trail", bodies=tmp_path / "bodies")
    AuditTrail.create(files.trail, AuditKeys.load(None))
    just_after_midnight = dt.datetime(2026, 2, 28, 23, 30, tzinfo=dt.UTC)
    world = World.build(size=0)
    with MockKsz(world) as mock:
        profile = msgspec.structs.replace(Profile.load("mock", endpoint=mock.endpoint), audit=files)
        environment = Environment(now=lambda: just_after_midnight)
        with ChildBenefitsClient(profile, environment=environment) as client:
            child = world.persona("eupen-since-birth").child.ssin
            client.consult(child, MonthPeriod.parse("2023-01", "2023-12"))
    (kept,) = files.bodies.iterdir()
    assert kept.name.startswith("2026-03-31_")


def not_a_folder(path):
    path.write_text("")


def loose(path):
    path.mkdir()
    path.chmod(0o777)


@pytest.mark.parametrize(
    ("make", "says"), [(not_a_folder, "File exists"), (loose, "loose permissions")]
)
def test_nothing_is_sent_where_bodies_cannot_be_kept(tmp_path, monkeypatch, make, says):
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", f"2026:{base64.b64encode(bytes(32)).decode()}")
    AuditTrail.create(tmp_path / "trail", AuditKeys.load(None))
    make(tmp_path / "bodies")
    with MockKsz(World.build(size=0)) as mock:
        files = AuditFiles(trail=tmp_path / "trail", bodies=tmp_path / "bodies")
        profile = msgspec.structs.replace(Profile.load("mock", endpoint=mock.endpoint), audit=files)
        person = next(iter(mock.world.personas.values())).child.ssin
        with ChildBenefitsClient(profile) as client, pytest.raises(AuditError, match=says):
            client.consult(person, MonthPeriod.parse("2023-01", "2023-02"))
        assert mock.requests == ()
