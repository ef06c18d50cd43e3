"""Whether a message is of now: its Timestamp, and whether it was seen before."""

from __future__ import annotations

import datetime as dt
import re
import threading

from lxml.etree import _Element

from kszclient.security.profile_sections import LONGEST_LIFE_SECONDS
from kszclient.security.signature_flaws import SignatureFlaw, refuse
from kszclient.security.wsse import WSU

_CREATED, _EXPIRES = f"{{{WSU}}}Created", f"{{{WSU}}}Expires"
_FORMS = ([_CREATED, _EXPIRES], [_CREATED])
# xsd:dateTime with a time zone, which alone makes it a moment; .NET writes seven decimals.
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)
_LONGEST = dt.timedelta(seconds=LONGEST_LIFE_SECONDS)


def check_timestamp(
    timestamp: _Element, now: dt.datetime, skew: dt.timedelta, life: dt.timedelta = _LONGEST
) -> dt.datetime:
    """Refuse a Timestamp that is not of now.

    Args:
        timestamp: The element, with Created, and Expires where the sender states an end.
        now: The moment of receiving.
        skew: How far the other clock may be off.
        life: How long a message counts that states no end (SOAP Message Security 1.1, chapter 10,
            leaves it out at will).

    Returns:
        The moment after which the message counts no more.

    Raises:
        SignatureRefusedError: It is over, in the future, too long or cannot be read.
    """
    if [each.tag for each in timestamp] not in _FORMS:
        refuse(SignatureFlaw.TIMESTAMP_MALFORMED)
    moments = [_read(each) for each in timestamp]
    created = moments[0]
    if created > now + skew:
        refuse(SignatureFlaw.TIMESTAMP_IN_FUTURE)
    expires = moments[1] if len(moments) > 1 else created + life
    if expires <= created:
        refuse(SignatureFlaw.TIMESTAMP_MALFORMED)
    if expires - created > _LONGEST:
        refuse(SignatureFlaw.TIMESTAMP_TOO_LONG)
    if expires <= now - skew:
        refuse(SignatureFlaw.TIMESTAMP_EXPIRED)
    return expires + skew


def _read(element: _Element) -> dt.datetime:
    text = (element.text or "").strip()
    if len(element) or not _DATE_TIME.fullmatch(text):
        refuse(SignatureFlaw.TIMESTAMP_MALFORMED)
    try:
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        refuse(SignatureFlaw.TIMESTAMP_MALFORMED)


class ReplayMemory:
    """Remembers what was received for as long as it would still be taken; threads may share it.

    >>> memory = ReplayMemory()
    >>> noon = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    >>> memory.is_new(b"signature", noon + dt.timedelta(minutes=5), noon)
    True
    >>> memory.is_new(b"signature", noon + dt.timedelta(minutes=5), noon)
    False
    """

    def __init__(self) -> None:
        self._until: dict[bytes, dt.datetime] = {}
        self._lock = threading.Lock()

    def is_new(self, signature: bytes, until: dt.datetime, now: dt.datetime) -> bool:
        """Remember a signature and return whether it is the first time.

        Args:
            signature: What makes a message itself.
            until: The moment after which it is refused for its age anyway.
            now: The moment of receiving.
        """
        with self._lock:
            # Messages come roughly in the order in which they end, so the oldest stand in front.
            while self._until and next(iter(self._until.values())) < now:
                del self._until[next(iter(self._until))]
            if signature in self._until:
                return False
            self._until[signature] = until
            return True

    def __len__(self) -> int:
        return len(self._until)
