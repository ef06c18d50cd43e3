"""Text without national numbers and without bodies.

`kszclient.values.numbers_in_text` says what a number of a person is, what stays readable and what
is not found. Masked here are such numbers in the text itself and in base64 within it (of a text in
ASCII with customary separators; not base64 in base64).

A body is everything from the first tag of XML or HTML to the end of the text: of a body that was
cut short no end can be found. What Python prints, such as ``<Response [200]>``, is no tag.

The fields of a log event are redacted by their names, their kinds and their texts.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from pathlib import PurePath

from kszclient.values import Month, MonthPeriod, Ticket
from kszclient.values.numbers_in_text import holds_number, numbers_in

MASK = "[number]"
# Base64 of three bytes that are each a digit, space, dot, dash or slash. Wherever a number begins,
# at least three such groups of four stand in a row; lines break between groups only.
_FOUR = r"[ILMNO][CDSTijyz][AEIMQUYcgkosw048][gtuv-z0-5]"
_BREAK = r"[\r\n]{0,2}"
_ENCODED = re.compile(_FOUR + _BREAK + _FOUR + _BREAK + _FOUR)  # written out: {3} is slower
_RUN = re.compile(r"[A-Za-z0-9+/_\-\r\n]{15,}")
_STANDARD = str.maketrans("-_", "+/", "\r\n")
_PYTHON = (
    "module|lambda|listcomp|dictcomp|setcomp|genexpr|locals|string|stdin|stdout|stderr|unknown"
)
_BODY = re.compile(
    rf"<(?:\?xml|!|/[A-Za-z]|(?!(?:{_PYTHON})>)[A-Za-z_][\w\-]*"
    r"(?::[A-Za-z_]|\s*/?>|\s+[\w:\-]+\s*=\s*\\?[\"']))"
)


def redact(text: str) -> str:
    """Take the numbers of persons and bodies out of a text.

    >>> redact("asked about 85.02.30-001.25 under 3f0c2d1e-0000-4000-8000-085023000125")
    'asked about [number] under 3f0c2d1e-0000-4000-8000-085023000125'
    >>> redact("HTTP Post to https://example.test: <soap:Envelope><ssin>85023000125</ssin>")
    'HTTP Post to https://example.test: [body of 39 characters]'
    >>> redact("key ODUwMjMwMDAxMjU=, amount 1.234.567,89, on 2024-05-06T07:08:09.123456Z")
    'key [number]=, amount 1.234.567,89, on 2024-05-06T07:08:09.123456Z'
    """
    if "<" in text and (body := _BODY.search(text)):
        begin = body.start()
        text = f"{text[:begin]}[body of {len(text) - begin} characters]"
    text = _masked(text, ((found.begin, found.end) for found in numbers_in(text)))
    if _ENCODED.search(text):
        text = _masked(text, _encoded(text))
    return text


def _encoded(text: str) -> Iterator[tuple[int, int]]:
    """Yield where base64 stands that holds a number."""
    for run in _RUN.finditer(text):
        # Where groups of four begin is known from what is found; it may be found for each place.
        code = run[0].translate(_STANDARD)
        borders = {found.start() % 4 for found in _ENCODED.finditer(code)}
        if any(_hides_number(code[border:]) for border in borders):
            yield run.span()


def _hides_number(code: str) -> bool:
    whole = len(code) - (len(code) % 4 == 1)
    padding = "=" * (-whole % 4)
    return holds_number(base64.b64decode(code[:whole] + padding).decode("latin-1"))


def _masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, done = [], 0
    for begin, end in sorted(spans):
        if begin >= done:
            parts += [text[done:begin], MASK]
        done = max(done, end)
    return "".join((*parts, text[done:])) if parts else text


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
"""What is withheld wherever it stands in the name of a field."""
_LONGEST_WORD = 3
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DEEPEST = 6
_TEXTS = (str, uuid.UUID, PurePath, dt.date, dt.time, dt.timedelta, Ticket, Month, MonthPeriod)


def redact_field(key: str, value: object) -> object:
    """Return a field as it may be logged.

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
