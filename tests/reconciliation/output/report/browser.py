"""A page shown by a headless Chromium, as the package of Debian installs it."""

import html
import shutil
import subprocess
import tempfile
from typing import NamedTuple

CHROMIUM = shutil.which("chromium")
_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--hide-scrollbars",
    *("--enable-logging=stderr", "--virtual-time-budget=5000"),
)


class Shown(NamedTuple):
    """What the browser made of a page: its elements anew, and what it wrote to the console."""

    dom: str
    console: list[str]


def show(path, *flags):
    """Open a page and give what came of it."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [CHROMIUM, *_QUIET, *flags, f"--user-data-dir={profile}", "--dump-dom", path.as_uri()],
            capture_output=True,
            text=True,
            timeout=600,
            check=True,
        )
    return Shown(done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line])


def overflow(page, width, path):
    """Give by how many pixels a page is wider than a screen of so many pixels.

    The page is laid out in a frame of that width, as browsers have a least width for windows.
    """
    path.write_text(
        f'<!DOCTYPE html><iframe width="{width}" height="800" style="border:0" '
        f'srcdoc="{html.escape(page)}"></iframe><script>'
        # The frame is laid out some time after it is loaded, on a busy machine: while it seems too
        # wide, it is looked at again.
        "const look = again => {"
        'const root = document.querySelector("iframe").contentDocument.documentElement;'
        "document.title = root.clientWidth + ':' + root.scrollWidth;"
        "if (again && root.scrollWidth > root.clientWidth) setTimeout(look, 200, again - 1);};"
        "onload = () => setTimeout(look, 1000, 15)</script>",
        encoding="utf-8",
    )
    title = show(path).dom.partition("<title>")[2].partition("</title>")[0]
    inner, needed = map(int, title.split(":"))
    assert inner == width
    return needed - inner


def print_to(path, pdf):
    """Print a page as a PDF."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [CHROMIUM, *_QUIET, f"--user-data-dir={profile}", "--no-pdf-header-footer",
             f"--print-to-pdf={pdf}", path.as_uri()],
            capture_output=True,
            timeout=600,
            check=True,
        )  # fmt: skip
    return pdf.read_bytes()
