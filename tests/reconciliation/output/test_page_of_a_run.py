"""A run ends with the page."""

import re

from kszclient.testing import MockKsz, World
from tests.cli.typed import kszclient


def test_a_run_writes_the_page_for_its_owner_and_without_any_number(tmp_path):
    world = World.build(size=0)
    child = world.persona("eupen-since-birth").child.ssin.digits
    source, out = tmp_path / "dossiers.csv", tmp_path / "out"
    source.write_text(f"dossier,child,nis,from,to\nD1,{child},63023,2023-01,2023-12\n")
    with MockKsz(world) as mock:
        shown = kszclient("reconcile", source, "--out", out, "--endpoint", mock.endpoint)
    assert shown.code in {0, 1}, shown.err
    page = out / "report.html"
    assert page.stat().st_mode & 0o777 == 0o600
    text = page.read_text()
    assert child not in text
    assert not re.search(r"(?<![0-9a-f-])[0-9]{11}(?![0-9])", text)
