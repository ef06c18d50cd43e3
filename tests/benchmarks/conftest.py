"""Benchmarks are scripts: they find each other in their own folder, not as a package."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def script(monkeypatch):
    """Give a benchmark by its name, as it is when it runs."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(FOLDER))
    yield import_module
    for name in set(sys.modules) - before:
        home = getattr(sys.modules[name], "__file__", None)
        if home and Path(home).is_relative_to(FOLDER):
            del sys.modules[name]
