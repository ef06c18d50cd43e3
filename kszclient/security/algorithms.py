"""Which signature and digest algorithms count, and the names of those that do not.

SHA-2 with RSA (PKCS#1 1.5 and PSS) and with ECDSA. An algorithm that is known to be broken is
refused as weak; one that is only not supported is refused by its name, for nobody need be alarmed.
HMAC is refused whatever its digest: its secret would be our public key, which everybody has.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NoReturn

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml.etree import QName, _Element

from kszclient.security.signature_flaws import SignatureFlaw, refuse
from kszclient.security.wsse import DS, DSIG_MORE_2007, SHA1, SHA256, SHA384, SHA512

_SHA2 = (SHA256, SHA384, SHA512)
_RSA_PSS = f"{DSIG_MORE_2007}rsa-pss"
_MGF1 = f"{DSIG_MORE_2007}MGF1"
_PSS_PARAMETERS = ("DigestMethod", "MaskGenerationFunction", "SaltLength", "TrailerField")

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class Scheme(StrEnum):
    """How a key signs."""

    RSA = "RSA"
    RSA_PSS = "RSA-PSS"
    ECDSA = "ECDSA"


class SignatureAlgorithm(msgspec.Struct, frozen=True):
    """A signature algorithm that counts.

    Args:
        scheme: How the key signs.
        hash_algorithm: What is hashed with.
    """

    scheme: Scheme
    hash_algorithm: hashes.HashAlgorithm

    def fits(self, key: PublicKey) -> bool:
        """Whether a key is one for this algorithm."""
        return isinstance(key, ec.EllipticCurvePublicKey) == (self.scheme is Scheme.ECDSA)

    def verifies(self, key: PublicKey, value: bytes, signed: bytes) -> bool:
        """Whether a key made a signature value over these bytes; never for another kind."""
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                signature = _der_of(value, (key.key_size + 7) // 8)
                key.verify(signature, signed, ec.ECDSA(self.hash_algorithm))
            else:
                key.verify(value, signed, self._padding(), self.hash_algorithm)
        except InvalidSignature:
            return False
        return self.fits(key)

    def _padding(self) -> padding.AsymmetricPadding:
        if self.scheme is Scheme.RSA:
            return padding.PKCS1v15()
        # RFC 9231, 2.3.9 and 2.3.10: one hash for both, and a salt as long as it.
        return padding.PSS(padding.MGF1(self.hash_algorithm), self.hash_algorithm.digest_size)


_DIGESTS = {each.digest: each.hash_algorithm for each in _SHA2}
_SIGNATURES = {
    uri: SignatureAlgorithm(scheme, each.hash_algorithm)
    for each in _SHA2
    for uri, scheme in (
        (each.signature, Scheme.RSA),
        (each.pss, Scheme.RSA_PSS),
        (each.ecdsa, Scheme.ECDSA),
    )
}
_SHA1_DIGEST = {SHA1.digest: SHA1.hash_algorithm}
_SHA1_SIGNATURE = {SHA1.signature: SignatureAlgorithm(Scheme.RSA, SHA1.hash_algorithm)}

# What the W3C and the IETF named. Nothing else of what a stranger wrote is ever repeated.
_KNOWN_NAME = re.compile(
    r"(?:(?:rsa|dsa|ecdsa|esign|hmac)-)?(?:md2|md5|sha1|sha224|sha256|sha384|sha512|"
    r"sha3-(?:224|256|384|512)|ripemd128|ripemd160|whirlpool)(?:-rsa-MGF1)?"
    r"|eddsa-(?:ed25519|ed448)(?:ph|ctx)?|rsa-pss|enveloped-signature|base64|STR-Transform"
    r"|REC-(?:xpath-19991116|xslt-19991116)|xmldsig-filter2"
    r"|REC-xml-c14n-20010315|xml-c14n11|xml-c14n2|xml-exc-c14n"
)
_BROKEN = re.compile(r"(?:^|-)(?:md2|md5|sha1|ripemd128|ripemd160)(?:-|$)")


def algorithm_name(uri: str | None) -> str:
    """Name an algorithm, if it is a published one.

    >>> algorithm_name("http://www.w3.org/2001/04/xmldsig-more#rsa-md5")
    'rsa-md5'
    >>> algorithm_name("http://www.w3.org/2001/10/xml-exc-c14n#WithComments")
    'xml-exc-c14n#WithComments'
    >>> algorithm_name("urn:nobody-knows")
    'an algorithm that this library does not know'
    """
    path, hash_sign, fragment = (uri or "").partition("#")
    last = path.rpartition("/")[2]
    if _KNOWN_NAME.fullmatch(fragment):
        return fragment
    if _KNOWN_NAME.fullmatch(last) and fragment in {"", "WithComments"}:
        return f"{last}{hash_sign}{fragment}" if fragment else last
    return "an algorithm that this library does not know"


def read_digest_method(method: _Element, *, sha1: bool) -> hashes.HashAlgorithm:
    """Read how something is hashed.

    Args:
        method: A DigestMethod.
        sha1: Whether SHA-1 counts as well.

    Raises:
        SignatureRefusedError: In a way that does not count.
    """
    uri = method.get("Algorithm", "")
    found = _DIGESTS.get(uri) or (_SHA1_DIGEST.get(uri) if sha1 else None)
    if found is None:
        _refuse_algorithm(uri)
    if len(method):
        refuse(SignatureFlaw.MALFORMED, "DigestMethod has parameters")
    return found


def read_signature_method(method: _Element, *, sha1: bool) -> SignatureAlgorithm:
    """Read how something is signed.

    Args:
        method: A SignatureMethod.
        sha1: Whether RSA with SHA-1 counts as well.

    Raises:
        SignatureRefusedError: In a way that does not count.
    """
    uri = method.get("Algorithm", "")
    if uri == _RSA_PSS:
        return SignatureAlgorithm(Scheme.RSA_PSS, _read_pss(method))
    found = _SIGNATURES.get(uri) or (_SHA1_SIGNATURE.get(uri) if sha1 else None)
    if found is None:
        _refuse_algorithm(uri)
    if len(method):
        refuse(SignatureFlaw.MALFORMED, "SignatureMethod has parameters")
    return found


def _read_pss(method: _Element) -> hashes.HashAlgorithm:
    """Read the parameters of RSA-PSS: any SHA-2, for both of its hashes, and a salt as long."""
    if not len(method):
        return SHA256.hash_algorithm
    parameters = {QName(each).localname: each for each in method[0]}
    expected = f"{{{DSIG_MORE_2007}}}RSAPSSParams"
    complete = len(parameters) == len(method[0]) and parameters.keys() <= set(_PSS_PARAMETERS)
    if len(method) > 1 or method[0].tag != expected or not complete:
        refuse(SignatureFlaw.MALFORMED, "the parameters of RSA-PSS are not as RFC 9231 has them")
    found = SHA256.hash_algorithm
    if "DigestMethod" in parameters:
        found = read_digest_method(parameters["DigestMethod"], sha1=False)
    mask = parameters.get("MaskGenerationFunction")
    masked = SHA256.hash_algorithm if mask is None else _mask_hash(mask)
    salt = _text(parameters, "SaltLength", str(found.digest_size))
    if masked is None or masked.name != found.name or salt != str(found.digest_size):
        refuse(SignatureFlaw.UNSUPPORTED_ALGORITHM, "RSA-PSS with unusual parameters")
    if _text(parameters, "TrailerField", "1") != "1":
        refuse(SignatureFlaw.UNSUPPORTED_ALGORITHM, "RSA-PSS with unusual parameters")
    return found


def _mask_hash(mask: _Element) -> hashes.HashAlgorithm | None:
    if mask.get("Algorithm") != _MGF1:
        return None
    method = mask.find(f"{{{DS}}}DigestMethod")
    return SHA256.hash_algorithm if method is None else read_digest_method(method, sha1=False)


def _text(parameters: dict[str, _Element], name: str, usual: str) -> str:
    element = parameters.get(name)
    return usual if element is None else (element.text or "").strip()


def _refuse_algorithm(uri: str) -> NoReturn:
    name = algorithm_name(uri)
    if name.startswith("hmac-"):
        refuse(SignatureFlaw.WEAK_ALGORITHM, f"{name}, whose secret would be a public key")
    if _BROKEN.search(name):
        refuse(SignatureFlaw.WEAK_ALGORITHM, name)
    refuse(SignatureFlaw.UNSUPPORTED_ALGORITHM, name)


def _der_of(value: bytes, size: int) -> bytes:
    """Turn r and s, each as long as the order of the curve, into what the library takes."""
    if len(value) != 2 * size:
        raise InvalidSignature
    return encode_dss_signature(
        int.from_bytes(value[:size], "big"), int.from_bytes(value[size:], "big")
    )
