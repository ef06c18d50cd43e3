"""Every file that a profile names is held to the same rules, and a new one has to be added here."""

import datetime as dt
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.audit.bodies import KeptBodies
from kszclient.errors import AuditError, SettingsError
from kszclient.security import Profile
from kszclient.security.examination import examine
from tests.audit.samples import NEW

NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
KEYS = AuditKeys({"2026": NEW})
HEAD = """
endpoint = "https://localhost/x"
loopback_only = true
synthetic_persons = "only"
connect_timeout_seconds = 1.0
deadline_seconds = 1.0
max_answer_bytes = 1000
"""
SAFE = '[certificate]\npem = "safe"\npassphrase = { file = "safe" }\n'
SIGNED = '[signature]\nanswer_certificates = ["safe"]\n'
BOTH = SAFE + SIGNED

# How the file of a key is named in a profile, and the mode that is one too many.
EXAMINED = {
    "ca_bundle": ('ca_bundle = "FILE"', 0o620),
    "revocation_list": ('ca_bundle = "safe"\nrevocation_list = "FILE"', 0o602),
    "basic.secret.file": ('[basic]\nuser = "u"\nsecret = { file = "FILE" }', 0o640),
    "certificate.pem": (SAFE.replace('pem = "safe"', 'pem = "FILE"\nkey = "safe"'), 0o622),
    "certificate.key": (SAFE.replace('"safe"\n', '"safe"\nkey = "FILE"\n', 1), 0o604),
    "certificate.pkcs12": (SAFE.replace('pem = "safe"', 'pkcs12 = "FILE"'), 0o640),
    "certificate.passphrase.file": (SAFE.replace('file = "safe"', 'file = "FILE"'), 0o644),
    "signature.answer_certificates": (BOTH.replace('["safe"]', '["FILE"]'), 0o666),
}
"""Those of `signature.certificate` are read as those of `certificate`."""
AUDIT = {
    "audit.trail": lambda path: AuditTrail(path, KEYS),
    "audit.keys": AuditKeys.load,
    "audit.bodies": lambda path: KeptBodies(path, KEYS, keep_days=1).check(),
}


def files_of(kind, place=""):
    for field in msgspec.structs.fields(kind):
        name = f"{place}{field.name}"
        within = {field.type, *get_args(field.type)}
        if Path in within:
            yield name
        for inner in within:
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                yield from files_of(inner, f"{name}.")


def test_no_file_of_a_profile_is_left_out_below():
    named = {name for name in files_of(Profile) if not name.startswith("signature.certificate.")}
    assert named == EXAMINED.keys() | AUDIT.keys()


def make_loose(path, loose, mode):
    if loose == "mode":
        path.chmod(mode)
    elif loose == "folder":
        path.parent.chmod(0o777)
    else:
        (path.parent.parent / "open").mkdir()
        (path.parent.parent / "open").chmod(0o777)
        (path.parent.parent / "open" / "link").symlink_to(path)
        return path.parent.parent / "open" / "link"
    return path


@pytest.mark.parametrize("loose", ["mode", "folder", "link"])
@pytest.mark.parametrize("key", EXAMINED)
def test_a_file_that_others_may_read_or_replace_is_refused(tmp_path, key, loose):
    text, mode = EXAMINED[key]
    (tmp_path / "inner").mkdir(mode=0o700)
    path = tmp_path / "inner" / "file"
    for each in (path, tmp_path / "safe"):
        each.write_text("x")
        each.chmod(0o600)
    shown = make_loose(path, loose, mode)
    profile = tmp_path / "mine.toml"
    profile.write_text(HEAD + text.replace("FILE", str(shown)))
    profile.chmod(0o600)
    found = [check.finding for check in examine(Profile.load(profile), NOW)]
    assert any("loose permissions" in each for each in found), found


@pytest.mark.parametrize("loose", ["mode", "folder", "link"])
@pytest.mark.parametrize("key", AUDIT)
def test_what_others_may_read_or_replace_of_the_trail_is_refused(tmp_path, key, loose):
    (tmp_path / "inner").mkdir(mode=0o700)
    path = tmp_path / "inner" / "file"
    if key == "audit.bodies":
        path.mkdir(mode=0o700)
    elif key == "audit.keys":
        path.write_text("2026:eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=")
        path.chmod(0o600)
    else:
        AuditTrail.create(path, KEYS)
    shown = make_loose(path, loose, 0o750 if path.is_dir() else 0o640)
    with pytest.raises((SettingsError, AuditError), match="loose permissions"):
        AUDIT[key](shown)
