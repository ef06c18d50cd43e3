"""What an attacker can do to a signed envelope, and what a careless signer can do."""

import datetime as dt
from base64 import b64decode, b64encode

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from kszclient.security.wsse import DS, SHA1, SHA256, SOAP, WSSE, WSU, WSU_ID, canonical, digest

NOW = dt.datetime.now(tz=dt.UTC)
LATER = NOW + dt.timedelta(seconds=2)

ENVELOPE = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:q="urn:q">'
    b"<s:Header/><s:Body><q:answer><months>12</months></q:answer></s:Body></s:Envelope>"
)
FORGED_BODY = (
    b'<s:Body xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    b'<q:answer xmlns:q="urn:q"><months>0</months></q:answer></s:Body>'
)


class Forgery:
    """A signed envelope taken apart, to be changed and put together again."""

    def __init__(self, envelope):
        self.root = etree.fromstring(envelope)
        self.header, self.body = self.root
        self.security = self.header.find(f"{{{WSSE}}}Security")
        self.token, self.timestamp, self.signature = self.security
        self.signed_info, self.value, self.key_info = self.signature

    def find(self, name):
        return self.signature.find(f".//{{{DS}}}{name}")

    def reference(self, name):
        return self.signature.find(f".//{{{DS}}}Reference[@URI='#{name}']")

    def created(self, created, expires):
        for element, text in zip(self.timestamp, (created, expires), strict=True):
            element.text = text

    def with_token_of(self, identity):
        der = identity.certificate.public_bytes(Encoding.DER)
        self.token.text = b64encode(der).decode()

    def resigned(self, identity):
        """Hash and sign anew, as who holds the key would."""
        by_id = {each.get(WSU_ID): each for each in self.root.iter(etree.Element)}
        for reference in self.signature.iter(f"{{{DS}}}Reference"):
            method, value = reference[-2:]
            hashed = SHA1 if method.get("Algorithm") == SHA1.digest else SHA256
            octets = canonical(by_id[reference.get("URI")[1:]])
            value.text = b64encode(digest(octets, hashed.hash_algorithm)).decode()
        signing = (
            SHA1 if self.find("SignatureMethod").get("Algorithm") == SHA1.signature else SHA256
        )
        octets = canonical(self.signed_info)
        made = identity.key.sign(octets, padding.PKCS1v15(), signing.hash_algorithm)
        self.value.text = b64encode(made).decode()
        return self.octets()

    def octets(self):
        return etree.tostring(self.root)


def bare_certificate(identity):
    """Issue a certificate to itself that states nothing but whose key it is, and until when."""
    name = identity.certificate.subject
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(identity.key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - dt.timedelta(days=1))
        .not_valid_after(NOW + dt.timedelta(days=1))
        .sign(identity.key, SHA256.hash_algorithm)
    )


def other_signature_value(value):
    """Change one bit of a signature."""
    raw = bytearray(b64decode(value))
    raw[0] ^= 1
    return b64encode(raw).decode()


__all__ = [
    "DS",
    "ENVELOPE",
    "FORGED_BODY",
    "LATER",
    "NOW",
    "SHA1",
    "SOAP",
    "WSSE",
    "WSU",
    "WSU_ID",
    "Forgery",
    "bare_certificate",
    "other_signature_value",
]
