"""A guarded mock over real TLS: who is let in, who is not, and what each is told."""

import datetime as dt
import gc
import socket
import ssl
import stat
import warnings
from urllib.parse import urlsplit

import pytest

from kszclient.errors import (
    GatewayError,
    SettingsError,
    SignatureRefusedError,
    TlsRefusedError,
)
from kszclient.security import Profile, client_context, message_security
from kszclient.testing import MockKsz, World
from kszclient.testing.server.breakage import Sent
from kszclient.testing.server.certificates import Flaw
from kszclient.testing.server.guard import USER, Guard, Requirement, write_credentials
from kszclient.testing.server.scenario import Scenario, ScenarioRule
from kszclient.transport import BlockingTransport, Deadline
from kszclient.wire import HTTP_HEADERS, read_answer

BASIC, MTLS, WSSE = Requirement
MOVED = "brussels-to-ghent-2021"
WRONG = [Flaw.EXPIRED, Flaw.REVOKED, Flaw.WRONG_NAME, Flaw.WRONG_USE]


def now():
    return dt.datetime.now(tz=dt.UTC)


@pytest.fixture(scope="module")
def small_world():
    return World.build(size=0)


class Client:
    """Asks under one of the profiles in a folder, with all that the profile says."""

    def __init__(self, path, question):
        self.profile = Profile.load(path)
        self._security = message_security(self.profile)
        self._question = question

    def ask(self, *, authorization=None, question=None):
        basic = self.profile.basic
        header = authorization or (basic and basic.header())
        headers = HTTP_HEADERS | ({"Authorization": header} if header else {})
        body = self._security.sign(question or self._question, now())
        with BlockingTransport(
            connect_timeout_seconds=5, max_answer_bytes=1_000_000, tls=client_context(self.profile)
        ) as transport:
            received = transport.post(self.profile.endpoint, body, headers, Deadline(20))
        verified = received.body
        if received.status == 200:
            verified = self._security.verify(received.body, now())
        return read_answer(
            verified, http_status=received.status, content_type=received.content_type
        )


@pytest.fixture
def guarded(small_world, tmp_path, envelope):
    """Run a guarded mock and give clients of it by the name of their profile."""
    started = []

    def start(*require, scenarios=(), shows=Flaw.NONE):
        ksz = MockKsz(small_world, scenarios, guard=Guard(require, shows=shows))
        ksz.start()
        started.append(ksz)
        write_credentials(ksz._guard, ksz.endpoint, tmp_path)
        question = envelope(small_world.personas[MOVED].child.ssin.digits)
        return lambda name="profile": Client(tmp_path / f"{name}.toml", question)

    yield start
    for ksz in started:
        ksz.stop()


@pytest.mark.parametrize(
    "require", [(), (BASIC,), (MTLS,), (WSSE,), (BASIC, MTLS), (BASIC, MTLS, WSSE)]
)
def test_the_right_client_is_let_in(guarded, require):
    client = guarded(*require)()
    assert client.profile.endpoint.startswith("https://127.0.0.1:")
    assert client.ask().status.code == "MSG00000"


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        (Flaw.EXPIRED, "expired"),
        (Flaw.REVOKED, "revoked"),
        (Flaw.WRONG_NAME, "wrong-name"),
        (Flaw.WRONG_USE, "wrong-use"),
    ],
)
def test_a_server_that_shows_a_wrong_certificate_gets_no_question(guarded, flaw, reason):
    client = guarded(shows=flaw)()
    with pytest.raises(TlsRefusedError) as caught:
        client.ask()
    assert caught.value.reason == reason


@pytest.mark.parametrize("header", ["Basic b3RoZXI6b3RoZXI=", "Bearer x", "Basic", "Basic \xe9"])
def test_a_wrong_password_gets_401_that_is_not_asked_again(guarded, header):
    with pytest.raises(GatewayError) as caught:
        guarded(BASIC)().ask(authorization=header)
    assert caught.value.http_status == 401
    assert not caught.value.retry_can_help


def test_401_says_what_is_asked():
    page = Guard([BASIC]).admit(None)
    assert (page.http_status, page.headers) == (
        401,
        {"WWW-Authenticate": 'Basic realm="mock KSZ"'},
    )


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.REVOKED, Flaw.WRONG_USE])
def test_a_wrong_client_certificate_gets_an_alert(guarded, flaw):
    with pytest.raises(TlsRefusedError) as caught:
        guarded(MTLS)(f"profile-{flaw}").ask()
    assert caught.value.reason == "client-certificate-refused"


def test_the_certificate_of_somebody_else_gets_403(guarded):
    with pytest.raises(GatewayError) as caught:
        guarded(MTLS)("profile-wrong-name").ask()
    assert caught.value.http_status == 403


