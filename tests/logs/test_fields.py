import datetime as dt
import enum
import json
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kszclient.logs import redact_field
from kszclient.logs.redaction import WITHHELD
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin, Ticket

NUMBER = "85023000125"


class Letter(enum.Enum):
    A = NUMBER


@pytest.mark.parametrize(
    ("value", "logged"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (0.25, 0.25),
        (int(NUMBER), "[number]"),
        (float(NUMBER), "[number].0"),
        ("plain", "plain"),
        (f"of {NUMBER}", "of [number]"),
        (Letter.A, "[number]"),
        (AuthenticSource.FLANDERS, "FLANDERS"),
        (Ssin.parse(NUMBER), "<Ssin>"),
        (NUMBER.encode(), "<bytes>"),
        (ValueError(NUMBER), "<ValueError>"),
        (Ticket("3f0c2d1e-0000-4000-8000-085023000125"), "3f0c2d1e-0000-4000-8000-085023000125"),
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        (Path("/out") / NUMBER, "/out/[number]"),
        (dt.date(2024, 5, 6), "2024-05-06"),
        (Month(2024, 5), "2024-05"),
        (MonthPeriod.parse("2024-01", "2024-05"), "2024-01..2024-05"),
        (
            {NUMBER: 1, "deep": [{"fileNumber": "AB"}]},
            {"[number]": 1, "deep": [{"fileNumber": WITHHELD}]},
        ),
        ((1, [NUMBER]), [1, ["[number]"]]),
    ],
)
def test_a_value_is_logged_by_its_kind(value, logged):
    assert redact_field("field", value) == logged


@pytest.mark.parametrize(
    "key", ["ssin", "SSIN", "file_number", "fileNumber", "first-name", "Body", "request_body"]
)
def test_a_field_about_a_person_or_a_body_is_withheld(key):
    assert redact_field(key, "Janssens") == WITHHELD
    assert redact_field("outer", {key: ["Janssens"]}) == {key: WITHHELD}
    assert redact_field(key, None) is None


PERSONAL = """
full_name fullName prenom pr\u00e9nom achternaam geboortedatum geboorte_datum iban email e-mail
E_MAIL child_email emailAddress date_de_naissance dateNaissance Geburtsdatum nachname Vorname
familienaam child_iban bank_account telefoon gsm_nummer rijksregisternummer INSZ_kind
numero_national nom nom_complet naam Stra\u00dfe woonplaats date_of_birth DOB child.birthDate
familyName kind-voornaam niss_enfant numero_de_compte kontonummer courriel bis_nummer child_name
naam_kind nom_enfant
"""
OTHERS = """
file_name hostname logger_name source outcome ticket seconds attempt status code endpoint path event
months month nis postcode rule profile nominal content_type request_id birthrate personal_best named
von_bis mail_server
"""


@pytest.mark.parametrize("key", PERSONAL.split())
def test_a_field_of_a_person_is_withheld_in_each_language(key):
    assert redact_field(key, "Janssens") == WITHHELD


@pytest.mark.parametrize("key", OTHERS.split())
def test_other_fields_stay_readable(key):
    assert redact_field(key, "Janssens") == "Janssens"


def test_what_lies_too_deep_or_in_a_circle_is_given_by_kind():
    circle = []
    circle.append(circle)
    assert "<list>" in json.dumps(redact_field("field", circle))


LEAF = st.sampled_from([NUMBER, f"x {NUMBER}", int(NUMBER), NUMBER.encode(), Ssin.parse(NUMBER)])


@given(
    st.recursive(
        LEAF, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([NUMBER, "k"]), inner)
    )
)
def test_no_number_survives_however_it_is_nested(value):
    assert NUMBER not in json.dumps(redact_field("field", value))
