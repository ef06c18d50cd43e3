"""Templates of letters and reports: they fill in texts, and run nothing else.

They are data that an office may change in a folder of its own. So each is rendered in jinja2's
sandbox: a template reaches neither the inside of Python nor anything it was not handed, changes no
value, and what it writes is escaped unless plain text is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kszclient.errors import DataError


def templates_in(folder: Path, *, escaped: Sequence[str], tidy: bool = False) -> Environment:
    """Read the templates of a folder, each when it is asked for.

    Args:
        folder: Where they stand.
        escaped: Endings of the names whose values are escaped for HTML; others make plain text.
        tidy: Whether the line of a statement alone leaves no line behind.
    """
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=select_autoescape(tuple(escaped)),
        trim_blocks=tidy,
        lstrip_blocks=tidy,
    )


@contextmanager
def rendering(name: str) -> Iterator[None]:
    """Report a template that cannot be rendered, or that asked for what no template gets.

    Args:
        name: The template, for messages.

    Raises:
        DataError: In place of jinja2's error, whose text could repeat what was filled in.
    """
    try:
        yield
    except (TemplateError, ArithmeticError, TypeError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        where = f"{name}: line {line}" if line else name
        raise DataError(
            f"template {where}: cannot be used ({type(error).__name__})",
            next_step="Correct the template, or use the one that ships.",
        ) from None
