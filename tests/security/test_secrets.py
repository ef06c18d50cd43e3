import copy
import os
import pickle
import sys
import traceback

import pytest

from kszclient.errors import SettingsError
from kszclient.security import Secret, SecretSource, secrets
from kszclient.testing.server.certificates import write_private


def test_a_secret_hides_itself_wherever_it_is_shown():
    secret = Secret("open sesame")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>20}", repr([secret])]
    assert not any("sesame" in each for each in shown)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the traceback counts, not the error
        int(secret.__format__(""))
    assert "sesame" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_stays_where_it_is(leave):
    with pytest.raises(TypeError, match="Secret"):
        leave(Secret("open sesame"))


def test_secrets_are_compared_by_what_they_hide():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    with pytest.raises(TypeError):
        hash(Secret("a"))


def test_a_secret_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("GATEWAY_SECRET", "open sesame")
    assert SecretSource(environment="GATEWAY_SECRET").read("x").reveal() == "open sesame"


def test_a_secret_comes_from_a_file_without_its_line_end(tmp_path):
    path = write_private(tmp_path / "secret", b"open  sesame \r\n")
    assert SecretSource(file=path).read("x").reveal() == "open  sesame "


WORD = "sésame ouvre-toi"
MARK = b"\xef\xbb\xbf"


@pytest.mark.parametrize("mark", [b"", MARK])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\r"])
def test_what_an_editor_puts_around_a_secret_is_no_part_of_it(tmp_path, mark, end):
    raw = mark + WORD.encode() + end
    file = SecretSource(file=write_private(tmp_path / "secret", raw))
    assert file.read("x").reveal() == WORD
    assert fails(f"import sys; sys.stdout.buffer.write({raw!r})").read("x").reveal() == WORD


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (WORD.encode("utf-16"), "UTF-16"),
        (WORD.encode("utf-16-be"), "UTF-16"),
        (WORD.encode("utf-16-le"), "UTF-16"),
        (b"\xfe\xff" + WORD.encode("utf-16-be"), "UTF-16"),
        (WORD.encode("utf-32"), "UTF-16"),
        (WORD.encode("cp1252"), "not UTF-8"),
        (WORD.encode() + b"\n\n", "more than one line"),
        (WORD.encode() + b"\r\rmore", "more than one line"),
        (b"one\r\ntwo\r\n", "more than one line"),
        (MARK, "gives nothing"),
        (MARK + b"\r\n", "gives nothing"),
    ],
)
def test_a_secret_that_cannot_be_meant_is_named(tmp_path, raw, message):
    file = SecretSource(file=write_private(tmp_path / "secret", raw))
    with pytest.raises(SettingsError, match=message) as caught:
        file.read("certificate.passphrase")
    assert str(caught.value).startswith("certificate.passphrase")
    assert "gives nothing" in message or caught.value.next_step
    assert "ouvre" not in f"{caught.value}{caught.value.next_step}"


def test_a_secret_comes_from_a_command_that_no_shell_reads():
    command = (sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME;`id`")
    assert SecretSource(command=command).read("x").reveal() == "$HOME;`id`"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601, 0o620])
def test_a_file_with_loose_permissions_is_refused(tmp_path, mode):
    path = write_private(tmp_path / "secret", b"open sesame")
    path.chmod(mode)
    with pytest.raises(SettingsError, match=r"basic\.secret\.file: secret has loose") as caught:
        SecretSource(file=path).read("basic.secret")
    assert caught.value.next_step == f"Run: chmod 600 {path}"


def test_a_file_of_another_user_is_refused(tmp_path, monkeypatch):
    path = write_private(tmp_path / "secret", b"open sesame")
    ours = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: ours + 1)
    with pytest.raises(SettingsError, match="another user"):
        SecretSource(file=path).read("x")


def fails(code):
    return SecretSource(command=(sys.executable, "-c", code))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (SecretSource(environment="KSZCLIENT_NOT_SET"), "KSZCLIENT_NOT_SET gives nothing"),
        (SecretSource(command=("/no/such/program",)), "cannot be run"),
        (fails("print('open sesame'); raise SystemExit(3)"), "exit code 3"),
        (fails(""), "command gives nothing"),
        (fails("import sys; sys.stdout.buffer.write(b'sesame\\xff')"), "UTF-8"),
    ],
)
def test_a_source_that_gives_no_secret_is_named_without_its_output(source, message):
    with pytest.raises(SettingsError, match=message) as caught:
        source.read("basic.secret")
    assert str(caught.value).startswith("basic.secret")
    assert "sesame" not in f"{caught.value}{caught.value.next_step}"


def test_a_file_that_is_none_is_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"[Nn]o such file"):
        SecretSource(file=tmp_path / "missing").read("x")
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(SettingsError, match="ordinary"):
        SecretSource(file=tmp_path / "pipe").read("x")
    for raw in (b"", b"\n", b"\xff"):
        path = write_private(tmp_path / "secret", raw)
        with pytest.raises(SettingsError, match=r"^x"):
            SecretSource(file=path).read("x")


def test_a_command_that_does_not_end_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(secrets, "_COMMAND_SECONDS", 0.1)
    with pytest.raises(SettingsError, match=r"no secret within 0\.1 seconds"):
        fails("import time; time.sleep(60)").read("x")
