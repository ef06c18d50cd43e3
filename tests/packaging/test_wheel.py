"""The wheel carries everything that the checkout has, and works far away from it."""

import email
import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.drill

CHECKOUT = Path(__file__).resolve().parents[2]


def run(*command, cwd, **env):
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV"))
    }
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out)
    built = run(*build, cwd=CHECKOUT)
    assert built.returncode == 0, built.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel, tmp_path_factory):
    """Install the wheel alone in an empty environment; its dependencies are lent by path."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home / "venv", with_pip=False)
    python = home / "venv" / "bin" / "python"
    installed = run(
        *(sys.executable, "-m", "pip", "--python", python, "install"),
        *("--quiet", "--no-index", "--no-deps", wheel),
        cwd=home,
    )
    assert installed.returncode == 0, installed.stderr
    site = next((home / "venv" / "lib").glob("python*")) / "site-packages"
    # A path from a .pth file is not searched for .pth files itself, so that the checkout
    # that the tests run from stays out of sight.
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    where = run(python, "-c", "import kszclient; print(kszclient.__file__)", cwd=home)
    assert where.stdout.startswith(str(site)), where
    return home / "venv" / "bin" / "kszclient"


def test_the_wheel_holds_the_data_folders(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("config", "schemas", "mocks"):
        carried = {
            name.removeprefix("kszclient/_data/")
            for name in names
            if name.startswith(f"kszclient/_data/{folder}/")
        }
        stored = {
            str(path.relative_to(CHECKOUT))
            for path in (CHECKOUT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert carried == stored
    assert "kszclient/py.typed" in names


def test_the_wheel_carries_the_licence_and_its_expression(wheel):
    with zipfile.ZipFile(wheel) as opened:
        (metadata,) = [name for name in opened.namelist() if name.endswith(".dist-info/METADATA")]
        headers = email.message_from_bytes(opened.read(metadata))
        licence = opened.read(metadata.replace("METADATA", "licenses/LICENSE"))
    assert headers["License-Expression"] == "EUPL-1.2"
    assert headers.get_all("License-File") == ["LICENSE"]
    assert licence == (CHECKOUT / "LICENSE").read_bytes()
    text = licence.decode()
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert [f"{number}." for number in range(1, 16)] == re.findall(r"^\d+\.", text, re.MULTILINE)
    assert text.endswith("production of a new EUPL version.\n")


def test_the_demo_runs_from_the_wheel_in_another_folder(command, tmp_path):
    shown = run(command, "demo", "--json", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["figures"]["lookups"] > 0
    assert not any(tmp_path.iterdir())


def test_bad_input_is_a_message_there_too(command, tmp_path):
    shown = run(
        command,
        "competence",
        "--nis",
        "99999",
        "--from",
        "2021-01",
        "--to",
        "2021-02",
        cwd=tmp_path,
    )
    assert shown.returncode == 2
    assert "99999" in shown.stderr
    assert "Traceback" not in shown.stderr
