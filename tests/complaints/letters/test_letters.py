import json
import re
import stat
from email import message_from_bytes
from email.policy import default

import msgspec
import pytest

from kszclient.complaints import read_complaint
from kszclient.complaints.letters import (
    LANGUAGES,
    LetterDetails,
    compose,
    forms,
    letter_bytes,
    read_details,
    save_letter,
)
from kszclient.complaints.letters.compose import BLANK_BEGIN, BLANK_END
from kszclient.complaints.letters.forms import labels, languages_of
from kszclient.complaints.vocabulary import Instance, Subject
from kszclient.errors import InputError, IntakeError
from kszclient.values import Language

CASE = {
    "subject": "REFUSAL_PAYMENT",
    "filing_date": "2025-03-03",
    "nis": "11002",
    "decision_date": "2025-02-01",
    "notified_on": "2025-02-03",
    "period": {"from": "2025-01", "to": "2025-03"},
    "payer": "FONS",
    "role": "beneficiary",
    "child_ssin": "85023000125",
}
EVERYTHING = LetterDetails(**{name: f"<{name}> & more" for name in LetterDetails.__struct_fields__})
ALL = [(instance, language) for instance in forms() for language in languages_of(instance)]


def case(**given):
    return read_complaint(json.dumps({**CASE, **given}))


def letter(instance="GESCHILLENCOMMISSIE", language="nl", details=None, **given):
    return compose(case(**given), Instance(instance), Language(language), details)


def test_the_letters_that_were_promised_are_there():
    promised = {
        "KBD", "KG_COMPLAINTS", "GESCHILLENCOMMISSIE", "LABOUR_COURT", "FAMILY_COURT",
        "VLAAMSE_OMBUDSDIENST", "PODMI", "IRISCARE", "OMBUDS_BRUSSEL",
    }  # fmt: skip
    for instance in promised:
        assert {"nl", "fr"} <= set(languages_of(Instance(instance)))
    for instance in ("MINISTERIUM_DG", "OMBUDSPERSON_DG", "LABOUR_COURT", "FAMILY_COURT"):
        assert "de" in languages_of(Instance(instance))


def labelled_alike(asked, text):
    """Tell whether a bare blank stands after a label that begins a word alike."""
    words = {each[:4] for each in re.findall(r"\w{4,}", asked.casefold())}
    labels_of_bare_blanks = re.findall(rf"([^:\n]*?) ?: {BLANK_BEGIN}\.+{BLANK_END}", text)
    told = re.findall(r"\w{4,}", " ".join(labels_of_bare_blanks).casefold())
    return not words.isdisjoint(each[:4] for each in told)


@pytest.mark.parametrize(("instance", "language"), ALL)
def test_what_is_missing_is_a_blank_that_says_what_belongs_there(instance, language):
    written = compose(case(payer="FONS", notified_on=None), instance, language)
    for need in written.missing:
        asked = labels(language).blanks[need]
        assert asked in written.text or labelled_alike(asked, written.text), need
    assert set(written.missing) <= set(forms()[instance].needs)


@pytest.mark.parametrize(("instance", "language"), ALL)
def test_everything_the_instance_wants_to_read_stands_in_it(instance, language):
    written = compose(case(payer="FONS"), instance, language, EVERYTHING)
    assert written.missing == ()
    day_in = {"nl": "1 februari 2025", "fr": "1er février 2025", "de": "1. Februar 2025"}
    for need in forms()[instance].needs:
        wanted = {"payer": "FONS", "decision": day_in[language]}.get(need, f"<{need}> & more")
        assert wanted in written.text, need


@pytest.mark.parametrize("subject", [each.value for each in Subject])
def test_every_subject_can_be_written_about(subject):
    for language in LANGUAGES:
        name = labels(language).subjects[Subject(subject)]
        instance = "OMBUDSPERSON_DG" if language == "de" else "VLAAMSE_OMBUDSDIENST"
        assert name in letter(instance, language.value, subject=subject).title


def test_a_petition_names_the_decision_the_day_and_the_months():
    text = letter().text
    assert "Bestreden beslissing: 1 februari 2025." in text
    assert "op de hoogte gebracht op 3 februari 2025" in text
    assert "januari 2025 tot en met maart 2025" in text
    assert "85023000125" in text
    assert "Ik ben begunstigde" in text


