"""The pytest plugin: found by its entry point, and light until it is used."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest
import requests

import kszclient.testing
from kszclient.testing import MockKsz, World


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_loading_the_plugin_imports_nothing_heavy():
    code = (
        "import sys, kszclient.testing.fixtures;"
        "heavy = {'aiohttp', 'lxml', 'msgspec', 'structlog'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert run(code) == "[]"


def test_the_public_names_are_there_and_no_others():
    for name in kszclient.testing.__all__:
        assert getattr(kszclient.testing, name).__name__ == name
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        kszclient.testing.nothing_of_the_kind  # noqa: B018 - the access is the test


def test_the_fixture_gives_a_running_server(pytester_like):
    """A suite outside this project asks for `mock_ksz` and gets a server."""
    assert "1 passed" in pytester_like


@pytest.fixture
def pytester_like(tmp_path):
    (tmp_path / "test_of_a_user.py").write_text(
        "import requests\n"
        "def test_it(mock_ksz):\n"
        "    assert requests.get(mock_ksz.wsdl, timeout=60).status_code == 200\n"
        "    assert mock_ksz.world.children\n"
        "    assert mock_ksz.requests == ()\n"
    )
    installed = {each.value for each in entry_points(group="pytest11")}
    plugin = (
        [] if "kszclient.testing.fixtures" in installed else ["-p", "kszclient.testing.fixtures"]
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *plugin, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_two_servers_do_not_meet():
    with MockKsz(World.build(size=0)) as one, MockKsz(World.build(size=0)) as other:
        assert one.endpoint != other.endpoint
        assert {requests.get(each.wsdl, timeout=60).status_code for each in (one, other)} == {200}
