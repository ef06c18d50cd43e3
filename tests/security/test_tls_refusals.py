"""One table of handshakes that fail, over real sockets, for everything that makes one.

Whatever is wrong, the blocking client, the asynchronous one, `lookup`, `reconcile` and `doctor`
report the same error with the same reason and next step, and none of them a mistake of ours.
"""

import asyncio
import json
import os
import socket
import ssl
import struct
import threading
from contextlib import contextmanager, suppress
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from kszclient.errors import ConnectionFailedError, ConsultationError, TlsRefusedError
from kszclient.security import Profile, client_context
from kszclient.security.identity import Identity
from kszclient.testing.server.certificates import write_pem, write_private
from kszclient.transport import BlockingTransport, Deadline, TlsFlaw
from kszclient.transport.asynchronous import AsyncTransport
from tests.cli.typed import kszclient
from tests.security.conftest import MINIMAL, PASSPHRASE
from tests.security.odd_certificates import (
    NOW,
    YEAR,
    issued,
    new_key,
    pem,
    revocation_list,
    serving,
    with_sha1,
)
from tests.transport.raw_server import read_request

CHILD = "16023000160"
ROOT = issued("Root", levels=1)
OTHER = issued("Other root", levels=1)
BETWEEN = issued("Intermediate", ROOT, levels=0)
LOWER = issued("Lower", issued("Upper", ROOT, levels=1), levels=0)
FLAT = issued("Root without intermediates", levels=0)
STRONG = issued("RSA root", key=rsa.generate_private_key(65537, 2048), levels=0)
SERVER = issued("localhost", ROOT)
CLIENT = issued("customer.invalid", ROOT, use=ExtendedKeyUsageOID.CLIENT_AUTH)
REVOKED = issued("localhost", ROOT)
V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


class Case(NamedTuple):
    """What a server does with each connection, what the profile holds, and what becomes of it."""

    behave: object
    reason: str | None
    trusted: bytes = pem(ROOT)
    revoked: bytes | None = None
    client: object = None


def shows(identity, *, change=lambda _: None):
    """Serve with this certificate, and answer what is asked."""
    context = serving(identity)
    change(context)

    def behave(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            read_request(secure)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno")

    return behave


def asks(version, authority=ROOT):
    def change(context):
        context.minimum_version = context.maximum_version = version
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=pem(authority).decode())

    return shows(SERVER, change=change)


@contextmanager
def until_the_client_leaves(secure):
    """Do not hang up on words that were not read yet: what was sent last could be lost."""
    with socket.socket(fileno=os.dup(secure.fileno())) as line:
        try:
            yield
        except ssl.SSLError:
            line.settimeout(5)
            while line.recv(65536):
                pass
            raise


def asks_later(authority=ROOT):
    """Ask for a certificate once a request came, as a server may in TLS 1.3."""
    context = serving(SERVER)
    context.minimum_version = V13
    context.post_handshake_auth = True
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=pem(authority).decode())

    def behave(connection):
        with (
            context.wrap_socket(connection, server_side=True) as secure,
            until_the_client_leaves(secure),
        ):
            read_request(secure)
            secure.verify_client_post_handshake()
            # It goes with an interim answer. What replies is read on the way to a next request,
            # of which nothing comes before the answer to this one.
            secure.sendall(b"HTTP/1.1 102 Wait\r\n\r\n")
            secure.settimeout(0.02)
            while not secure.getpeercert():
                with suppress(TimeoutError):
                    if not secure.recv(1):
                        return
            secure.settimeout(5)
            body = repr(secure.getpeercert()).encode()
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    return behave


def old(context):
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1


def camellia(context):
    context.maximum_version = V12
    context.set_ciphers("ECDHE-ECDSA-CAMELLIA256-SHA384:@SECLEVEL=0")


def knows_no_name(context):
    context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME


def says(*records):
    """Read the first words of a handshake and reply with bytes made by hand."""

    def behave(connection):
        connection.recv(65536)
        connection.sendall(b"".join(records))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    return behave


def alert(number):
    return says(b"\x15\x03\x03\x00\x02\x02" + bytes([number]))


