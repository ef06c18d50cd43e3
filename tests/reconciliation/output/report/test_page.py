"""The page as text: everything in it, nothing in it that may not be, small enough to be sent."""

import base64
import hashlib
import itertools
import re

import msgspec
import polars as pl
import pytest
from lxml import etree

from kszclient.errors import InputError
from kszclient.reconciliation.kinds import bases, kinds
from kszclient.reconciliation.output.report import LANGUAGES, Language, render
from kszclient.reconciliation.output.report.words import words_in
from tests.reconciliation.output.report.sample import KINDS, findings, frame, row, summary

FOUND = findings(2500)
TOLD = summary(FOUND)
PAGES = {language: render(FOUND, TOLD, language) for language in LANGUAGES}
every_language = pytest.mark.parametrize("language", LANGUAGES)
_MOVES_ONLY = {"from_entity": "AVIQ", "to_entity": "DG", "children": 3}


def tree(page):
    # The page is written so that it is XML as well: whatever is not closed or quoted is found.
    return etree.fromstring(page.encode(), etree.XMLParser(resolve_entities=False, no_network=True))


def texts(element):
    return " ".join("".join(element.itertext()).split())


def one(*rows):
    found = frame(*rows)
    return render(found, {**summary(found, dossiers=10), "moves": []}, "en")


@every_language
def test_every_kind_is_named_explained_and_followed_by_what_to_do(language):
    words, page = words_in(language), tree(PAGES[language])
    articles = {texts(each.find("h3")): texts(each) for each in page.iter("article")}
    assert len(articles) == len(KINDS)
    for kind in KINDS:
        told = articles[words.kinds[kind].name]
        assert " ".join(words.kinds[kind].means.split()) in told
        for step in words.kinds[kind].do:
            assert " ".join(step.split()) in told
        basis = getattr(bases()[kinds()[kind].basis], language.value)
        sure = words.certainty[kinds()[kind].certainty]
        assert words.say("rests_on", basis=basis, certainty=sure) in told


@every_language
def test_the_page_speaks_its_language(language):
    page = tree(PAGES[language])
    assert page.get("lang") == language
    assert texts(page.find(".//h1")) == words_in(language).phrases["title"]


def test_numbers_are_grouped_as_the_language_does():
    grouped = {"en": "1,600,000", "nl": "1.600.000", "fr": "1\u202f600\u202f000"}
    assert all(grouped[language] in PAGES[language] for language in LANGUAGES)


@every_language
def test_every_picture_heading_and_cell_has_a_name(language):
    page = tree(PAGES[language])
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(page.xpath("//@aria-labelledby")) <= set(ids)
    assert {link.removeprefix("#") for link in page.xpath("//a/@href")} <= set(ids)
    for drawing in page.iter("svg"):
        assert drawing.get("aria-hidden") == "true" or drawing.get("aria-label")
    for table in page.iter("table"):
        assert texts(table.find("caption"))
        assert {each.get("scope") for each in table.xpath("thead//th")} == {"col"}
        assert {each.get("scope") for each in table.xpath("tbody//th")} == {"row"}
        wide = len(table.xpath("thead/tr/th"))
        assert {len(each) for each in table.xpath("tbody/tr")} == {wide}
    levels = [int(each.tag[1]) for each in page.xpath("//h1|//h2|//h3|//h4")]
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


