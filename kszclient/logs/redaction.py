"""Text without national numbers and without bodies.

`kszclient.values.numbers_in_text` says what a number of a person is, what stays readable and what
is not found. Masked here are such numbers in the text itself and in base64 within it (of a text in
ASCII with customary separators; not base64 in base64).

A body is everything from the first tag of XML or HTML to the end of the text: of a body that was
cut short no end can be found. What Python prints, such as ``<Response [200]>``, is no tag.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator

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
