"""Mutual TLS over real sockets: who gets in, who does not, and what each is told."""

import asyncio
import socket
import socketserver
import ssl
import sys
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kszclient.errors import ConnectionFailedError, SettingsError, TlsRefusedError
from kszclient.security import Profile, client_context
from kszclient.testing.server.certificates import (
    CertificateAuthority,
    Flaw,
    write_pem,
    write_pkcs12,
    write_private,
)
from kszclient.transport import BlockingTransport, Deadline
from kszclient.transport.asynchronous import AsyncTransport
from tests.cli.typed import kszclient
from tests.security.conftest import PASSPHRASE
from tests.security.odd_certificates import issued, with_sha1
from tests.transport.raw_server import read_request

TRUST = 'ca_bundle = "authorities.pem"\n'
RSA_ROOT = issued("RSA root", key=rsa.generate_private_key(65537, 2048), levels=0)
CERTIFICATE = '[certificate]\npem = "client.pem"\npassphrase = { environment = "KEY_PASSPHRASE" }\n'


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        shown = self.connection.getpeercert() or {}
        subject = shown.get("subject", ())
        if self.headers.get("X-Hang-Up"):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhalf")
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        body = f"{self.headers.get('Authorization')} {subject} ".encode() + body
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class _Server(HTTPServer):
    def handle_error(self, *_):
        pass


@contextmanager
def served(context, handler=_Echo):
    server = _Server(("127.0.0.1", 0), handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}/x"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(profile, headers=None, body=b"question"):
    with BlockingTransport(
        connect_timeout_seconds=60, max_answer_bytes=10_000, tls=client_context(profile)
    ) as transport:
        return transport.post(profile.endpoint, body, headers or {}, Deadline(60)).body


def refused(profile):
    with pytest.raises(TlsRefusedError) as caught:
        ask(profile)
    assert caught.value.next_step
    assert not caught.value.retry_can_help
    assert caught.value.__cause__ is None
    return caught.value.reason


def test_a_client_with_an_encrypted_pem_key_is_let_in(authority, profile_file):
    with served(authority.server_context(authority.server(), ask_client=True)) as url:
        body = ask(Profile.load(profile_file(TRUST + CERTIFICATE, endpoint=url)))
    assert b"customer.invalid" in body
    assert body.endswith(b"question")


def test_a_client_with_pkcs12_is_let_in(authority, customer, folder, profile_file):
    write_pkcs12(customer, folder / "client.p12", PASSPHRASE)
    text = TRUST + CERTIFICATE.replace('pem = "client.pem"', 'pkcs12 = "client.p12"')
    with served(authority.server_context(authority.server(), ask_client=True)) as url:
        assert b"customer.invalid" in ask(Profile.load(profile_file(text, endpoint=url)))


def test_a_key_in_a_file_of_its_own_is_found(authority, customer, folder, profile_file):
    write_private(folder / "only.key", customer.key_pem(PASSPHRASE))
    write_private(folder / "only.pem", customer.certificates_pem())
    text = TRUST + CERTIFICATE.replace('"client.pem"', '"only.pem"\nkey = "only.key"')
    with served(authority.server_context(authority.server(), ask_client=True)) as url:
        assert b"customer.invalid" in ask(Profile.load(profile_file(text, endpoint=url)))


def test_user_and_secret_go_with_the_request(authority, profile_file, monkeypatch):
    monkeypatch.setenv("GATEWAY_SECRET", "open sesame")
    text = TRUST + '[basic]\nuser = "ocmw"\nsecret = { environment = "GATEWAY_SECRET" }\n'
    with served(authority.server_context(authority.server())) as url:
        profile = Profile.load(profile_file(text, endpoint=url))
        body = ask(profile, {"Authorization": profile.basic.header()})
    assert body.startswith(b"Basic b2NtdzpvcGVuIHNlc2FtZQ== ")


def test_an_answer_cut_short_is_a_failed_connection_and_no_refusal(authority, profile_file):
    with served(authority.server_context(authority.server())) as url:
        profile = Profile.load(profile_file(TRUST, endpoint=url))
        with pytest.raises(ConnectionFailedError):
            ask(profile, {"X-Hang-Up": "yes"})


def test_a_server_of_another_authority_gets_no_question(authority, profile_file):
    other = CertificateAuthority("Another authority")
    with served(other.server_context(other.server())) as url:
        assert refused(Profile.load(profile_file(TRUST, endpoint=url))) == "unknown-authority"
        assert refused(Profile.load(profile_file("", endpoint=url))) == "unknown-authority"