def test_no_certificate_gets_an_alert(guarded, tmp_path):
    start = guarded(MTLS)
    text = (tmp_path / "profile.toml").read_text().partition("[certificate]")[0]
    (tmp_path / "bare.toml").write_text(text)
    with pytest.raises(TlsRefusedError) as caught:
        start("bare").ask()
    assert caught.value.reason == "client-certificate-missing"


@pytest.mark.parametrize("flaw", WRONG)
def test_a_signature_with_a_wrong_certificate_gets_a_fault(guarded, flaw):
    with pytest.raises(GatewayError, match="fault code FailedAuthentication") as caught:
        guarded(WSSE)(f"profile-{flaw}").ask()
    assert caught.value.http_status == 500
    assert not caught.value.retry_can_help


@pytest.fixture(scope="module")
def signing():
    return Guard([WSSE])


@pytest.fixture
def signed(signing, tmp_path, envelope, small_world):
    path = write_credentials(signing, "https://localhost:1/x", tmp_path)
    question = envelope(small_world.personas[MOVED].child.ssin.digits)
    return message_security(Profile.load(path)).sign(question, now())


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda octets: octets.replace(b"<beginMonth>2015", b"<beginMonth>2016"), "FailedCheck"),
        (lambda octets: octets.replace(b"xmlenc#sha256", b"xmlenc#sha224"), "UnsupportedAlgorithm"),
        (lambda _: b"<a/>", "InvalidSecurity"),
        (lambda _: b"", "InvalidSecurity"),
    ],
)
def test_what_is_wrong_with_a_signature_is_told_in_the_standards_words(
    signing, signed, spoil, code
):
    fault = signing.open(spoil(signed), now())
    assert isinstance(fault, Sent)
    assert fault.http_status == 500
    assert f"<faultcode>wsse:{code}</faultcode>".encode() in fault.body


def test_an_old_or_repeated_request_is_refused(signing, signed):
    late = signing.open(signed, now() + dt.timedelta(minutes=6))
    assert b"wsse:MessageExpired" in late.body
    assert isinstance(signing.open(signed, now()), bytes)
    assert b"wsse:InvalidSecurity" in signing.open(signed, now()).body


def test_an_unsigned_request_is_refused(signing, envelope):
    assert b"wsse:InvalidSecurity" in signing.open(envelope("85023000125"), now()).body


def test_an_answer_of_a_service_whose_clock_is_off_is_refused(guarded):
    ahead = Scenario("Clock", rule=(ScenarioRule(skew_seconds=3600),))
    with pytest.raises(SignatureRefusedError) as caught:
        guarded(WSSE, scenarios=[ahead])().ask()
    assert caught.value.reason == "timestamp-in-future"


def test_a_gateways_page_goes_unsigned(guarded):
    page = Scenario("Gateway", rule=(ScenarioRule(broken="gateway-page"),))
    with pytest.raises(GatewayError) as caught:
        guarded(WSSE, scenarios=[page])().ask()
    assert caught.value.http_status == 502


def test_an_answer_signed_for_another_person_is_read_and_told_apart(guarded):
    other = Scenario("Other", rule=(ScenarioRule(broken="other-person"),))
    answer = guarded(WSSE, scenarios=[other])().ask()
    assert answer.criteria.ssin.digits == "85023000125"


def test_everything_written_is_for_our_eyes_only(tmp_path):
    guard = Guard([BASIC, WSSE])
    folder = tmp_path / "made"
    write_credentials(guard, "https://localhost:1/x", folder)
    write_credentials(guard, "https://localhost:1/x", folder)  # a second run overwrites the first
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
        if path.suffix == ".pem":
            assert b"BEGIN PRIVATE KEY" not in path.read_bytes()
    assert Profile.load(folder / "profile.toml").basic.user == USER


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="certificates cannot be written"):
        write_credentials(Guard(), "https://localhost:1/x", tmp_path / "file")


@pytest.mark.parametrize(("require", "wrong"), [((), 0), ((BASIC,), 0), ((MTLS,), 4), ((WSSE,), 4)])
def test_wrong_certificates_are_written_only_where_somebody_looks_at_them(tmp_path, require, wrong):
    write_credentials(Guard(require), "https://localhost:1/x", tmp_path)
    assert len(list(tmp_path.glob("profile-*.toml"))) == wrong


def test_a_client_that_says_no_farewell_keeps_no_socket_of_the_mock_open(small_world):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings(record=True) as told, socket.socket() as line:
        warnings.simplefilter("always")
        with MockKsz(small_world, guard=Guard()) as mock:
            line.connect(("127.0.0.1", urlsplit(mock.endpoint).port))
            stays = context.wrap_socket(line)
        gc.collect()
        stays.close()
    assert [str(each.message) for each in told] == []
