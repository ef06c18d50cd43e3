"""The words are data: each language says the same things, and every word has its place."""

import re
import shutil

import pytest

from kszclient.complaints.rules.themes import themes
from kszclient.errors import DataError
from kszclient.reconciliation.output.report import LANGUAGES, Language
from kszclient.reconciliation.output.report.words import order, words_in
from kszclient.resources import resource
from tests.reconciliation.output.report.sample import KINDS

FILES = resource("config", "reconciliation", "report")


@pytest.fixture
def copied(tmp_path, monkeypatch):
    shutil.copytree(FILES, tmp_path / "config" / "reconciliation" / "report")
    words_in.cache_clear()
    monkeypatch.setenv("KSZCLIENT_DATA", str(tmp_path))
    yield tmp_path / "config" / "reconciliation" / "report"
    words_in.cache_clear()


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_words_and_a_place_in_the_order(language):
    assert set(words_in(language).kinds) == set(KINDS) == set(order().kinds)
    assert all(each.means and each.do for each in words_in(language).kinds.values())


def test_every_phrase_is_used_by_a_template_or_the_page():
    templates = "".join(path.read_text(encoding="utf-8") for path in FILES.glob("*.j2"))
    code = (FILES.parents[2] / "kszclient" / "reconciliation" / "output" / "report").glob("*.py")
    used = set(re.findall(r'"(\w+)"', templates + "".join(map(_text, code))))
    assert set(words_in(Language.EN).phrases) <= used


def test_a_theme_can_be_told_in_every_language():
    assert all(getattr(each.says, str(one)) for each in themes().values() for one in LANGUAGES)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('from = "Van"\n', "", "phrases.from"),
        ("opgezocht: {count}", "opgezocht: {rows}", "phrases.rejected_notice"),
        ('FEDERAL = "Federaal"\n', "", "FEDERAL"),
    ],
)
def test_a_language_that_says_less_or_otherwise_is_refused(copied, old, new, place):
    edit(copied / "nl.toml", old, new)
    with pytest.raises(DataError, match=place):
        words_in(Language.NL)


def test_a_column_that_would_break_the_style_is_refused(copied):
    edit(copied / "fr.toml", '"Raison"', '"Pourquoi } *"')
    with pytest.raises(DataError, match="Pourquoi"):
        words_in(Language.FR)


def test_a_file_that_is_no_toml_is_refused(copied):
    (copied / "en.toml").write_text("thousands = ")
    with pytest.raises(DataError, match=r"report/en\.toml"):
        words_in(Language.EN)


def _text(path):
    return path.read_text(encoding="utf-8")
