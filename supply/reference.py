"""Build the API reference from the docstrings of what is public.

Run: ``python -m supply.reference FOLDER``; exit code 1 means that pdoc warned, and its warnings are
printed. A page is made for each package that lists its public names, and for the errors.
"""

import ast
import dataclasses
import importlib
import sys
import typing
import warnings
from pathlib import Path
from types import ModuleType

import pdoc

import kszclient

PACKAGE = Path(kszclient.__file__).parent


def public_modules() -> list[str]:
    """List the modules with a page of their own: the packages with an ``__all__``, and the errors.

    >>> public_modules()[:2], "kszclient.cli" in public_modules()
    (['kszclient', 'kszclient.audit'], False)
    """
    packages = sorted(
        f"kszclient.{found.parent.name}"
        for found in PACKAGE.glob("*/__init__.py")
        if _lists_its_names(found)
    )
    return ["kszclient", *packages, "kszclient.errors"]


def _lists_its_names(path: Path) -> bool:
    assigned = [
        target.id
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    return "__all__" in assigned


def build(folder: Path) -> list[str]:
    """Write the pages into a folder and return the warnings of pdoc."""
    names = public_modules()
    for name in names:
        _make_plain(importlib.import_module(name))
    pdoc.render.configure(docformat="google", show_source=False)
    others = r"!kszclient\.(?!(?:{})$)".format("|".join(each.partition(".")[2] for each in names))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pdoc.pdoc("kszclient", others, output_directory=folder)
    return [str(each.message) for each in caught]


def _make_plain(module: ModuleType) -> None:
    """Put names that are imported late, and types that are written as texts, where pdoc looks."""
    for name in getattr(module, "__all__", ()):
        thing = getattr(module, name)
        setattr(module, name, thing)
        if isinstance(thing, type):
            if dataclasses.is_dataclass(thing):
                thing.__init__.__annotations__ = typing.get_type_hints(thing)
            if issubclass(thing, tuple):
                thing.__new__.__annotations__ = typing.get_type_hints(thing)


def main(folder: str) -> int:
    """Build the reference and report what pdoc warned of."""
    found = build(Path(folder))
    print(*found or [f"{folder}/index.html"], sep="\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
