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
        (("loopback_only = true", "loopback_only = "), "mine"),
        (("legal_context =", "customer_sector = 17\nlegal_context ="), "customer_cbe_number"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_key(tmp_path, change, message):
    assert change[0] in GOOD
    with pytest.raises(SettingsError, match=message):
        Profile.load(written(tmp_path, GOOD.replace(*change)))


def test_plain_http_stays_on_this_machine(tmp_path):
    text = GOOD.replace("loopback_only = true", "loopback_only = false")
    assert Profile.load(written(tmp_path, text)).endpoint.startswith("http://127")
    with pytest.raises(SettingsError, match="https"):
        Profile.load(written(tmp_path, text.replace("127.0.0.1", "192.0.2.1")))


def test_an_unknown_profile_is_named(tmp_path):
    with pytest.raises(SettingsError, match="nowhere"):
        Profile.load("nowhere")
    with pytest.raises(SettingsError, match="directory"):
        Profile.load(tmp_path)


def test_the_customer_is_one_of_two_kinds(tmp_path):
    assert Profile.load("mock").customer == CbeNumber.parse("0000000097")
    line = 'customer_cbe_number = "0000000097"'
    by_sector = GOOD.replace(line, "customer_sector = 17\ncustomer_institution = 1")
    assert Profile.load(written(tmp_path, by_sector)).customer == SectorInstitution(17, 1)
    for broken in (GOOD.replace(line, "customer_sector = 17"), GOOD.replace("097", "098")):
        with pytest.raises(SettingsError, match="customer_cbe_number"):
            _ = Profile.load(written(tmp_path, broken)).customer


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
