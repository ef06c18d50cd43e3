"""Signed answers as other stacks write them, signed by libxmlsec1 and not by us.

WSS4J (Java) and WCF (.NET) cannot be run here, so their messages are written out in their shape:
prefixes, order, ids, lists of prefixes, and how each names the certificate.
"""

import datetime as dt
import hashlib
import textwrap
from base64 import b64encode

import xmlsec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
)
from cryptography.x509 import SubjectKeyIdentifier
from lxml import etree

from kszclient.security.wsse import (
    BASE64,
    DS,
    DSIG_11,
    EXCLUSIVE_C14N,
    SHA256,
    SOAP,
    THUMBPRINT_SHA1,
    WSSE,
    WSU,
    X509_PROFILE,
    X509_V3,
)
from tests.security.forgery import NOW

ADDRESSING = "http://www.w3.org/2005/08/addressing"
WSSE11 = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"
OUTER = f'xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}" xmlns:ds="{DS}" xmlns:dsig11="{DSIG_11}"'


def der(identity):
    return identity.certificate.public_bytes(Encoding.DER)


def base64(raw):
    return b64encode(raw).decode()


def moment(seconds=0, *, form="%Y-%m-%dT%H:%M:%S.%f"):
    return (NOW + dt.timedelta(seconds=seconds)).strftime(form)[:23] + "Z"


# How the certificate is named


def reference(identity, value_type=X509_V3):
    return (
        "<wsse:SecurityTokenReference>"
        f'<wsse:Reference URI="#Token" ValueType="{value_type}"/></wsse:SecurityTokenReference>'
    )


def token(identity, *, raw=None, value_type=X509_V3, name="Token"):
    """Write a BinarySecurityToken, its text broken into lines as some stacks do."""
    text = textwrap.fill(base64(raw or der(identity)), 76)
    return (
        f'<wsse:BinarySecurityToken EncodingType="{BASE64}" ValueType="{value_type}" '
        f'wsu:Id="{name}">{text}</wsse:BinarySecurityToken>'
    )


def in_reference(inner):
    return f"<wsse:SecurityTokenReference>{inner}</wsse:SecurityTokenReference>"


def key_identifier(raw, value_type):
    return in_reference(
        f'<wsse:KeyIdentifier EncodingType="{BASE64}" ValueType="{value_type}">{base64(raw)}'
        "</wsse:KeyIdentifier>"
    )


def issuer_serial(identity, *, issuer=None, serial=None):
    issuer = issuer or identity.certificate.issuer.rfc4514_string()
    return (
        f"<ds:X509IssuerSerial><ds:X509IssuerName>{issuer}</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{serial or identity.certificate.serial_number}"
        "</ds:X509SerialNumber></ds:X509IssuerSerial>"
    )


def x509_data(inner):
    return f"<ds:X509Data>{inner}</ds:X509Data>"


def key_bytes(identity):
    return SubjectKeyIdentifier.from_public_key(identity.key.public_key()).digest


def thumbprint(identity):
    return hashlib.sha1(der(identity), usedforsecurity=False).digest()


