"""Send bytes, get bytes, within a deadline."""

from kszclient.transport.blocking import BlockingTransport, HttpAnswer
from kszclient.transport.deadline import Deadline

__all__ = ["BlockingTransport", "Deadline", "HttpAnswer"]
