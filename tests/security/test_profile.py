import re
from pathlib import Path

import pytest

from kszclient.errors import InvalidValueError, SettingsError
from kszclient.security import Profile, SyntheticPersons
from kszclient.values import CbeNumber, SectorInstitution, Ssin

SYNTHETIC = Ssin.parse("85023000125")
POSSIBLE = Ssin.from_wire(f"{850101001:09d}00")

GOOD = Path("config/profiles/mock.toml").read_text()


def written(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", ["mock", "test", "acpt", "prod"])
def test_every_shipped_profile_loads(name):
    assert Profile.load(name).endpoint.endswith("/ChildBenefitsService/v1/consult")


@pytest.mark.parametrize(
    ("name", "person", "admitted"),
    [
        ("mock", SYNTHETIC, True),
        ("mock", POSSIBLE, False),
        ("test", SYNTHETIC, True),
        ("test", POSSIBLE, True),
        ("prod", SYNTHETIC, False),
        ("prod", POSSIBLE, True),
    ],
)
def test_who_may_be_asked_about_depends_on_the_environment(name, person, admitted):
    profile = Profile.load(name)
    if admitted:
        profile.admit(person)
        return
    with pytest.raises(InvalidValueError, match="synthetic"):
        profile.admit(person)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("endpoint =", "endpiont ="), "endpiont"),
        (('synthetic_persons = "only"', 'synthetic_persons = "sometimes"'), "synthetic_persons"),
        (("http://127.0.0.1:8787", "http://192.0.2.1"), "this machine only"),
        (("http://127.0.0.1:8787", "ftp://127.0.0.1"), "http://"),
        (("http://127.0.0.1:8787", "http://me:secret@127.0.0.1"), "user name"),
        (("deadline_seconds = 30.0", "deadline_seconds = 0"), "deadline_seconds"),
        (("deadline_seconds = 30.0", 'deadline_seconds = "long"'), "deadline_seconds"),
        (("deadline_seconds = 30.0", "deadline_seconds = nan"), "deadline_seconds"),
        (("deadline_seconds = 30.0", "deadline_seconds = inf"), "deadline_seconds"),
        (("deadline_seconds = 30.0", "deadline_seconds = 4.0"), "connect_timeout_.*deadline_sec"),
        (("max_answer_bytes", "attempt_seconds = 4.0\nmax_answer_bytes"), "connect_.*attempt_sec"),
        (
            ("max_answer_bytes", "attempt_seconds = 31.0\nmax_answer_bytes"),
            "attempt_.*deadline_sec",
        ),
        (("max_answer_bytes", 'closed = ["x"]\nmax_answer_bytes'), "closed: expected a day"),
        (("max_answer_bytes", 'hours = ["x"]\nmax_answer_bytes'), "hours: expected days and"),
        (('user = "demonstration"', 'user = " "'), "user: must not be empty"),
        (('"MOCK:DEMONSTRATION"', '""'), "legal_context: must not be empty"),
        (('"MOCK:DEMONSTRATION"', f'"{"x" * 65}"'), "legal_context: must be at most 64"),
        (("loopback_only = true", "loopback_only = "), "mine"),
        (("legal_context =", "customer_sector = 17\nlegal_context ="), "customer_cbe_number"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_key(tmp_path, change, message):
    assert change[0] in GOOD
    with pytest.raises(SettingsError, match=message):
        Profile.load(written(tmp_path, GOOD.replace(*change)))


@pytest.mark.parametrize(
    ("days", "key"),
    [
        ("keep_bodies_days = 30", "audit.keep_bodies_days: has no meaning without bodies"),
        ('bodies = "b"\nkeep_bodies_days = 0', "audit.keep_bodies_days: expected 1 to 3650"),
        ('bodies = "b"\nkeep_bodies_days = 3651', "audit.keep_bodies_days: expected 1 to 3650"),
    ],
)
def test_days_for_bodies_must_make_sense(tmp_path, days, key):
    with pytest.raises(SettingsError, match=re.escape(key)):
        Profile.load(written(tmp_path, f'{GOOD}[audit]\ntrail = "t"\n{days}\n'))
    kept = Profile.load(written(tmp_path, f'{GOOD}[audit]\ntrail = "t"\nbodies = "b"\n')).audit
    assert kept.days == 30


def test_an_attempt_is_never_longer_than_the_whole(tmp_path):
    assert Profile.load("mock").longest_attempt_seconds == 20
    short = written(tmp_path, GOOD.replace("deadline_seconds = 30.0", "deadline_seconds = 8.0"))
    assert Profile.load(short).longest_attempt_seconds == 8


def test_plain_http_stays_on_this_machine(tmp_path):
    text = GOOD.replace("loopback_only = true", "loopback_only = false")
    assert Profile.load(written(tmp_path, text)).endpoint.startswith("http://127")
    with pytest.raises(SettingsError, match="https"):
        Profile.load(written(tmp_path, text.replace("127.0.0.1", "192.0.2.1")))


def test_an_unknown_profile_is_named(tmp_path):
    with pytest.raises(SettingsError, match="nowhere") as caught:
        Profile.load("nowhere")
    assert "mock, test, acpt or prod, or the path" in caught.value.next_step
    with pytest.raises(SettingsError, match="directory"):
        Profile.load(tmp_path)


def test_the_customer_is_one_of_two_kinds(tmp_path):
    assert Profile.load("mock").customer == CbeNumber.parse("0000000097")
    line = 'customer_cbe_number = "0000000097"'
    by_sector = GOOD.replace(line, "customer_sector = 17\ncustomer_institution = 1")
    assert Profile.load(written(tmp_path, by_sector)).customer == SectorInstitution(17, 1)
    for broken, key in (
        ("customer_sector = 17", "customer_institution"),
        ("customer_institution = 1", "customer_sector"),
        ("customer_sector = 1700\ncustomer_institution = 1", "customer_sector: .* 0 to 999"),
        ('customer_cbe_number = "0000000098"', "customer_cbe_number"),
    ):
        with pytest.raises(SettingsError, match=key):
            Profile.load(written(tmp_path, GOOD.replace(line, broken)))


def test_who_asks_and_why_is_never_guessed():
    production = Profile.load("prod")
    with pytest.raises(SettingsError, match="customer_cbe_number"):
        _ = production.customer
    with pytest.raises(SettingsError, match="legal_context"):
        _ = production.purpose
    assert Profile.load("mock").purpose == "MOCK:DEMONSTRATION"


def test_an_address_of_ones_own_goes_before_that_of_the_profile():
    endpoint = "http://localhost:1/x"
    assert Profile.load("mock", endpoint=endpoint).endpoint == endpoint
    with pytest.raises(SettingsError, match="endpoint"):
        Profile.load("mock", endpoint="https://example.org/")
    assert Profile.load("mock").synthetic_persons is SyntheticPersons.ONLY


BASIC = '[basic]\nuser = "ocmw"\nsecret = { environment = "GATEWAY_SECRET" }\n'
CERTIFICATE = '[certificate]\npem = "client.pem"\npassphrase = { environment = "KEY_PASSPHRASE" }\n'
SIGNATURE = '[signature]\nanswer_certificates = ["service.pem"]\n'


def test_paths_start_at_the_folder_of_the_profile(folder, profile_file):
    profile = Profile.load(
        profile_file('ca_bundle = "authorities.pem"\n' + CERTIFICATE + SIGNATURE)
    )
    assert profile.ca_bundle == folder / "authorities.pem"
    assert profile.certificate.pem == folder / "client.pem"
    assert profile.signature.answer_certificates == (folder / "service.pem",)
    absolute = Profile.load(profile_file('ca_bundle = "/etc/authorities.pem"\n'))
    assert absolute.ca_bundle == Path("/etc/authorities.pem")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("verify = false\n", "verify"),
        ("insecure = true\n", "insecure"),
        ("requests_per_second = 0\n", "requests_per_second"),
        ('revocation_list = "revoked.pem"\n', "revocation_list"),
        (SIGNATURE, "signature.certificate"),
        ("[basic]\nuser = 'ocmw'\nsecret = 'open sesame'\n", "basic.secret"),
        ("[basic]\nuser = 'ocmw'\npassword = 'open sesame'\n", "password"),
        ("[basic]\nuser = 'oc:mw'\nsecret = { environment = 'X' }\n", "user"),
        ("[basic]\nuser = 'ocmw'\n", "secret"),
        ("[basic]\nuser = 'ocmw'\nsecret = {}\n", "basic.secret"),
        ("[basic]\nuser = 'ocmw'\nsecret = { environment = '' }\n", "environment"),
        ("[basic]\nuser = 'ocmw'\nsecret = { command = [] }\n", "command"),
        ("[basic]\nuser = 'ocmw'\nsecret = { command = 'pass show x' }\n", "command"),
        (BASIC.replace("}", ", file = 'x' }"), "exactly one"),
        (CERTIFICATE.replace("pem =", "pkcs12 = 'client.p12'\npem ="), "exactly one"),
        (CERTIFICATE.replace('pem = "client.pem"', ""), "exactly one"),
        (CERTIFICATE.replace("pem =", "key = 'client.key'\npkcs12 ="), "key"),
        (CERTIFICATE.replace("passphrase", "password"), "password"),
        ("[certificate]\npem = 'client.pem'\n", "passphrase"),
        (CERTIFICATE + SIGNATURE + "verify_answers = false\n", "verify_answers"),
        (CERTIFICATE + "[signature]\nanswer_certificates = []\n", "answer_certificates"),
        (CERTIFICATE + SIGNATURE + "lifetime_seconds = 301\n", "lifetime_seconds"),
        (CERTIFICATE + SIGNATURE + "clock_skew_seconds = 301\n", "clock_skew_seconds"),
        (CERTIFICATE + SIGNATURE + "sha1_because = ' '\n", "sha1_because"),
        (CERTIFICATE + SIGNATURE + "digest = 'sha1'\n", "digest"),
    ],
)
def test_what_is_no_sound_policy_is_refused_by_key(profile_file, text, key):
    with pytest.raises(SettingsError, match=re.escape(key)) as caught:
        Profile.load(profile_file(text))
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("text", [CERTIFICATE, 'ca_bundle = "authorities.pem"\n'])
def test_certificates_have_no_meaning_without_tls(profile_file, text):
    with pytest.raises(SettingsError, match="no meaning"):
        Profile.load(profile_file(text, endpoint="http://localhost:1/x"))


