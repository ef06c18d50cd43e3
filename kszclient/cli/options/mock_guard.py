"""The options of `kszclient mock` that say whom it lets in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kszclient.cli.options.choice import choice

if TYPE_CHECKING:
    from kszclient.testing.server.guard import Guard


def chosen_guard(
    *, tls: bool, require: list[str], shows: str, certificates: Path | None
) -> Guard | None:
    """Make the guard that the options ask for, or none.

    Raises:
        InputError: A word is none of those known, or --tls is missing.
    """
    from kszclient.errors import SettingsError

    if not tls:
        if require or certificates or shows != "valid":
            raise SettingsError("--require, --shows and --certificates have a meaning with --tls")
        return None
    from kszclient.testing.server.certificates import Flaw
    from kszclient.testing.server.guard import Guard, Requirement

    asked = [choice("--require", word, Requirement) for word in require]
    return Guard(asked, shows=choice("--shows", shows, Flaw))


@contextmanager
def credentials(guard: Guard | None, endpoint: str, folder: Path | None) -> Iterator[Path | None]:
    """Write what a client needs and give the path of its profile, or None without a guard.

    Args:
        guard: Whom the mock lets in.
        endpoint: Where it listens.
        folder: Where to write; a temporary one, gone at the end, where left out.
    """
    if guard is None:
        yield None
        return
    from tempfile import TemporaryDirectory

    from kszclient.testing.server.guard import write_credentials

    if folder is not None:
        yield write_credentials(guard, endpoint, folder.absolute())
        return
    with TemporaryDirectory(prefix="kszclient-mock-") as made:
        yield write_credentials(guard, endpoint, Path(made))
