"""Packages that import a public name when it is first asked for."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import kszclient

PACKAGES = [
    "kszclient",
    "kszclient.audit",
    "kszclient.cadaster",
    "kszclient.logs",
    "kszclient.testing",
]


@pytest.mark.parametrize("name", PACKAGES)
def test_every_public_name_is_there_and_no_other(name):
    package = import_module(name)
    assert all(getattr(package, each) is not None for each in package.__all__)
    assert set(package._HOMES) <= set(package.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        package.nothing  # noqa: B018 - that it is not there is what is shown


@pytest.mark.parametrize("name", PACKAGES)
def test_no_module_bears_a_public_name_which_it_would_hide_once_it_is_loaded(name):
    package = import_module(name)
    modules = {each.stem for each in Path(package.__file__).parent.glob("*.py")}
    assert not modules & set(package.__all__)


def test_a_name_is_the_same_whatever_was_asked_for_before():
    code = """
from kszclient.audit import Anchor, Selection
from kszclient.audit import export, verify
print(callable(export), callable(verify))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "True True\n"


def test_the_root_loads_nothing_until_a_name_is_asked_for():
    code = """
import sys
import kszclient
heavy = {"lxml", "msgspec", "requests", "aiohttp", "zeep", "polars", "jinja2", "cryptography"}
print(sorted(heavy & set(sys.modules)), sorted(m for m in sys.modules if m[:10] == "kszclient."))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[] []\n"


def test_the_root_lists_what_it_documents():
    assert set(kszclient.__all__) == set(dir(kszclient))
    assert kszclient._HOMES.keys() | {"__version__"} == set(kszclient.__all__)