def test_a_petition_about_silence_names_the_request():
    text = letter(subject="NO_DECISION_IN_TERM", requested_on="2024-09-02").text
    assert "het uitblijven van een beslissing" in text
    assert "op 2 september 2024" in text


def test_a_petition_after_the_kbd_names_the_interruption():
    text = letter(kbd_filed="2025-02-10", kbd_closed="2025-02-24").text
    assert "Op 10 februari 2025 diende ik een klacht in" in text
    assert "afsloot op 24 februari 2025" in text


def test_a_petition_after_the_commission_names_its_decision():
    text = letter("LABOUR_COURT", gc_notified_on="2025-02-20").text
    assert "de uitspraak van de Geschillencommissie" in text
    assert "20 februari 2025" in text
    assert "Opgroeien regie, niet de uitbetaler" in text


def test_each_petition_of_a_split_case_holds_its_own_months():
    split = {"period": {"from": "2018-11", "to": "2019-02"}}
    assert "januari 2019 tot en met februari 2019" in letter("GESCHILLENCOMMISSIE", **split).text
    assert "november 2018 tot en met december 2018" in letter("LABOUR_COURT", **split).text


def test_an_unknown_role_is_a_blank_and_no_claim():
    text = letter(role=None).text
    assert "Ik ben begunstigde" not in text
    assert f"Mijn hoedanigheid: {BLANK_BEGIN}begunstigde" in text


@pytest.mark.parametrize("instance", ["GESCHILLENCOMMISSIE", "KBD", "LABOUR_COURT", "FAMILY_COURT"])
@pytest.mark.parametrize("language", ["nl", "fr"])
def test_a_label_is_not_told_twice(instance, language):
    found = re.findall(
        rf"(\w+)(?: \([^)]*\))? ?: {BLANK_BEGIN}(\w+)", letter(instance, language).text
    )
    assert [label for label, asked in found if label.casefold() == asked.casefold()] == []


def test_nothing_is_claimed_of_other_procedures_that_is_not_known():
    known = dict.fromkeys(("court_pending", "ombuds_pending", "admin_appeal_open"), False)
    assert "geen administratief beroep" in letter("PODMI", **known).text
    assert "geen administratief beroep" not in letter("PODMI").text


def test_a_page_escapes_what_was_given_and_marks_blanks():
    page = letter_bytes(letter(details=LetterDetails(name="<b>A & B</b>")), ".html").decode()
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in page
    assert "<b>" not in page
    assert '<span class="blank">straat, nummer' in page
    assert '<html lang="nl">' in page
    assert BLANK_BEGIN not in page


def test_a_draft_is_addressed_and_can_still_be_changed():
    draft = message_from_bytes(letter_bytes(letter("KBD", "fr"), ".eml"), policy=default)
    assert draft["To"] == "info@groeipakket.be"
    assert draft["X-Unsent"] == "1"
    assert draft["Subject"].startswith("Plainte et demande de médiation")
    assert "[nom et prénom : ..........]" in draft.get_content()


def test_a_draft_to_a_court_has_no_address():
    draft = message_from_bytes(letter_bytes(letter("LABOUR_COURT"), ".eml"), policy=default)
    assert draft["To"] is None


def test_particulars_cannot_add_headers_or_blanks():
    details = LetterDetails(name="A\r\nBcc: x@example.org", facts=f"a{BLANK_BEGIN}b")
    written = letter("KBD", details=details)
    draft = message_from_bytes(letter_bytes(written, ".eml"), policy=default)
    assert draft["Bcc"] is None
    assert f"a{BLANK_BEGIN}b" not in written.text


def test_only_the_owner_can_read_the_file(tmp_path):
    path = tmp_path / "letter.html"
    path.write_text("old and much longer than nothing " * 400)
    path.chmod(0o644)
    save_letter(letter(), path, force=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == letter_bytes(letter(), ".html")


@pytest.mark.parametrize("name", ["letter.pdf", "letter", "none/letter.html"])
def test_files_that_cannot_be_written_are_named(tmp_path, name):
    with pytest.raises(InputError, match="--out: "):
        save_letter(letter(), tmp_path / name)


@pytest.mark.parametrize(
    ("instance", "language", "named"),
    [("VTC", "nl", "no letter for VTC: there are letters for KBD"),
     ("KBD", "de", "no letter for KBD in de: there is nl, fr")],
)  # fmt: skip
def test_letters_that_do_not_exist_are_named(instance, language, named):
    with pytest.raises(InputError, match=re.escape(named)):
        letter(instance, language)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"naam": "A"}', "field naam: unknown; expected one of name, address"),
        ('{"name": 1}', "field name: expected text"),
        ('{"85023000125": "A"}', "field (a key): unknown"),
        ("{", "not JSON"),
        ("[]", "expected an object"),
    ],
)
def test_bad_particulars_are_named_and_never_repeated(text, named):
    with pytest.raises(IntakeError) as caught:
        read_details(text)
    assert named in str(caught.value)
    assert "85023000125" not in str(caught.value)


