"""No identifier of anybody is shown, logged or left behind by the commands that ask about many.

The commands run over TLS with password, certificate and signature, every logger at DEBUG, with a
trail and kept bodies; then screens, logs, temporary files and everything but the results that were
asked for is searched, in every form of `tests.test_privacy`.
"""

import base64
import tempfile
from pathlib import Path

import msgspec
import pytest

from kszclient.testing import Guard, MockKsz, Requirement, shipped_scenario
from kszclient.testing.server.guard import write_credentials
from tests.cli.typed import kszclient
from tests.reconciliation.population import write
from tests.test_privacy import WORLD, everything_logged, found_in

__all__ = ["everything_logged"]

MONTHS = ("--from", "2019-01", "--to", "2025-06")
COMPLAINT = Path("mocks/complaints/amount-across-a-move.json")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Have temporary files made in a folder of the test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(params=["rough-road", "drill"])
def profile(request, tmp_path, monkeypatch):
    """Run a guarded mock; give the profile of a client with a trail and kept bodies."""
    key = base64.b64encode(bytes(range(32))).decode()
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", f"test:{key}")
    guard = Guard(tuple(Requirement))
    scenario = shipped_scenario(request.param)
    # Whatever the hour at which the tests run, there is something to ask.
    open_rules = tuple(rule for rule in scenario.rule if rule.closed is None)
    scenario = msgspec.structs.replace(scenario, rule=open_rules)
    with MockKsz(WORLD, [scenario], guard=guard) as mock:
        path = write_credentials(guard, mock.endpoint, tmp_path / "credentials")
        text = path.read_text() + '\n[audit]\ntrail = "../audit.sqlite"\nbodies = "../bodies"\n'
        path.write_text(text.replace("\n[", f'\nattempts = 2\ndesks = "{mock.desks}"\n[', 1))
        assert kszclient("audit", "create", tmp_path / "audit.sqlite").code == 0
        yield path


def test_nothing_is_told_or_left_by_any_command(profile, everything_logged, tmp_path, temporary):
    trail, cases, out = (tmp_path / name for name in ("audit.sqlite", "cases.sqlite", "out"))
    homes = [child for child in WORLD.children if child.domicile[-1].nis]
    table = [
        (f"D-{n}", c.ssin.digits, *MONTHS[1::2], c.domicile[-1].nis) for n, c in enumerate(homes)
    ]
    dossiers = write(tmp_path / "dossiers.csv", [*table, ("bad", table[0][1], "x", "y", "z")])
    under = ("--profile", profile)
    number = homes[0].ssin.digits
    screens = [
        kszclient("doctor", *under),
        kszclient("lookup", "-", *MONTHS, *under, stdin=number),
        kszclient("reconcile", dossiers, "--out", out, *under, "--patience", "1"),
        kszclient("reconcile", dossiers, "--out", tmp_path / "again", *under, "--json"),
        kszclient("reconcile", dossiers, "--out", tmp_path / "strict", *under, "--strict"),
        kszclient("route", COMPLAINT, "--lookup", "--submit", "--register", cases, *under),
        kszclient("cases", "--register", cases, *under),
        kszclient("audit", "verify", trail),
        kszclient("audit", "export", trail),
        kszclient("audit", "export", trail, "--person", stdin=number),
    ]
    assert not [screen.err for screen in screens if "mistake of ours" in screen.err]
    told = [screen.out + screen.err for screen in screens] + [everything_logged.getvalue()]
    kept = [*tmp_path.glob("*.sqlite*"), *tmp_path.rglob("journal.sqlite*")]
    kept += tmp_path.glob("bodies/*")
    told += [path.read_bytes().decode("latin-1") for path in kept if path.is_file()]
    assert len(kept) > len(homes)
    assert list(temporary.iterdir()) == []
    assert [form for text in told for form in found_in(text)] == []
