"""What codes of payments stand for is said once, and read alike everywhere."""

import pytest

from kszclient.cadaster.categories import basic_codes, categories, is_participation
from kszclient.competence import Entity, participation, rulebook
from kszclient.complaints.rules.settings import participation_area
from kszclient.complaints.rules.subjects import subjects
from kszclient.errors import DataError
from kszclient.resources import resource
from kszclient.values import AuthenticSource

# Contract, section 1.7: the codes that the interface names.
NAMED = {
    "BASIC", "SPECIAL_CARE", "ORPHAN_CARE", "FOSTER_CARE", "SOCIAL", "UNIVERSAL_PARTICIPATION",
    "OTHER_PARTICIPATION", "TODDLER", "CHILD_ALLOWANCE",
}  # fmt: skip


def test_every_code_that_the_interface_names_stands_for_something_as_sure_as_that_is():
    assert set(categories()) == NAMED
    # The interface explains none of them: what each stands for is inferred.
    assert all(row.certainty == "likely" and row.basis for row in categories().values())
    assert basic_codes() == {"BASIC", "CHILD_ALLOWANCE"}


@pytest.mark.parametrize("source", list(AuthenticSource))
def test_participation_follows_the_register_that_holds_it(source):
    assert is_participation(source, "TODDLER") is (source is participation().source)


def test_complaints_know_the_allowances_that_competence_knows():
    assert subjects().groups["participation"] == set(rulebook().allowances)
    assert participation_area() == "VL"
    assert participation().entity is Entity.OPGROEIEN


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('code = "BASIC"', 'code = "SOCIAL"', "stands there twice"),
        ('"basic_amount"', '"pocket_money"', "pocket_money"),
    ],
)
def test_a_broken_table_is_named(tmp_path, monkeypatch, before, after, message):
    text = resource("config", "cadaster", "categories.toml").read_text()
    broken = tmp_path / "config" / "cadaster" / "categories.toml"
    broken.parent.mkdir(parents=True)
    head, rows = text.split("[[category]]", 1)
    broken.write_text(f"{head}[[category]]{rows.replace(before, after, 1)}")
    monkeypatch.setenv("KSZCLIENT_DATA", str(tmp_path))
    with pytest.raises(DataError, match=rf"categories\.toml: .*{message}"):
        categories.__wrapped__()
