"""The documents that people read: what is checked of one is checked of all."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"^```(\w*)\n(.*?)^```|`([^`\n]+)`", re.DOTALL | re.MULTILINE)


def pages():
    """List every document in Markdown of the checkout."""
    folders = ("benchmarks", "config", "docs", "mocks", "schemas")
    inside = (each for folder in folders for each in (ROOT / folder).rglob("*.md"))
    return sorted([*ROOT.glob("*.md"), *inside])


def name_of(page):
    """Return the path of a page in the checkout, to name it in a test."""
    return page.relative_to(ROOT).as_posix()


def code_in(page):
    """List the code that a page shows: each line of its blocks, and each span within a text."""
    text = page.read_text(encoding="utf-8")
    for _, block, span in CODE.findall(text):
        yield from block.replace("\\\n", " ").splitlines() if block else [span]