def test_who_could_change_the_profile_could_send_our_secrets_elsewhere(profile_file):
    path = profile_file(BASIC)
    path.chmod(0o620)
    with pytest.raises(SettingsError, match=r"profile mine: .*others may change it") as caught:
        Profile.load(path)
    assert "chmod go-w" in caught.value.next_step


def test_a_profile_shows_no_secret(profile_file, monkeypatch):
    monkeypatch.setenv("GATEWAY_SECRET", "open sesame")
    profile = Profile.load(profile_file(BASIC + CERTIFICATE))
    assert "sesame" not in repr(profile)
    assert profile.basic.header() == "Basic b2NtdzpvcGVuIHNlc2FtZQ=="


def test_what_the_shipped_profile_shows_can_be_used(tmp_path):
    shipped = Path("config/profiles/prod.toml").read_text()
    shown = [line[2:] for line in shipped.splitlines() if line.startswith("#>")]
    path = tmp_path / "mine.toml"
    path.write_text(shipped + "\n".join(shown))
    path.chmod(0o600)
    profile = Profile.load(path)
    assert profile.signature is not None
    assert profile.certificate is not None
    assert profile.basic is not None
    assert profile.requests_per_second == 5.0


def test_a_profile_that_others_may_change_is_refused_whatever_it_holds(tmp_path):
    path = written(tmp_path, GOOD)
    path.chmod(0o666)
    with pytest.raises(SettingsError, match=r"profile mine: .*loose permissions") as caught:
        Profile.load(path)
    assert caught.value.next_step == f"Run: chmod go-w {path}"


