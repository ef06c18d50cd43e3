"""Signed envelopes that are out to harm whoever verifies them.

``{token}`` stands where the certificate belongs that the verifier pins: what is public lets an
envelope come as far as the check of the signature itself, and what it costs until then is asked.
"""

from collections.abc import Callable, Mapping

from kszclient.security.wsse import DS, EXCLUSIVE_C14N, SOAP, WSSE, WSU, X509_PROFILE, X509_V3

MILLION = 1_000_000


_BY_TOKEN = b'<w:SecurityTokenReference><w:Reference URI="#t"/></w:SecurityTokenReference>'


def _envelope(
    *,
    inside: bytes = b"",
    references: bytes = b"",
    token: bytes = b"{token}",
    body: bytes = b"",
    declared: bytes = b"",
    prefixes: bytes = b"",
    key_info: bytes = _BY_TOKEN,
) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:u="{WSU}" xmlns:d="{DS}"><s:Header>'
        f'<w:Security xmlns:w="{WSSE}">'
        f'<w:BinarySecurityToken u:Id="t" ValueType="{X509_V3}">'.encode()
        + token
        + b'</w:BinarySecurityToken><u:Timestamp u:Id="T"/>'
        + inside
        + b"<d:Signature><d:SignedInfo "
        + declared
        + f'><d:CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}">'.encode()
        + prefixes
        + b"</d:CanonicalizationMethod>"
        + b'<d:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        + references
        + b"</d:SignedInfo><d:SignatureValue>QQ==</d:SignatureValue><d:KeyInfo>"
        + key_info
        + b'</d:KeyInfo></d:Signature></w:Security></s:Header><s:Body u:Id="B">'
        + body
        + b"</s:Body></s:Envelope>"
    )


def _reference(uri: bytes, prefixes: bytes = b"") -> bytes:
    return (
        b'<d:Reference URI="'
        + uri
        + b'"><d:Transforms>'
        + f'<d:Transform Algorithm="{EXCLUSIVE_C14N}">'.encode()
        + prefixes
        + b"</d:Transform></d:Transforms>"
        + b'<d:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        b"<d:DigestValue>QQ==</d:DigestValue></d:Reference>"
    )


def _prefixes(count: int) -> bytes:
    listed = b" ".join(b"n%d" % each for each in range(count))
    return (
        f'<c:InclusiveNamespaces xmlns:c="{EXCLUSIVE_C14N}" PrefixList="'.encode() + listed + b'"/>'
    )


def _declared(count: int) -> bytes:
    return b" ".join(b'xmlns:n%d="urn:%d"' % (each, each) for each in range(count))


def _used(count: int) -> bytes:
    return b" ".join(b'n%d:a=""' % each for each in range(count))


def _x509(inside: bytes) -> bytes:
    return b"<d:X509Data>" + inside + b"</d:X509Data>"


def _issuer(name: bytes, serial: bytes) -> bytes:
    return _x509(
        b"<d:X509IssuerSerial><d:X509IssuerName>"
        + name
        + b"</d:X509IssuerName><d:X509SerialNumber>"
        + serial
        + b"</d:X509SerialNumber></d:X509IssuerSerial>"
    )


def _bundle(kind: bytes) -> bytes:
    return (
        b"<w:SecurityTokenReference><w:KeyIdentifier ValueType='"
        + X509_PROFILE.encode()
        + kind
        + b"'>"
        + b"QUFB" * 2_250_000
        + b"</w:KeyIdentifier></w:SecurityTokenReference>"
    )


BOTH = _reference(b"#B") + _reference(b"#T")

