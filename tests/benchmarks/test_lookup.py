"""What is told of the rounds of a lookup, and by which clients."""

import pytest


@pytest.fixture
def lookup(script):
    return script("lookup")


def in_rounds(*cpu_ms):
    return [
        {"cpu_ms": each, "per_second": 1000 / each, "peak_mb": 20.0, "version": ""}
        for each in cpu_ms
    ]


def test_a_ratio_is_that_of_one_round_for_the_machine_changes_between_rounds(lookup):
    # Three times as slow in the first round and twice as slow in the last, both of them alike.
    figures = {"ours": in_rounds(3.0, 1.0, 2.0), "zeep": in_rounds(30.0, 11.0, 20.0)}
    assert lookup.times(figures, "zeep", "ours") == 10.0
    uneven = {"ours": in_rounds(1.0, 2.0, 4.0), "zeep": in_rounds(12.0, 16.0, 40.0)}
    assert lookup.times(uneven, "zeep", "ours") == 10.0


def test_table_and_standing_tell_the_ratios_of_rounds(lookup):
    names = [lookup._ASYNC, lookup._BLOCKING, lookup._FLOOR, lookup._FLOOR_MANY, lookup._ZEEP]
    cpu = [(1, 2, 4), (2, 4, 8), (1, 1, 1), (1, 2, 4), (12, 16, 40)]
    figures = {name: in_rounds(*each) for name, each in zip(names, cpu, strict=True)}
    told = lookup.standing(figures, figures)
    assert told == {
        "floor": 2.0,
        "floor, 16 in flight": 1.0,
        "zeep": 10.0,
        "blocking": 5.0,
        "signed": 10.0,
    }
    absent = lookup.Client("other", [], absent="not installed")
    shown = lookup.shown([lookup.Client(lookup._ASYNC, []), absent], figures)
    ours, other = shown.splitlines()[2:]
    assert ours.endswith("| 2.0 x | 1.0 x | 10.0 x |")
    assert other.startswith("| other | not installed |")


def test_php_without_its_soap_extension_is_not_installed(lookup, monkeypatch, tmp_path):
    def php(says):
        path = tmp_path / "php"
        path.write_text(f"#!/bin/sh\necho '{says}'\n")
        path.chmod(0o755)
        return lookup._php().absent

    monkeypatch.setenv("PATH", str(tmp_path))
    assert lookup._php().absent == "not installed"
    assert php("[PHP Modules]\nsoapy\nxml") == "not installed"
    assert php("[PHP Modules]\nCore\nsoap\nxml") == ""


def test_a_server_that_gives_no_address_ends_the_benchmark(script):
    processes = script("processes")
    with (
        pytest.raises(RuntimeError, match="no address"),
        processes.server("-c", "import sys; sys.exit()"),
    ):
        pytest.fail("a peer that is given none asks whomever the WSDL names")
