"""Build the API reference from the docstrings of what is public.

Run: ``python -m supply.reference FOLDER``; exit code 1 means that pdoc warned, and its warnings are
printed. A page is made for each package that lists its public names, and for the errors.
"""

import ast
import dataclasses
import importlib
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pdoc
from lxml.etree import _Element
from pdoc.doc_types import resolve_annotations

import kszclient
import kszclient.exchange.exchange

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
    pdoc.render.configure(docformat="google", show_source=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for name in names:
            _make_plain(importlib.import_module(name))
        # `Envelope` is an alias written as a text, of a type that its own module alone imports.
        vars(kszclient.exchange.exchange)[_Element.__name__] = _Element
        pages = {name: pdoc.doc.Module.from_name(name) for name in names}
        for name, module in pages.items():
            page = folder / f"{name.replace('.', '/')}.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(pdoc.render.html_module(module, pages), encoding="utf-8")
        (folder / "index.html").write_text(pdoc.render.html_index(pages), encoding="utf-8")
        (folder / "search.js").write_text(pdoc.render.search_index(pages), encoding="utf-8")
    return [str(each.message) for each in caught]


def _make_plain(module: ModuleType) -> None:
    """Put names that are imported late, and types that are written as texts, where pdoc looks."""
    for name in getattr(module, "__all__", ()):
        thing = getattr(module, name)
        setattr(module, name, thing)
        if isinstance(thing, type):
            home = sys.modules[thing.__module__]
            if dataclasses.is_dataclass(thing):
                _resolve(thing.__init__, home)
            if issubclass(thing, tuple):
                _resolve(thing.__new__, home)


def _resolve(made_by: Any, home: ModuleType) -> None:
    """Resolve the types of a constructor in the module of its class, not in that of the page."""
    written = made_by.__annotations__
    made_by.__annotations__ = resolve_annotations(written, home, None, made_by.__qualname__)


def main(folder: str) -> int:
    """Build the reference and report what pdoc warned of."""
    found = build(Path(folder))
    print(*found or [f"{folder}/index.html"], sep="\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