def test_the_environment_changes_nobody_who_is_trusted(
    authority, folder, profile_file, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authorities.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    with served(authority.server_context(authority.server())) as url:
        assert refused(Profile.load(profile_file("", endpoint=url))) == "unknown-authority"


def test_a_machine_without_authorities_needs_some_to_be_named(profile_file, tmp_path, monkeypatch):
    nowhere = str(tmp_path / "nowhere")
    paths = ssl.DefaultVerifyPaths(nowhere, nowhere, "", nowhere, "", nowhere)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    with pytest.raises(SettingsError, match="ca_bundle: not set"):
        client_context(Profile.load(profile_file("")))


def test_a_name_is_checked_where_the_endpoint_is_an_address(authority, profile_file):
    with served(authority.server_context(authority.server())) as url:
        by_address = url.replace("localhost", "127.0.0.1")
        assert ask(Profile.load(profile_file(TRUST, endpoint=by_address)))
    with served(authority.server_context(authority.server(Flaw.WRONG_NAME))) as url:
        by_address = url.replace("localhost", "127.0.0.1")
        assert refused(Profile.load(profile_file(TRUST, endpoint=by_address))) == "wrong-name"


WEAK = {
    "a small RSA key": issued("x", RSA_ROOT, key=rsa.generate_private_key(65537, 1024)),
    "a small curve": issued("x", RSA_ROOT, key=ec.generate_private_key(ec.SECP192R1())),
    "a signature with SHA-1": with_sha1(issued("x", RSA_ROOT), RSA_ROOT),
}


@pytest.mark.parametrize("identity", WEAK.values(), ids=WEAK)
def test_a_certificate_of_ours_that_is_too_weak_is_named(folder, profile_file, identity):
    write_pem(identity, folder / "client.pem", PASSPHRASE)
    path = profile_file(TRUST + CERTIFICATE)
    with pytest.raises(SettingsError, match="certificate: a key or signature of ours") as caught:
        client_context(Profile.load(path))
    assert "SHA-256" in caught.value.next_step
    shown = kszclient(
        "lookup", "16023000160", "--from", "2023-01", "--to", "2023-03", *("--profile", path)
    )
    assert shown.code == 2
    assert caught.value.next_step in shown.err


@pytest.mark.parametrize("content", [b"", b"nothing"])
def test_authorities_of_this_machine_that_are_none_are_named(
    profile_file, tmp_path, monkeypatch, content
):
    (tmp_path / "cert.pem").write_bytes(content)
    nowhere = str(tmp_path / "nowhere")
    paths = ssl.DefaultVerifyPaths(nowhere, nowhere, "", str(tmp_path / "cert.pem"), "", nowhere)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    with pytest.raises(SettingsError, match="holds no authority") as caught:
        client_context(Profile.load(profile_file("")))
    assert "ca_bundle" in caught.value.next_step


def test_nobody_but_the_named_authorities_is_ever_trusted(authority, profile_file):
    with served(authority.server_context(authority.server())) as url:
        profile = Profile.load(profile_file(TRUST, endpoint=url))
        context = client_context(profile)
        with BlockingTransport(
            connect_timeout_seconds=60, max_answer_bytes=10_000, tls=context
        ) as transport:
            transport.post(profile.endpoint, b"question", {}, Deadline(10))
    assert len(context.get_ca_certs()) == 1
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_keys_of_connections_are_written_nowhere(authority, profile_file, folder, monkeypatch):
    monkeypatch.setenv("SSLKEYLOGFILE", str(folder / "keys.log"))
    with served(authority.server_context(authority.server())) as url:
        ask(Profile.load(profile_file(TRUST, endpoint=url)))
    assert not (folder / "keys.log").exists()


def test_the_private_key_never_lies_open_in_a_file(folder, profile_file, monkeypatch):
    seen = []

    def watch(event, args):
        if event == "open" and isinstance(args[0], str) and "kszclient-" in args[0]:
            seen.append(args[0])

    sys.addaudithook(watch)
    client_context(Profile.load(profile_file(TRUST + CERTIFICATE)))
    assert seen
    assert not any(Path(name).exists() for name in seen)


def test_without_a_policy_no_secure_address_is_reached():
    with (
        BlockingTransport(connect_timeout_seconds=1, max_answer_bytes=1) as transport,
        pytest.raises(ConnectionFailedError, match="TLS policy"),
    ):
        transport.post("https://localhost:1/x", b"", {}, Deadline(1))


def test_plain_http_needs_no_policy():
    assert client_context(Profile.load("mock")) is None


@pytest.mark.parametrize("name", ["authorities.pem", "revoked.pem"])
@pytest.mark.parametrize("content", [b"nothing", b""])
def test_files_of_trust_that_hold_none_are_refused(folder, profile_file, name, content):
    (folder / name).write_bytes(content)
    text = TRUST + 'revocation_list = "revoked.pem"\n'
    key = {"authorities.pem": "ca_bundle", "revoked.pem": "revocation_list"}[name]
    with pytest.raises(SettingsError, match=key):
        client_context(Profile.load(profile_file(text)))


def test_a_revocation_list_is_no_authority(folder, profile_file, authority):
    (folder / "authorities.pem").write_bytes(authority.revocation_list_pem())
    with pytest.raises(SettingsError, match="no certificate of an authority"):
        client_context(Profile.load(profile_file(TRUST)))


def test_a_server_that_leaves_while_we_send_is_a_failed_connection(authority, profile_file):
    context = authority.server_context(authority.server())

    def leave(listener):
        connection, _ = listener.accept()
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)
            # One way only: we say goodbye and do not wait for the other side's.
            secure.settimeout(0.05)
            with suppress(OSError):
                secure.unwrap()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=leave, args=(listener,))
        thread.start()
        url = f"https://localhost:{listener.getsockname()[1]}/x"
        profile = Profile.load(profile_file(TRUST, endpoint=url))
        with pytest.raises(ConnectionFailedError):
            ask(profile, body=bytes(20_000_000))
        thread.join()


