"""The authentic sources: the names under which the KSZ knows the registers on the wire."""

from enum import StrEnum


class AuthenticSource(StrEnum):
    """A register of child benefit files, as ChildBenefitsService v1 names it."""

    FEDERAL = "FEDERAL"
    BRUSSELS = "BRUSSELS"
    FLANDERS = "FLANDERS"
    WALLONIA = "WALLONIA"
    EASTBELGIUM = "EASTBELGIUM"
