"""Send bytes, get bytes, within a deadline; ask again, at a rate, while somebody answers.

`kszclient.transport.asynchronous` is imported by who uses it: aiohttp takes its time to load.
"""

from kszclient.transport.blocking import BlockingTransport
from kszclient.transport.breaker import Breaker
from kszclient.transport.congestion import Congestion
from kszclient.transport.deadline import Deadline
from kszclient.transport.endpoints import SHARED, Endpoints
from kszclient.transport.http_answer import HttpAnswer
from kszclient.transport.rate import RateLimit
from kszclient.transport.retry import Attempt, Retried, Retrier, Retry
from kszclient.transport.retry_after import retry_after_seconds
from kszclient.transport.tls_failure import TlsFlaw

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
