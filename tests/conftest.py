"""What every test runs under: no network but loopback, and the same examples each time.

``HYPOTHESIS_PROFILE=random`` tries some thousand others instead."""

import ipaddress
import os
import sys

import pytest
from hypothesis import HealthCheck, settings

from kszclient.transport import SHARED

# How fast this machine is decides nothing: neither a deadline nor the check of slow examples.
ANY_SPEED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("kszclient", derandomize=True, max_examples=150, **ANY_SPEED)
settings.register_profile("random", derandomize=False, max_examples=5000, **ANY_SPEED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "kszclient"))


@pytest.fixture(autouse=True)
def endpoints_unknown_as_yet():
    """Let no test find the breaker or the rate of another, whose port it may have by chance."""
    SHARED.forget()


def _only_loopback(event: str, args: tuple) -> None:
    """Refuse every connection and name look-up that leaves this machine."""
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        address = args[1]
        if not isinstance(address, tuple):  # a Unix socket
            return
        host = address[0]
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if host in (None, "", "localhost", b"localhost"):
        return
    text = host.decode() if isinstance(host, bytes) else host
    try:
        if ipaddress.ip_address(text).is_loopback:
            return
    except ValueError:
        pass
    raise PermissionError(f"tests may not reach {text}")


sys.addaudithook(_only_loopback)
