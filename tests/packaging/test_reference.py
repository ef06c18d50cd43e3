"""`make docs` builds the API reference without a warning, and nothing public is missing from it."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from supply.reference import public_modules

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Build the pages as `make docs` does; the command fails where pdoc warned."""
    folder = tmp_path_factory.mktemp("reference")
    done = subprocess.run(
        [sys.executable, "-m", "supply.reference", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout == f"{folder}/index.html\n"
    return folder


def test_every_public_name_has_its_place_on_a_page(reference):
    for module in public_modules():
        page = (reference / f"{module.replace('.', '/')}.html").read_text(encoding="utf-8")
        names = getattr(importlib.import_module(module), "__all__", ())
        assert [name for name in names if f'<section id="{name}">' not in page] == [], module
    assert (reference / "index.html").exists()
    assert (reference / "search.js").exists()


def test_no_page_names_a_path_of_this_machine_or_loads_from_elsewhere(reference):
    for page in reference.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert str(ROOT) not in text, page.name
        assert 'src="http' not in text, page.name
