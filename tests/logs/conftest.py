"""Logging as it was before, after each test."""

import io
import logging

import pytest

from kszclient.logs import configure


@pytest.fixture(autouse=True)
def logging_put_back():
    root = logging.getLogger()
    factory, handlers, level = logging.getLogRecordFactory(), list(root.handlers), root.level
    ours = logging.getLogger("kszclient").level
    yield
    logging.setLogRecordFactory(factory)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("kszclient").setLevel(ours)


@pytest.fixture
def written():
    """Configure everything at DEBUG and give what is written."""
    stream = io.StringIO()

    def start(**options):
        configure(**({"level": "DEBUG", "others": "DEBUG", "stream": stream} | options))
        return stream.getvalue

    return start


@pytest.fixture(autouse=True)
def _no_log_in_reports(request, monkeypatch):
    """Keep what these tests log out of pytest's own reports.

    It holds half characters, which a report cannot carry from one process to another.
    """
    plugin = request.config.pluginmanager.getplugin("logging-plugin")
    monkeypatch.setattr(plugin.report_handler, "emit", lambda _: None)
