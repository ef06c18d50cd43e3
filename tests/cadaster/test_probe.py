"""Doctor goes there as a lookup would, over real TLS: what is sound is ok, what is broken is told.

Each flaw has a line of its own, which stands with whoever can mend it and says what to do.
"""

import datetime as dt
import json
import re

import msgspec
import pytest

from kszclient.cadaster.health import check_health
from kszclient.cadaster.probe import judge_reply
from kszclient.errors import GatewayError, ServiceFaultError
from kszclient.security import Profile
from kszclient.security.examination import State
from kszclient.testing import Guard, MockKsz, Requirement, World
from kszclient.testing.server.certificates import CertificateAuthority, Flaw, write_private
from kszclient.testing.server.guard import write_credentials
from tests.cli.typed import kszclient
from tests.hostile.targets import CORPUS
from tests.transport.raw_server import raw_server

WORLD = World.build(size=0)
EVERYTHING = tuple(Requirement)


@pytest.fixture
def guarded(tmp_path):
    """Run a guarded mock and give it, with the folder of its credentials."""
    running = []

    def start(*require, shows=Flaw.NONE):
        guard = Guard(require, shows=shows)
        mock = MockKsz(WORLD, guard=guard)
        running.append(mock)
        mock.start()
        return mock, write_credentials(guard, mock.endpoint, tmp_path).parent

    yield start
    for mock in running:
        mock.stop()


def looked_at(folder, name="profile.toml", *, now=None, **changes):
    profile = msgspec.structs.replace(Profile.load(folder / name), **changes)
    health = check_health(profile, now or dt.datetime.now(tz=dt.UTC))
    for check in (*health.ours, *health.theirs):
        assert check.next_step or check.state is State.OK
    return (
        {each.name: each.finding for each in health.ours if each.state is not State.OK},
        {each.name: each.finding for each in health.theirs if each.state is not State.OK},
    )


@pytest.mark.parametrize("require", [(), *[(each,) for each in EVERYTHING], EVERYTHING])
def test_a_healthy_set_up_is_ok_in_every_line(guarded, require):
    mock, folder = guarded(*require)
    shown = kszclient("doctor", "--profile", folder / "profile.toml", "--json")
    result = json.loads(shown.out)
    assert {each["state"] for each in (*result["ours"], *result["theirs"])} == {"ok"}
    names = [each["name"] for each in result["theirs"]]
    signed = ["answer signature"] if Requirement.WSSE in require else []
    assert names == ["name", "tls", "connection", *signed, "clock"]
    assert shown.code == 0
    (seen,) = mock.requests
    assert seen.code == "MSG00004"
    assert seen.customer_ticket is None


def test_a_wrong_password_is_ours(guarded):
    _, folder = guarded(Requirement.BASIC)
    write_private(folder / "basic-secret", b"open sesame")
    assert looked_at(folder) == (
        {"access": "somebody answers, but refuses us (HTTP status 401)"},
        {},
    )


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.REVOKED, Flaw.WRONG_USE])
def test_a_client_certificate_that_the_service_refuses_is_ours(guarded, flaw):
    _, folder = guarded(Requirement.MTLS)
    ours, theirs = looked_at(folder, f"profile-{flaw}.toml")
    assert ours.pop("tls") == "the service refused our client certificate"
    assert list(ours) == (["certificate"] if flaw is Flaw.EXPIRED else [])
    assert theirs == {}


def test_the_certificate_of_another_customer_is_ours(guarded):
    _, folder = guarded(Requirement.MTLS)
    ours, theirs = looked_at(folder, f"profile-{Flaw.WRONG_NAME}.toml")
    assert ours == {"access": "somebody answers, but refuses us (HTTP status 403)"}
    assert theirs == {}


def test_no_client_certificate_where_one_is_asked_is_ours(guarded):
    _, folder = guarded(Requirement.MTLS)
    ours, theirs = looked_at(folder, certificate=None)
    assert ours == {"tls": "the service asks for a client certificate and we showed none"}
    assert theirs == {}


@pytest.mark.parametrize(
    ("flaw", "whose", "finding"),
    [
        (Flaw.EXPIRED, 1, "the service's certificate has expired"),
        (Flaw.REVOKED, 1, "the service's certificate was revoked"),
        (Flaw.WRONG_USE, 1, "the service's certificate is not one for servers"),
        (
            Flaw.WRONG_NAME,
            0,
            "the service's certificate is for another name than that of the endpoint",
        ),
    ],
)
def test_a_server_certificate_that_does_not_hold_is_told(guarded, flaw, whose, finding):
    _, folder = guarded(shows=flaw)
    found = looked_at(folder)
    assert found[whose] == {"tls": finding}
    assert found[1 - whose] == {}


def test_an_authority_that_we_do_not_trust_is_ours(guarded):
    _, folder = guarded()
    other = CertificateAuthority()
    write_private(folder / "authority.pem", other.certificate_pem())
    write_private(folder / "revoked.pem", other.revocation_list_pem())
    ours, theirs = looked_at(folder)
    assert ours == {"tls": "the service's certificate comes from an authority that we do not trust"}
    assert theirs == {}


