"""A run on a Dask cluster: real worker processes on loopback, one of them killed in the middle."""

import json
import os
import signal
import stat
import threading
import time
import uuid

import msgspec
import pytest

from kszclient.cadaster import AsyncChildBenefitsClient
from kszclient.errors import ClusterError, InputError, JournalError
from kszclient.reconciliation import Pace, Question, reconcile
from kszclient.reconciliation.cluster.cluster import _came, connect, reconcile_on
from kszclient.security import Profile
from kszclient.testing import MockKsz
from tests.cli.typed import kszclient
from tests.reconciliation.execute.test_kill import check_tickets, content
from tests.reconciliation.population import WORLD, rows, write

pytestmark = pytest.mark.drill

RUN = uuid.UUID("3f0c2d1e-0000-4000-8000-000000000001")


@pytest.fixture(scope="module")
def cluster():
    with connect(workers=2) as client:
        yield client


@pytest.fixture(scope="module")
def mock():
    with MockKsz(WORLD) as ksz:
        yield ksz


@pytest.fixture(scope="module")
def question(tmp_path_factory):
    table = [*rows(), ("D-wrong", "123", "2024-01", "2024-02", "44021")]
    return Question(write(tmp_path_factory.mktemp("input") / "dossiers.csv", table))


def profile(mock, rate=None):
    return msgspec.structs.replace(
        Profile.load("mock", endpoint=mock.endpoint), requests_per_second=rate
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory, mock, question):
    """The files of one process."""
    out = tmp_path_factory.mktemp("local")
    reconcile(question, AsyncChildBenefitsClient(profile(mock)), out=out, run_id=RUN)
    return content(out)


def on(cluster, question, mock, out, *, rate=None, **how):
    how = {"lookups_of_a_partition": 30, "run_id": RUN, **how}
    return reconcile_on(cluster, question, profile(mock, rate), out=out, **how)


def partitions(out):
    return sorted((out / "partitions").iterdir())


def test_the_result_is_that_of_one_process(tmp_path, cluster, mock, question, whole):
    before = len(mock.requests)
    seen = []
    done = on(cluster, question, mock, tmp_path, watch=seen.append)
    assert content(tmp_path) == whole
    assert done.unanswered == 0
    assert len(mock.requests) - before == done.planned
    assert len(partitions(tmp_path)) == 4
    folders = [tmp_path / "partitions", *partitions(tmp_path)]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}
    assert seen[-1].planned == done.planned


def test_a_worker_that_is_killed_costs_nothing(tmp_path, cluster, mock, question, whole):
    before = len(mock.requests)

    def kill():
        while len(mock.requests) < before + 20:
            time.sleep(0.01)
        pid, *_ = cluster.run(os.getpid).values()
        os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    done = on(cluster, question, mock, tmp_path, rate=40)
    killer.join()
    assert done.unanswered == 0
    assert content(tmp_path) == whole
    seen = [each.customer_ticket for each in mock.requests][before:]
    assert len(seen) == len(set(seen))
    for folder in partitions(tmp_path):
        check_tickets(folder, [])
    assert len(seen) <= done.planned + 16


def test_the_rate_holds_over_all_workers(tmp_path, cluster, mock, question):
    """All are asked no sooner than the rate allows; without one it takes a fraction of that."""
    rate, lanes = 15, 2
    begin = time.monotonic()
    done = on(cluster, question, mock, tmp_path, rate=rate)
    least = (done.planned - lanes * len(partitions(tmp_path))) / rate
    assert time.monotonic() - begin >= least


def test_a_run_goes_on_with_what_is_open_only(tmp_path, cluster, mock, question, whole):
    stop = threading.Timer(0, lambda: None)

    def watch(progress):
        if progress.done > 10 and not stop.finished.is_set():
            stop.finished.set()
            os.kill(os.getpid(), signal.SIGTERM)

    before = len(mock.requests)
    broken = on(cluster, question, mock, tmp_path, rate=4, watch=watch, stop_on_signals=True)
    sent = len(mock.requests) - before
    assert broken.results is None
    assert broken.unanswered == broken.planned - sent > 0
    done = on(cluster, question, mock, tmp_path, resume=True, run_id=None)
    assert content(tmp_path) == whole
    assert len(mock.requests) - before == done.planned