@every_language
def test_nothing_may_be_loaded_or_run_and_only_its_own_style_holds(language):
    page = tree(PAGES[language])
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    digest = base64.b64encode(hashlib.sha256(page.find(".//style").text.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert not page.xpath("//script|//link|//img|//iframe|//object|//form|//@style|//@src")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert not re.search(r"url\(|@import|https?:", PAGES[language])


@every_language
def test_no_number_of_a_person_no_file_number_and_no_ticket_is_on_the_page(language):
    page = PAGES[language]
    assert not re.search(r"[0-9]{11}", page)
    hidden = [*FOUND["dossier"], *FOUND["ticket"]]
    assert not [text for text in hidden if text in page]


def test_a_number_that_slipped_into_a_text_is_hidden():
    number, long = "85023000125", "123456789012345"
    page = one(
        row("number_replaced", pseudonym=number, dossier="AB-2021/778", found=f"now {number}",
            expected="file AB-2021/778", municipality=f"at {long}", payer="by 85.02.30-001.25",
            explanation="85 02 30 001 25 took its place", rule=number, theme=number, nis=number,
            severity=number, source=number, competent_source=number)
    )  # fmt: skip
    for form in (number, long, "85.02.30", "85 02 30", "AB-2021/778"):
        assert form not in page
    assert "file ***" in page


@pytest.mark.parametrize(
    "column",
    ["kind", "municipality", "payer", "explanation", "expected", "pseudonym", "theme", "source"],
)
def test_hostile_text_stays_text(column):
    hostile = "<script>alert('x')</script>\"><b onclick=x>&amp;"
    page = one(row("not_found", **{column: hostile}) if column != "kind" else row(hostile))
    assert not re.search(r"<script|<b onclick", page)
    assert not tree(page).xpath("//script|//@onclick")


def test_a_sign_that_html_reserves_is_shown_as_it_is():
    page = tree(one(row("not_found", municipality='A&B "C" < D', pseudonym="P-1")))
    assert 'A&B "C" < D' in texts(page)


def test_a_kind_source_or_theme_that_nobody_knows_keeps_its_code():
    page = texts(tree(one(row("brand_new", source="MOON", theme="TIDES", severity="purple"))))
    for code in ("brand_new", "MOON", "TIDES", "purple"):
        assert code in page


def test_tables_are_bounded_say_so_and_show_the_gravest_first():
    rows = [row("not_found", pseudonym=f"P-{at:04d}", severity="info") for at in range(300)]
    grave = row("not_found", pseudonym="P-grave", severity="serious")
    page = tree(one(*rows, grave))
    table = page.xpath("//table[@class='rows']")[0]
    pseudonyms = table.xpath("tbody/tr/th/text()")
    assert len(pseudonyms) == 200
    assert pseudonyms[:2] == ["P-grave", "P-0000"]
    assert "The first 200 of 301" in texts(table)


def test_a_row_tells_what_was_expected_found_and_why():
    page = tree(
        one(
            row("found_elsewhere", pseudonym="P-1", **{"from": "2023-01", "to": "2023-03"},
                expected="BRUSSELS", found="2 months", source="WALLONIA",
                competent_source="BRUSSELS", payer="0692793497", municipality="Eupen",
                nis="63023", rule="dg-2019", explanation="A move explains it.")
        )
    )  # fmt: skip
    cells = [texts(each) for each in page.xpath("//table[@class='rows']/tbody/tr/*")]
    months = "2023-01 \N{EN DASH} 2023-03"
    assert cells == [
        *("P-1", months, "Brussels", "2 months", "Wallonia (should be: Brussels)"),
        *("FONS (0692793497)", "Eupen (63023)", "A move explains it. [dg-2019]"),
    ]


def test_what_is_not_known_is_said_before_anything_else():
    told = texts(tree(PAGES["en"]).xpath("//section[@id='totals']")[0])
    assert "Incomplete lookups: 1,200." in told
    assert "Lookups refused by the KSZ: 200." in told
    assert "Rows set aside and not looked up: 37." in told
    unfinished = {**TOLD, "outcomes": {"COMPLETE": 5, "UNANSWERED": 3}}
    assert "Lookups without an answer: 3." in texts(tree(render(FOUND, unfinished, "en")))


def test_a_clean_run_says_so_and_draws_nothing():
    quiet = {**TOLD, "findings": {"match": 5}, "rejected": 0, "outcomes": {"COMPLETE": 5}}
    page = tree(render(frame(), {**quiet, "moves": []}, "nl"))
    words = words_in(Language.NL)
    assert texts(page).count(words.phrases["nothing"]) == 2
    assert words.phrases["moves_none"] in texts(page)
    assert not page.xpath("//svg|//p[@class='notice']")


def test_matches_are_counted_but_are_no_finding():
    page = tree(one(row("match", pseudonym="P-1"), row("not_found", pseudonym="P-2")))
    assert len(page.xpath("//article")) == 1


def test_without_months_there_is_a_page_without_pictures_over_months():
    found = frame(row("not_authorised", pseudonym="P-1", source="FLANDERS"))
    told = {**summary(found), "months": {"from": None, "to": None}, "moves": [_MOVES_ONLY]}
    page = tree(render(found, told, "en"))
    assert "findings: 1, without months in this period" in texts(page)
    assert page.xpath("//svg/@class") == ["flow"]


def test_a_hundred_thousand_findings_give_a_page_of_a_few_megabytes():
    found = findings(100_000)
    page = render(found, summary(found), "fr")
    assert len(page.encode()) < 2_000_000
    assert not re.search(r"[0-9]{11}", page)


def test_the_same_findings_give_the_same_page_whatever_their_order():
    shuffled = FOUND.sample(fraction=1.0, shuffle=True, seed=5)
    assert render(shuffled, TOLD, "en") == PAGES["en"]


def test_an_unknown_language_a_missing_column_and_a_missing_total_are_named():
    with pytest.raises(InputError, match="expected one of en, nl, fr"):
        render(FOUND, TOLD, "de")
    with pytest.raises(InputError, match="column payer is missing"):
        render(FOUND.drop("payer"), TOLD, "en")
    with pytest.raises(InputError, match="lookups"):
        render(FOUND, {key: TOLD[key] for key in TOLD if key != "lookups"}, "en")


def test_the_files_of_a_run_give_the_same_page(tmp_path):
    FOUND.write_parquet(tmp_path / "findings.parquet")
    lazy = pl.scan_parquet(tmp_path / "findings.parquet")
    assert render(lazy, msgspec.json.decode(msgspec.json.encode(TOLD)), "en") == PAGES["en"]


def test_columns_without_any_value_and_of_other_types_are_read():
    found = FOUND.with_columns(
        pl.col("kind").cast(pl.Categorical), nis=pl.lit(None), municipality=pl.lit(None)
    )
    assert words_in(Language.EN).phrases["worst_none"] in render(found, TOLD, "en")
