"""How a run ends whose cluster fails: with real schedulers and workers, each a process."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import cached_property
from pathlib import Path

import pytest
from distributed import Client

from tests.cli.typed import kszclient
from tests.reconciliation.population import rows, same_mock, start, write

pytestmark = pytest.mark.drill

# More than a busy machine takes for anything here.
LONG = 300
# Where a test waits for the whole of it; a scheduler on a busy machine answers sooner.
PATIENCE = 20
LOOKUPS = sum(1 for _ in rows())
# The client itself holds back, so that no run is over before it is to be ended.
SLOWLY = ("--rate", 1)


def spawn(module, *words, path=(), **how):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*path, *sys.path])}
    command = [sys.executable, "-m", module, *map(str, words)]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, **how
    )


def until(it_is_so, why):
    end = time.monotonic() + LONG
    while not (found := it_is_so()):
        assert time.monotonic() < end, why
        time.sleep(0.05)
    return found


class Cluster:
    """A scheduler on loopback, and workers that nobody starts anew."""

    def __init__(self, folder):
        self._folder = folder
        self.processes = []
        self._about = folder.with_name("scheduler.json")
        self.scheduler = self._add(
            spawn(
                "distributed.cli.dask_scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                0,
                "--scheduler-file",
                self._about,
                "--no-dashboard",
                "--no-show",
            )
        )

    @cached_property
    def address(self):
        """Where it listens, which it writes down when it does."""

        def read():
            with contextlib.suppress(OSError, ValueError):
                return json.loads(self._about.read_text())["address"]

        return until(read, "the scheduler did not begin")

    def _add(self, process):
        self.processes.append(process)
        return process

    def worker(self, **how):
        return self._add(
            spawn(
                "distributed.cli.dask_worker",
                self.address,
                "--nthreads",
                1,
                "--no-nanny",
                "--no-dashboard",
                "--local-directory",
                self._folder,
                **how,
            )
        )

    def wait_for(self, workers):
        with Client(self.address, timeout=LONG) as client:
            client.wait_for_workers(workers, timeout=LONG)


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path / "dask")
    yield made
    for process in made.processes:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def command(tmp_path, cluster, mock, *more, patience=LONG):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    return (
        *(dossiers, "--out", tmp_path / "out", "--endpoint", mock.endpoint),
        *("--engine", "dask", "--scheduler", cluster.address, "--patience", patience, *more),
    )


def begun(mock, number=3):
    until(lambda: len(mock.requests) >= number, "nothing was asked")


def ended(process):
    _, err = process.communicate(timeout=LONG)
    return process.returncode, err.decode()


def check_resumes(tmp_path, cluster, mock):
    """See that a run goes on with what was answered, and asks nobody else again."""
    cluster.worker()
    cluster.wait_for(1)
    shown = kszclient("reconcile", *command(tmp_path, cluster, mock, "--resume"))
    assert shown.code in {0, 1}, shown.err
    tickets = [each.customer_ticket for each in mock.requests]
    assert len(tickets) == len(set(tickets))
    assert len(tickets) <= LOOKUPS + 16


def test_the_last_worker_is_killed(tmp_path, cluster):
    worker = cluster.worker()
    cluster.wait_for(1)
    with same_mock() as mock:
        run = start(*command(tmp_path, cluster, mock, *SLOWLY, patience=PATIENCE))
        begun(mock)
        worker.kill()
        code, err = ended(run)
        assert (code, "the cluster has no workers left" in err) == (4, True), err
        assert "--resume" in err
    with same_mock() as mock:
        check_resumes(tmp_path, cluster, mock)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("state", ["at work", "killed", "frozen", "scheduler frozen"])
def test_the_first_signal_ends_it(tmp_path, cluster, sent, state):
    worker = cluster.worker()
    cluster.wait_for(1)
    with same_mock() as mock:
        run = start(*command(tmp_path, cluster, mock, *SLOWLY, patience=10_000))
        begun(mock)
        if state == "killed":
            worker.kill()
        elif state == "frozen":
            worker.send_signal(signal.SIGSTOP)
        elif state == "scheduler frozen":
            cluster.scheduler.send_signal(signal.SIGSTOP)
        run.send_signal(sent)
        code, err = ended(run)
        assert code == 4, err
        assert "Traceback" not in err


def test_the_scheduler_is_killed(tmp_path, cluster):
    cluster.worker()
    cluster.wait_for(1)
    with same_mock() as mock:
        run = start(*command(tmp_path, cluster, mock, *SLOWLY, patience=PATIENCE))
        begun(mock)
        cluster.scheduler.kill()
        code, err = ended(run)
        assert (code, "scheduler" in err) == (4, True), err
        assert "a mistake of ours" not in err


def test_no_worker_at_all(tmp_path, cluster):
    with same_mock() as mock:
        # The scheduler may take a moment to begin.
        shown = kszclient("reconcile", *command(tmp_path, cluster, mock))
        assert (shown.code, "has no workers" in shown.err) == (4, True), shown.err
        check_resumes(tmp_path, cluster, mock)


def fake(folder, **versions):
    """Make packages of these versions, as far as anybody asks for their versions."""
    for name, version in versions.items():
        about = folder / f"{name}-{version}.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
    return str(folder)


@pytest.mark.filterwarnings("ignore::distributed.versions.VersionMismatchWarning")
@pytest.mark.parametrize("package", ["kszclient", "msgspec", "dask", "distributed", "polars"])
def test_a_worker_of_other_versions_is_refused_before_anything_is_asked(tmp_path, cluster, package):
    cluster.worker()
    cluster.worker(path=[fake(tmp_path / "other", **{package: "0.0.1"})])
    cluster.wait_for(2)
    with same_mock() as mock:
        shown = kszclient("reconcile", *command(tmp_path, cluster, mock))
        assert shown.code == 4
        assert f"has {package} 0.0.1 (here " in shown.err
        assert "Mismatched" not in shown.err
        assert not mock.requests


WITHOUT = """
import sys, importlib.metadata as m
real = m.version
def version(name):
    if name == "kszclient":
        raise m.PackageNotFoundError(name)
    return real(name)
