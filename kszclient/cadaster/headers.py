"""What goes beside every message: its kind, and who we are where a gateway asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kszclient.security import Profile, Secret
from kszclient.wire import HTTP_HEADERS


class Headers(Mapping[str, str]):
    """Headers of which the secret one shows only to who takes it out, in order to send it.

    >>> Headers({"Accept": "text/xml"}, Secret("Basic open sesame"))
    Headers(Accept, Authorization)
    """

    __slots__ = ("_authorization", "_others")

    def __init__(self, others: Mapping[str, str], authorization: Secret | None = None) -> None:
        self._others = others
        self._authorization = authorization

    def __getitem__(self, name: str) -> str:
        if name == "Authorization" and self._authorization is not None:
            return self._authorization.reveal()
        return self._others[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._others
        if self._authorization is not None:
            yield "Authorization"

    def __len__(self) -> int:
        return len(self._others) + (self._authorization is not None)

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"


def headers_of(profile: Profile) -> Headers:
    """Give the headers of every message under a profile.

    Raises:
        SettingsError: The secret of the gateway cannot be read.
    """
    login = Secret(profile.basic.header()) if profile.basic else None
    return Headers(HTTP_HEADERS, login)