def test_a_run_keeps_its_engine(tmp_path, cluster, mock, question):
    on(cluster, question, mock, tmp_path)
    with pytest.raises(InputError, match="began with --engine dask"):
        reconcile(question, AsyncChildBenefitsClient(profile(mock)), out=tmp_path, resume=True)


def test_no_numbers_of_persons_stay_in_the_partitions(tmp_path, cluster, mock, question):
    on(cluster, question, mock, tmp_path)
    numbers = [row[1].encode() for row in rows()]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o777 == 0o600, path.name
            held = path.read_bytes()
            assert not [number for number in numbers if number in held], path.name


def test_a_scheduler_that_is_not_there():
    nowhere = connect("tcp://127.0.0.1:9", patience_seconds=0.5)
    with pytest.raises(ClusterError, match="does not answer"), nowhere:
        pass


def test_a_cluster_without_workers(tmp_path, mock, question):
    none = connect(workers=0)
    with none as client, pytest.raises(ClusterError, match="has no workers"):
        on(client, question, mock, tmp_path)


def test_a_folder_that_the_workers_do_not_share(tmp_path):
    with pytest.raises(JournalError, match="partition 000000 is not in the folder of the run"):
        list(_came([(None, tmp_path / "000000")], {tmp_path / "000000"}))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--scheduler", "tcp://127.0.0.1:9"), "with --engine dask only"),
        (("--engine", "spark"), "expected one of local, dask"),
        (("--engine", "dask", "--scheduler", "127.0.0.1:9"), "expected tls://HOST:PORT"),
    ],
)
def test_options_of_the_engine_that_make_no_sense(tmp_path, words, says):
    shown = kszclient("reconcile", tmp_path / "none.csv", "--out", tmp_path / "out", *words)
    assert shown.code == 2
    assert says in shown.err
    assert not (tmp_path / "out").exists()


def test_the_command_asks_on_a_cluster(tmp_path, cluster, mock):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    scheduler = cluster.scheduler.address
    shown = kszclient(
        *("reconcile", dossiers, "--out", tmp_path / "out", "--endpoint", mock.endpoint),
        *("--engine", "dask", "--workers", 1, "--json"),
    )
    assert scheduler.startswith("tls://")
    assert shown.code == 1
    assert json.loads(shown.out)["lookups"] == sum(1 for _ in rows())


def test_no_cluster_is_asked_for_where_the_input_or_the_folder_is_refused(tmp_path, mock):
    """A cluster takes seconds to start; here none can be reached, and nobody tries to."""
    dossiers = write(tmp_path / "dossiers.csv", [*rows()][:2])
    wrong = write(tmp_path / "wrong.csv", [("D", "123", "2024-01", "", "44021")])
    where = ("--out", tmp_path / "out", "--endpoint", mock.endpoint)
    dask = ("--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    refused = kszclient("reconcile", wrong, *where, *dask)
    assert (refused.code, "none of 1 rows can be used" in refused.err) == (2, True)
    unreached = kszclient("reconcile", dossiers, *where, *dask)
    assert (unreached.code, "does not answer" in unreached.err) == (4, True)
    assert kszclient("reconcile", dossiers, *where).code in {0, 1}
    begun = kszclient("reconcile", dossiers, *where, "--resume", *dask)
    assert (begun.code, "began with --engine local" in begun.err) == (2, True)


def test_a_missing_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("kszclient.cli.options.service.find_spec", lambda _: None)
    dossiers = write(tmp_path / "dossiers.csv", rows())
    shown = kszclient("reconcile", dossiers, "--out", tmp_path / "out", "--engine", "dask")
    assert shown.code == 2
    assert "pip install 'kszclient[dask]'" in shown.err


def test_answers_of_two_services_never_meet(tmp_path, cluster, mock, question):
    first = on(cluster, question, mock, tmp_path, pace=Pace(budget=40))
    assert first.unanswered > 0
    with (
        MockKsz(WORLD) as other,
        pytest.raises(InputError, match="came with another endpoint"),
    ):
        on(cluster, question, other, tmp_path, resume=True)
    assert not other.requests
