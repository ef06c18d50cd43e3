"""One list of sources for all tables: each row names known ones, and each source is named."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from kszclient.cadaster.categories import categories
from kszclient.cadaster.customers import customers
from kszclient.cadaster.repertories import repertories
from kszclient.competence import rulebook
from kszclient.competence.rulebook.rulebook import cited_rows as cited_by_competence
from kszclient.complaints.present.document import cited_rows as cited_by_complaints
from kszclient.complaints.present.notices import listed_notices
from kszclient.complaints.rules.instances import cards
from kszclient.complaints.rules.payers import payers
from kszclient.complaints.rules.table import read_table
from kszclient.complaints.rules.terms import named_terms
from kszclient.complaints.rules.themes import themes
from kszclient.reconciliation.kinds import bases
from kszclient.resources import resource
from kszclient.sources import sources

CONFIG = resource("config")
INSTANCE = "complaints/instances/kg-complaints.toml"


def _rename_source(path, old):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, re.sub('"[A-Z0-9]+"', '"NOWHERE"', old), 1), encoding="utf-8")


def test_every_source_is_named_by_a_row():
    named = {code for _, codes in cited_by_complaints() for code in codes}
    named |= {code for _, codes in cited_by_competence(rulebook()) for code in codes}
    named |= {code for each in categories().values() for code in each.sources}
    named |= customers().cited() | repertories().cited()
    named |= {code for each in bases().values() for code in each.sources}
    assert set(sources()) == named


def test_no_document_stands_under_two_codes():
    titles = [source.title() for source in sources().values()]
    assert len(set(titles)) == len(titles)


# A row of each kind, by a source that it names, with what reads it.
ROWS = [
    ("competence/timeline.toml", '"LEGALWORLD"', rulebook),
    ("competence/factors.toml", '"CO1423"', rulebook),
    ("competence/situations.toml", '"AC17"', rulebook),
    ("competence/allowances.toml", '"GD228"', rulebook),
    ("competence/open_points.toml", '"PCSA"', rulebook),
    ("competence/readings.toml", '"KL"', rulebook),
    ("competence/notices.toml", '"KSZ"', rulebook),
    ("complaints/rules/4-kbd.toml", '"GP3"', read_table),
    ("complaints/notices.toml", '"GD97"', listed_notices),
    ("complaints/themes.toml", '"FN1"', themes),
    ("complaints/payers.toml", '"KW1"', payers),
    (INSTANCE, '"KG2"', cards),
    (INSTANCE, 'source = "S1"', cards),
    ("complaints/terms.toml", '"PA1"', named_terms),
    ("cadaster/categories.toml", '"KSZ"', categories),
    ("cadaster/customers.toml", 'source = "CADAF"', customers),
    ("cadaster/repertories.toml", 'source = "KSZ"', repertories),
    ("reconciliation/findings.toml", '"XSD"', bases),
]


# Tables are kept between calls: a process of its own reads them anew, and leaves none behind.
@pytest.mark.parametrize(("file", "old", "read"), ROWS)
def test_a_row_that_names_an_unknown_source_is_refused(tmp_path, file, old, read):
    shutil.copytree(CONFIG, tmp_path / "config")
    _rename_source(tmp_path / "config" / file, old)
    done = subprocess.run(
        [sys.executable, "-c", f"from {read.__module__} import {read.__name__} as read; read()"],
        env={**os.environ, "KSZCLIENT_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "unknown source 'NOWHERE' (config/sources.toml)" in done.stderr
