"""What `make` installs is pinned, in three files that agree and say where nothing comes from."""

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
FILES = ("constraints.txt", "requirements.txt", "requirements-dev.txt")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name):
    """Return what a file pins and the hashes it gives, by name, version and marker."""
    lines = text(name).replace("\\\n", " ").splitlines()
    return {line.partition(" --hash")[0].strip(): set(HASH.findall(line)) for line in lines}


def asked(name, extras):
    """Return what an installed distribution asks for on this machine."""
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        return
    for requirement in map(Requirement, lines):
        if requirement.marker is None or any(
            requirement.marker.evaluate({**default_environment(), "extra": extra})
            for extra in ("", *extras)
        ):
            yield requirement


@pytest.mark.parametrize("name", FILES)
def test_a_file_holds_pins_and_hashes_only(name):
    for line in text(name).splitlines():
        assert re.fullmatch(
            r"[a-z0-9-]+==[\w.]+( ; [\w.' <>=!]+)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?", line
        ), line


def test_the_files_agree():
    assert set(pins("requirements-dev.txt")) == set(pins("constraints.txt"))
    every = {pin.partition(" ;")[0]: hashes for pin, hashes in pins("requirements-dev.txt").items()}
    for pin, hashes in pins("requirements.txt").items():  # fewer may need it, of the same hashes
        assert hashes == every[pin.partition(" ;")[0]], pin


@pytest.mark.parametrize("name", FILES[1:])
def test_every_pin_has_hashes(name):
    assert [pin for pin, hashes in pins(name).items() if not hashes] == []


def test_hashes_of_other_machines_are_there():
    hashes = pins("requirements.txt")
    (lxml,) = (each for each in hashes if each.startswith("lxml=="))
    assert len(hashes[lxml]) > 50  # an sdist, and wheels for each system, processor and Python


@pytest.mark.parametrize(
    ("name", "extras"),
    [("requirements.txt", ("batch", "dask", "database")), ("requirements-dev.txt", ("dev",))],
)
def test_everything_that_is_asked_for_is_pinned(name, extras):
    pinned = {}
    for requirement in map(Requirement, pins(name)):
        if requirement.marker is None or requirement.marker.evaluate():
            (version,) = requirement.specifier
            pinned[requirement.name] = version.version
    seen, ahead = set(), [("kszclient", frozenset(extras))]
    while ahead:
        each = ahead.pop()
        if each in seen:
            continue
        seen.add(each)
        for requirement in asked(*each):
            needed = canonicalize_name(requirement.name)
            if needed != "kszclient":
                assert requirement.specifier.contains(pinned[needed], prereleases=True), requirement
            ahead.append((needed, frozenset(requirement.extras)))
    assert len(seen) > 40
