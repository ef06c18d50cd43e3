"""Short answers to a list of complaints, so that two versions of the tables can be compared.

``python -m kszclient.complaints.answers`` reads complaints from standard input and writes their
answers; with ``KSZCLIENT_DATA`` it does so by other tables than those in use.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kszclient.complaints.case.complaint import read_complaint
from kszclient.complaints.result import Evaluation, RoutePart
from kszclient.complaints.route import route
from kszclient.errors import DataError, InputError, KszError
from kszclient.resources import DATA_VARIABLE, decode_toml
from kszclient.rule_changes import copy_tables

_MINUTES = 10

Answers = dict[str, str]
"""The answers to one complaint: what is answered, such as ``2020-01..2020-06 KBD``, and how."""


class _ListedCase(msgspec.Struct):
    given: dict[str, object] = {}


class _ListedCases(msgspec.Struct):
    case: list[_ListedCase]
    base: dict[str, object] = {}


class AnswerChange(msgspec.Struct, frozen=True):
    """An answer that differs between two versions of the tables.

    Args:
        case: The number of the complaint, from 1.
        about: The months and the instance, or what is recommended.
        before: The answer by the older tables, or None where there was none.
        after: The answer by those in use, or None where there is none.
    """

    case: int
    about: str
    before: str | None
    after: str | None

    def sentence(self) -> str:
        """The change as a person reads it."""
        return f"case {self.case}, {self.about}: was {self.before or '-'}, is {self.after or '-'}"


def read_cases(content: bytes) -> list[bytes]:
    """Cut a file of complaints into complaints.

    Args:
        content: A JSON list of complaints, one complaint a line, or TOML with rows ``[[case]]``,
            each of which changes by what is ``given`` the complaint ``[base]``; an empty text takes
            a field away.

    Raises:
        InputError: It is none of them.

    >>> read_cases(b'{"subject": "AMOUNT"}')
    [b'{"subject": "AMOUNT"}']
    """
    try:
        if content.lstrip().startswith(b"["):
            return [bytes(each) for each in msgspec.json.decode(content, type=list[msgspec.Raw])]
        lines = [line for line in content.splitlines() if line.strip()]
        return [bytes(msgspec.json.decode(line, type=msgspec.Raw)) for line in lines]
    except msgspec.DecodeError:
        if content.lstrip().startswith(b"{"):
            raise InputError("a line is no complaint in JSON") from None
    try:
        listed = decode_toml(content, _ListedCases, InputError)
    except InputError:
        raise InputError(
            "no list of complaints in JSON, nor one complaint a line, nor TOML with [[case]] rows"
        ) from None
    return [
        msgspec.json.encode(
            {key: value for key, value in (listed.base | case.given).items() if value != ""}
        )
        for case in listed.case
    ]


def answers_to(cases: list[bytes]) -> list[Answers]:
    """Route complaints by the tables in use.

    Args:
        cases: Complaints as JSON.

    Returns:
        Their answers; of one that cannot be routed, why.
    """
    return [_answers(case) for case in cases]


def changed_answers(cases: list[bytes], old: Path) -> list[AnswerChange]:
    """Compare the answers by older tables with those by the tables in use.

    The older tables are read by another process: what is read from tables is kept while one lives.

    Args:
        cases: Complaints as JSON.
        old: The older tables, as for `kszclient.rule_changes.changes`.

    Raises:
        DataError: The older tables do not fit this version of the program.
    """
    with tempfile.TemporaryDirectory(prefix="kszclient-") as folder:
        copy_tables(old, Path(folder))
        done = subprocess.run(  # noqa: S603 - this program itself
            [sys.executable, "-m", __name__],
            input=msgspec.json.encode([msgspec.Raw(case) for case in cases]),
            env={**os.environ, DATA_VARIABLE: folder},
            capture_output=True,
            timeout=_MINUTES * 60,
            check=False,
        )
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise DataError(
            f"the older tables cannot decide: {reason[-1] if reason else 'no reason was given'}",
            next_step="Compare them with the version of the program that they belong to.",
        )
    before = msgspec.json.decode(done.stdout, type=list[Answers])
    return [
        AnswerChange(number, about, was.get(about), now.get(about))
        for number, (was, now) in enumerate(zip(before, answers_to(cases), strict=True), start=1)
        for about in sorted(was.keys() | now.keys())
        if was.get(about) != now.get(about)
    ]


def _answers(case: bytes) -> Answers:
    try:
        parts = route(read_complaint(case)).parts
    except DataError:
        raise
    except KszError as error:
        return {"the complaint": f"not routed: {error}"}
    return dict(pair for part in parts for pair in _part_answers(part).items())


def _part_answers(part: RoutePart) -> Mapping[str, str]:
    months = f"{part.period.begin}..{part.period.end} " if part.period else ""
    answers = {f"{months}{each.instance}": _answer(each) for each in part.evaluations}
    answers[f"{months}entity"] = part.entity or "not known"
    for kind in ("informal", "formal"):
        instance = getattr(part.recommended, kind)
        answers[f"{months}recommended, {kind}"] = instance.value if instance else "nothing"
    return answers


def _answer(evaluation: Evaluation) -> str:
    file_by = evaluation.term.file_by if evaluation.term else None
    until = f", file by {file_by.isoformat()}" if file_by else ""
    return f"{evaluation.outcome} {evaluation.reason}{until} ({evaluation.certainty})"


def _main() -> int:
    try:
        found = answers_to(read_cases(sys.stdin.buffer.read()))
    except KszError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(found))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
