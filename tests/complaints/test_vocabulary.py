"""Instances and bodies are enumerations whose members are the files of a folder."""

import pickle

import msgspec
import pytest

from kszclient.complaints.datafile import body_codes, entries, instance_codes
from kszclient.complaints.vocabulary import Body, Instance
from kszclient.errors import DataError

FILE = "instances/pension-ombudsman.toml"


@pytest.mark.parametrize(("kind", "codes"), [(Instance, instance_codes), (Body, body_codes)])
def test_the_members_are_those_of_the_files_in_their_order(kind, codes):
    assert [each.value for each in kind] == codes()
    assert [each.rank for each in entries()] == sorted(each.rank for each in entries())


@pytest.mark.parametrize("kind", [Instance, Body])
def test_a_member_is_one_object_however_it_is_come_by(kind):
    for each in kind:
        assert kind(each.value) is each
        assert getattr(kind, each.value.upper()) is each
        assert pickle.loads(pickle.dumps(each)) is each
        assert msgspec.json.decode(msgspec.json.encode({each: [each]}), type=dict[kind, list]) == {
            each: [each.value]
        }
    with pytest.raises(ValueError, match="is not a valid"):
        kind("NOBODY")
    with pytest.raises(AttributeError, match="has no NOBODY"):
        _ = kind.NOBODY


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"PENSION_OMBUDSMAN"', '"Ombudsman"', "pension-ombudsman.toml: code: expected capitals"),
        ('"PENSION_OMBUDSMAN"', '"PAYER"', "pension-ombudsman.toml: PAYER has this code or rank"),
        ("rank = 171", "rank = 50", "pension-ombudsman.toml: PAYER has this code or rank"),
        ("rank = 171", "", "pension-ombudsman.toml: Object missing required field `rank`"),
        ("rank = 171", "rank = 171\ncolour = 1", "unknown field `colour`"),
        ("rank = 171", "rank = 171\nbody = [{}]", "needs a code in small letters"),
        ("rank = 171", 'rank = 171\nbody = [{ code = "ocmw" }]', "body ocmw stands twice"),
    ],
)
def test_a_file_that_is_none_is_refused_by_its_name(own_tables, old, new, problem):
    own_tables(FILE, old, new)
    with pytest.raises(DataError, match=problem):
        entries()
