"""A run on a Dask cluster: real worker processes on loopback, one of them killed in the middle."""

import contextlib
import os
import signal
import threading
import time
import uuid

import msgspec
import pytest

from kszclient.cadaster import AsyncChildBenefitsClient
from kszclient.errors import ClusterError, InputError
from kszclient.reconciliation import Question, reconcile
from kszclient.reconciliation.cluster import connect, reconcile_on
from kszclient.security import Profile
from kszclient.testing import MockKsz
from tests.reconciliation.population import WORLD, rows, write
from tests.reconciliation.test_kill import RESULTS, check_tickets, content

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
