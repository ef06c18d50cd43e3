"""Signing: an envelope in, the same envelope with a Security header out."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from copy import deepcopy

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from lxml.builder import ElementMaker
from lxml.etree import _Element

from kszclient.errors import InvalidValueError, SettingsError
from kszclient.security.identity import Identity, PrivateKey
from kszclient.security.wsse import (
    BASE64,
    DS,
    EXCLUSIVE_C14N,
    SHA1,
    SHA256,
    SHA384,
    SHA512,
    SOAP,
    WSSE,
    WSU,
    WSU_ID,
    X509_V3,
    Algorithms,
    canonical,
    digest,
    read_xml,
)

_DS = ElementMaker(namespace=DS, nsmap={"ds": DS})
_WSSE = ElementMaker(namespace=WSSE, nsmap={"wsse": WSSE, "wsu": WSU})
# The digest that is as strong as the curve (FIPS 186-5, section 6.1.1).
_BY_CURVE = {"secp256r1": SHA256, "secp384r1": SHA384, "secp521r1": SHA512}
_WSU = ElementMaker(namespace=WSU, nsmap={"wsu": WSU})


class Signer:
    """Signs envelopes with one certificate; threads may share it.

    Args:
        identity: Whose signature; its key is RSA, or on P-256, P-384 or P-521.
        lifetime_seconds: How long an envelope is good for.
        sign_token: Whether the certificate in the header is signed too.
        sha1: Whether SHA-1 is used, which is broken, instead of SHA-256.

    Raises:
        SettingsError: The key is none to sign with, or SHA-1 is asked of one that is not RSA.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        lifetime_seconds: int = 300,
        sign_token: bool = False,
        sha1: bool = False,
    ) -> None:
        self._key = identity.key
        self._algorithms, self._method = _choose(identity.key, sha1=sha1)
        self._token = b64encode(identity.certificate.public_bytes(Encoding.DER)).decode()
        self._lifetime = dt.timedelta(seconds=lifetime_seconds)
        self._sign_token = sign_token

    def sign(self, envelope: bytes | _Element, now: dt.datetime) -> bytes:
        """Add a Security header with token, Timestamp and a signature over Timestamp and Body.

        The bytes that come back are what is signed: send them as they are.

        Args:
            envelope: A SOAP 1.1 envelope that has no Security header yet; where it is at hand as a
                tree nothing is parsed, and the tree stays as it is.
            now: The moment of signing, with a time zone.

        Raises:
            InvalidValueError: It is no such envelope.
        """
        root = read_xml(envelope) if isinstance(envelope, bytes) else deepcopy(envelope)
        body = None if root is None else root.find(f"{{{SOAP}}}Body")
        if root is None or body is None or root.tag != f"{{{SOAP}}}Envelope":
            raise InvalidValueError("envelope", "soap", "expected a SOAP 1.1 envelope with a Body")
        header = root.find(f"{{{SOAP}}}Header")
        if header is None:
            header = etree.Element(f"{{{SOAP}}}Header", nsmap=root.nsmap)
            root.insert(0, header)
        if header.find(f"{{{WSSE}}}Security") is not None or root.xpath("//@*[local-name()='Id']"):
            raise InvalidValueError("envelope", "unsigned", "it carries a signature already")

        token = _WSSE.BinarySecurityToken(self._token, EncodingType=BASE64, ValueType=X509_V3)
        timestamp = _WSU.Timestamp(
            _WSU.Created(_instant(now)), _WSU.Expires(_instant(now + self._lifetime))
        )
        parts = {"Token": token, "Timestamp": timestamp, "Body": body}
        for name, part in parts.items():
            part.set(WSU_ID, name)
        security = _WSSE.Security(token, timestamp)
        security.set(f"{{{SOAP}}}mustUnderstand", "1")
        header.append(security)
        if not self._sign_token:
            del parts["Token"]
        security.append(self._signature(parts))
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)

    def _signature(self, parts: dict[str, _Element]) -> _Element:
        signed_info = _DS.SignedInfo(
            _DS.CanonicalizationMethod(Algorithm=EXCLUSIVE_C14N),
            _DS.SignatureMethod(Algorithm=self._method),
            *(_reference(name, part, self._algorithms) for name, part in parts.items()),
        )
        value = _sign(self._key, canonical(signed_info), self._algorithms.hash_algorithm)
        token = _WSSE.Reference(URI="#Token", ValueType=X509_V3)
        return _DS.Signature(
            signed_info,
            _DS.SignatureValue(b64encode(value).decode()),
            _DS.KeyInfo(_WSSE.SecurityTokenReference(token)),
        )


def _choose(key: PrivateKey, *, sha1: bool) -> tuple[Algorithms, str]:
    """Choose the digest and the name of the signature that go with a key."""
    if isinstance(key, rsa.RSAPrivateKey):
        chosen = SHA1 if sha1 else SHA256
        return chosen, chosen.signature
    algorithms = None if sha1 else _BY_CURVE.get(key.curve.name)
    if algorithms is None:
        raise SettingsError(
            "signature.certificate: signing needs an RSA key"
            + ("" if sha1 else ", or one on P-256, P-384 or P-521")
        )
    return algorithms, algorithms.ecdsa


def _sign(key: PrivateKey, content: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PKCS1v15(), algorithm)
    numbers = decode_dss_signature(key.sign(content, ec.ECDSA(algorithm)))
    size = (key.key_size + 7) // 8
    return b"".join(each.to_bytes(size, "big") for each in numbers)


def _reference(name: str, part: _Element, algorithms: Algorithms) -> _Element:
    value = digest(canonical(part), algorithms.hash_algorithm)
    return _DS.Reference(
        _DS.Transforms(_DS.Transform(Algorithm=EXCLUSIVE_C14N)),
        _DS.DigestMethod(Algorithm=algorithms.digest),
        _DS.DigestValue(b64encode(value).decode()),
        URI=f"#{name}",
    )


def _instant(moment: dt.datetime) -> str:
    utc = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds") + "Z"