def key_value(identity):
    public = identity.key.public_key()
    if hasattr(public, "curve"):
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return (
            '<ds:KeyValue><dsig11:ECKeyValue><dsig11:NamedCurve URI="urn:oid:1.2.840.10045.3.1.7"/>'
            f"<dsig11:PublicKey>{base64(point)}</dsig11:PublicKey></dsig11:ECKeyValue>"
            "</ds:KeyValue>"
        )
    numbers = public.public_numbers()
    modulus = numbers.n.to_bytes((public.key_size + 7) // 8, "big")
    return (
        f"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{base64(modulus)}</ds:Modulus>"
        "<ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    )


def path_of(*identities):
    """Write a PkiPath: a sequence of certificates of which the last one signs."""
    inside = b"".join(der(each) for each in identities)
    return b"\x30\x82" + len(inside).to_bytes(2, "big") + inside


def bundle_of(*identities):
    return pkcs7.serialize_certificates([each.certificate for each in identities], Encoding.DER)


NAMINGS = {
    "binary token": reference,
    "issuer and serial": lambda each: in_reference(x509_data(issuer_serial(each))),
    "issuer and serial, without X509Data": lambda each: in_reference(issuer_serial(each)),
    "subject key identifier": lambda each: key_identifier(
        key_bytes(each), X509_PROFILE + "X509SubjectKeyIdentifier"
    ),
    "thumbprint": lambda each: key_identifier(thumbprint(each), THUMBPRINT_SHA1),
    "certificate as key identifier": lambda each: key_identifier(der(each), X509_V3),
    "path as key identifier": lambda each: key_identifier(
        path_of(each), X509_PROFILE + "X509PKIPathv1"
    ),
    "embedded token": lambda each: in_reference(
        f"<wsse:Embedded>{token(each, name='Inner')}</wsse:Embedded>"
    ),
    "certificate in a reference": lambda each: in_reference(
        x509_data(f"<ds:X509Certificate>{base64(der(each))}</ds:X509Certificate>")
    ),
    "certificate": lambda each: x509_data(
        f"<ds:X509Certificate>{base64(der(each))}</ds:X509Certificate>"
    ),
    "everything of X509Data": lambda each: x509_data(
        issuer_serial(each)
        + f"<ds:X509SKI>{base64(key_bytes(each))}</ds:X509SKI>"
        + f"<ds:X509SubjectName>{each.certificate.subject.rfc4514_string()}</ds:X509SubjectName>"
        + f"<ds:X509Certificate>{base64(der(each))}</ds:X509Certificate>"
        + f'<dsig11:X509Digest Algorithm="{SHA256.digest}">'
        + base64(hashlib.sha256(der(each)).digest())
        + "</dsig11:X509Digest>"
    ),
    "X509SKI": lambda each: x509_data(f"<ds:X509SKI>{base64(key_bytes(each))}</ds:X509SKI>"),
    "subject": lambda each: x509_data(
        f"<ds:X509SubjectName>{each.certificate.subject.rfc4514_string()}</ds:X509SubjectName>"
    ),
    "key name": lambda each: (
        f"<ds:KeyName>{each.certificate.subject.rfc4514_string()}</ds:KeyName>"
    ),
    "key name that is the common name": lambda _: "<ds:KeyName>service.invalid</ds:KeyName>",
    "key value": key_value,
    "key value and certificate": lambda each: (
        key_value(each) + x509_data(f"<ds:X509Certificate>{base64(der(each))}</ds:X509Certificate>")
    ),
}
"""Each way of naming the certificate, by what it is called."""

TOKENS = {
    "X509v3": lambda each, _: token(each),
    "no kind": lambda each, _: token(each).replace(f' ValueType="{X509_V3}"', ""),
    "X509PKIPathv1": lambda each, authority: token(
        each, raw=path_of(authority, each), value_type=X509_PROFILE + "X509PKIPathv1"
    ),
    "PKCS7": lambda each, authority: token(
        each, raw=bundle_of(each, authority), value_type=X509_PROFILE + "PKCS7"
    ),
}
"""Each kind of token."""

BODY = "<q:answer xmlns:q='urn:q'><months>12</months></q:answer>"
TIMESTAMP = f"<wsu:Created>{moment()}</wsu:Created><wsu:Expires>{moment(300)}</wsu:Expires>"


def message(
    *,
    tokens="",
    headers="",
    more="",
    timestamp=TIMESTAMP,
    signed=("Timestamp", "Body"),
    algorithm=SHA256.signature,
    digest=SHA256.digest,
    prefixes=None,
    attributes="",
):
    """Write an answer whose signature is not filled in yet, without KeyInfo."""
    listed = (
        f'<ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE_C14N}" PrefixList="{prefixes}"/>'
        if prefixes
        else ""
    )
    references = "".join(
        f'<ds:Reference URI="#{each}"><ds:Transforms><ds:Transform Algorithm="{EXCLUSIVE_C14N}">'
        f'{listed}</ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="{digest}"/>'
        "<ds:DigestValue/></ds:Reference>"
        for each in signed
    )
    return (
        f'<soap:Envelope xmlns:soap="{SOAP}" {OUTER}><soap:Header>{headers}'
        f'<wsse:Security soap:mustUnderstand="1"{attributes}>{tokens}'
        f'<wsu:Timestamp wsu:Id="Timestamp">{timestamp}</wsu:Timestamp>{more}'
        "<ds:Signature><ds:SignedInfo>"
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}">{listed}'
        f'</ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="{algorithm}"/>{references}'
        "</ds:SignedInfo><ds:SignatureValue/></ds:Signature></wsse:Security></soap:Header>"
        f'<soap:Body wsu:Id="Body">{BODY}</soap:Body></soap:Envelope>'
    )


def signed_by_xmlsec(text, identity, key_info=""):
    """Have libxmlsec1 fill in digests and signature, and name the certificate."""
    root = etree.fromstring(text)
    signature = root.find(f".//{{{DS}}}SignedInfo/..")
    context = xmlsec.SignatureContext()
    pem = identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
    for each in root.iter(etree.Element):
        if each.get(f"{{{WSU}}}Id"):
            context.register_id(each, "Id", WSU)
    context.sign(signature)
    if key_info:
        signature.append(etree.fromstring(f"<ds:KeyInfo {OUTER}>{key_info}</ds:KeyInfo>"))
    return etree.tostring(root)
