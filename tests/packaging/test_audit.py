"""`make audit` says what it checked, and never calls unchecked what is fine."""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from supply.audit import CLEAN, UNCHECKED, VULNERABLE, verdict

pytestmark = pytest.mark.drill

ROOT = Path(__file__).parents[2]
PIN = f"somelib==1.2 \\\n    --hash=sha256:{'0' * 64}\n"
ADVISORY = {
    "id": "GHSA-aaaa-bbbb-cccc",
    "summary": "It gives its secrets away.",
    "affected": [
        {
            "package": {"name": "somelib", "ecosystem": "PyPI"},
            "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.3"}]},
            ],
        }
    ],
}


@pytest.fixture
def service():
    """A service of advisories on this machine; what it answers stands in the list."""
    answers = [{}]

    class Service(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(answers[0]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield answers, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def audit(tmp_path, url):
    pinned = tmp_path / "requirements.txt"
    pinned.write_text(PIN, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "supply.audit", pinned, "-s", "osv", "--osv-url", url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_the_service_finds_nothing_about_is_clean(service, tmp_path):
    done = audit(tmp_path, service[1])
    assert done.returncode == CLEAN, done.stderr
    assert done.stdout == "Checked 1 of 1 distributions: none has a known vulnerability.\n"


def test_a_vulnerability_is_named_with_what_mends_it(service, tmp_path):
    answers, url = service
    answers[0] = {"vulns": [ADVISORY]}
    done = audit(tmp_path, url)
    assert done.returncode == VULNERABLE, done.stderr
    assert "somelib 1.2: GHSA-aaaa-bbbb-cccc, mended in 1.3" in done.stdout


def test_a_service_out_of_reach_has_checked_nothing(tmp_path):
    done = audit(tmp_path, "http://127.0.0.1:9/")
    assert done.returncode == UNCHECKED
    assert done.stdout.startswith("Nothing was checked, as pip-audit failed: ")


@pytest.mark.parametrize(
    ("dependencies", "code", "shown"),
    [
        ([], UNCHECKED, "nothing to check"),
        ([{"name": "a", "skip_reason": "not found"}], UNCHECKED, "nothing is known about any"),
        (
            [
                {"name": "a", "skip_reason": "not found"},
                {"name": "b", "version": "1", "vulns": []},
            ],
            UNCHECKED,
            "Checked 1 of 2",
        ),
        (
            [
                {"name": "a", "skip_reason": "not found"},
                {"name": "b", "version": "1", "vulns": [{"id": "X-1", "fix_versions": []}]},
            ],
            VULNERABLE,
            "b 1: X-1, mended in no version yet",
        ),
    ],
)
def test_what_the_service_does_not_know_is_never_called_clean(dependencies, code, shown):
    told, text = verdict({"dependencies": dependencies})
    assert told == code
    assert shown in text
