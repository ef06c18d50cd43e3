"""Every fact of the five pages that the product started from is found where a user would look."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from kszclient.complaints.present.document import document
from kszclient.complaints.texts import texts
from kszclient.resources import resource
from kszclient.sources import sources
from kszclient.values import Language
from tests.cli.typed import kszclient

TABLE = tomllib.loads(Path(__file__).with_name("source_facts.toml").read_text(encoding="utf-8"))
FACTS = [
    (source, place, fact, words)
    for source, places in TABLE.items()
    for place, facts in places.items()
    for fact, words in facts.items()
]
ROWS = {
    "rule": ("complaints", "rules"),
    "months": ("competence", "rules"),
    "factor": ("competence", "factors"),
    "allowance": ("competence", "allowances"),
    "open point": ("competence", "open_points"),
    "customer": ("customers", "customers"),
}


@cache
def printed(table):
    return json.loads(kszclient("rules", table, "--json").out)


@cache
def page():
    return document()


@cache
def section(heading):
    """The part of the document below a heading, up to the next one."""
    found = re.search(rf"^### {re.escape(heading)}\n(.*?)(?=^##)", page(), re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def text_at(place):
    """What the product shows at a place of the table; nothing where there is no such place."""
    kind, _, name = place.partition(" ")
    if place.startswith("open point "):
        kind, name = "open point", place.removeprefix("open point ")
    if kind in ROWS:
        table, key = ROWS[kind]
        rows = [row for row in printed(table)[key] if name in (row.get("id"), row.get("code"))]
        return json.dumps(rows, ensure_ascii=False) if rows else ""
    if kind == "access":
        return json.dumps(printed("customers")["access"], ensure_ascii=False)
    if kind == "card":
        return section(name)
    if kind in ("term", "theme"):
        lines = page().splitlines()
        return "\n".join(line for line in lines if re.match(rf"\| {name} ", line))
    if kind == "notice":
        return texts(Language.NL).notices[name]
    assert place == "repertories", f"no place of this kind: {place}"
    return resource("config", "cadaster", "repertories.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "place", "fact", "words"), FACTS, ids=[f"{f[0]}-{f[1]}-{f[2]}" for f in FACTS]
)
def test_a_fact_of_a_source_is_found_in_the_product(source, place, fact, words):
    assert source in sources()
    assert words in text_at(place), f"{fact}: not found at {place}"


def test_all_five_pages_have_their_facts():
    assert set(TABLE) == {"S0", "S1", "KSZ", "S3", "S4"}
    assert len(FACTS) > 170


@pytest.mark.parametrize("place", ["rule Z9", "card NOBODY", "term DL_NONE", "customer NIHDI"])
def test_a_place_that_is_not_there_holds_nothing(place):
    assert text_at(place) == ""
