"""No text of a register or a desk acts, is read as markup, or shows a person, in any command.

A relay stands between the commands and the mock, over real sockets, and puts a hostile text into
every free field of what comes back. Each command ends as it does with a harmless text.
"""

import base64
import csv
import http.client
import http.server
import json
import sqlite3
import threading
import urllib.parse
from contextlib import closing

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kszclient.resources import resource
from kszclient.testing import MockKsz, World, shipped_scenario
from tests.cli.typed import kszclient
from tests.test_foreign_text import UNSAFE

FREE = {"description", "diagnostic", "authorCode", "fieldValue", "fileNumber", "dataFilter"}
CODES = {"code", "reasonCode"}
LONGEST = {"code": 16, "reasonCode": 16}
MONTHS = ("--from", "2019-01", "--to", "2024-12")
NUMBER = "85023000125"
NAME = "Janssens"
FORMULAS = "=+-@\uff1d\uff0b\uff0d\uff20"
HARMLESS = "Fund"
HOSTILE = (
    "[/]",
    "Fund [old] name",
    "[link=https://example.test]x[/link] [red]",
    ":smile: {x} %s {0}",
    "a\x9b31mb\x85c\x7fd",
    "a\u202eb\u2066c\u2028d\u200be\ufefff\U000e0041",
    "a\n2024-05-06T07:08:09.123Z info forged\tx",
    "=1+cmd|'/C'!A0",
    "@SUM(A1)",
    "+1+1",
    "\uff1d1",
    NUMBER,
    "85.02.30-001.25",
    f"{NAME} {NUMBER}",
    "850230\u200b00125",
    "<script>alert(1)</script>",
)
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(
        st.one_of(st.sampled_from("[]/=+-@:{}%\x85\x9b\u202e\u200b\u2028\n\t "), st.characters(
            exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"
        )),
        min_size=1,
        max_size=40,
    ),
).filter(str.strip)  # fmt: skip


class Relay:
    """Passes requests on to the mock, and puts a text into every free field of the answers."""

    def __init__(self, mock):
        self.text, self.codes = HARMLESS, False
        self.ends = {}
        port, relay = urllib.parse.urlsplit(mock.endpoint).port, self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with closing(http.client.HTTPConnection("127.0.0.1", port)) as there:
                    there.request("POST", self.path, body, dict(self.headers))
                    answer = there.getresponse()
                    content = relay.changed(answer.read(), answer.headers["Content-Type"])
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        here = f"127.0.0.1:{self.server.server_port}"
        self.endpoint = mock.endpoint.replace(f"127.0.0.1:{port}", here)
        self.desks = mock.desks.replace(f"127.0.0.1:{port}", here)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def changed(self, content, kind):
        if "json" in kind:
            told = json.loads(content)
            for each in told.get("refused", ()):
                each["text"] = self.text
            if "receipt" in told and self.codes:
                told["receipt"] = self.text
            return json.dumps(told).encode()
        root = etree.fromstring(content)
        for each in root.iter():
            name = etree.QName(each).localname
            of_status = name in CODES and etree.QName(each.getparent()).localname in {
                "status",
                "detail",
            }
            if len(each) == 0 and (name in FREE or (of_status and self.codes)):
                each.text = self.text[: LONGEST.get(name, 255)]
        return etree.tostring(root)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def world():
    return World.build(size=0)


@pytest.fixture(scope="module")
def relay(world):
    with MockKsz(world) as mock, Relay(mock) as running:
        yield running


def shown(text):
    """Check what a person sees; return it."""
    lines = text.out + text.err
    assert not set(lines) - {"\n"} & set(UNSAFE), repr(lines)
    assert "mistake of ours" not in lines
    assert NUMBER not in lines.replace(".", "").replace("-", "").replace(" ", "")
    assert not any(line.startswith("2024-05-06T07:08:09") for line in lines.splitlines())
    return lines


def asked(relay, *words, text, codes):
    """Return what a command shows with a text, and how it ends with that and a harmless one."""
    if (words, codes) not in relay.ends:
        relay.text, relay.codes = HARMLESS, codes
        relay.ends[words, codes] = kszclient(*words).code
    relay.text, relay.codes = text, codes
    after = kszclient(*words)
    assert after.code == relay.ends[words, codes]
    return after


PERSONAS = ("moved-on-the-first", "not-integrated-with-us", "replaced-bis-number")


@settings(max_examples=8)
@given(text=TEXTS)
@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("key", PERSONAS)
def test_a_lookup_shows_any_text_as_text(relay, world, key, text, *, codes):
    number = world.personas[key].child.ssin.digits
    words = ("lookup", number, *MONTHS, "--endpoint", relay.endpoint)
    told = asked(relay, *words, text=text, codes=codes)
    shown(told)
    as_json = asked(relay, *words, "--json", text=text, codes=codes)
    assert not set(as_json.out) - {"\n"} & set(UNSAFE)
    json.loads(as_json.out)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_and_emoji_codes_are_shown_as_they_are(relay, world, text):
    number = world.personas["moved-on-the-first"].child.ssin.digits
    words = ("lookup", number, *MONTHS, "--endpoint", relay.endpoint)
    lines = shown(asked(relay, *words, text=text, codes=False))
    if text[0] in "[F:" and NUMBER not in text:
        assert text in lines


@pytest.mark.parametrize("text", HOSTILE)
def test_a_desk_shows_and_leaves_any_text_as_text(relay, tmp_path, text):
    words = ("route", "mocks/complaints/refusal-flanders.json", "--submit", "--desk", relay.desks)
    relay.text, relay.codes = text, True
    register = tmp_path / "cases.sqlite"
    told = kszclient(*words, "--register", register)
    shown(told)
    assert told.code in {1, 4}
    kept = kszclient("cases", "--register", register)
    shown(kept)
    with closing(sqlite3.connect(register)) as file:
        assert all(
            text not in str(cell) for row in file.execute("SELECT * FROM cases") for cell in row
        )


