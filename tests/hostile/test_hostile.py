"""Whatever comes back is a typed error, at a bounded price, and nobody is called.

Everything was done in processes of their own, under hard limits of CPU and memory: who needed more
was killed. See `measure` for the figures.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.documents import DOCUMENTS
from tests.hostile.lines import LINES
from tests.hostile.signatures import SIGNATURES

pytestmark = pytest.mark.drill

ROOT = Path(__file__).parents[2]
# The largest body that is read is of 32 MiB, and holds a million tags.
MOST_MIB = 400


@pytest.fixture(scope="module")
def costs():
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.measure"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=3600,
    )
    return {(each["kind"], each["name"]): each for each in json.loads(done.stdout)}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_is_a_typed_error(costs, name):
    cost = costs["read", name]
    assert cost["ended"] == DOCUMENTS[name].error.__name__
    assert cost["mib"] < MOST_MIB


@pytest.mark.parametrize("name", [*DOCUMENTS, *SIGNATURES])
def test_a_hostile_envelope_is_refused(costs, name):
    cost = costs["verify", name]
    assert cost["ended"] == "SignatureRefusedError"
    assert cost["mib"] < MOST_MIB


@pytest.mark.parametrize("transport", ["blocking", "async"])
@pytest.mark.parametrize("name", LINES)
def test_a_hostile_line_is_a_typed_error(costs, transport, name):
    cost = costs[transport, name]
    assert cost["ended"] in {each.__name__ for each in LINES[name].errors}
    assert cost["mib"] < MOST_MIB


def test_nobody_is_called(costs):
    assert [each for each in costs if each[0] == "network"] == []