def test_a_file_with_certificates_is_no_revocation_list(folder, profile_file, authority):
    (folder / "revoked.pem").write_bytes(authority.certificate_pem())
    with pytest.raises(SettingsError, match="no revocation list"):
        client_context(Profile.load(profile_file(TRUST + 'revocation_list = "revoked.pem"\n')))


def test_the_whole_chain_is_checked_where_every_authority_has_a_list(
    authority, folder, profile_file
):
    text = TRUST + 'revocation_list = "revoked.pem"\n'
    whole = client_context(Profile.load(profile_file(text)))
    assert whole.verify_flags & ssl.VERIFY_CRL_CHECK_CHAIN == ssl.VERIFY_CRL_CHECK_CHAIN
    other = CertificateAuthority("Another authority")
    both = authority.certificate_pem() + other.certificate_pem()
    write_private(folder / "authorities.pem", both)
    leaf = client_context(Profile.load(profile_file(text)))
    assert leaf.verify_flags & ssl.VERIFY_CRL_CHECK_CHAIN == ssl.VERIFY_CRL_CHECK_LEAF
    write_private(
        folder / "revoked.pem", authority.revocation_list_pem() + other.revocation_list_pem()
    )
    with served(authority.server_context(authority.server())) as url:
        assert ask(Profile.load(profile_file(text, endpoint=url)))


def ask_both_times(profile):
    with BlockingTransport(
        connect_timeout_seconds=5, max_answer_bytes=100_000, tls=client_context(profile)
    ) as transport:
        for _ in range(2):
            answer = transport.post(profile.endpoint, b"question", {}, Deadline(10))
    return answer


def ask_both_times_asynchronously(profile):
    async def asked():
        async with AsyncTransport(
            connect_timeout_seconds=5,
            max_answer_bytes=100_000,
            connections=1,
            tls=client_context(profile),
        ) as transport:
            for _ in range(2):
                answer = await transport.post(profile.endpoint, b"question", {}, Deadline(10))
        return answer

    return asyncio.run(asked())


@pytest.mark.parametrize("ask_twice", [ask_both_times, ask_both_times_asynchronously])
@pytest.mark.parametrize(("surplus", "connections"), [(b"", 1), (b"HTTP/1.1 200 OK\r\n\r\nno", 2)])
def test_a_connection_is_used_again_unless_more_than_the_answer_came(
    authority, profile_file, ask_twice, surplus, connections
):
    accepted = []

    class Answers(socketserver.BaseRequestHandler):
        def handle(self):
            accepted.append(self)
            body = b"y" * 12_000
            for _ in range(2):
                read_request(self.request)
                # One record of TLS: what is read of it no longer lies in the socket.
                head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
                self.request.sendall(head + body + surplus)

    with served(authority.server_context(authority.server()), Answers) as url:
        assert ask_twice(Profile.load(profile_file(TRUST, endpoint=url))).body == b"y" * 12_000
    assert len(accepted) == connections
