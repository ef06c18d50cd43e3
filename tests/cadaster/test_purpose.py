"""Where a profile demands a purpose nothing is asked without one, whoever asks."""

import asyncio
import base64
from contextlib import nullcontext

import pytest

from kszclient.audit import AuditKeys, AuditTrail, Selection, export
from kszclient.cadaster import AsyncChildBenefitsClient, ChildBenefitsClient
from kszclient.errors import SettingsError
from kszclient.reconciliation import Mapping, Question
from kszclient.reconciliation.cluster.cluster import reconcile_on
from kszclient.resources import resource
from kszclient.security import Profile
from kszclient.testing import MockKsz, World
from tests.cli.typed import kszclient

MISSING = [None, "", "  "]
CHILD = "15023000733"
MONTHS = ("--from", "2024-01", "--to", "2024-02")


@pytest.fixture(scope="module")
def mock():
    with MockKsz(World.build(size=0)) as running:
        yield running


@pytest.fixture
def profile_file(tmp_path, monkeypatch):
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", f"2026:{base64.b64encode(bytes(32)).decode()}")
    AuditTrail.create(tmp_path / "audit.sqlite", AuditKeys.load(None))
    path = tmp_path / "mine.toml"
    shipped = (resource("config", "profiles") / "mock.toml").read_text()
    path.write_text(f'{shipped}[audit]\ntrail = "audit.sqlite"\npurpose_required = true\n')
    return path


def entries(profile_file):
    trail = profile_file.with_name("audit.sqlite")
    return list(export(trail, AuditKeys.load(None), Selection()))


@pytest.mark.parametrize("purpose", MISSING)
@pytest.mark.parametrize("client", [ChildBenefitsClient, AsyncChildBenefitsClient])
def test_no_client_is_made_without_a_purpose(profile_file, client, purpose):
    profile = Profile.load(profile_file)
    with pytest.raises(SettingsError, match="purpose: not set") as caught:
        client(profile, purpose=purpose)
    assert "--purpose" in caught.value.next_step
    made = client(profile, purpose="file 2026/17")
    asyncio.run(made.close()) if client is AsyncChildBenefitsClient else made.close()


@pytest.mark.parametrize("purpose", MISSING)
def test_no_cluster_is_asked_without_a_purpose(profile_file, tmp_path, purpose):
    question = Question(dossiers=str(tmp_path / "none.csv"), mapping=Mapping())
    with pytest.raises(SettingsError, match="purpose: not set"):
        reconcile_on(
            nullcontext(),
            question,
            Profile.load(profile_file),
            out=tmp_path / "out",
            purpose=purpose,
        )
    assert not (tmp_path / "out").exists()


def test_no_command_asks_without_a_purpose(profile_file, mock, tmp_path):
    dossiers = tmp_path / "dossiers.csv"
    dossiers.write_text(
        "dossier_id,beneficiary_ssin,child_ssin,child_nis,month_from,month_to\n"
        f"1,,{CHILD},44021,2024-01,2024-02\n"
    )
    where = ("--profile", profile_file, "--endpoint", mock.endpoint)
    for words in (
        ("lookup", CHILD, *MONTHS, "--sources", "all"),
        ("reconcile", dossiers, "--out", tmp_path / "out"),
    ):
        for purpose in ((), ("--purpose", ""), ("--purpose", " ")):
            refused = kszclient(*words, *where, *purpose)
            assert (refused.code, refused.out) == (2, "")
            assert "purpose: not set" in refused.err
    assert (mock.requests, entries(profile_file)) == ((), [])
    assert not (tmp_path / "out").exists()
    kszclient("lookup", CHILD, *MONTHS, "--sources", "all", *where, "--purpose", "file 17")
    assert len(mock.requests) == 1


def test_a_profile_that_demands_nothing_asks_as_before(profile_file):
    profile_file.write_text(profile_file.read_text().replace("purpose_required = true\n", ""))
    ChildBenefitsClient(Profile.load(profile_file)).close()
