"""Letters as files: a page to print, or a draft e-mail. Only the owner can read them."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment

from kszclient.complaints.letters.compose import BLANK_BEGIN, BLANK_END, Letter
from kszclient.complaints.letters.forms import labels
from kszclient.errors import InputError
from kszclient.resources import resource
from kszclient.templates import rendering, templates_in
from kszclient.whole_files import whole_file

_BLANK = re.compile(f"{BLANK_BEGIN}([^{BLANK_END}]*){BLANK_END}")


class Piece(NamedTuple):
    """A run of text.

    Args:
        text: The text.
        blank: Whether it is a blank to fill in.
    """

    text: str
    blank: bool

    def __repr__(self) -> str:
        return f"Piece({len(self.text)} characters, blank={self.blank!r})"


def letter_bytes(letter: Letter, suffix: str) -> bytes:
    """Return a letter as the content of a file.

    Args:
        letter: The letter.
        suffix: ``.html`` for a page to print, ``.eml`` for a draft e-mail.

    Raises:
        InputError: The suffix is another one.
    """
    match suffix.lower():
        case ".html":
            return _page(letter).encode()
        case ".eml":
            return _draft(letter)
    raise InputError("--out: expected a file that ends in .html or .eml")


def save_letter(letter: Letter, path: Path, *, force: bool = False) -> None:
    """Write a letter to a file that only its owner can read.

    Args:
        letter: The letter.
        path: The file.
        force: Whether an older one is replaced.

    Raises:
        InputError: The suffix is not known, the file is there already, or cannot be written.
    """
    content = letter_bytes(letter, path.suffix)
    try:
        with whole_file(path, replace=force) as file:
            file.write(content)
    except FileExistsError:
        raise InputError(f"--out: {path} is there already; --force replaces it") from None
    except OSError as error:
        raise InputError(f"--out: {path} cannot be written: {error.strerror}") from error


def _page(letter: Letter) -> str:
    paragraphs = [
        (_pieces(paragraph), paragraph.startswith(letter.title))
        for paragraph in letter.text.strip().split("\n\n")
    ]
    with rendering("page.html.j2"):
        return (
            _pages()
            .get_template("page.html.j2")
            .render(
                language=letter.language.value,
                title=_plain(letter.title),
                paragraphs=paragraphs,
                notes_title=labels(letter.language).notes["title"],
                notes=letter.notes,
            )
        )


def _pieces(paragraph: str) -> list[Piece]:
    # Splitting on a pattern with one group gives text and blanks in turn.
    parts = _BLANK.split(paragraph)
    return [Piece(text, bool(at % 2)) for at, text in enumerate(parts) if text]


@cache
def _pages() -> Environment:
    return templates_in(resource("config", "complaints", "letters"), escaped=("html.j2",))


def _draft(letter: Letter) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _plain(letter.title)
    if letter.email:
        message["To"] = letter.email
    # Mail programs open it as a draft that can be completed and sent.
    message["X-Unsent"] = "1"
    message.set_content(f"{_noted(letter)}\n\n{_plain(letter.text)}")
    message["Content-Language"] = letter.language.value
    return message.as_bytes()


def _plain(text: str) -> str:
    """Return a text with its blanks in brackets, for where nothing can mark them."""
    return _BLANK.sub(r"[\1]", text)


def _noted(letter: Letter) -> str:
    """Return the note to the sender as a block that stands apart and is easy to take away."""
    words = labels(letter.language).notes
    lines = [f"- {note}" for note in letter.notes]
    return "\n".join([f"[[ {words['title']}", *lines, f"{words['title_end']} ]]"])
