"""TLS on an event loop that tells a client why it is refused.

When a handshake fails, asyncio drops the connection with OpenSSL's alert still unsent, so that a
client cannot know a refused certificate from a broken line. Here a failed handshake asks to be
continued once: asyncio then sends what is waiting, and the failure is raised when the client
has left or says more.
"""

from __future__ import annotations

import ssl


class TellingSslObject(ssl.SSLObject):
    """A TLS connection whose alert goes out; for `ssl.SSLContext.sslobject_class`."""

    _failure: ssl.SSLError | None = None

    def do_handshake(self) -> None:
        """Go on with the handshake.

        Raises:
            SSLWantReadError: It goes on, or has just failed.
            SSLError: It failed before.
        """
        if self._failure is not None:
            raise self._failure
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            self._failure = error
            raise ssl.SSLWantReadError from None
