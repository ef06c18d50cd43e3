"""What was found out about a finding answers for it, and for nothing else."""

import datetime as dt
import json

import pytest

from kszclient.audit import (
    AuditKeys,
    AuditTrail,
    Explained,
    Inspected,
    Selection,
    explain,
    export,
    unfinished,
    verify,
)
from kszclient.errors import AuditError, InputError
from kszclient.values import Ticket
from tests.audit.samples import OLD, consult, consultation, ticket

START = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
WHO = {"user": "officer-2", "why": "power cut, incident 2024/17"}


def found(path, keys):
    return [(each.kind.value, each.sequence) for each in verify(path, keys).problems]


@pytest.fixture
def killed(trail, path):
    """Two questions without an end, at 3 and 6, and a clock that went back at 6."""
    trail.close()

    def at(seconds):
        return lambda: START + dt.timedelta(seconds=seconds)

    keys = trail._keys
    with AuditTrail(path, keys, now=at(0)) as first:
        consult(first, 1)
        consultation(first, 2).__enter__()
        consult(first, 3)
    with AuditTrail(path, keys, now=at(-3600)) as second:
        consultation(second, 4).__enter__()
    return path


def test_an_explained_finding_counts_no_more_and_the_others_stay(killed, keys):
    assert found(killed, keys) == [("CLOCK", 6), ("UNFINISHED", 3), ("UNFINISHED", 6)]
    (written,) = explain(killed, keys, 3, **WHO)
    assert written == Explained(entry=3, finding="UNFINISHED", ticket=ticket(2).text, **WHO)
    assert ("UNFINISHED", 3) not in found(killed, keys)
    assert ("UNFINISHED", 6) in found(killed, keys)
    assert [each.entry for each in unfinished(killed, keys).unfinished] == [6]
    assert {each.finding for each in explain(killed, keys, 6, **WHO)} == {"CLOCK", "UNFINISHED"}
    verification = verify(killed, keys)
    assert (verification.problems, verification.problem_count) == ((), 0)
    assert [(each.entry, each.finding) for each in verification.explained] == [
        (3, "UNFINISHED"),
        (6, "CLOCK"),
        (6, "UNFINISHED"),
    ]
    assert unfinished(killed, keys).unfinished == ()


def test_an_explanation_is_exported_with_its_question(killed, keys):
    explain(killed, keys, 3, **WHO)
    lines = export(killed, keys, Selection(ticket=Ticket.parse(ticket(2).text)))
    events = [json.loads(line)["entry"]["event"] for line in lines]
    assert [each["kind"] for each in events] == ["asked", "explained"]
    assert events[1]["why"] == WHO["why"]


@pytest.mark.parametrize("entry", [1, 2, 7, 99])
def test_where_nothing_is_found_nothing_is_explained(killed, keys, entry):
    before = verify(killed, keys).entries
    with pytest.raises(InputError, match=f"nothing is found at {entry}"):
        explain(killed, keys, entry, **WHO)
    assert verify(killed, keys).entries == before


@pytest.mark.parametrize(
    ("user", "why"),
    [("officer", " "), ("", "x"), ("officer", "about 85.02.30-001.25"), ("officer", "x\x1b[31m")],
)
def test_an_explanation_says_who_and_why_and_names_nobody(killed, keys, user, why):
    with pytest.raises(InputError):
        explain(killed, keys, 3, user=user, why=why)


def test_a_trail_that_was_changed_takes_no_explanation(killed, keys, tamper):
    tamper("UPDATE entry SET seal = upper(seal) WHERE sequence = 2")
    with pytest.raises(AuditError, match="not as it was written"):
        explain(killed, keys, 3, **WHO)


def test_none_counts_that_was_written_ahead_under_another_kind_or_with_another_key(
    trail, path, keys
):
    ahead = Explained(entry=4, finding="UNFINISHED", user="u", why="w")
    trail.append(ahead)
    trail.append(Explained(entry=4, finding="CHANGED", user="u", why="w"))
    trail.append(Inspected(user="u", purpose=None, action="export"))
    consultation(trail, 4).__enter__()
    trail.close()
    assert found(path, keys) == [("UNFINISHED", 4)]
    (written,) = explain(path, keys, 4, **WHO)
    assert written.entry == 4
    assert found(path, keys) == []
    kinds = {kind for kind, _ in found(path, AuditKeys({"2023": OLD}))}
    assert "NO_KEY" in kinds
