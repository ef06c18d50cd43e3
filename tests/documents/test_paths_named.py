"""A path that a docstring, a comment or a page names leads somewhere."""

import ast
import re

import pytest

from tests.documents.pages import ROOT, pages

FOLDERS = "benchmarks|config|docs|examples|kszclient|mocks|schemas|supply|tests"
NAMED = re.compile(rf"(?<![\w./-])(?:{FOLDERS})/[\w./-]*")
ONLY_IN_A_WHEEL = "kszclient/_data/"
WRITTEN_BY_THE_READER = "config/complaints/instances/zorgkas.toml"
MODULES = sorted((ROOT / "kszclient").rglob("*.py"))


def test_every_path_named_is_there():
    named = {
        (path.relative_to(ROOT).as_posix(), name.rstrip("."))
        for path in (*MODULES, *pages(), *sorted((ROOT / "config").rglob("*.toml")))
        for name in NAMED.findall(path.read_text(encoding="utf-8"))
    }
    lost = {(where, name) for where, name in named if not (ROOT / name).exists()}
    assert {name for _, name in lost} == {ONLY_IN_A_WHEEL, WRITTEN_BY_THE_READER}
    assert len(named) > 50


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_module_says_what_it_is(path):
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert len(said.split()) > 1


def test_the_house_on_one_page_shows_every_room():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = page.split("```")[1]
    for room in (ROOT / "kszclient").iterdir():
        if (room / "__init__.py").exists():
            assert re.search(rf"\b{room.name}\b", picture), room.name
            assert f"| `{room.name}` |" in page, room.name
    for folder in (ROOT / "config").iterdir():
        assert f"| `config/{folder.name}` |" in page, folder.name
