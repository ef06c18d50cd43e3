"""Whom we reach and how: one frozen policy per environment."""

from kszclient.security.profile import Profile, SyntheticPersons

__all__ = ["Profile", "SyntheticPersons"]
