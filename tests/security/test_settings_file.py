"""What is wrong in a file of settings is told by its key, in our own words, without its value."""

import pytest

from kszclient.errors import SettingsError
from kszclient.security import Profile
from kszclient.security.settings_file import read_settings


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("endpiont = 'x'", "endpiont: unknown key above the first table; the nearest is endpoint"),
        (
            "[audit]\ntrail = 't'\nkeep_body_days = 3",
            "audit.keep_body_days: unknown key in [audit]; the nearest is keep_bodies_days",
        ),
        (
            "keep_bodies_days = 3",
            "keep_bodies_days: unknown key above the first table; it belongs in [audit]",
        ),
        (
            "[audit]\ntrail = 't'\nattempts = 3",
            "audit.attempts: unknown key in [audit]; it belongs above the first table",
        ),
        (
            "[basic]\nzzz = 1",
            "basic.zzz: unknown key in [basic]; known are user, secret",
        ),
        (
            "[certificate]\npassphrase = { enviroment = 'X' }",
            (
                "certificate.passphrase.enviroment: unknown key in [certificate.passphrase]; "
                "the nearest is environment in [certificate.passphrase]"
            ),
        ),
        ("[audit]\nbodies = 'b'", "audit.trail: not set"),
        ("attempts = 'sesame'", "attempts: expected a whole number"),
        ("attempts = 2.5", "attempts: expected a whole number"),
        ("user = 5", "user: expected a text in quotes"),
        ("ca_bundle = 5", "ca_bundle: expected a path in quotes"),
        ("basic = 'sesame'", "basic: expected a table, such as { key = value }"),
        ("[signature]\nanswer_certificates = 'sesame'", "expected a list in brackets"),
        ("[signature]\nanswer_certificates = [5]", "expected a path in quotes"),
        ("synthetic_persons = 'sesame'", "expected one of only, taken, refused"),
        ("[basic]\nuser = 'a:b'\nsecret = { file = 'x' }", "basic.user: expected a name"),
        ("[basic]\nuser = 'a'\nsecret = {}", "basic.secret: expected exactly one of"),
    ],
)
def test_each_flaw_is_told_by_its_key(tmp_path, text, says):
    path = tmp_path / "mine.toml"
    rest = (
        'endpoint = "http://127.0.0.1:1/x"\nloopback_only = true\nsynthetic_persons = "only"\n'
        "connect_timeout_seconds = 1\ndeadline_seconds = 9\nmax_answer_bytes = 9\n"
    )
    key = text.split(" ")[0]
    kept = "".join(line + "\n" for line in rest.splitlines() if not line.startswith(key))
    path.write_text(kept + text + "\n")
    with pytest.raises(SettingsError) as caught:
        read_settings(path, Profile, "profile mine")
    said = str(caught.value)
    assert said.startswith("profile mine: ")
    assert says in said
    assert "sesame" not in said
    assert "`" not in said
