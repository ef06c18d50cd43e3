"""No object that holds texts or numbers from outside shows a person, whoever prints it.

Every class of fields in the package is built with planted values wherever a number, a body or a
table of persons may stand, and those of `FROM_OUTSIDE` with planted texts too.
"""

import dataclasses
import datetime as dt
import importlib
import inspect
import pkgutil
import types
import typing

import msgspec
import polars as pl
import pytest
from rich.pretty import pretty_repr

import kszclient
from kszclient.audit.chain import Sealed
from kszclient.complaints.letters.compose import Letter
from kszclient.complaints.submission.desk import DeskCase
from kszclient.complaints.vocabulary import Instance
from kszclient.logs import redact_field
from kszclient.security.signed_info import SignatureContent, SignedReference
from kszclient.testing.server.breakage import Sent
from kszclient.values import Language, MonthPeriod, Ssin
from kszclient.wire.question import Question

NUMBER = "85023000125"
NAME = "Peeters-Janssens"
PLANTED = f"{NAME} {NUMBER} <body>{NAME}</body>"
FROM_OUTSIDE = (
    "cadaster.lookup", "complaints.submission.desk", "complaints.submission.cases",
    "complaints.case.complaint", "complaints.letters.compose", "complaints.letters.details",
    "complaints.letters.files", "reconciliation.plan.plan", "reconciliation.input.csv_file",
    "reconciliation.input.table",
    "transport.http_answer", "wire.answer",
)  # fmt: skip
PLAIN = {
    DeskCase: {"receipt": "X-1"},
    Letter: {"instance": Instance.KBD, "language": Language.NL},
    Question: {
        "legal_context": "x",
        "period": MonthPeriod.parse("2023-01"),
        "sources": (),
        "sent_at": dt.datetime.now(dt.UTC),
    },
}
"""What a class takes in no other form."""
NOT_OF_PERSONS = {Sealed, SignatureContent, SignedReference, Sent}
"""Their bytes are digests, signatures and entries that name persons by pseudonyms only;
those of the mock are invented."""
HELD = {
    Ssin: lambda: Ssin.parse(NUMBER),
    bytes: PLANTED.encode,
    msgspec.Raw: lambda: msgspec.Raw(PLANTED.encode()),
    pl.DataFrame: lambda: pl.DataFrame({"child": [NUMBER], "name": [NAME]}),
}


def _fields(kind):
    if issubclass(kind, msgspec.Struct):
        return kind.__struct_fields__
    if dataclasses.is_dataclass(kind):
        return tuple(each.name for each in dataclasses.fields(kind))
    return getattr(kind, "_fields", ()) if issubclass(kind, tuple) else ()


def _classes():
    for info in pkgutil.walk_packages(kszclient.__path__, "kszclient."):
        if info.name == "kszclient.__main__":
            continue
        module = importlib.import_module(info.name)
        for kind in vars(module).values():
            ours = inspect.isclass(kind) and kind.__module__ == info.name
            if ours and _fields(kind) and not issubclass(kind, BaseException):
                yield kind


CLASSES = sorted(set(_classes()), key=lambda kind: (kind.__module__, kind.__qualname__))


def _hints(kind):
    try:
        return typing.get_type_hints(kind)
    except (NameError, TypeError):
        return {}


def _parts(hint):
    yield hint
    for each in typing.get_args(hint):
        yield from _parts(each)


def _is_from_outside(kind):
    return kind.__module__.removeprefix("kszclient.") in FROM_OUTSIDE


def _value(kind, name, hint):
    """Return a planted value for a field, None where nothing of a person fits."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union, typing.Annotated}:
        found = [_value(kind, name, each) for each in inner]
        return next((each for each in found if each is not None), None)
    if origin in {tuple, list, frozenset, set} and inner:
        each = _value(kind, name, inner[0])
        return origin(() if each is None else (each,))
    if hint is str and _is_from_outside(kind):
        # Where the name of the field does not say that it is about a person, a number may hide.
        return PLANTED if _is_personal(name) else f"of {NUMBER} or 85\x1b02\u200b30-001.25"
    return HELD[hint]() if isinstance(hint, type) and hint in HELD else None


def _is_personal(name):
    return redact_field(name, "x") != "x"


def _planted(kind):
    hints = _hints(kind)
    return {name: _value(kind, name, hints.get(name)) for name in _fields(kind)}


def _is_planted(value):
    return isinstance(value, pl.DataFrame) or bool(value)


HOLDING = [
    kind
    for kind in CLASSES
    if kind not in NOT_OF_PERSONS and any(map(_is_planted, _planted(kind).values()))
]


def _made(kind):
    values = _planted(kind)
    if issubclass(kind, msgspec.Struct | tuple):
        return kind(**values | PLAIN.get(kind, {}))
    thing = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(thing, name, value)
    return thing


@pytest.mark.parametrize("kind", HOLDING, ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_no_object_shows_a_person(kind):
    thing = _made(kind)
    shows = [repr(thing), str(thing), f"{thing}"]
    if isinstance(thing, msgspec.Struct):  # rich takes other tuples apart by itself
        shows.append(pretty_repr(thing))
    for shown in shows:
        digits = "".join(letter for letter in shown if letter.isdigit())
        assert NUMBER not in digits, shown
        assert NAME not in shown, shown


def test_enough_classes_are_looked_at():
    assert len(HOLDING) > 50
