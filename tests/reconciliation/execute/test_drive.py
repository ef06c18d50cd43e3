"""Drives of the network are known by what the kernel lists."""

from pathlib import Path

import pytest

from kszclient.reconciliation.execute.beginning import network_drive
from tests.cli.typed import kszclient
from tests.reconciliation.population import persona_row, same_mock, write

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw shared:2 - nfs4 server:/srv rw,vers=4.2
31 30 8:2 / /srv/local rw shared:3 - xfs /dev/sdb1 rw
32 22 0:41 / /mnt/my\040drive rw - cifs //server/share rw
""".strip()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/results", "nfs4"),
        ("/srv", "nfs4"),
        ("/srv/local/results", None),
        ("/srvother", None),
        ("/mnt/my drive/results", "cifs"),
        ("/", None),
    ],
)
def test_the_nearest_mount_counts(tmp_path, folder, kind):
    (tmp_path / "mounts").write_text(MOUNTS)
    assert network_drive(Path(folder), tmp_path / "mounts") == kind


def test_without_a_list_nothing_is_known(tmp_path):
    assert network_drive(Path("/srv"), tmp_path / "none") is None


def test_the_command_warns(tmp_path, monkeypatch):
    (tmp_path / "mounts").write_text(f"1 0 0:1 / {tmp_path} rw - nfs4 server:/x rw")
    real = network_drive
    monkeypatch.setattr(
        "kszclient.reconciliation.execute.beginning.network_drive",
        lambda folder: real(folder, tmp_path / "mounts"),
    )
    dossiers = write(tmp_path / "dossiers.csv", [persona_row("changed-payer")])
    with same_mock() as mock:
        words = ("--out", tmp_path / "out", "--endpoint", mock.endpoint, "--margin", 0)
        shown = kszclient("reconcile", dossiers, *words)
    assert shown.code == 0
    assert "out lies on a drive of the network (nfs4)" in shown.err
