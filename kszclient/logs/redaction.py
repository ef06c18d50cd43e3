"""Text without national numbers and without bodies.

A national number is recognised by its form: eleven digits whose month and day can be those of a
number (contract: SsinType), together or in the groups 2-2-2-3-2 with up to three spaces, dots,
dashes or slashes between the groups, in the text itself or in base64 within it.

What is lost and what is kept, where form alone cannot tell:

- Eleven digits that stand alone count as a number when the form fits, whether or not the check
  digits do: registers hold numbers that no longer pass. So some phone numbers are lost.
- Within a longer run of digits the check digits decide as well: of moments in milliseconds about
  one in a hundred is lost, where the form alone would take a third.
- A UUID is always kept: tickets must be found again.
- Not recognised: a number written as an integer that lost its leading zeros, one in hexadecimal or
  percent encoding, one in base64 in base64, one that is hidden inside a UUID.

A body is everything from the first tag of XML or HTML to the end of the text: of a body that was
cut short no end can be found. What Python prints, such as ``<Response [200]>``, is no tag.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

MASK = "[number]"
_BETWEEN = r"[\s._/\-\u2010-\u2015\u2212]{0,3}"
_FORM = _BETWEEN.join(
    (
        r"[0-9]{2}",
        r"(?:[024][0-9]|[135][0-2])",
        r"(?:[0-2][0-9]|3[01])",
        r"[0-9]{3}",
        r"(?:[0-8][0-9]|9[0-7])",
    )
)
_NUMBER = re.compile(_FORM)
_UUID = re.compile(
    r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
)
_DIGITS = frozenset("0123456789")
_NOT_DIGITS = re.compile(r"[^0-9]+")
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
    """Take national numbers and bodies out of a text.

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
    if _NUMBER.search(text):
        text = _masked(text, _numbers(text))
    if _ENCODED.search(text):
        text = _masked(text, _encoded(text))
    return text


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Give where the numbers stand, in order; they may overlap."""
    text = _UUID.sub("-" * 36, text)
    begin = -1
    # A number may begin at any digit of a run, so what is found may overlap.
    while found := _NUMBER.search(text, begin + 1):
        begin, end = found.span()
        # Before the first and after the last place stands an empty text, which is no digit.
        glued = text[begin - 1 : begin] in _DIGITS or text[end : end + 1] in _DIGITS
        if not glued or _check_digits_fit(_NOT_DIGITS.sub("", found[0])):
            yield begin, end


def _check_digits_fit(digits: str) -> bool:
    number, check = int(digits[:9]), int(digits[9:])
    return check in (97 - number % 97, 97 - (number + 2_000_000_000) % 97)


def _encoded(text: str) -> Iterator[tuple[int, int]]:
    """Give where base64 stands that holds a number, in order."""
    for run in _RUN.finditer(text):
        # Where groups of four begin is known from what is found; it may be found for each place.
        code = run[0].translate(_STANDARD)
        borders = {found.start() % 4 for found in _ENCODED.finditer(code)}
        if any(_holds_number(code[border:]) for border in borders):
            yield run.span()


def _holds_number(code: str) -> bool:
    whole = len(code) - (len(code) % 4 == 1)
    padding = "=" * (-whole % 4)
    decoded = base64.b64decode(code[:whole] + padding).decode("latin-1")
    return next(_numbers(decoded), None) is not None


def _masked(text: str, spans: Iterator[tuple[int, int]]) -> str:
    parts, done = [], 0
    for begin, end in spans:
        if begin >= done:
            parts += [text[done:begin], MASK]
        done = max(done, end)
    return "".join((*parts, text[done:]))
