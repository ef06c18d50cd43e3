import base64
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kszclient.audit import AuditKeys
from kszclient.errors import SettingsError
from tests.audit.samples import CHILD, NEW, OLD, PARENT


def written(secret):
    return base64.b64encode(secret).decode()


def test_the_first_key_is_in_use_and_the_others_still_find():
    keys = AuditKeys.parse(f"2024:{written(NEW)}\n2023:{written(OLD)}\n")
    assert keys.current == "2024"
    assert keys.pseudonyms(CHILD) == {
        AuditKeys({"2024": NEW}).pseudonym(CHILD),
        AuditKeys({"2023": OLD}).pseudonym(CHILD),
    }


def test_a_pseudonym_depends_on_the_person_and_the_key_and_on_nothing_else():
    keys = AuditKeys({"k": NEW})
    assert keys.pseudonym(CHILD) == AuditKeys({"k": NEW}).pseudonym(CHILD)
    assert keys.pseudonym(CHILD) != keys.pseudonym(PARENT)
    assert keys.pseudonym(CHILD) != AuditKeys({"k": OLD}).pseudonym(CHILD)
    assert CHILD.digits not in keys.pseudonym(CHILD)


def test_a_seal_of_one_use_is_none_of_another():
    keys = AuditKeys({"k": NEW})
    assert len({keys.seal("k", use, b"text") for use in ("entry", "head", "person")}) == 3


def test_keys_come_from_the_environment_or_from_a_file_of_ones_own(tmp_path, monkeypatch):
    text = f"2024:{written(NEW)}"
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", text)
    assert AuditKeys.load().current == "2024"
    path = tmp_path / "keys"
    path.touch(mode=0o600)
    for mark in ("", "\ufeff"):
        path.write_text(mark + text, encoding="utf-8")
        assert AuditKeys.load(path).current == "2024"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path, mode):
    path = tmp_path / "keys"
    path.write_text(f"2024:{written(NEW)}")
    path.chmod(mode)
    with pytest.raises(SettingsError, match="keys has loose permissions"):
        AuditKeys.load(path)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_ordinary_file_is_refused(tmp_path, make):
    make(tmp_path / "keys")
    (tmp_path / "keys").chmod(0o600)
    with pytest.raises(SettingsError, match=r"not an ordinary file|Is a directory"):
        AuditKeys.load(tmp_path / "keys")


def test_a_file_of_another_user_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "keys"
    path.write_text(f"2024:{written(NEW)}")
    path.chmod(0o600)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(SettingsError, match="belongs to another user"):
        AuditKeys.load(path)


def test_no_keys_anywhere_is_said_so(tmp_path, monkeypatch):
    monkeypatch.delenv("KSZCLIENT_AUDIT_KEYS", raising=False)
    with pytest.raises(SettingsError, match="KSZCLIENT_AUDIT_KEYS is not set"):
        AuditKeys.load()
    with pytest.raises(SettingsError, match="none given"):
        AuditKeys.parse(" ")
    with pytest.raises(SettingsError, match="No such file"):
        AuditKeys.load(tmp_path / "absent")


@pytest.mark.parametrize(
    "text",
    [
        "secret",
        "id:%%%",
        "id:c2hvcnQ=",
        f"{'x' * 33}:{written(NEW)}",
        f"a b:{written(NEW)}",
        f"a:{written(NEW)} a:{written(OLD)}",
        f"a:{written(NEW)}é",
    ],
)
def test_keys_that_cannot_be_used_are_refused_and_not_repeated(text):
    with pytest.raises(SettingsError) as caught:
        AuditKeys.parse(text)
    assert written(NEW) not in str(caught.value)
    assert "secret" not in str(caught.value)


@given(st.text())
def test_no_text_does_harm(text):
    with suppress(SettingsError):
        AuditKeys.parse(text)


def test_keys_do_not_show_themselves():
    keys = AuditKeys({"2024": NEW})
    assert "nnn" not in f"{keys!r} {keys}"
