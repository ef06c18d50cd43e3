"""Send bytes, get bytes, within a deadline."""

from kszclient.transport.blocking import BlockingTransport, HttpAnswer
from kszclient.transport.deadline import Deadline
from kszclient.transport.tls_failure import TlsFlaw

__all__ = ["BlockingTransport", "Deadline", "HttpAnswer", "TlsFlaw"]
