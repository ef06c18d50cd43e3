"""Files are as safe as the folder they lie in."""

import os

import pytest

from kszclient.errors import SettingsError
from kszclient.guarded_files import (
    check_private,
    check_private_folder,
    check_surroundings,
    check_unchanged,
    read_private,
    read_unchanged,
)
from kszclient.security import Profile
from kszclient.security.secrets import SecretSource
from kszclient.testing.server.certificates import write_private


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


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data" / "config" / "letters").mkdir(parents=True)
    (tmp_path / "data" / "config" / "letters" / "one.j2").write_text("one")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "two.j2").write_text("two")
    return tmp_path / "data"


@pytest.mark.parametrize(
    "loose", ["", "config", "config/letters", "config/letters/one.j2", "..", "config/letters/x"]
)
def test_data_that_others_may_change_anywhere_on_the_way_or_below_are_refused(data, loose):
    (data / "config" / "letters" / "x").mkdir()
    check_unchanged(data, "config", key="DATA")
    (data / loose).chmod(0o777)
    with pytest.raises(SettingsError, match=r"^DATA: .* loose permissions") as caught:
        check_unchanged(data, "config", key="DATA")
    assert "chmod go-w" in caught.value.next_step


def test_data_beside_what_is_read_are_not_looked_at(data):
    (data / "notes").mkdir()
    (data / "notes").chmod(0o777)
    check_unchanged(data, "config", key="DATA")


@pytest.mark.parametrize("loose", ["elsewhere", "elsewhere/two.j2"])
def test_a_link_to_data_is_followed_and_one_in_a_circle_has_an_end(data, tmp_path, loose):
    (data / "config" / "linked").symlink_to(tmp_path / "elsewhere")
    (data / "config" / "circle").symlink_to(data / "config")
    check_unchanged(data, "config", key="DATA")
    (tmp_path / loose).chmod(0o777)
    with pytest.raises(SettingsError, match="loose permissions"):
        check_unchanged(data, "config", key="DATA")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
@pytest.mark.parametrize("given", ["", "config", "config/letters/one.j2"])
def test_data_of_another_user_are_refused(data, given):
    os.chown(data / given, 12345, 12345)
    with pytest.raises(SettingsError, match="belongs to another user"):
        check_unchanged(data, "config", key="DATA")


def test_data_that_are_gone_are_told(data):
    (data / "config" / "dangling").symlink_to(data / "absent")
    with pytest.raises(SettingsError, match="DATA: data cannot be read"):
        check_unchanged(data, "config", key="DATA")


@pytest.mark.parametrize("steps", [2, 3])
def test_every_link_of_several_counts(secret, tmp_path, steps):
    target = secret
    for step in range(steps):
        folder = tmp_path / f"step-{step}"
        folder.mkdir(mode=0o700)
        (folder / "link").symlink_to(target if step else "../inner/secret")
        target = folder / "link"
    assert read_private(target, "key") == b"open sesame"
    for step in range(steps):
        (tmp_path / f"step-{step}").chmod(0o777)
        with pytest.raises(SettingsError, match="others may replace it"):
            read_private(target, "key")
        (tmp_path / f"step-{step}").chmod(0o700)


def test_a_linked_folder_on_the_way_counts(secret, tmp_path):
    (tmp_path / "middle").mkdir()
    (tmp_path / "middle" / "folder").symlink_to(secret.parent)
    (tmp_path / "way").symlink_to(tmp_path / "middle" / "folder")
    assert read_private(tmp_path / "way" / "secret", "key") == b"open sesame"
    (tmp_path / "middle").chmod(0o777)
    with pytest.raises(SettingsError, match="others may replace it"):
        read_private(tmp_path / "way" / "secret", "key")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
@pytest.mark.parametrize("above", [1, 2])
def test_a_folder_of_another_user_above_is_refused(secret, tmp_path, above):
    folder = tmp_path / "theirs" / "deep"
    folder.mkdir(parents=True)
    moved = secret.rename(folder / "secret")
    assert read_private(moved, "key")
    os.chown(moved.parents[above - 1], 12345, 12345)
    with pytest.raises(SettingsError, match="folder that belongs to another user"):
        read_private(moved, "key")


def test_links_in_a_circle_are_told(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    for look in (read_private, check_private, check_surroundings):
        with pytest.raises(SettingsError, match="key: a"):
            look(tmp_path / "a", "key")
