"""A file of anchors and the trail vouch for each other."""

import os
from pathlib import Path

import pytest

from kszclient.audit import AnchorFile, AuditKeys, AuditTrail, Reader, verify
from kszclient.errors import InputError, SettingsError
from tests.audit.samples import NEW, OLD, consult

READER = Reader(user="officer")
KEYS = AuditKeys({"2024": NEW, "2023": OLD})


def look(path, file, *, begin=False):
    found = verify(path, KEYS, anchor_file=AnchorFile(file, begin=begin), reader=READER)
    return found, [problem.explanation for problem in found.problems]


@pytest.fixture
def grown(path, tmp_path):
    """A trail that was verified four times while it grew, and the file of anchors."""
    file = tmp_path / "elsewhere.anchors"
    for number in range(4):
        with AuditTrail(path, KEYS) as trail:
            consult(trail, number)
        found, problems = look(path, file, begin=number == 0)
        assert problems == []
        assert found.unrecorded is None
    return file


def test_each_verification_adds_the_end_it_saw(path, grown):
    sequences = [anchor.sequence for anchor in AnchorFile(grown).anchors]
    assert sequences == [2, 5, 8, 11]
    assert grown.stat().st_mode & 0o777 == 0o600


def swap(lines, one, two):
    lines = list(lines)
    lines[one], lines[two] = lines[two], lines[one]
    return lines


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: lines[:0], "is empty"),
        (lambda lines: lines[:1], "was shortened: 1 lines, and there were 4"),
        (lambda lines: lines[:3], "was shortened: 3 lines, and there were 4"),
        (lambda lines: lines[1:], "the trail knows other files of anchors, not this one"),
        (lambda lines: lines[-1:], "the trail knows other files of anchors, not this one"),
        (lambda lines: [lines[0], *lines[2:]], "was shortened"),
        (lambda lines: swap(lines, 1, 2), "line 3 of the file of anchors does not follow"),
        (lambda lines: swap(lines, 0, 3), "does not follow"),
        (lambda lines: [*lines, lines[-1]], "line 5 of the file of anchors does not follow"),
        (lambda lines: [*lines[:3], lines[3][:-20]], "the last line of the file of anchors is cut"),
        (lambda lines: [lines[0][:20]], "the last line of the file of anchors is cut"),
        (
            lambda lines: [*lines[:3], lines[3].replace(b'"sequence":11', b'"sequence":10')],
            "lines of the file of anchors were changed",
        ),
    ],
)
def test_a_file_of_anchors_that_was_changed_is_a_finding_and_stays_as_it_is(
    path, grown, change, says
):
    lines = grown.read_bytes().splitlines(keepends=True)
    changed = b"".join(change(lines))
    grown.write_bytes(changed)
    for _ in range(2):
        found, problems = look(path, grown)
        assert {problem.kind.value for problem in found.problems} == {"ANCHOR"}
        assert any(says in problem for problem in problems), problems
        assert found.anchor is None
        assert grown.read_bytes() == changed
    assert all(problem.next_step for problem in found.problems)


def test_a_file_of_anchors_that_is_gone_is_a_finding_and_none_is_made(path, grown):
    grown.unlink()
    assert "is not there" in look(path, grown)[1][0]
    assert not grown.exists()


def test_anchors_of_another_trail_are_a_finding(path, grown, tmp_path):
    other = tmp_path / "other.db"
    AuditTrail.create(other, KEYS)
    with AuditTrail(other, KEYS) as trail:
        consult(trail, 1)
    elsewhere = tmp_path / "other.anchors"
    look(other, elsewhere, begin=True)
    assert "the anchor kept elsewhere is of another trail" in look(path, elsewhere)[1]
    assert "the anchor kept elsewhere is of another trail" in look(other, grown)[1]


def test_a_second_file_of_anchors_is_begun_by_intent_and_both_are_kept(path, grown, tmp_path):
    second = tmp_path / "second.anchors"
    assert look(path, second)[1] != []
    assert look(path, second, begin=True)[1] == []
    assert look(path, grown)[1] == []
    assert look(path, second)[1] == []
    second.write_bytes(second.read_bytes().splitlines(keepends=True)[0])
    assert "was shortened: 1 lines, and there were 2" in look(path, second)[1][0]


def test_a_file_that_the_trail_knows_is_not_begun_again(path, grown):
    with pytest.raises(InputError, match="knows this file already") as caught:
        look(path, grown, begin=True)
    assert "--begin-anchors" in caught.value.next_step


def test_a_file_from_before_the_trail_knew_of_any_is_taken_over(path, tmp_path):
    file = tmp_path / "old.anchors"
    for number in range(2):
        with AuditTrail(path, KEYS) as trail:
            consult(trail, number)
        AnchorFile(file).add(verify(path, KEYS).anchor)
    assert look(path, file)[1] == []
    file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])
    assert "was shortened" in look(path, file)[1][0]


def test_a_last_line_without_its_end_is_still_a_line(path, grown):
    grown.write_bytes(grown.read_bytes().rstrip(b"\n"))
    assert look(path, grown)[1] == []
    assert len(AnchorFile(grown).anchors) == 5


def test_a_line_that_is_no_anchor_is_bad_input_with_its_number(tmp_path):
    file = tmp_path / "anchors"
    file.write_text('{"trail":"t","sequence":1,"seal":"s"}\n{"trail":1}\n')
    with pytest.raises(SettingsError, match="anchors: line 2"):
        AnchorFile(file)


def test_a_pipe_device_folder_or_link_is_no_file_of_anchors(path, grown, tmp_path):
    pipe, link, again = tmp_path / "pipe", tmp_path / "link", tmp_path / "again"
    os.mkfifo(pipe)
    link.symlink_to(grown)
    again.hardlink_to(grown)
    places = {
        pipe: "a pipe or device is in its place",
        Path("/dev/zero"): "a pipe or device is in its place",
        tmp_path: "Is a directory",
        link: "a link is in its place",
        again: "it has a second name",
    }
    for place, why in places.items():
        with pytest.raises(SettingsError, match=f"cannot be read: {why}"):
            AnchorFile(place)
    later = AnchorFile(tmp_path / "later", begin=True)
    os.mkfifo(tmp_path / "later")
    with pytest.raises(SettingsError, match="a pipe or device is in its place"):
        later.add(verify(path, KEYS).anchor)


def test_a_file_of_anchors_that_cannot_be_written_is_told(path, tmp_path):
    with AuditTrail(path, KEYS) as trail:
        consult(trail, 1)
    with pytest.raises(SettingsError, match="cannot be written"):
        look(path, tmp_path / "no" / "folder", begin=True)