def resets(connection):
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# A ServerHello of TLS 1.2 without one extension, so without that of RFC 5746.
_HELLO = b"\x03\x03" + bytes(32) + b"\x00" + b"\xc0\x2f" + b"\x00"
BARE_HELLO = b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26" + _HELLO

REFUSED = {
    "expired": Case(shows(issued("localhost", ROOT, end=NOW - YEAR / 2)), "expired"),
    "not yet valid": Case(shows(issued("localhost", ROOT, begin=NOW + YEAR / 2)), "not-yet-valid"),
    "wrong name": Case(shows(issued("x", ROOT, names=["elsewhere.invalid"])), "wrong-name"),
    "the name in the subject alone": Case(shows(issued("localhost", ROOT, names=())), "wrong-name"),
    "unknown authority, sent too": Case(
        shows(issued("localhost", OTHER, send=[OTHER])), "unknown-authority"
    ),
    "unknown authority with an intermediate": Case(
        shows(
            issued(
                "localhost",
                between := issued("Other intermediate", OTHER, levels=0),
                send=[between],
            )
        ),
        "unknown-authority",
    ),
    "unknown authority where ours have no intermediates": Case(
        shows(issued("localhost", OTHER)), "unknown-authority", trusted=pem(FLAT)
    ),
    "an authority of the same name with another key": Case(
        shows(issued("localhost", issued("Root", levels=1))), "unknown-authority"
    ),
    "self-signed": Case(shows(issued("localhost")), "unknown-authority"),
    "intermediate missing": Case(shows(issued("localhost", BETWEEN)), "intermediate-missing"),
    "intermediate missing, but the root sent": Case(
        shows(issued("localhost", BETWEEN, send=[ROOT])), "intermediate-missing"
    ),
    "another intermediate sent": Case(
        shows(issued("localhost", BETWEEN, send=[issued("Second", ROOT, levels=0)])),
        "intermediate-missing",
    ),
    "only the intermediate trusted": Case(
        shows(issued("localhost", BETWEEN)), "bundle-incomplete", trusted=pem(BETWEEN)
    ),
    "the intermediate trusted without the one above it": Case(
        shows(issued("localhost", LOWER)), "bundle-incomplete", trusted=pem(LOWER) + pem(ROOT)
    ),
    "revoked": Case(shows(REVOKED), "revoked", revoked=revocation_list(ROOT, REVOKED)),
    "revocation list out of date": Case(
        shows(SERVER), "revocation-unknown", revoked=revocation_list(ROOT, end=NOW - YEAR / 2)
    ),
    "revocation list not yet in force": Case(
        shows(SERVER), "revocation-unknown", revoked=revocation_list(ROOT, begin=NOW + YEAR / 2)
    ),
    "revocation list missing": Case(
        shows(SERVER), "revocation-unknown", revoked=revocation_list(OTHER)
    ),
    "revocation list forged": Case(
        shows(SERVER),
        "revocation-unknown",
        revoked=revocation_list(Identity(new_key(), ROOT.certificate, ())),
    ),
    "wrong use": Case(
        shows(issued("localhost", ROOT, use=ExtendedKeyUsageOID.CODE_SIGNING)), "wrong-use"
    ),
    "weak signature": Case(
        shows(with_sha1(issued("localhost", STRONG), STRONG)), "weak", trusted=pem(STRONG)
    ),
    "key too small": Case(
        shows(issued("localhost", ROOT, key=rsa.generate_private_key(65537, 1024))), "weak"
    ),
    "path too long": Case(
        shows(
            issued(
                "localhost",
                third := issued("Third", BETWEEN, levels=0),
                send=[third, BETWEEN],
            )
        ),
        "chain-invalid",
    ),
    "issued by who is no authority": Case(
        shows(issued("localhost", SERVER, send=[SERVER])), "chain-invalid"
    ),
    "TLS 1.1 only": Case(shows(SERVER, change=old), "no-common-ground"),
    "no common cipher": Case(shows(SERVER, change=camellia), "no-common-ground"),
    "client certificate asked, TLS 1.2": Case(asks(V12), "no-common-ground"),
    "client certificate asked, TLS 1.3": Case(asks(V13), "client-certificate-missing"),
    "client certificate refused, TLS 1.2": Case(
        asks(V12, OTHER), "client-certificate-refused", client=CLIENT
    ),
    "client certificate refused, TLS 1.3": Case(
        asks(V13, OTHER), "client-certificate-refused", client=CLIENT
    ),
    "client certificate expired, TLS 1.3": Case(
        asks(V13),
        "client-certificate-refused",
        client=issued("x", ROOT, use=ExtendedKeyUsageOID.CLIENT_AUTH, end=NOW - YEAR / 2),
    ),
    "client certificate asked after the handshake": Case(
        asks_later(), "client-certificate-missing"
    ),
    "client certificate refused after the handshake": Case(
        asks_later(OTHER), "client-certificate-refused", client=CLIENT
    ),
    "no secure renegotiation": Case(says(BARE_HELLO), "no-secure-renegotiation"),
    "plain HTTP": Case(says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "no-tls"),
    "a greeting of SSH": Case(says(b"SSH-2.0-OpenSSH_9.9\r\n"), "no-tls"),
    "a name that the server does not know": Case(
        shows(SERVER, change=knows_no_name), "name-unknown"
    ),
    "alert handshake_failure": Case(alert(40), "no-common-ground"),
    "alert no_certificate": Case(alert(41), "client-certificate-missing"),
    "alert bad_certificate": Case(alert(42), "client-certificate-refused"),
    "alert unsupported_certificate": Case(alert(43), "client-certificate-refused"),
    "alert certificate_revoked": Case(alert(44), "client-certificate-refused"),
    "alert certificate_expired": Case(alert(45), "client-certificate-refused"),
    "alert certificate_unknown": Case(alert(46), "client-certificate-refused"),
    "alert illegal_parameter": Case(alert(47), "no-common-ground"),
    "alert unknown_ca": Case(alert(48), "client-certificate-refused"),
    "alert access_denied": Case(alert(49), "client-certificate-refused"),
    "alert decrypt_error": Case(alert(51), "client-certificate-refused"),
    "alert protocol_version": Case(alert(70), "no-common-ground"),
    "alert insufficient_security": Case(alert(71), "no-common-ground"),
    "alert inappropriate_fallback": Case(alert(86), "no-common-ground"),
    "alert missing_extension": Case(alert(109), "no-common-ground"),
    "alert unrecognized_name": Case(alert(112), "name-unknown"),
    "alert certificate_required": Case(alert(116), "client-certificate-missing"),
    "alert no_application_protocol": Case(alert(120), "no-common-ground"),
    "an alert that nobody knows": Case(alert(199), "no-common-ground"),
}

