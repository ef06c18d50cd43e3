"""No package is left out of the contracts about outside libraries, whenever it came."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EVERYWHERE = {"msgspec"}
CONTRACTS = [
    contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    if contract["type"] == "forbidden"
]
LIBRARIES = {library for contract in CONTRACTS for library in contract["forbidden_modules"]}
MAY_BE_NAMED = {"polars"}
"""By any module of reconciliation; the others by none, or by those alone that are listed."""


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["name"])
def test_a_contract_holds_for_the_whole_package_but_for_what_it_lists(contract):
    assert contract["source_modules"] == ["kszclient"]
    assert contract["ignore_imports"]


def test_every_library_has_a_contract():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {line.partition(">")[0] for line in project["dependencies"]} - {"tzdata"}
    assert asked - EVERYWHERE <= LIBRARIES


def test_a_library_named_in_reconciliation_breaks_its_contract(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "kszclient", tmp_path / "kszclient")
    module = tmp_path / "kszclient" / "reconciliation" / "run.py"
    names = "".join(f"import {each}\n" for each in sorted(LIBRARIES))
    module.write_text(module.read_text(encoding="utf-8") + names, encoding="utf-8")
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    for library in LIBRARIES:
        broken = f"kszclient.reconciliation.run -> {library}" in done.stdout
        assert broken is (library not in MAY_BE_NAMED), library
