"""The example for a back office runs as it stands."""

import os
import subprocess
import sys
from pathlib import Path

from kszclient.testing import MockKsz
from tests.reconciliation.population import WORLD, persona_row, write

EXAMPLE = Path(__file__).parents[2] / "examples" / "back_office.py"


def test_it_lists_what_is_serious_and_goes_on(tmp_path):
    table = [persona_row("changed-payer"), persona_row("old-file-still-open", begin="2024-01")]
    dossiers = write(tmp_path / "dossiers.csv", [*table, ("D-0", *_nobody())])
    with MockKsz(WORLD) as mock:
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, EXAMPLE, dossiers, tmp_path / "out", mock.endpoint],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert "D-0: FLANDERS should hold" in done.stdout
        assert len(mock.requests) == 3


def _nobody():
    """Give a child without a file in these months: it came to Belgium's registers later."""
    child = WORLD.persona("known-without-file").child
    return child.ssin.digits, "2024-01", "2024-06", "44021"
