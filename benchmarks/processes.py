"""Processes of a benchmark: each measured side on its own, away from the server it talks to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CHECKOUT = HERE.parent
WSDL = CHECKOUT / "schemas" / "intf" / "ChildBenefitsService" / "ChildBenefitsV1.wsdl"
_LONGEST_SECONDS = 3000


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a measured process: this checkout can be imported."""
    path = os.pathsep.join([str(CHECKOUT), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
    # Without kept bytecode ours would be compiled anew each time, beside zeep that was not.
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": path} | more


@contextmanager
def server(*arguments: str) -> Iterator[str]:
    """Run a Python script that prints its address and serves until its input ends.

    Where there are two cores or more, it has the last one for itself, as long as the machine does
    nothing else.

    Raises:
        RuntimeError: It printed no address; some peers would ask the one that the WSDL names.
    """
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        pin(process.pid, last=True)
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not address:
            raise RuntimeError("the server printed no address")
        yield address
    finally:
        process.communicate(timeout=30)


def measure(command: Sequence[str], **more: str) -> dict[str, Any]:
    """Run a command on the first core and read the JSON that it prints.

    Raises:
        RuntimeError: It failed; the message holds the end of what it wrote.
    """
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**more)
    )
    pin(process.pid, last=False)
    figures_text, complaints = process.communicate(timeout=_LONGEST_SECONDS)
    if process.returncode:
        raise RuntimeError(complaints[-2000:])
    figures: dict[str, Any] = json.loads(figures_text)
    return figures


def pin(process: int, *, last: bool) -> None:
    """Put a process on the last core, or on all others; where there is but one, leave it."""
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(process, {cores[-1]} if last else set(cores[:-1]))