@pytest.fixture
def profile(relay, tmp_path, monkeypatch):
    key = base64.b64encode(bytes(range(32))).decode()
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", f"test:{key}")
    assert kszclient("audit", "create", tmp_path / "audit.sqlite").code == 0
    path = tmp_path / "of-the-relay.toml"
    shipped = resource("config", "profiles", "mock.toml").read_text(encoding="utf-8")
    lines = [line for line in shipped.splitlines() if not line.startswith("endpoint")]
    text = f'endpoint = "{relay.endpoint}"\n' + "\n".join(lines)
    path.write_text(f'{text}\n[audit]\ntrail = "audit.sqlite"\n', encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("text", HOSTILE)
def test_a_trail_shows_any_text_as_text(monkeypatch, tmp_path, text):
    key = base64.b64encode(bytes(range(32))).decode()
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", f"test:{key}")
    trail = tmp_path / "audit.sqlite"
    assert kszclient("audit", "create", trail).code == 0
    with closing(sqlite3.connect(trail)) as file, file:
        name = text.replace('"', '""')
        file.execute(f'CREATE TABLE "{name}" (x)')
        file.execute("INSERT INTO entry VALUES (1, ?, ?)", (text, text))
    anchors = tmp_path / "anchors"
    anchors.write_text(json.dumps({"trail": text, "sequence": 1, "seal": text}) + "\n")
    for words in (
        ("verify", trail),
        ("verify", trail, "--anchors", anchors),
        ("verify", trail, "--purpose", text),
        ("unfinished", trail, "--purpose", text),
        ("explain", trail, "1", "--why", text),
        ("export", trail, "--purpose", text),
        ("verify", tmp_path / text.replace("/", "|")),
    ):
        for told in (kszclient("audit", *words), kszclient("audit", *words, "--json")):
            shown(told)
            assert told.code


@pytest.mark.parametrize("text", HOSTILE)
def test_a_letter_shows_any_text_as_text(tmp_path, text):
    complaint, details = tmp_path / "case.json", tmp_path / "details.json"
    case = json.loads(resource("mocks", "complaints", "refusal-flanders.json").read_text())
    complaint.write_text(json.dumps(case))
    details.write_text(json.dumps(dict.fromkeys(("name", "address", "facts"), f"{text}\nBcc: x")))
    words = ("letter", complaint, "--instance", "KBD", "--language", "nl", "--details", details)
    for name in ("letter.html", "letter.eml"):
        told = kszclient(*words, "--out", tmp_path / name)
        shown(told)
        assert told.code == 0
        kept = (tmp_path / name).read_bytes().replace(b"\r\n", b"\n").decode()
        assert not set(kept) - {"\n"} & set(UNSAFE)
        headers = kept.partition("\n\n")[0]
        assert "<script" not in kept if name.endswith(".html") else "Bcc" not in headers
    shown(kszclient(*words, "--out", tmp_path / f"{text.replace('/', '|')}.txt"))
    complaint.write_text(json.dumps(case | {"payer": text}))
    shown(kszclient(*words, "--out", tmp_path / "none.html"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_demonstration_shows_the_name_of_its_folder_as_text(tmp_path, text):
    in_the_way = tmp_path / text.replace("/", "|")
    in_the_way.write_text("no folder")
    told = kszclient("demo", "--population", "0", "--out", in_the_way)
    shown(told)
    assert told.code


@pytest.mark.parametrize("text", [*HOSTILE[:3], *HOSTILE[7:14]])
def test_codes_reach_trail_journal_and_findings_as_codes_only(
    relay, world, profile, tmp_path, text
):
    rows = [
        (f"D-{at}", world.personas[key].child.ssin.digits, *MONTHS[1::2], "44021")
        for at, key in enumerate(PERSONAS)
    ]
    dossiers = tmp_path / "dossiers.csv"
    with dossiers.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("dossier", "child", "from", "to", "nis"), *rows])
    relay.text, relay.codes = text, True
    out = tmp_path / "out"
    told = kszclient("reconcile", dossiers, "--out", out, "--profile", profile, "--patience", "1")
    shown(told)
    assert told.code == 1, told.err
    trail = kszclient("audit", "export", tmp_path / "audit.sqlite")
    kinds = [json.loads(line) for line in trail.out.splitlines()]
    codes = {each["entry"]["event"].get("code") for each in kinds} - {None}
    assert codes == {"other"}
    findings = pl.read_parquet(out / "findings.parquet")
    cells = [cell for row in findings.iter_rows() for cell in row if cell]
    with (out / "findings.csv").open(encoding="utf-8", newline="") as file:
        cells += [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if text[:16] in cell or cell[:1] in set(FORMULAS) - {"-"}]
    held = b"".join(path.read_bytes() for path in out.rglob("journal*"))
    held += (out / "report.html").read_bytes() + (out / "summary.json").read_bytes()
    assert NUMBER.encode() not in held
    assert f"{text[:16]}".encode() not in held or len(text) < 5


@pytest.mark.parametrize("text", HOSTILE)
def test_a_fault_shows_any_text_as_text(world, text):
    with MockKsz(world, [shipped_scenario("not-available")]) as mock, Relay(mock) as relay:
        number = world.personas["moved-on-the-first"].child.ssin.digits
        relay.text, relay.codes = text, True
        told = kszclient("lookup", number, *MONTHS, "--endpoint", relay.endpoint)
        assert told.code == 4
        shown(told)
        seen = kszclient("doctor", "--endpoint", relay.endpoint)
        shown(seen)
