"""The page for who sets it up names every key of a profile, and what holds without it."""

import re
from pathlib import Path

import msgspec
import pytest

from kszclient.cli.output.printing import Exit
from kszclient.security import Profile
from kszclient.security.profile_sections import (
    AuditFiles,
    BasicLogin,
    CertificateFiles,
    SignaturePolicy,
)
from kszclient.security.secrets import SecretSource

PAGE = Path("docs/operating.md").read_text(encoding="utf-8")
TABLES = {
    "A profile": Profile,
    "`[basic]`": BasicLogin,
    "`[certificate]`": CertificateFiles,
    "`[signature]`": SignaturePolicy,
    "`[audit]`": AuditFiles,
    "Secrets": SecretSource,
}


def rows(heading):
    (section,) = re.findall(
        rf"^##+ {re.escape(heading)}\n(.*?)(?=^##+ |\Z)", PAGE, flags=re.DOTALL | re.MULTILINE
    )
    cells = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", section, flags=re.MULTILINE)
    return {key.strip("`"): left_out for key, _, left_out in cells if key.startswith("`")}


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_stands_there_once_with_what_holds_without_it(heading):
    told = rows(heading)
    fields = {each.encode_name: each for each in msgspec.structs.fields(TABLES[heading])}
    assert told.keys() == fields.keys()
    for key, field in fields.items():
        assert (told[key] == "must be given") is field.required, key
        if not field.required and field.default not in (None, (), ""):
            assert told[key] == f"`{str(field.default).lower()}`", key


def test_the_profile_shown_is_one(tmp_path):
    (shown,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    path = tmp_path / "prod.toml"
    path.write_text(shown.replace('"..."', '"0000000097"'), encoding="utf-8")
    path.chmod(0o600)
    assert Profile.load(path).audit is not None


def test_every_exit_code_of_a_night_is_told():
    told = re.findall(r"^\| (\d) \|", PAGE, flags=re.MULTILINE)
    assert [int(code) for code in told] == list(Exit)