def test_a_path_is_never_taken_for_the_name_of_a_profile_that_ships(tmp_path):
    written(tmp_path, GOOD)
    for name in (str(tmp_path / "mine"), "../profiles/mock", "./mock", "", "..", "mock\n"):
        with pytest.raises(SettingsError, match="single word") as caught:
            Profile.load(name)
        assert "path of a file" in caught.value.next_step


def test_a_profile_of_data_of_ones_own_is_guarded_like_any_other(tmp_path, monkeypatch):
    monkeypatch.setenv("KSZCLIENT_DATA", str(tmp_path))
    folder = tmp_path / "config" / "profiles"
    folder.mkdir(parents=True)
    path = folder / "mock.toml"
    path.write_text(GOOD)
    path.chmod(0o644)
    assert Profile.load("mock")
    path.chmod(0o666)
    with pytest.raises(SettingsError, match=r"profile mock: .*loose permissions"):
        Profile.load("mock")


@pytest.mark.parametrize("persons", ["refused", "taken"])
def test_real_persons_are_not_asked_about_without_a_trail_through_a_tunnel_either(
    tmp_path, persons
):
    real = GOOD.replace('synthetic_persons = "only"', f'synthetic_persons = "{persons}"')
    with pytest.raises(SettingsError, match="audit: not set"):
        Profile.load(written(tmp_path, real))
    assert Profile.load(written(tmp_path, f'{real}[audit]\ntrail = "t"\n')).audit


def test_a_password_is_not_sent_in_clear(tmp_path):
    basic = '[basic]\nuser = "u"\nsecret = { environment = "S" }\n'
    text = GOOD.replace("loopback_only = true", "loopback_only = false")
    tls = written(tmp_path, text.replace("http:", "https:") + basic)
    with pytest.raises(SettingsError, match="basic: would be readable"):
        Profile.load(tls, endpoint="http://127.0.0.1:8787/x")
    with pytest.raises(SettingsError, match="basic: would be readable"):
        Profile.load(written(tmp_path, text + basic))
    assert Profile.load(written(tmp_path, GOOD + basic)).basic