SIGNATURES: Mapping[str, Callable[[], bytes]] = {
    "100,000 references": lambda: _envelope(references=_reference(b"#B") * 100_000),
    "a million ids": lambda: _envelope(
        body=b"".join(b'<a Id="%d"/>' % number for number in range(MILLION)), references=BOTH
    ),
    "a million ids that are the same": lambda: _envelope(
        body=b'<a Id="x"/>' * MILLION, references=BOTH
    ),
    "100,000 signatures": lambda: _envelope(inside=b"<d:Signature/>" * 100_000),
    "a token of 9 MB": lambda: _envelope(token=b"QUFB" * 2_250_000, references=BOTH),
    "100,000 transforms": lambda: _envelope(
        references=BOTH.replace(b"<d:Transforms>", b"<d:Transforms>" + b"<d:Transform/>" * 100_000)
    ),
    "200 levels of 100 namespaces": lambda: _envelope(
        body=b"".join(
            b"<a%d " % level
            + b" ".join(b'xmlns:n%d="urn:%d"' % (each, level) for each in range(100))
            + b">"
            for level in range(200)
        )
        + b"".join(b"</a%d>" % level for level in reversed(range(200))),
        references=BOTH,
    ),
    "200,000 namespaces, all listed": lambda: _envelope(
        declared=_declared(200_000), prefixes=_prefixes(200_000), references=BOTH
    ),
    "100 prefixes": lambda: _envelope(
        declared=_declared(90), prefixes=_prefixes(100), references=BOTH
    ),
    "200,000 namespaces, all listed by a reference": lambda: _envelope(
        references=_reference(b"#B", _prefixes(200_000)) + _reference(b"#T"),
        body=b"<a " + _declared(200_000) + b"/>",
    ),
    "200,000 namespaces, all used": lambda: _envelope(
        declared=_declared(200_000) + b" " + _used(200_000), references=BOTH
    ),
    "200,000 elements below 200,000 namespaces": lambda: _envelope(
        declared=_declared(200_000), references=BOTH + b"<d:a/>" * 200_000
    ),
    "400,000 elements in a digest": lambda: _envelope(
        declared=_declared(90),
        prefixes=_prefixes(16),
        references=BOTH.replace(
            b"QQ==", b"QQ==" + b"<a>" * 200 + b"<a/>" * 400_000 + b"</a>" * 200, 1
        ),
    ),
    "33 references with 100 prefixes each": lambda: _envelope(
        declared=_declared(90),
        references=BOTH + _reference(b"#h", _prefixes(100)) * 31,
    ),
    "32 references to 1,000 headers": lambda: _envelope(
        inside=b"".join(b'<d:h u:Id="h%d"/>' % each for each in range(900)),
        references=BOTH + b"".join(_reference(b"#h%d" % (899 - each)) for each in range(30)),
    ),
    "32 references with 100 prefixes, over 9 MB": lambda: _envelope(
        declared=_declared(90),
        prefixes=_prefixes(100),
        references=BOTH
        + b"".join(_reference(b"#h%d" % each, _prefixes(100)) for each in range(30)),
        inside=b"".join(b'<d:h u:Id="h%d"/>' % each for each in range(30)),
        body=b"<a>" + b"x" * 9_000_000 + b"</a>",
    ),
    "a serial number of 9 million digits": lambda: _envelope(
        references=BOTH, key_info=_issuer(b"CN=a", b"9" * 9_000_000)
    ),
    "a name of 9 MB": lambda: _envelope(
        references=BOTH, key_info=_issuer(b"CN=a," * 1_800_000, b"1")
    ),
    "a name of nothing but escapes": lambda: _envelope(
        references=BOTH, key_info=_issuer(b"CN=" + b"\\" * 2_000, b"1")
    ),
    "1,000 names": lambda: _envelope(
        references=BOTH,
        key_info=_x509(
            (b"<d:X509SubjectName>CN=" + b"a,CN=" * 400 + b"a</d:X509SubjectName>") * 900
        ),
    ),
    "1,000 certificates": lambda: _envelope(
        references=BOTH,
        key_info=_x509((b"<d:X509Certificate>" + b"QUFB" * 2_000 + b"</d:X509Certificate>") * 900),
    ),
    "a key of 9 MB": lambda: _envelope(
        references=BOTH,
        key_info=b"<d:KeyValue><d:RSAKeyValue><d:Modulus>"
        + b"QUFB" * 2_250_000
        + b"</d:Modulus><d:Exponent>"
        + b"QUFB" * 2_250_000
        + b"</d:Exponent></d:RSAKeyValue></d:KeyValue>",
    ),
    "a path of 9 MB": lambda: _envelope(references=BOTH, key_info=_bundle(b"X509PKIPathv1")),
    "a bundle of 9 MB": lambda: _envelope(references=BOTH, key_info=_bundle(b"PKCS7")),
    "900,000 attributes": lambda: _envelope(
        body=b"<a " + b" ".join(b'a%d=""' % each for each in range(900_000)) + b"/>",
        references=BOTH,
    ),
}
"""Every hostile signature."""
