"""Each part of the results names the command that wrote it, so that anybody can write it again."""

import re
from contextlib import nullcontext

import pytest

from tests.benchmarks.conftest import FOLDER

LONG = {"memory", "reconcile", "drill"}


@pytest.fixture
def written(script, monkeypatch):
    """Run a benchmark in small; give the command that it names."""

    def run(name, *arguments, **instead):
        module = script(name)
        commands = []
        monkeypatch.setattr(module, "write_part", lambda _, command, __: commands.append(command))
        for each, value in instead.items():
            monkeypatch.setattr(module, each, value)
        module.main(*arguments)
        (command,) = commands
        return command

    return run


async def no_parts(_url, _lookups):
    return {"asynchronous": {"parse": 1.0}, "blocking": {"parse": 1.0}}


def test_a_start_is_measured_by_a_command_with_all_its_arguments(written):
    starts = {"bare Python": "pass", "zeep ready, first question written": "pass"}
    assert written("start", 1, STARTS=starts) == "python benchmarks/start.py 1"


def test_so_is_the_wire(written):
    assert written("wire", 1, _SECONDS=1e-4) == "python benchmarks/wire.py 1"


def test_so_is_the_mock(written):
    assert written("mock", 1, 20, CHILDREN=3) == "python benchmarks/mock.py 1 20"


def test_so_are_the_parts_of_a_lookup(written, tmp_path):
    command = written(
        "parts",
        320,
        server=lambda *_: nullcontext(""),
        measure=no_parts,
        picture=lambda _: "",
        _PICTURE=tmp_path / "picture.svg",
    )
    assert command == "python benchmarks/parts.py 320"


def test_so_are_lookups(written):
    command = written(
        "lookup",
        2,
        "0.5",
        clients=lambda _: [],
        rounds=lambda *_: {},
        standing=lambda *_: {},
        write_standing=lambda _: None,
    )
    assert command == "python benchmarks/lookup.py 2 0.5"


def test_make_bench_writes_every_part_but_the_long_ones():
    makefile = (FOLDER.parent / "Makefile").read_text(encoding="utf-8")
    target = makefile.partition("\nbench: ")[2].partition("\n\n")[0]
    run = set(re.findall(r"python (?:-m )?benchmarks[./](\w+)", target))
    writing = {each.stem for each in FOLDER.glob("*.py") if "write_part(" in each.read_text()}
    assert run == writing - LONG - {"report"}