def test_particulars_do_not_leave_the_letter(capsys):
    written = letter(details=EVERYTHING)
    assert "<name> & more" not in repr(written.missing) + written.title + written.email
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_particulars_given_twice_are_refused():
    with pytest.raises(IntakeError, match="field name: given twice"):
        read_details('{"name": "A", "name": "B"}')


@pytest.mark.parametrize(("instance", "language"), ALL)
def test_no_day_is_written_as_machines_write_it_and_every_letter_can_be_signed(instance, language):
    days = {"kbd_filed": "2025-02-10", "kbd_closed": "2025-02-24", "gc_notified_on": "2025-02-28",
            "requested_on": "2024-09-02", "facts_last_date": "2025-02-03"}  # fmt: skip
    text = compose(case(**days), instance, language).text
    assert not re.search(r"\d{4}-\d{2}", text)
    assert "maart" in text if language == "nl" else "mars" in text or "März" in text
    assert re.search(r"\((handtekening|signature|Unterschrift)\) \.{20}", text)


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_the_sender_is_told_to_check_an_address_outside_the_letter_itself(language):
    written = letter("KBD", language)
    (note,) = [each for each in written.notes if "Trierstraat 9" in each]
    assert "Koning Albert II-laan 15 bus 288" in note
    assert "Koning Albert" not in written.text
    page = letter_bytes(written, ".html").decode()
    aside = page.partition('<aside class="note">')[2].partition("</aside>")[0]
    assert "Koning Albert II-laan 15 bus 288" in aside
    assert ".note { display: none; }" in page
    draft = message_from_bytes(letter_bytes(written, ".eml"), policy=default).get_content()
    before, _, after = draft.partition(" ]]")
    assert "Koning Albert II-laan 15 bus 288" in before
    assert "Koning Albert" not in after
    assert "Trierstraat 9" in after


def test_an_address_that_is_sure_needs_no_check():
    assert not any("postadres" in note for note in letter("VLAAMSE_OMBUDSDIENST").notes)
    assert not any("adres" in note for note in letter("LABOUR_COURT").notes)


def test_brussels_reads_french_at_its_french_address():
    written = letter("OMBUDS_BRUSSEL", "fr", nis="21004", payer="Famiris")
    assert written.email == "plaintes@ombuds.brussels"
    assert "place de la Vieille Halle aux Blés 1" in written.text


def notes(instance, language=Language.NL, **given):
    return " ".join(compose(case(**given), instance, language).notes)


def test_what_the_rules_hold_against_it_stands_in_the_note():
    told = notes(Instance.LABOUR_COURT, benefit="base", steps_done=[])
    assert "GC_NOT_EXHAUSTED" in told
    assert "geen plaats in deze zaak" in notes(Instance.IRISCARE)
    assert "hat diese Stelle" in notes(Instance.FAMILY_COURT, Language.DE)
    complete = {"identified": True, "motivated": True, "remedies_stated": True}
    assert "Opgelet" not in notes(
        Instance.GESCHILLENCOMMISSIE, benefit="base", steps_done=[], **complete
    )


def test_a_birth_date_stands_where_the_number_of_the_child_is_not_given():
    details = LetterDetails(child_birth_date="30.02.2016 (onbestaande)")
    letter = compose(case(child_ssin=None), Instance.GESCHILLENCOMMISSIE, Language.NL, details)
    assert "30.02.2016 (onbestaande)" in letter.text
    assert "child_number" not in letter.missing