m.version = version
sys.modules["kszclient"] = None
"""


def test_a_worker_without_the_package_is_named(tmp_path, cluster):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WITHOUT)
    cluster.worker(path=[str(tmp_path / "site")])
    cluster.wait_for(1)
    with same_mock() as mock:
        shown = kszclient("reconcile", *command(tmp_path, cluster, mock))
        assert (shown.code, "has no kszclient (here " in shown.err) == (4, True), shown.err


REPLIES = {
    "nothing": None,
    "an end": b"",
    "a page": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "zeros": b"\0" * 99,
    "a greeting": b"220 mail.example ESMTP\r\n",
}


class Other:
    """A server that is no scheduler."""

    def __init__(self, reply):
        self._reply = reply
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        self._held = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                opened, _ = self._server.accept()
                if self._reply is None:
                    self._held.append(opened)
                    continue
                opened.sendall(self._reply)
                opened.close()

    def close(self):
        self._server.close()
        for each in self._held:
            each.close()


@pytest.mark.parametrize("reply", REPLIES)
def test_what_is_no_scheduler_is_not_waited_for(tmp_path, reply):
    with contextlib.closing(Other(REPLIES[reply])) as other, same_mock() as mock:
        shown = kszclient("reconcile", *command(tmp_path, other, mock, patience=1))
    assert (shown.code, f"the scheduler {other.address} does not answer" in shown.err) == (4, True)


def test_a_signal_is_obeyed_while_a_scheduler_is_looked_for(tmp_path):
    with contextlib.closing(Other(None)) as other, same_mock() as mock:
        run = start(*command(tmp_path, other, mock, patience=10_000))
        until(lambda: other._held, "the scheduler was not looked for")
        run.send_signal(signal.SIGTERM)
        code, err = ended(run)
    assert (code, "stopped before anything was asked" in err) == (4, True), err


def test_a_worker_is_no_scheduler(tmp_path, cluster):
    cluster.worker()
    cluster.wait_for(1)
    with Client(cluster.address, timeout=LONG) as client:
        (cluster.address,) = client.run(os.getpid)
    with same_mock() as mock:
        shown = kszclient("reconcile", *command(tmp_path, cluster, mock))
    assert (shown.code, "no scheduler of Dask answers" in shown.err) == (4, True), shown.err


class At:
    def __init__(self, address):
        self.address = address


@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        ("tcp://192.0.2.7:8786", 2, "numbers of persons would go over the network in clear"),
        ("tcp://dask.invalid:8786", 2, "in clear"),
        ("tcp://0.0.0.0:8786", 2, "in clear"),
        ("tcp://[2001:db8::1]:8786", 2, "in clear"),
        ("tcp://127.0.0.1.example:8786", 2, "in clear"),
        ("tcp://[::ffff:10.0.0.7]:8786", 2, "in clear"),
        ("tcp://2130706433:8786", 2, "in clear"),
        ("tcp://[::1", 2, "expected tls://HOST:PORT"),
        ("tcp://::1", 2, "expected tls://HOST:PORT"),
        ("tcp://", 2, "expected tls://HOST:PORT"),
        ("tcp://user:secret@127.0.0.1:8786", 2, "expected tls://HOST:PORT"),
        ("tls://user:secret@127.0.0.1:8786", 2, "expected tls://HOST:PORT"),
        ("tcp://127.0.0.1/.example:8786", 2, "expected tls://HOST:PORT"),
        ("tcp://localhost?.example:8786", 2, "expected tls://HOST:PORT"),
        ("inproc://127.0.0.1/1/1", 2, "expected tls://HOST:PORT"),
        ("tcp://[::1]:1", 4, "does not answer"),
        ("tls://127.0.0.1:8786", 4, "no certificate is set for TLS"),
        ("tcp://127.0.0.1", 4, "does not answer"),
        ("tcp://localhost:x", 4, "does not answer"),
    ],
)
def test_addresses_of_schedulers(tmp_path, address, code, says):
    with same_mock() as mock:
        shown = kszclient("reconcile", *command(tmp_path, At(address), mock, patience=1))
    assert (shown.code, says in shown.err) == (code, True), shown.err
    assert "secret" not in shown.err
    assert Path(tmp_path / "dossiers.csv").exists()


DIES = """
import os, sys
if "spawn_main" in " ".join(sys.orig_argv):
    os._exit(3)
"""


def test_workers_here_that_end_while_they_start_are_reported(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(DIES)
    monkeypatch.syspath_prepend(tmp_path)
    with same_mock() as mock:
        dossiers = write(tmp_path / "dossiers.csv", rows())
        run = start(
            *(dossiers, "--out", tmp_path / "out", "--endpoint", mock.endpoint),
            *("--engine", "dask", "--workers", 1),
        )
        code, err = ended(run)
        assert (code, "no cluster can be started on this machine" in err) == (4, True), err
        assert "distributed" not in err
        assert not mock.requests
