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


BLANK = re.compile(f"{BLANK_BEGIN}([^{BLANK_END}]*){BLANK_END}")


@pytest.mark.parametrize(("instance", "language"), ALL)
def test_what_is_missing_is_listed_for_the_sender(instance, language):
    written = compose(case(payer="FONS", notified_on=None), instance, language)
    assert BLANK.search(written.text)
    (listed,) = [note for note in written.notes if labels(language).blanks["request"] in note]
    for need in written.missing:
        assert labels(language).blanks[need] in listed, need
    wanted = [need for need in forms()[instance].needs if need in written.missing]
    assert list(written.missing[: len(wanted)]) == wanted
    assert {"name", "address", "request"} <= set(written.missing)


@pytest.mark.parametrize(("instance", "language"), ALL)
def test_a_blank_says_what_belongs_there_only_where_the_letter_does_not(instance, language):
    text = compose(case(notified_on=None), instance, language).text
    for blank in BLANK.finditer(text):
        before = text[: blank.start()].rstrip(" (")
        label = before.rstrip("\n").endswith(":") or not before.endswith(("\n", ",", BLANK_END))
        assert (set(blank[1]) == {"."}) is (label and before != ""), before[-30:]


@pytest.mark.parametrize(("instance", "language"), ALL)
def test_everything_the_instance_wants_to_read_stands_in_it(instance, language):
    written = compose(case(payer="FONS"), instance, language, EVERYTHING)
    assert set(written.missing) <= {"pending"}
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
    assert "beroep in tegen de beslissing van 1 februari 2025." in text
    assert "mij ter kennis gebracht op 3 februari 2025" in text
    assert "januari 2025 tot en met maart 2025" in text
    assert "85023000125" in text
    assert "Als begunstigde stel ik beroep in" in text


def test_a_petition_about_silence_names_the_request():
    text = letter(subject="NO_DECISION_IN_TERM", requested_on="2024-09-02").text
    assert "het uitblijven van een beslissing" in text
    assert "op 2 september 2024" in text


def test_a_petition_after_the_kbd_names_the_interruption():
    text = letter(kbd_filed="2025-02-10", kbd_closed="2025-02-24").text
    assert "Op 10 februari 2025 diende ik een klacht in" in text
    assert "afsloot op 24 februari 2025" in text


def test_a_petition_after_the_commission_names_its_decision():
    written = letter("LABOUR_COURT", gc_notified_on="2025-02-20")
    text = written.text
    assert "de uitspraak van de Geschillencommissie" in text
    assert "20 februari 2025" in text
    assert f"Tegen: {BLANK_BEGIN}." in text
    assert any("na de Geschillencommissie is dat Opgroeien regie" in note for note in written.notes)


def test_each_petition_of_a_split_case_holds_its_own_months():
    split = {"period": {"from": "2018-11", "to": "2019-02"}}
    assert "januari 2019 tot en met februari 2019" in letter("GESCHILLENCOMMISSIE", **split).text
    assert "november 2018 tot en met december 2018" in letter("LABOUR_COURT", **split).text


def test_an_unknown_role_is_a_blank_and_no_claim():
    text = letter(role=None).text
    assert "Als begunstigde" not in text
    assert f"Ik stel beroep in als {BLANK_BEGIN}." in text


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
    assert draft["Subject"].startswith("Objet : plainte concernant un refus de paiement et demande")

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
    assert "nog niet" in told
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


GIVEN = LetterDetails(
    name="An Peeters", child_name="Mia Peeters", child_birth_date="2020-03-01",
    file_number="F-7", decision_reference="REF/7", request="het bedrag te herzien",
)  # fmt: skip
AREA = {"IRISCARE": ("21004", "Famiris"), "OMBUDS_BRUSSEL": ("21004", "Famiris"),
        "MINISTERIUM_DG": ("63023", "Ministerium der DG"),
        "OMBUDSPERSON_DG": ("63023", "Ministerium der DG")}  # fmt: skip


@pytest.mark.parametrize(("instance", "language"), [each for each in ALL if each[0] != "PODMI"])
def test_what_was_given_stands_in_every_letter_about_a_file(instance, language):
    nis, payer = AREA.get(instance.value, ("11002", "FONS"))
    text = compose(case(nis=nis, payer=payer), instance, language, GIVEN).text
    day_in = {"nl": "1 maart 2020", "fr": "1er mars 2020", "de": "1. März 2020"}
    for given in ("Mia Peeters", day_in[language], "85023000125", "F-7", "REF/7"):
        assert given in text, given
    assert GIVEN.request in text
    assert "2025" in text.partition("REF/7")[0]
    assert payer.partition(" der")[0] in text


@pytest.mark.parametrize(("instance", "language"), ALL)
def test_a_letter_opens_and_closes_as_its_kind_does(instance, language):
    written = compose(case(), instance, language)
    formal = {"nl": "Hoogachtend", "fr": "ma haute considération", "de": "Hochachtungsvoll"}
    assert (formal[language] in written.text) is written.signed
    assert ("voorzitter" in written.text or "Président" in written.text or
            "Präsident" in written.text) is written.signed  # fmt: skip


def test_german_goes_on_in_lower_case_after_the_salutation():
    for instance, language in ALL:
        if language is Language.DE and instance != "FAMILY_COURT":
            text = compose(case(), instance, language).text
            assert re.search(r"(Herren|Präsident),\n\nhiermit ", text)


def test_a_court_without_divisions_is_addressed_by_its_name():
    eupen = letter("LABOUR_COURT", "de", nis="63023", payer="Ministerium der DG")
    assert "\nArbeitsgericht Eupen\n" in eupen.text
    assert "court" not in eupen.missing
    assert "Gegen: Ministerium der Deutschsprachigen Gemeinschaft" in eupen.text
    flemish = letter("LABOUR_COURT")
    assert f"\nArbeidsrechtbank, {BLANK_BEGIN}afdeling" in flemish.text
    assert "court" in flemish.missing


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        ({}, "Voor zover artikel 104"),
        ({"subject": "BENEFICIARY_DESIGNATION"}, "Ik beroep mij op artikel 104"),
        ({"filing_date": "2025-09-03", "benefit": "base"}, None),
    ],
    ids=["as sure as the route", "the term of a court", "the term is over"],
)
def test_the_interruption_is_claimed_as_surely_as_the_route_tells_it(given, claim):
    known = {"identified": True, "has_interest": True, "facts_last_date": "2025-02-03",
             "remedies_stated": True, "notification_kind": "by_hand"}  # fmt: skip
    text = letter("KBD", **known, **given).text
    assert ("artikel 104" in text) is (claim is not None)
    assert claim is None or claim in text


@pytest.mark.parametrize(("instance", "language"), ALL)
def test_nothing_for_the_sender_stands_in_the_letter_and_no_code_in_the_notes(instance, language):
    written = compose(case(), instance, language)
    advice = ("griffie", "greffe", "Kanzlei", "onlineklachtenformulier", "en ligne")
    assert not any(each in written.text for each in advice)
    assert not re.search(r"\b[A-Z]+_[A-Z_]+\b", " ".join(written.notes))