@pytest.mark.parametrize("language", languages_of(Instance.LABOUR_COURT))
def test_the_petition_does_not_rest_on_articles_about_costs_and_lawyers(language):
    text = compose(case(), Instance.LABOUR_COURT, language).text
    assert "1017" not in text
    assert "728" not in text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("national_number", "85.02.30-001.26"),
        ("child_number", "85023000126"),
        ("national_number", "8502300012"),
        ("child_birth_date", "2016-02-30"),
        ("child_birth_date", "30/02/2016"),
    ],
)
def test_a_number_or_a_day_that_cannot_be_is_refused_and_not_repeated(field, value):
    with pytest.raises(IntakeError, match=f"field {field}: ") as caught:
        read_details(json.dumps({field: value}))
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("national_number", "85.02.30-001.25"),
        ("national_number", "12-03-1985, v"),
        ("child_birth_date", "2016-02-29"),
        ("child_birth_date", "29/02/2016"),
        ("child_birth_date", "29 februari 2016"),
    ],
)
def test_what_can_be_is_taken(field, value):
    assert getattr(read_details(json.dumps({field: value})), field) == value


@pytest.mark.parametrize(("instance", "language"), ALL)
def test_no_mark_of_a_blank_is_left_in_a_file(instance, language):
    made = compose(case(), instance, language)
    page = letter_bytes(made, ".html").decode()
    draft = message_from_bytes(letter_bytes(made, ".eml"), policy=default)
    for text in (page, draft["Subject"], draft.get_content()):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text.replace("\r\n", "\n"))
    if forms()[instance].to_court:
        assert "[" in draft["Subject"]
        assert "[" in re.search("<title>(.*)</title>", page)[1]


@pytest.mark.parametrize(("language", "article"), [("nl", "artikel 104"), ("fr", "l'article 104")])
def test_a_complaint_with_the_kbd_invokes_the_interruption_only_while_a_term_may_run(
    language, article
):
    known = {"notified_on": "2025-02-08", "remedies_stated": True, "benefit": "base",
             "steps_done": ["PAYER"]}  # fmt: skip

    def written(**given):
        return compose(case(**known | given), Instance.KBD, Language(language))

    in_time = written(filing_date="2025-04-30")
    assert article in in_time.text
    over = written(filing_date="2025-06-30")
    assert article not in over.text
    assert len(over.notes) == len(in_time.notes) + 1
    assert article in written(filing_date="2025-06-30", remedies_stated=None).text
    after = {"gc_notified_on": "2025-04-20", "steps_done": ["PAYER", "GESCHILLENCOMMISSIE"]}
    assert article not in written(filing_date="2025-04-30", **after).text


@pytest.mark.parametrize("instance", ["LABOUR_COURT", "FAMILY_COURT"])
def test_a_petition_in_another_language_than_that_of_the_court_says_so(instance):
    payers = {"63023": "Ministerium der DG", "21004": "Famiris", "62063": "FAMIWAL"}

    def warned(language, nis):
        return letter(instance, language, nis=nis, payer=payers.get(nis, "FONS")).works_in

    assert warned("de", "11002") == ("nl",)
    assert any("arbeitet" in note for note in letter(instance, "de", nis="11002").notes)
    assert warned("de", "63023") == ()
    assert warned("fr", "21004") == ()
    assert warned("nl", "62063") == ("fr",)


ACTING = "\x1b\x9b\x01\x02\u202e\u200b\u2028\x85\x7f"


@pytest.mark.parametrize("suffix", [".html", ".eml"])
@pytest.mark.parametrize("language", ["nl", "fr"])
@pytest.mark.parametrize("instance", ["KBD", "LABOUR_COURT", "GESCHILLENCOMMISSIE"])
def test_names_from_outside_are_plain_text_in_a_letter(instance, language, suffix):
    hostile = f"<script>x</script> {{{{ 7 * 7 }}}}\r\nBcc: a@example.test {ACTING}"
    details = LetterDetails(**dict.fromkeys(LetterDetails.__struct_fields__, hostile))
    details = msgspec.structs.replace(
        details, national_number=None, child_number=None, child_birth_date=None
    )
    content = letter_bytes(letter(instance, language, details), suffix)
    text = content.decode()
    if suffix == ".eml":
        message = message_from_bytes(content, policy=default)
        assert message["Bcc"] is None
        text = message.get_content()
    else:
        assert "<script" not in text
    assert not set(ACTING) & set(text)
    assert "{{ 7 * 7 }}" in text