def test_a_signature_that_the_service_refuses_is_ours(guarded):
    _, folder = guarded(Requirement.WSSE)
    ours, theirs = looked_at(folder, f"profile-{Flaw.WRONG_NAME}.toml")
    assert ours == {"signature": "the service refuses our signature (FailedAuthentication)"}
    assert theirs == {}


def test_a_signature_that_is_asked_for_and_not_set_is_ours(guarded):
    _, folder = guarded(Requirement.WSSE)
    ours, theirs = looked_at(folder, signature=None)
    assert ours == {"signature": "the service asks for a signature (InvalidSecurity)"}
    assert theirs == {}


def test_an_answer_signed_with_a_certificate_that_is_not_pinned_is_ours(guarded):
    _, folder = guarded(Requirement.WSSE)
    other = CertificateAuthority().signer()
    write_private(folder / "service.pem", other.certificates_pem())
    assert looked_at(folder) == (
        {"answer signature": "the answer is refused: it was signed with an unknown certificate"},
        {},
    )


def test_a_clock_that_is_wrong_is_ours(guarded):
    _, folder = guarded(Requirement.WSSE)
    ours, theirs = looked_at(folder, now=dt.datetime.now(tz=dt.UTC) - dt.timedelta(minutes=10))
    assert ours["signature"] == "the service refuses our signature (MessageExpired)"
    # The other side tells whole seconds, and looking takes some.
    apart = re.match(r"(\d+) s apart", ours["clock"])
    assert apart
    assert 595 <= int(apart[1]) <= 660
    assert theirs == {}


def test_a_server_that_is_down_is_theirs(guarded):
    mock, folder = guarded(*EVERYTHING)
    mock.stop()
    assert looked_at(folder) == ({}, {"connection": "the connection failed: Connection refused"})


def test_settings_that_cannot_be_used_are_not_sent(guarded):
    mock, folder = guarded(*EVERYTHING)
    (folder / "passphrase").chmod(0o644)
    ours, theirs = looked_at(folder)
    assert "loose permissions" in ours["certificate"]
    assert ours["connection"] == "not tried, for the settings above cannot be used"
    assert theirs == {}
    assert mock.requests == ()


def fault(*codes):
    return ServiceFaultError("a fault", reason_codes=codes, ticket_cbss="x")


def soap_fault(code):
    error = GatewayError("a SOAP fault", http_status=500)
    error.fault_code = code
    return error


@pytest.mark.parametrize(
    ("error", "signed", "name", "state", "ours"),
    [
        (fault("MSG00004"), True, "connection", State.OK, False),
        (fault("MSG00014"), False, "access", State.FAIL, True),
        (fault("MSG00003"), False, "connection", State.WARN, False),
        (soap_fault("Client"), False, "connection", State.OK, False),
        (soap_fault("Client"), True, "connection", State.WARN, False),
        (soap_fault("MustUnderstand"), True, "signature", State.FAIL, True),
        (soap_fault("Server"), True, "connection", State.WARN, False),
        (soap_fault("Sender"), False, "connection", State.WARN, False),
        (soap_fault("Authentication"), False, "access", State.FAIL, True),
        (soap_fault("Unauthenticated"), True, "access", State.FAIL, True),
        (soap_fault("SecurityError"), True, "signature", State.FAIL, True),
        (soap_fault("SecurityError"), False, "signature", State.FAIL, True),
        # What finds no fault with a signature is not blamed on it.
        (soap_fault("DestinationUnreachable"), True, "connection", State.WARN, False),
        (soap_fault("EndpointUnavailable"), False, "connection", State.WARN, False),
        (soap_fault("ActionMismatch"), True, "connection", State.WARN, False),
        (soap_fault("DeserializationFailed"), False, "connection", State.WARN, False),
        (soap_fault("other"), True, "connection", State.WARN, False),
        (soap_fault(None), True, "connection", State.WARN, False),
    ],
)
def test_each_refusal_is_judged(error, signed, name, state, ours):
    verdict = judge_reply(error, signed=signed)
    assert (verdict.check.name, verdict.check.state, verdict.client_side) == (name, state, ours)


def test_an_answer_to_a_question_about_nobody_is_not_believed():
    body = (CORPUS / "read" / "found.xml").read_bytes()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(body)
    with raw_server(lambda connection, _over: connection.sendall(head + body)) as url:
        health = check_health(Profile.load("mock", endpoint=url), dt.datetime.now(tz=dt.UTC))
    found = {each.name: each for each in health.theirs}
    assert found["connection"].state is State.FAIL
    assert "about nobody was answered" in found["connection"].finding


@pytest.mark.parametrize(("days", "state"), [(40, State.OK), (20, State.WARN)])
def test_the_end_of_the_services_certificate_is_told_thirty_days_ahead(guarded, days, state):
    _, folder = guarded(Requirement.MTLS)
    profile = Profile.load(folder / "profile.toml")
    later = dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=365 - days)
    (tls,) = [each for each in check_health(profile, later).theirs if each.name == "tls"]
    assert tls.state is state
    assert "valid until" in tls.finding
