"""Who goes on with another run is told in which parts it differs."""

import shutil
import sqlite3
from contextlib import closing

import polars as pl
import pytest

from kszclient.errors import InputError
from kszclient.reconciliation import Question
from kszclient.resources import data_folder
from tests.reconciliation.population import rows
from tests.reconciliation.test_run import frame, run

TABLE = [*rows()][:3]
SPELLS = [(child, "2000-01-01", nis) for _, child, _, _, nis in TABLE]


def question(table=TABLE, told=SPELLS, **options):
    domiciles = pl.DataFrame(list(told), ["child", "from", "nis"], orient="row")
    return Question(frame(*table), domiciles=domiciles, **{"margin": 0, **options})


ANOTHER = {
    "dossiers": lambda: question([("other", *TABLE[0][1:]), *TABLE[1:]]),
    "domiciles": lambda: question(told=[(SPELLS[0][0], "2000-01-01", "11002"), *SPELLS[1:]]),
    "rows set aside": lambda: question([*TABLE, ("D", "123", "2024-01", "2024-02", "44021")]),
    "margin 0 (now 2)": lambda: question(margin=2),
    "sources competent (now all)": lambda: question(every_source=True),
}


@pytest.mark.parametrize("part", ANOTHER)
def test_each_part_is_named_by_itself(tmp_path, part):
    run(question(), tmp_path)
    with pytest.raises(InputError) as refused:
        run(ANOTHER[part](), tmp_path, resume=True)
    assert str(refused.value) == f"the {part} are not those with which this run began"
    done, seen = run(question(), tmp_path, resume=True)
    assert (done.unanswered, len(seen)) == (0, 0)


def test_all_that_differs_is_named(tmp_path):
    run(question(), tmp_path)
    with pytest.raises(InputError, match=r"margin 0 .now 1., dossiers, domiciles are not"):
        run(question(TABLE[:2], SPELLS[:2], margin=1), tmp_path, resume=True)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("competence/settings.toml", "rules of competence"),
        ("geography/origin.toml", "places"),
        ("reconciliation/findings.toml", "rules of findings"),
    ],
)
def test_rules_and_places_that_changed_are_named_with_the_version(
    tmp_path, monkeypatch, file, name
):
    run(question(), tmp_path / "out")
    for each in ("config", "schemas", "mocks"):
        shutil.copytree(data_folder() / each, tmp_path / "data" / each)
    with (tmp_path / "data" / "config" / file).open("a") as changed:
        changed.write("\n# another rule\n")
    monkeypatch.setenv("KSZCLIENT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("kszclient.reconciliation.execute.beginning.version", lambda _: "9.9.9")
    with pytest.raises(InputError, match=rf"the version .* \(now 9\.9\.9\), {name} \w+ \(now"):
        run(question(), tmp_path / "out", resume=True)


def test_another_version_of_the_same_rules_goes_on(tmp_path, monkeypatch):
    run(question(), tmp_path)
    monkeypatch.setattr("kszclient.reconciliation.execute.beginning.version", lambda _: "9.9.9")
    done, seen = run(question(), tmp_path, resume=True)
    assert (done.unanswered, len(seen)) == (0, 0)


def test_a_run_that_began_before_parts_were_kept_goes_on(tmp_path):
    run(question(), tmp_path)
    kept = "('run_id', 'as_of', 'digest', 'engine', 'endpoint', 'customer', 'legal_context')"
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as journal:
        journal.execute(f"DELETE FROM run WHERE key NOT IN {kept}")
        journal.commit()
    assert run(question(), tmp_path, resume=True)[0].unanswered == 0
    with pytest.raises(InputError, match="are not those with which this run began"):
        run(question(margin=5), tmp_path, resume=True)
