"""Files appear whole or not at all, and a name never leads the writer elsewhere."""

import datetime as dt
import os
import stat
from pathlib import Path

import pytest

from kszclient.audit import Anchor, AnchorFile, AuditKeys, AuditTrail
from kszclient.audit.bodies import KeptBodies
from kszclient.cli.output.progress import Metrics
from kszclient.complaints import read_complaint
from kszclient.complaints.letters import compose, save_letter
from kszclient.complaints.submission.case_register import CaseRegister
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import AuditError, InputError, JournalError, KszError
from kszclient.reconciliation.execute.journal import Journal
from kszclient.reconciliation.output.files import write_file
from kszclient.values import Language, Ticket
from kszclient.whole_files import whole_file

KEYS = AuditKeys({"2026": bytes(range(32))})
TICKET = Ticket.parse("3f0c2d1e-0000-4000-8000-000000000001")


def write(path, content=b"new", **how):
    with whole_file(path, **how) as file:
        file.write(content)


def letter(path):
    complaint = read_complaint(Path("mocks/complaints/refusal-flanders.json").read_bytes())
    save_letter(compose(complaint, Instance.KBD, Language.NL), path, force=True)


WRITERS = {
    "any file": (write, OSError, 0o600),
    "result of a run": (lambda path: write_file(path, b"new"), JournalError, 0o600),
    "letter": (letter, InputError, 0o600),
    "metrics": (Metrics, InputError, 0o644),
}
EVERY = pytest.mark.parametrize("kind", WRITERS)
NAMES = ("n.html", "n[1].html", "n*.html", "-n.html", "~.html", ".n.html")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def register(path):
    CaseRegister(path).close()


def anchors(path):
    AnchorFile(path, begin=True).add(Anchor("a trail", 1, "seal"))


def bodies(path):
    KeptBodies(path.parent, KEYS, keep_days=1).keep(TICKET, (b"", b""), dt.date(2026, 1, 1))


def journal(path):
    Journal(path.parent).close()


# What is added to cannot be replaced, so nothing else may be in its place.
LASTING = {
    "trail": (lambda path: AuditTrail.create(path, KEYS), "t.sqlite"),
    "register of cases": (register, "t.sqlite"),
    "key of cases": (lambda path: register(path.with_suffix("")), "t.key"),
    "anchors": (anchors, "t.anchors"),
    "bodies": (bodies, f"2026-01-02_{TICKET.text}.body"),
    "journal": (journal, "journal.sqlite"),
    "lock": (journal, ".lock"),
}


@pytest.mark.parametrize("kind", LASTING)
@pytest.mark.parametrize(
    "there",
    ["link", "link to an empty file", "dangling", "loop", "hard", "folder", "pipe", "device"],
)
def test_nothing_is_added_to_what_a_name_leads_to(tmp_path, kind, there):
    writer, name = LASTING[kind]
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    target, elsewhere = folder / name, tmp_path / "elsewhere"
    content = b"" if there in {"link to an empty file", "hard"} else b"mine"
    if there != "dangling":
        elsewhere.write_bytes(content)
        elsewhere.chmod(0o600)
    {
        "hard": lambda: target.hardlink_to(elsewhere),
        "folder": target.mkdir,
        "loop": lambda: target.symlink_to(target),
        "pipe": lambda: os.mkfifo(target, 0o600),
        "device": lambda: target.symlink_to("/dev/zero"),
    }.get(there, lambda: target.symlink_to(elsewhere))()
    before = target.lstat()
    with pytest.raises(KszError) as refused:
        writer(target)
    assert "Errno" not in str(refused.value)
    assert target.lstat().st_ino == before.st_ino
    assert elsewhere.exists() is (there != "dangling")
    assert there == "dangling" or elsewhere.read_bytes() == content


def test_half_a_trail_is_not_left_behind(tmp_path):
    """The files beside a database have longer names than its own."""
    path = tmp_path / ("t" * 255)
    with pytest.raises(AuditError, match="cannot be made"):
        AuditTrail.create(path, KEYS)
    assert names(tmp_path) == []


@EVERY
@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_there_with_its_permissions_and_nothing_beside_it(tmp_path, kind, name):
    writer, _, mode = WRITERS[kind]
    for before in (None, 0o666):
        if before:
            (tmp_path / name).chmod(before)
        writer(tmp_path / name)
        assert names(tmp_path) == [name]
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode


@EVERY
@pytest.mark.parametrize("link", ["symbolic", "dangling", "hard"])
def test_what_a_link_leads_to_is_left_alone(tmp_path, kind, link):
    writer, _, _ = WRITERS[kind]
    target, elsewhere = tmp_path / "n.html", tmp_path / "elsewhere"
    if link == "dangling":
        target.symlink_to(elsewhere)
    else:
        elsewhere.write_bytes(b"mine")
        target.hardlink_to(elsewhere) if link == "hard" else target.symlink_to(elsewhere)
    writer(target)
    assert not target.is_symlink()
    assert target.read_bytes() != b"mine"
    assert elsewhere.exists() is (link != "dangling")
    assert link == "dangling" or elsewhere.read_bytes() == b"mine"


@EVERY
def test_a_link_that_is_planted_for_a_passing_file_leads_nowhere(tmp_path, kind):
    """The name of that file cannot be known beforehand; those of before could."""
    writer, _, _ = WRITERS[kind]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"mine")
    for name in (f".n.html.{os.getpid()}", ".n.html.part", "n.html.tmp"):
        (tmp_path / name).symlink_to(elsewhere)
    writer(tmp_path / "n.html")
    assert elsewhere.read_bytes() == b"mine"


@EVERY
@pytest.mark.parametrize("there", ["folder", "link to a folder", "pipe", "link to a device"])
def test_what_is_no_file_is_not_replaced(tmp_path, kind, there):
    writer, error, _ = WRITERS[kind]
    target = tmp_path / "n.html"
    {
        "folder": target.mkdir,
        "link to a folder": lambda: target.symlink_to("/"),
        "pipe": lambda: os.mkfifo(target),
        "link to a device": lambda: target.symlink_to("/dev/null"),
    }[there]()
    before = target.lstat()
    with pytest.raises(error):
        writer(target)
    assert target.lstat().st_ino == before.st_ino
    assert names(tmp_path) == ["n.html"]


@EVERY
def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path, kind):
    writer, error, _ = WRITERS[kind]
    with pytest.raises(error, match="No such file"):
        writer(tmp_path / "none" / "n.html")
    assert names(tmp_path) == []


def test_who_fails_leaves_the_older_file_and_nothing_else(tmp_path):
    path = tmp_path / "n.html"
    write(path, b"old")

    def fails():
        with whole_file(path) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["n.html"])


@pytest.mark.parametrize("there", ["file", "link", "dangling link"])
def test_what_is_there_stays_unless_it_is_to_be_replaced(tmp_path, there):
    path = tmp_path / "n.html"
    if there == "file":
        path.write_bytes(b"old")
    else:
        path.symlink_to(tmp_path / "elsewhere")
    if there == "link":
        (tmp_path / "elsewhere").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write(path, replace=False)
    assert path.is_symlink() is (there != "file")
    assert there == "dangling link" or path.read_bytes() == b"old"


def test_who_comes_first_keeps_the_name(tmp_path):
    path = tmp_path / "n.html"

    def late():
        with whole_file(path, replace=False):
            path.write_bytes(b"first")

    with pytest.raises(FileExistsError):
        late()
    assert (path.read_bytes(), names(tmp_path)) == (b"first", ["n.html"])
