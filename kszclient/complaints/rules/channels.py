"""A way to reach an instance: address, number or form, with how sure it is."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from kszclient.competence import Certainty


class ChannelKind(StrEnum):
    """What kind of way it is."""

    PHONE = "phone"
    EMAIL = "email"
    POST = "post"
    DESK = "desk"
    FORM = "form"
    WEB = "web"
    DPO_EMAIL = "dpo_email"


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way to reach an instance.

    Args:
        kind: Phone, e-mail and so on.
        value: The number or address.
        source: Code of the source that states it.
        certainty: How sure it is.
        hours: When it is open.
        note: What else to know.
        verify: Whether it must be checked live before it is relied upon.
        newer: Whether it replaces an older one that the same list still shows.
    """

    kind: ChannelKind
    value: str
    source: str
    certainty: Certainty
    hours: str = ""
    note: str = ""
    verify: bool = False
    newer: bool = False
