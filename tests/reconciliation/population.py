"""Dossiers of a small invented population, and the command that reconciles them."""

import csv
import os
import resource
import subprocess
import sys
from contextlib import contextmanager

from kszclient.testing import MockKsz, Scenario, World
from kszclient.values import Month

WORLD = World.build(seed=5, size=120)
BEGIN, END = Month(2024, 1), Month(2025, 6)
# Below those that this machine gives to who asks for any, and another one for each process.
PORT = 20_000 + os.getpid() % 10_000
HEADING = ("dossier", "child", "from", "to", "nis")


def rows():
    """Give a dossier for each generated child that lives in Belgium."""
    for number, child in enumerate(WORLD.children):
        home = child.domicile[-1].nis
        if not child.name and home and Month.of(child.born) < END:
            begin = max(BEGIN, Month.of(child.born).next())
            yield (f"D-{number}", child.ssin.digits, str(begin), str(END), home)


def persona_row(key, number=None, begin="2024-01"):
    child = WORLD.persona(key).child
    ssin = number or child.ssin
    return (key, ssin.digits, begin, "2024-06", child.domicile[-1].nis)


def write(path, table, heading=HEADING):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([heading, *table])
    return path


@contextmanager
def same_mock(*rules, **how):
    """Have a mock that listens where the one before did, for a run that goes on with it."""
    with MockKsz(WORLD, [Scenario("a test", "", rules)], port=PORT, **how) as mock:
        yield mock


def start(*words, screen=subprocess.PIPE, largest_file=None):
    """Start the command in a process of its own, perhaps on a disk that has little room."""

    def limit():
        if largest_file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    command = [sys.executable, "-c", "from kszclient.cli.app import main; main()"]
    return subprocess.Popen(
        [*command, "reconcile", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=screen,
        preexec_fn=limit,  # noqa: PLW1509 - the limit must hold for that process alone
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
