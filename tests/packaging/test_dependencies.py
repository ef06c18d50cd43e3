"""Every library that the package imports is one that it asks for."""

import ast
import re
import sys
from importlib.metadata import packages_distributions, requires
from pathlib import Path

# Extras and what comes with Python or with the package itself.
OPTIONAL = {"dask", "distributed", "polars", "pytest", "sqlalchemy"}


def imported():
    for path in Path("kszclient").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield (node.module or "").partition(".")[0]


def test_nothing_is_imported_that_is_not_asked_for():
    foreign = {
        name
        for name in imported()
        if name not in sys.stdlib_module_names and name not in {"kszclient", "_typeshed"}
    }
    asked = {
        re.match(r"[A-Za-z0-9_.-]+", line)[0].lower()
        for line in requires("kszclient") or []
        if "extra ==" not in line
    }
    homes = packages_distributions()
    unasked = {
        name
        for name in foreign - OPTIONAL
        if not any(home.lower().replace("_", "-") in asked for home in homes.get(name, [name]))
    }
    assert unasked == set()