# Nobody refused anything: the line broke, or the server did, and trying again may help.
BROKEN = {
    "closed in the handshake": Case(says(), None),
    "closed within a record": Case(says(BARE_HELLO[:20]), None),
    "reset in the handshake": Case(resets, None),
    "alert internal_error": Case(alert(80), None),
    "alert close_notify": Case(says(b"\x15\x03\x03\x00\x02\x01\x00"), None),
}
CASES = REFUSED | BROKEN


@contextmanager
def running(behave):
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def serve():
            while not over.is_set():
                with suppress(OSError):
                    connection, _ = listener.accept()
                    with connection:
                        connection.settimeout(5)
                        behave(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"https://localhost:{listener.getsockname()[1]}/x"
        finally:
            over.set()
            thread.join()


@contextmanager
def asked_of(case, folder, monkeypatch):
    """Run the server of a case and give the path of a profile that asks it."""
    monkeypatch.setenv("KEY_PASSPHRASE", PASSPHRASE.reveal())
    write_private(folder / "authorities.pem", case.trusted)
    text = 'attempts = 1\nca_bundle = "authorities.pem"\n'
    if case.revoked:
        write_private(folder / "revoked.pem", case.revoked)
        text += 'revocation_list = "revoked.pem"\n'
    if case.client:
        write_pem(case.client, folder / "client.pem", PASSPHRASE)
        text += '[certificate]\npem = "client.pem"\npassphrase.environment = "KEY_PASSPHRASE"\n'
    with running(case.behave) as url:
        minimal = MINIMAL.replace("https://localhost:1/x", url)
        yield write_private(folder / "profile.toml", (minimal + text).encode())


def limits(profile, connect_timeout_seconds):
    return {
        "connect_timeout_seconds": connect_timeout_seconds,
        "max_answer_bytes": 10_000,
        "tls": client_context(profile),
        "proxy": profile.proxy,
    }


def post_blocking(profile, body=b"question", *, seconds=60, connect_timeout_seconds=60):
    with BlockingTransport(**limits(profile, connect_timeout_seconds)) as transport:
        return transport.post(profile.endpoint, body, {}, Deadline(seconds))


def post_asynchronous(profile, body=b"question", *, seconds=60, connect_timeout_seconds=60):
    async def posted():
        options = limits(profile, connect_timeout_seconds)
        async with AsyncTransport(**options, connections=1) as transport:
            return await transport.post(profile.endpoint, body, {}, Deadline(seconds))

    return asyncio.run(posted())


BOTH = {"blocking": post_blocking, "asynchronous": post_asynchronous}


@pytest.mark.parametrize("name", CASES)
def test_every_way_to_ask_reports_the_same(name, tmp_path, monkeypatch):
    case = CASES[name]
    with asked_of(case, tmp_path, monkeypatch) as path:
        profile = Profile.load(path)
        errors = []
        for post in BOTH.values():
            with pytest.raises(ConsultationError) as caught:
                post(profile)
            errors.append(caught.value)
        one, other = errors
        lookup = kszclient(
            *("lookup", CHILD, "--from", "2023-01", "--to", "2023-03", "--profile", path)
        )
        dossiers = tmp_path / "dossiers.csv"
        dossiers.write_text(f"dossier,child,from,to,nis\nD1,{CHILD},2023-01,2023-03,44021\n")
        reconcile = kszclient(
            *("reconcile", dossiers, "--out", tmp_path / "out", "--profile", path)
        )
        doctor = kszclient("doctor", "--profile", path, "--json")
    assert type(one) is type(other) is (TlsRefusedError if case.reason else ConnectionFailedError)
    assert getattr(one, "reason", None) == getattr(other, "reason", None) == case.reason
    assert str(one) == str(other)
    assert one.next_step == other.next_step != ""
    assert one.retry_can_help == other.retry_can_help == (case.reason is None)
    for shown in (lookup, reconcile):
        assert shown.code == 4
        assert f"{one}\n" in shown.err
        assert "mistake" not in shown.err
    assert one.next_step in lookup.err
    # What a run may answer later it leaves open.
    assert (one.next_step if case.reason else "--resume") in reconcile.err
    assert doctor.code == 1
    health = json.loads(doctor.out)
    ours = case.reason is not None and TlsFlaw(case.reason).client_side
    last = health["ours" if ours else "theirs"][-1]
    assert (last["state"], last["finding"]) == ("fail", str(one))
    assert last["name"] == ("tls" if case.reason else "connection")
    assert last["next_step"]
    if case.reason:
        assert last["next_step"] == one.next_step


@pytest.mark.parametrize("post", BOTH.values(), ids=BOTH)
def test_a_certificate_asked_for_after_the_handshake_is_shown(post, tmp_path, monkeypatch):
    case = Case(asks_later(), None, client=CLIENT)
    with asked_of(case, tmp_path, monkeypatch) as path:
        assert b"customer.invalid" in post(Profile.load(path)).body


@pytest.mark.parametrize("post", BOTH.values(), ids=BOTH)
def test_a_refusal_is_heard_while_we_are_still_writing(post, tmp_path, monkeypatch):
    case = REFUSED["client certificate refused, TLS 1.3"]
    with asked_of(case, tmp_path, monkeypatch) as path, pytest.raises(TlsRefusedError) as caught:
        post(Profile.load(path), body=bytes(900_000))
    assert caught.value.reason == case.reason


def test_every_reason_says_what_failed_and_what_to_do():
    assert {case.reason for case in REFUSED.values()} | {"not-trusted"} == set(TlsFlaw)
