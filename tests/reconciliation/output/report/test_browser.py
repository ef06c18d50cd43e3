"""The page in a real browser: nothing refused, nothing cut off on a phone, few sheets printed."""

import re

import pytest
from lxml import etree, html

from kszclient.reconciliation.output.report import LANGUAGES, render
from tests.reconciliation.output.report import browser
from tests.reconciliation.output.report.sample import KINDS, findings, frame, row, summary

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(
        browser.CHROMIUM is None, reason="no chromium on this machine (Debian package: chromium)"
    ),
]
FOUND = findings(600)
TOLD = summary(FOUND)


def opened(page):
    return page.replace("<details>", '<details open="open">')


@pytest.fixture
def written(tmp_path):
    def write(page):
        path = tmp_path / "report.html"
        path.write_text(page, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_browser_has_nothing_to_complain_about(written, language):
    page = render(FOUND, TOLD, language)
    shown = browser.show(written(page))
    assert shown.console == []
    # A browser mends what is wrong: where it mended nothing, its elements are ours.
    ours = [each.tag for each in etree.fromstring(page.encode()).iter(etree.Element)]
    theirs = [each.tag for each in html.fromstring(shown.dom).iter(etree.Element)]
    assert theirs == ours


def test_a_style_or_script_that_is_not_the_page_s_own_is_refused_and_seen(written):
    page = render(FOUND, TOLD, "en")
    for alien in ('<p style="color:red">x</p>', "<script>document.title = 'x'</script>"):
        shown = browser.show(written(page.replace("</main>", f"{alien}</main>")))
        assert "Content Security Policy" in shown.console[0]


@pytest.mark.parametrize(
    ("width", "language"),
    [(320, "en"), (320, "nl"), (320, "fr"), (375, "nl"), (375, "fr"), (800, "fr"), (1280, "nl")],
)
def test_nothing_is_wider_than_the_screen(tmp_path, width, language):
    page = opened(render(FOUND, TOLD, language))
    assert browser.overflow(page, width, tmp_path / "frame.html") == 0


def test_a_name_without_end_is_broken_and_not_cut_off(tmp_path):
    endless = "x" * 400
    found = frame(
        row("not_found", pseudonym=endless, payer=endless, municipality=endless, theme=endless,
            expected=endless, source=endless, explanation=endless, severity=endless),
        row(endless, pseudonym=endless),
    )  # fmt: skip
    told = {**summary(found), "sources": {endless: {"asked": 1, "found": 1, "silent": 0}}}
    page = opened(render(found, told, "fr"))
    assert browser.overflow(page, 375, tmp_path / "frame.html") == 0


def test_a_page_that_is_too_wide_is_noticed(tmp_path):
    page = render(FOUND, TOLD, "en").replace("</main>", '<svg width="900" height="1"/></main>')
    assert browser.overflow(page, 375, tmp_path / "frame.html") > 500


def test_it_prints_the_open_tables_only(written, tmp_path):
    page = render(FOUND, TOLD, "fr")
    closed = browser.print_to(written(page), tmp_path / "closed.pdf")
    everything = browser.print_to(written(opened(page)), tmp_path / "open.pdf")
    assert closed.startswith(b"%PDF-")
    assert sheets(closed) < len(KINDS)  # most kinds share a sheet
    assert sheets(everything) > sheets(closed)


def sheets(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
