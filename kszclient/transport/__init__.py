"""Send bytes, get bytes, within a deadline; ask again, at a rate, while somebody answers.

What sends is imported by who uses it, for requests and aiohttp take their time to load: the
asynchronous transport from its module, the blocking one when its name is first asked for.

Both transports make the same of the same bytes. An answer is of HTTP/1.0 or 1.1, after at most 20
interim ones; its lines are at most 64 kB long, its headers at most 99. What two readers could take
for two answers (RFC 9112, section 6.3), or what is cut, is a failed connection: a length stated
twice, beside chunks or not in plain digits; a header line without a colon or with a space before
it, or with a carriage return or zero byte in it; a chunk around which something else stands, or a
last one without its end. What is coded is refused unread and never unpacked. A redirect is an
answer like any other: nobody looks at where it leads.

They may differ in what no server or gateway is known to send, where requests reads with http.client
and aiohttp with llhttp, and neither can be made to do otherwise without a parser of our own:

- More than the stated length: the blocking one takes as much of the body as was stated,
  the asynchronous one refuses it where the rest came at once. The rest is never an answer, and the
  connection over which it came is not used again.
- Alone the blocking one takes a bracket or the like in the name of a header, and more than one
  space, a tab or a sign in the status line. Alone the asynchronous one takes an empty line before
  the status line, and a status below 100. No length or end of a body hangs on any of these.
- A chunk of nonsense that comes later than the headers ends the asynchronous one's wait at its
  deadline, the blocking one's at once.
- Where a server that asks for a certificate after the handshake hangs up before it read the whole
  reply, the blocking one may report that and not why.
- A line within a few bytes of 64 kB may be too long for one of them alone.
- The words of a `ConnectionFailedError` name what failed as the library calls it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.transport.breaker import Breaker
from kszclient.transport.congestion import Congestion
from kszclient.transport.deadline import Deadline
from kszclient.transport.endpoints import SHARED, Endpoints
from kszclient.transport.http_answer import HttpAnswer, retry_after_seconds
from kszclient.transport.rate import RateLimit
from kszclient.transport.retry import Attempt, Retried, Retrier, Retry
from kszclient.transport.tls_failure import TlsFlaw

if TYPE_CHECKING:
    from kszclient.transport.blocking import BlockingTransport

__all__ = [
    "SHARED",
    "Attempt",
    "BlockingTransport",
    "Breaker",
    "Congestion",
    "Deadline",
    "Endpoints",
    "HttpAnswer",
    "RateLimit",
    "Retried",
    "Retrier",
    "Retry",
    "TlsFlaw",
    "retry_after_seconds",
]


def __getattr__(name: str) -> object:
    """Import the blocking transport when it is first asked for: an asynchronous client has none."""
    if name != "BlockingTransport":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kszclient.transport.blocking import BlockingTransport  # noqa: PLC0415 - see above

    return BlockingTransport
