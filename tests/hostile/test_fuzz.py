"""What is kept is read as it should be, and the same damage to it breaks nothing each time."""

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile.fuzz import fuzz
from tests.hostile.mutations import TOKENS, Mutation, damaged, drawn
from tests.hostile.targets import TARGETS, kept
from tests.hostile.test_hostile import ROOT

DAMAGE = st.lists(
    st.builds(
        Mutation,
        st.floats(0, 1),
        st.integers(0, 2000) | st.integers(0, 8),
        st.integers(0, len(TOKENS) - 1),
        st.integers(0, 8),
    ),
    min_size=1,
    max_size=4,
)
KEPT = [(target, path.name, path.read_bytes()) for target in TARGETS for path in kept(target)]


@pytest.mark.parametrize(
    ("target", "document"),
    [(target, document) for target, _, document in KEPT],
    ids=[f"{target}-{name}" for target, name, _ in KEPT],
)
def test_what_is_kept_is_read_as_it_should_be(target, document):
    assert TARGETS[target](document)


def test_the_signed_envelopes_that_are_kept_do_verify():
    ended = {path.name: TARGETS["verify"](path.read_bytes()) for path in kept("verify")}
    assert ended["signed.xml"] == ended["with-token-signed.xml"] == "verified"


@pytest.mark.drill
@pytest.mark.parametrize("target", TARGETS)
def test_damaged_documents(target):
    documents = [document for each, _, document in KEPT if each == target]

    @settings(max_examples=300 if target == "frame" else 1500)
    @given(document=st.sampled_from(documents), damage=DAMAGE)
    def check(document, damage):
        TARGETS[target](damaged(document, damage))

    check()


@pytest.mark.parametrize("target", TARGETS)
@given(document=st.binary(max_size=300))
def test_any_bytes(target, document):
    TARGETS[target](document)


def test_damage_is_the_same_for_the_same_chance():
    once, again = (drawn(random.Random(7)) for _ in range(2))
    assert once == again
    assert damaged(b"abc", [Mutation(0.5, 1, 1, 2)]) == b"abb<c"


def test_what_breaks_a_reader_is_found(monkeypatch):
    def careless(document):
        return document.decode()

    monkeypatch.setitem(TARGETS, "read", careless)
    broke = fuzz("read", range(200), 1)
    assert broke
    for document in broke:
        with pytest.raises(UnicodeDecodeError):
            careless(document)


def test_the_fuzzer_tries_every_reader():
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.fuzz", "0.3", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" 0 broken") == len(TARGETS)
