"""The names and algorithms of WS-Security 1.0 and 1.1 that we use, and canonical XML.

Written out on lxml and cryptography: signxml knows no SecurityTokenReference, the ``xmlsec``
bindings must be built against the very libxml2 of lxml, and both resolve references wherever
they point, while here a reference counts only where it names the Body and the Timestamp that
stand in their places. Two verifiers that share no code with us check what we sign, in the tests.
"""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from lxml import etree
from lxml.etree import _Element

from kszclient.wire.parse import MalformedXmlError, parse

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
DS = "http://www.w3.org/2000/09/xmldsig#"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE = f"{_OASIS}wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}wssecurity-utility-1.0.xsd"
X509_PROFILE = f"{_OASIS}x509-token-profile-1.0#"
X509_PROFILE_11 = f"{_OASIS}x509-token-profile-1.1#"
X509_V3 = f"{X509_PROFILE}X509v3"
BASE64 = f"{_OASIS}soap-message-security-1.0#Base64Binary"
STR_TRANSFORM = f"{_OASIS}soap-message-security-1.0#STR-Transform"
THUMBPRINT_SHA1 = (
    "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1"
)
DSIG_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
DSIG_MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
DSIG_11 = "http://www.w3.org/2009/xmldsig11#"
EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"

WSU_ID = f"{{{WSU}}}Id"

# Chosen where lxml must invent a prefix: an attribute added to an element that has none for it.
etree.register_namespace("wsu", WSU)


class Algorithms:
    """A digest, and the names of the signatures that are made with it (RFC 9231).

    Args:
        digest: URI of the digest.
        signature: URI of RSA (PKCS#1 1.5) with that digest.
        hash_algorithm: The digest itself.
        pss: URI of RSA-PSS with that digest and no parameters; empty where it is not supported.
        ecdsa: URI of ECDSA with that digest; empty where it is not supported.
    """

    __slots__ = ("digest", "ecdsa", "hash_algorithm", "pss", "signature")

    def __init__(
        self,
        digest: str,
        signature: str,
        hash_algorithm: hashes.HashAlgorithm,
        *,
        pss: str = "",
        ecdsa: str = "",
    ) -> None:
        self.digest = digest
        self.signature = signature
        self.hash_algorithm = hash_algorithm
        self.pss = pss
        self.ecdsa = ecdsa


SHA256 = Algorithms(
    "http://www.w3.org/2001/04/xmlenc#sha256",
    f"{DSIG_MORE}rsa-sha256",
    hashes.SHA256(),
    pss=f"{DSIG_MORE_2007}sha256-rsa-MGF1",
    ecdsa=f"{DSIG_MORE}ecdsa-sha256",
)
SHA384 = Algorithms(
    f"{DSIG_MORE}sha384",
    f"{DSIG_MORE}rsa-sha384",
    hashes.SHA384(),
    pss=f"{DSIG_MORE_2007}sha384-rsa-MGF1",
    ecdsa=f"{DSIG_MORE}ecdsa-sha384",
)
SHA512 = Algorithms(
    "http://www.w3.org/2001/04/xmlenc#sha512",
    f"{DSIG_MORE}rsa-sha512",
    hashes.SHA512(),
    pss=f"{DSIG_MORE_2007}sha512-rsa-MGF1",
    ecdsa=f"{DSIG_MORE}ecdsa-sha512",
)
SHA1 = Algorithms(
    f"{DS}sha1",
    f"{DS}rsa-sha1",
    hashes.SHA1(),  # noqa: S303 - used only where a profile names its reason, and doctor shows
)


def digest(content: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    """Hash bytes.

    >>> digest(b"", SHA256.hash_algorithm).hex()[:8]
    'e3b0c442'
    """
    state = hashes.Hash(algorithm)
    state.update(content)
    return state.finalize()


def canonical(element: _Element, inclusive_prefixes: tuple[str, ...] = ()) -> bytes:
    """Return the bytes of an element in exclusive canonical XML, without comments.

    Args:
        element: What is signed.
        inclusive_prefixes: Prefixes that are written out although nothing visible uses them.

    >>> canonical(etree.fromstring('<a xmlns:x="urn:x"><b  z="1" y="2"/></a>')[0])
    b'<b y="2" z="1"></b>'
    """
    written: bytes = etree.tostring(
        element,
        method="c14n",
        exclusive=True,
        with_comments=False,
        inclusive_ns_prefixes=list(inclusive_prefixes),
    )
    return written


def read_xml(document: bytes) -> _Element | None:
    """Read foreign XML by the one parser there is for it; None where that cannot be done."""
    try:
        return parse(document)
    except MalformedXmlError:
        return None
