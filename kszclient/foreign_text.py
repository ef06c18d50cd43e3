r"""Text from outside, made safe for the place that it goes to.

Outside is whatever this library did not write itself: what a register, a desk, a file, a database
or a command line holds. Such a text may carry control characters that move a cursor or forge a
line, marks that turn the direction of writing, characters that nobody sees, and formulas. Each
function here is for one place; a page of HTML has jinja2's autoescape besides, and numbers of
persons are masked by `kszclient.logs.redact`.
"""

from __future__ import annotations

import re

LONGEST_LINE = 4000
"""The most characters of one line on a terminal or in a log."""
OTHER_CODE = "other"
"""What stands for a code that is none by its form."""
FORMULA_STARTS = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b"
"""What a spreadsheet begins to compute at, wide and small forms too; as in a class of `re`."""
GUARD = "'"
"""What stands before a cell that is text, whatever it begins with."""

# Unicode: Cc, Zl, Zp and Cs; of Cf what has no shape of its own; the default ignorable code points
# of other categories (fillers, selectors, tags); and the noncharacters of the first plane.
_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSAFE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_HIDDEN}]")
_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_NEW_LINE = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_FORMULA = re.compile(rf"[\s{GUARD}]*[{FORMULA_STARTS}]|[\t\r\n{GUARD}]")
# The families that are known (MSG00012, CHB00001, TAXA0007, RTIPC001), and room for others: too
# few digits for the number of a person, and no name.
_CODE = re.compile(r"[A-Z]{2,6}[0-9]{2,6}")
_SHORT_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_BMP = 0xFFFF


def one_line(text: str, most: int = LONGEST_LINE) -> str:
    r"""Return a text as part of one line, with escapes for what would act or hide.

    Args:
        text: The text.
        most: Its greatest length; what is longer ends in an ellipsis.

    >>> print(one_line("Fund\x1b[31m\nof \u202ethe\u200b child"))
    Fund\x1b[31m\nof \u202ethe\u200b child
    >>> one_line("a long name", most=6)
    'a lon…'
    """
    if not _is_plain(text):
        text = _UNSAFE.sub(_escape, text[: most + 1])
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _is_plain(text: str) -> bool:
    # Most texts are, and this is quicker than a pattern; fillers count as printable, though.
    return text.isascii() and text.isprintable()


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if (short := _SHORT_ESCAPES.get(character)) is not None:
        return short
    return character.encode("unicode_escape").decode("ascii")


def without_hidden(text: str) -> str:
    r"""Return a text with spaces for its line breaks, and without what would act or hide.

    Whoever looks for a number or a word in a text finds it here, however it was interrupted.

    >>> without_hidden("85\u200b02\x1b30\n001")
    '850230 001'
    """
    if _is_plain(text):
        return text
    return _UNSAFE.sub("", _BREAKS.sub(" ", text))


def plain_lines(text: str) -> str:
    r"""Return a text of several lines, each without what would act or hide.

    >>> plain_lines("what\x1b[0m happened\r\n\tand why\x01")
    'what[0m happened\n and why'
    """
    return "\n".join(map(without_hidden, _NEW_LINE.split(text)))


def json_line(text: str) -> str:
    r"""Return JSON of the same meaning in which nothing acts on a terminal.

    JSON escapes C0 controls itself, and leaves the others as they are.

    Args:
        text: JSON, whose own line breaks may stay.

    >>> print(json_line('["\x9b31m \u202e"]'))
    ["\u009b31m \u202e"]
    """
    if text.isascii() and "\x7f" not in text:
        return text
    return _UNSAFE.sub(lambda found: found[0] if found[0] == "\n" else ascii_json(found[0]), text)


def ascii_json(character: str) -> str:
    r"""Return one character as JSON's escape of it.

    >>> print(ascii_json("é"), ascii_json("\U000e0041"))
    \u00e9 \udb40\udc41
    """
    number = ord(character)
    if number <= _BMP:
        return f"\\u{number:04x}"
    units = character.encode("utf-16-be")
    return f"\\u{units[:2].hex()}\\u{units[2:].hex()}"


def spreadsheet_cell(text: str) -> str:
    r"""Return a text as a cell that no spreadsheet computes.

    One `GUARD` stands before what could be a formula and before what begins with a guard, so the
    text comes back whole: take one guard away where a cell begins with one. Line breaks and what
    is hidden get escapes, as on a line.

    >>> spreadsheet_cell("=1+1"), spreadsheet_cell("'tis"), spreadsheet_cell("2021-07")
    ("'=1+1", "''tis", '2021-07')
    """
    guard = GUARD if _FORMULA.match(text) else ""
    return guard + one_line(text)


def code_or_other(code: str) -> str:
    """Return a status code of the KSZ where it is one by its form, else `OTHER_CODE`.

    The contract leaves codes free (16 characters of any kind), so that one could be the number or
    the name of a person, or a formula. Trail, journal, findings and errors keep codes only.

    >>> code_or_other("MSG00012"), code_or_other("85023000125"), code_or_other("=1+1")
    ('MSG00012', 'other', 'other')
    """
    return code if _CODE.fullmatch(code) else OTHER_CODE
