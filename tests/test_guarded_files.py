"""Files are as safe as the folder they lie in."""

import pytest

from kszclient.errors import SettingsError
from kszclient.guarded_files import (
    check_private,
    check_private_folder,
    read_private,
    read_unchanged,
)
from kszclient.security import Profile
from kszclient.security.secrets import SecretSource
from kszclient.testing.certificates import write_private


@pytest.fixture
def secret(tmp_path):
    (tmp_path / "inner").mkdir(mode=0o700)
    return write_private(tmp_path / "inner" / "secret", b"open sesame")


@pytest.mark.parametrize("look", [read_private, read_unchanged, check_private])
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o720])
def test_a_file_that_others_may_replace_is_refused(secret, look, mode):
    secret.parent.chmod(mode)
    with pytest.raises(SettingsError, match=r"key: secret .*others may replace it") as caught:
        look(secret, "key")
    assert caught.value.next_step == f"Run: chmod go-w {secret.parent}"


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o1777])
def test_a_folder_in_which_nobody_else_may_replace_anything_will_do(secret, mode):
    secret.parent.chmod(mode)
    assert read_private(secret, "key") == b"open sesame"


def test_a_folder_is_looked_at_like_a_file(secret):
    check_private_folder(secret.parent, "key")
    secret.parent.parent.chmod(0o777)
    with pytest.raises(SettingsError, match="others may replace it"):
        check_private_folder(secret.parent, "key")


@pytest.mark.parametrize("look", [read_private, read_unchanged, check_private])
def test_every_folder_above_counts(tmp_path, look):
    deep = tmp_path / "grand" / "parent"
    deep.mkdir(parents=True, mode=0o700)
    secret = write_private(deep / "secret", b"open sesame")
    look(secret, "key")
    (tmp_path / "grand").chmod(0o777)
    with pytest.raises(SettingsError, match="others may replace it") as caught:
        look(secret, "key")
    assert caught.value.next_step == f"Run: chmod go-w {tmp_path / 'grand'}"
    (tmp_path / "grand").chmod(0o1777)
    look(secret, "key")


def test_a_link_is_as_safe_as_both_of_its_ends(secret, tmp_path):
    (tmp_path / "link").symlink_to(secret)
    assert read_private(tmp_path / "link", "key")
    for loose, other in ((tmp_path, secret.parent), (secret.parent, tmp_path)):
        loose.chmod(0o777)
        other.chmod(0o700)
        with pytest.raises(SettingsError, match="others may replace it"):
            read_private(tmp_path / "link", "key")


def test_profiles_and_secrets_are_told_by_their_key(secret):
    profile = write_private(secret.parent / "mine.toml", b"")
    secret.parent.chmod(0o777)
    with pytest.raises(SettingsError, match=r"profile mine: .*others may replace it"):
        Profile.load(profile)
    with pytest.raises(SettingsError, match=r"basic\.secret\.file: secret .*may replace it"):
        SecretSource(file=secret).read("basic.secret")
