"""What one Python takes and a later one does not."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.mark.parametrize("folder", ["kszclient", "tests", "benchmarks", "examples", "supply"])
def test_every_docstring_can_be_encoded(folder):
    """Python 3.13 cannot import a module with half of a surrogate pair in a docstring."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said = ast.get_docstring(node) if isinstance(node, DOCUMENTED) else None
            assert not re.search("[\ud800-\udfff]", said or ""), (path.name, node.lineno)
