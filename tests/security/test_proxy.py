"""Through a web proxy, over real sockets: both clients, the command line and the doctor."""

import json
import socket

import msgspec
import pytest

from kszclient.errors import (
    ConnectionFailedError,
    ConsultationError,
    DeadlineExceededError,
    GatewayError,
    SettingsError,
    TlsRefusedError,
)
from kszclient.security import Profile
from kszclient.testing import Guard, MockKsz, Requirement, World
from kszclient.testing.server.certificates import write_private
from kszclient.testing.server.guard import write_credentials
from tests.cli.typed import kszclient
from tests.security.test_tls_refusals import (
    BOTH,
    CASES,
    CHILD,
    SERVER,
    Case,
    asked_of,
    shows,
)
from tests.transport.connect_proxy import connect_proxy
from tests.transport.raw_server import crowded, raw_server, reply_in, silent

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"
SERVED = Case(shows(SERVER), None)


@pytest.fixture(params=BOTH)
def post(request):
    return BOTH[request.param]


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Return the profile of a service of these cases, reached through a proxy."""

    def start(case, proxy):
        context = asked_of(case, tmp_path, monkeypatch)
        opened.append(context)
        return msgspec.structs.replace(Profile.load(context.__enter__()), proxy=proxy)

    opened = []
    yield start
    for context in opened:
        context.__exit__(None, None, None)


def test_the_proxy_sees_the_host_and_nothing_else(post, asked):
    with connect_proxy() as proxy:
        profile = asked(SERVED, proxy.url)
        assert post(profile, body=b"a question in clear").body == b"no"
    (head,) = proxy.heads
    place = profile.endpoint.removeprefix("https://").removesuffix("/x")
    assert head.startswith(f"CONNECT {place} HTTP/1.")
    assert "authorization" not in head.lower()
    assert b"question" not in proxy.passed


def test_the_environment_names_no_proxy(post, asked, monkeypatch):
    with connect_proxy() as proxy:
        for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert post(asked(SERVED, None)).body == b"no"
        monkeypatch.setenv("no_proxy", "*")
        assert not proxy.heads
        assert post(asked(SERVED, proxy.url)).body == b"no"
        assert proxy.heads


@pytest.mark.parametrize("status", [401, 403, 407, 500, 502, 503])
def test_a_proxy_that_makes_no_tunnel_is_a_gateway(post, asked, status):
    reply = b"HTTP/1.1 %d No\r\nContent-Length: 2\r\n\r\nno" % status
    with connect_proxy(reply) as proxy, pytest.raises(GatewayError, match="proxy") as caught:
        post(asked(SERVED, proxy.url))
    assert caught.value.http_status == status
    assert caught.value.retry_can_help == (status >= 500)
    assert "network desk" in caught.value.next_step


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 2", b"SSH-2.0-OpenSSH_9.9\r\n\r\n"])
def test_a_proxy_that_is_none_is_a_failed_connection(post, asked, reply):
    with connect_proxy(reply) as proxy, pytest.raises(ConnectionFailedError) as caught:
        post(asked(SERVED, proxy.url))
    assert caught.value.next_step


def test_a_proxy_that_is_not_there_is_named(post, asked):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(ConnectionFailedError, match="proxy failed: Connection refused") as caught:
        post(asked(SERVED, url))
    assert "proxy" in caught.value.next_step


def test_a_proxy_that_does_not_accept_is_a_connection_that_does_not_come(post, asked):
    with crowded() as url:
        profile = asked(SERVED, url)
        with pytest.raises(ConnectionFailedError, match="no connection within"):
            post(profile, connect_timeout_seconds=0.2)
        with pytest.raises(DeadlineExceededError, match=r"0\.2 seconds"):
            post(profile, seconds=0.2)


def test_a_proxy_that_says_nothing_is_left_at_the_deadline(post, asked):
    with raw_server(silent) as url, pytest.raises(DeadlineExceededError, match=r"0\.4 seconds"):
        post(asked(SERVED, url.rstrip("/")), seconds=0.4)


@pytest.mark.parametrize(
    "name",
    [
        "expired",
        "wrong name",
        "intermediate missing",
        "client certificate asked, TLS 1.3",
        "client certificate refused, TLS 1.3",
        "plain HTTP",
    ],
)
def test_a_handshake_fails_as_it_does_without_a_proxy(post, asked, name):
    with connect_proxy() as proxy, pytest.raises(TlsRefusedError) as caught:
        post(asked(CASES[name], proxy.url))
    assert caught.value.reason == CASES[name].reason
    assert proxy.heads


def test_lookup_reconcile_and_doctor_go_through_the_proxy(tmp_path):
    guard = Guard([Requirement.MTLS])
    dossiers = tmp_path / "dossiers.csv"
    dossiers.write_text(f"dossier,child,from,to,nis\nD1,{CHILD},2023-01,2023-03,44021\n")
    with connect_proxy() as proxy, MockKsz(World.build(size=0), guard=guard) as mock:
        path = write_credentials(guard, mock.endpoint, tmp_path)
        text = f'proxy = "{proxy.url}"\n' + path.read_text()
        write_private(path, text.encode())
        words = ("--profile", path)
        assert kszclient("lookup", CHILD, "--from", "2023-01", "--to", "2023-03", *words).code == 0
        looked_up = len(proxy.heads)
        kszclient("reconcile", dossiers, "--out", tmp_path / "out", *words)
        reconciled = len(proxy.heads)
        shown = kszclient("doctor", *words, "--json")
    assert 0 < looked_up < reconciled < len(proxy.heads)
    found = {each["name"]: each["finding"] for each in json.loads(shown.out)["theirs"]}
    assert shown.code == 0
    assert "the name of the proxy" in found["name"]
    assert "valid until" in found["tls"]


@pytest.mark.parametrize("reply", [b"HTTP/1.1 407 No\r\n\r\n", None])
def test_doctor_names_the_proxy_as_ours(tmp_path, reply):
    guard = Guard()
    with connect_proxy(reply) as proxy, MockKsz(World.build(size=0), guard=guard) as mock:
        path = write_credentials(guard, mock.endpoint, tmp_path)
        write_private(path, (f'proxy = "{proxy.url}"\n' + path.read_text()).encode())
        shown = kszclient("doctor", "--profile", path, "--json")
    ours = {each["name"]: each["state"] for each in json.loads(shown.out)["ours"]}
    assert ours.get("proxy") == (None if reply is None else "fail")
    assert shown.code == (0 if reply is None else 1)


def test_plain_http_on_this_machine_has_no_proxy(post):
    with raw_server(reply_in(OK)) as url, connect_proxy(b"") as proxy:
        profile = msgspec.structs.replace(Profile.load("mock"), endpoint=url)
        assert post(profile).body == b"no"
        with pytest.raises(SettingsError, match="proxy: has no meaning"):
            msgspec.structs.replace(profile, proxy=proxy.url)


@pytest.mark.parametrize(
    ("proxy", "message"),
    [
        ("proxy.example:3128", "expected http://"),
        ("https://127.0.0.1:3128", "expected http://"),
        ("socks5://127.0.0.1:3128", "expected http://"),
        ("http://127.0.0.1", "expected http://"),
        ("http://127.0.0.1:0", "expected http://"),
        ("http://127.0.0.1:99999", "expected http://"),
        ("http://127.0.0.1:x", "expected http://"),
        ("http://[::1:3128", "expected http://"),
        ("http://127.0.0.1:3128/path", "expected http://"),
        ("http://127.0.0.1:3128?x", "expected http://"),
        ("", "expected http://"),
        ("http://user:secret@127.0.0.1:3128", "must not hold a user name"),
        ("http://proxy.example:3128", "must lie on this machine"),
    ],
)
def test_what_is_no_proxy_is_refused(profile_file, proxy, message):
    with pytest.raises(SettingsError, match=f"proxy: {message}") as caught:
        Profile.load(profile_file(f'proxy = "{proxy}"\n'))
    assert "secret" not in f"{caught.value}{caught.value.next_step}"


@pytest.mark.parametrize(
    "proxy", ["http://127.0.0.1:3128/", "HTTP://localhost:1", "http://[::1]:9"]
)
def test_a_proxy_is_a_host_and_a_port(profile_file, proxy):
    assert Profile.load(profile_file(f'proxy = "{proxy}"\n')).proxy == proxy


def test_a_question_that_failed_in_the_proxy_is_typed(post, asked):
    with connect_proxy(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n") as proxy:
        profile = asked(SERVED, proxy.url)
        with pytest.raises(ConsultationError):
            post(profile)
