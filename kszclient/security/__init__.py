"""Whom we reach and how: one frozen policy per environment."""

from kszclient.security.message_security import MessageSecurity, message_security
from kszclient.security.profile import Profile, SyntheticPersons
from kszclient.security.profile_sections import BasicLogin, CertificateFiles, SignaturePolicy
from kszclient.security.secrets import Secret, SecretSource
from kszclient.security.signature_flaws import SignatureFlaw
from kszclient.security.tls import client_context

__all__ = [
    "BasicLogin",
    "CertificateFiles",
    "MessageSecurity",
    "Profile",
    "Secret",
    "SecretSource",
    "SignatureFlaw",
    "SignaturePolicy",
    "SyntheticPersons",
    "client_context",
    "message_security",
]
