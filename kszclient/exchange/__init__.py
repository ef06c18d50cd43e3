"""Ask a service of the KSZ: the one order in which every question goes out and comes back.

A service brings an `Inquiry`: its messages, how its answers are read, and what the audit trail
says of them. All else is the same for each of them and stands here once: rate and breaker, attempts
within one deadline, signature, audit trail, sending, and how a client closes.

Two clients drive it, one blocking and one on an event loop. What imports requests or aiohttp is
imported by who uses it, for both take their time to load.
"""

from kszclient.exchange.config import ClientConfig, Environment, Headers, client_config, headers_of
from kszclient.exchange.exchange import Exchange, Inquiry

__all__ = [
    "ClientConfig",
    "Environment",
    "Exchange",
    "Headers",
    "Inquiry",
    "client_config",
    "headers_of",
]
