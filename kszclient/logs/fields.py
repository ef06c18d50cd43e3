"""Fields of a log event without personal data: by their names, their kinds and their texts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from pathlib import PurePath

from kszclient.logs.redaction import redact
from kszclient.values import Month, MonthPeriod, Ticket

WITHHELD = "[withheld]"
_WHOLE_NAMES = """
answer authorization body content cookie envelope payload request requestbody response responsebody
xml password secret token
beneficiaries children person persons persoon personen personne personnes kinderen kinder enfants
begunstigde beneficiaire berechtigter betrokkene
name fullname naam volledigenaam nom nomcomplet nomprenom vollername
address street adres straat woonplaats adresse rue domicile anschrift strasse wohnort
filenumber dossiernummer numerodossier numerodedossier aktenzeichen
"""
_WORDS = """
ssin ssins insz niss enss rrn bisnummer numerobis nationalnumber
rijksregister rijksregisternummer numeronational registrenational nationalregister
nationalregisternummer
firstname givenname lastname familyname surname maidenname childname parentname
voornaam voornamen achternaam familienaam geslachtsnaam meisjesnaam naamkind kindnaam
prenom prenoms nomdefamille nomdenaissance patronyme nomenfant nomdelenfant
vorname vornamen nachname familienname geburtsname
birthdate dateofbirth birthday birthplace dob geboortedatum geboortedag geboorteplaats geboren
naissance geburtsdatum geburtstag geburtsort
iban bankaccount accountnumber rekeningnummer bankrekening numerocompte numerodecompte
comptebancaire kontonummer bankkonto
email emails emailaddress mailadres emailadres courriel adressemail
phone telephone telefoon telefoonnummer gsm telefon telefonnummer handynummer
"""
_PERSONAL = frozenset(_WHOLE_NAMES.split())
"""Names of fields that hold a body, a secret or something of a person."""
_PERSONAL_WORDS = frozenset(_WORDS.split())
"""What says so wherever it stands in the name of a field."""
_LONGEST_WORD = 3
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DEEPEST = 6
_TEXTS = (str, uuid.UUID, PurePath, dt.date, dt.time, dt.timedelta, Ticket, Month, MonthPeriod)


def redact_field(key: str, value: object) -> object:
    """Give a field as it may be logged.

    A field whose name says in Dutch, French, German or English that it is about a person or a
    body is withheld whole, however the name is written. What is no plain value is given by its kind
    alone, because its `repr` may hold an answer.

    >>> redact_field("ssin", "85023000125"), redact_field("note", "of 85.02.30-001.25")
    ('[withheld]', 'of [number]')
    >>> redact_field("files", [{"fileNumber": "AB-12", "months": 3}])
    [{'fileNumber': '[withheld]', 'months': 3}]
    >>> redact_field("outcome", object())
    '<object>'
    """
    return _redact(key, value, _DEEPEST)


def _redact(key: str, value: object, deeper: int) -> object:
    if value is None or isinstance(value, bool):
        return value
    if _is_personal(key):
        return WITHHELD
    return _redact_kind(value.value if isinstance(value, Enum) else value, deeper)


@lru_cache(maxsize=1024)
def _is_personal(key: str) -> bool:
    plain = unicodedata.normalize("NFKD", key.replace("\u00df", "ss"))
    words = [each.lower() for each in _WORD.findall(plain.encode("ascii", "ignore").decode())]
    if "".join(words) in _PERSONAL:
        return True
    # Words that a name was cut into (birth_date, e-mail, dateDeNaissance) are put together again.
    return any(
        "".join(words[first : first + many]) in _PERSONAL_WORDS
        for many in range(1, _LONGEST_WORD + 1)
        for first in range(len(words))
    )


def _redact_kind(value: object, deeper: int) -> object:
    if isinstance(value, int | float):
        text = str(value)
        return value if redact(text) == text else redact(text)
    if isinstance(value, _TEXTS):
        return redact(str(value))
    if isinstance(value, Mapping) and deeper:
        return {
            redact(str(key)): _redact(str(key), held, deeper - 1) for key, held in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset) and deeper:
        return [_redact("", held, deeper - 1) for held in value]
    return f"<{type(value).__name__}>"
