"""Signed envelopes that are out to harm whoever verifies them."""

from collections.abc import Callable, Mapping

from kszclient.security.wsse import DS, EXCLUSIVE_C14N, SOAP, WSSE, WSU, X509_V3

MILLION = 1_000_000


def _envelope(
    *, inside: bytes = b"", references: bytes = b"", token: bytes = b"QQ==", body: bytes = b""
) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:u="{WSU}" xmlns:d="{DS}"><s:Header>'
        f'<w:Security xmlns:w="{WSSE}">'
        f'<w:BinarySecurityToken u:Id="t" ValueType="{X509_V3}">'.encode()
        + token
        + b'</w:BinarySecurityToken><u:Timestamp u:Id="T"/>'
        + inside
        + b"<d:Signature><d:SignedInfo>"
        + f'<d:CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"/>'.encode()
        + b'<d:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        + references
        + b"</d:SignedInfo><d:SignatureValue>QQ==</d:SignatureValue><d:KeyInfo>"
        b'<w:SecurityTokenReference><w:Reference URI="#t"/></w:SecurityTokenReference>'
        b'</d:KeyInfo></d:Signature></w:Security></s:Header><s:Body u:Id="B">'
        + body
        + b"</s:Body></s:Envelope>"
    )


def _reference(uri: bytes) -> bytes:
    return (
        b'<d:Reference URI="'
        + uri
        + b'"><d:Transforms>'
        + f'<d:Transform Algorithm="{EXCLUSIVE_C14N}"/></d:Transforms>'.encode()
        + b'<d:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        b"<d:DigestValue>QQ==</d:DigestValue></d:Reference>"
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
}
"""Every hostile signature."""
