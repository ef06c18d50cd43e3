"""Answers that other stacks sign are read, whatever way of WS-Security they chose.

libxmlsec1 makes every signature here but those it cannot make (STR-Transform, RSA-PSS with
parameters), and ours are verified by it and another one in `test_signing`.
"""

import datetime as dt
from base64 import b64encode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.x509.oid import NameOID
from lxml import etree

from kszclient.errors import SettingsError, SignatureRefusedError
from kszclient.security.distinguished_names import comparable, parse_name
from kszclient.security.profile_sections import SignaturePolicy
from kszclient.security.verification import Verifier
from kszclient.security.wsse import (
    BASE64,
    DS,
    EXCLUSIVE_C14N,
    SHA256,
    SHA384,
    SHA512,
    SOAP,
    STR_TRANSFORM,
    THUMBPRINT_SHA1,
    WSSE,
    WSU,
    X509_PROFILE,
    X509_PROFILE_11,
    X509_V3,
    canonical,
    digest,
)
from tests.security.forgery import LATER, NOW, bare_certificate
from tests.security.other_stacks import (
    ADDRESSING,
    BODY,
    NAMINGS,
    OUTER,
    TOKENS,
    WSSE11,
    der,
    in_reference,
    issuer_serial,
    key_bytes,
    key_identifier,
    message,
    moment,
    reference,
    signed_by_xmlsec,
    token,
    x509_data,
)

SHA2 = [SHA256, SHA384, SHA512]
DIGESTS = [each.digest for each in SHA2]
RSA = [uri for each in SHA2 for uri in (each.signature, each.pss)]


def accepts(envelope, *pinned, now=LATER, **settings):
    verified = Verifier([each.certificate for each in pinned], **settings).verify(envelope, now)
    return b"<months>12</months>" in verified.envelope and verified.certificate


@pytest.fixture(scope="module")
def curved(authority):
    return authority.signer(key=ec.generate_private_key(ec.SECP256R1()))


# How the certificate is named


@pytest.mark.parametrize("naming", NAMINGS)
@pytest.mark.parametrize("kind", ["rsa", "curve"])
def test_the_certificate_is_found_in_whatever_way_it_is_named(service, curved, naming, kind):
    identity = service if kind == "rsa" else curved
    algorithm = SHA256.signature if kind == "rsa" else SHA256.ecdsa
    tokens = token(identity) if naming == "binary token" else ""
    text = message(tokens=tokens, algorithm=algorithm)
    envelope = signed_by_xmlsec(text, identity, NAMINGS[naming](identity))
    assert accepts(envelope, identity) == identity.certificate


@pytest.mark.parametrize("naming", NAMINGS)
def test_whatever_way_it_is_named_a_stranger_stays_one(authority, service, naming):
    """The same names and another key: nothing in a message makes a certificate trusted."""
    stranger = authority.signer()
    tokens = token(stranger) if naming == "binary token" else ""
    envelope = signed_by_xmlsec(message(tokens=tokens), stranger, NAMINGS[naming](stranger))
    with pytest.raises(SignatureRefusedError) as caught:
        accepts(envelope, service)
    assert caught.value.reason in {"certificate-not-pinned", "signature-wrong"}


@pytest.mark.parametrize("naming", NAMINGS)
def test_whatever_way_the_pinned_one_is_named_another_key_does_not_verify(
    authority, service, naming
):
    stranger = authority.signer()
    tokens = token(service) if naming == "binary token" else ""
    envelope = signed_by_xmlsec(message(tokens=tokens), stranger, NAMINGS[naming](service))
    with pytest.raises(SignatureRefusedError) as caught:
        accepts(envelope, service)
    assert caught.value.reason == "signature-wrong"


@pytest.mark.parametrize("naming", ["binary token", "issuer and serial", "thumbprint"])
@pytest.mark.parametrize("signed", [("Timestamp", "Body"), ("Token", "Chain", "Timestamp", "Body")])
def test_of_several_tokens_the_one_that_is_referred_to_counts(authority, service, naming, signed):
    """The others hold the chain, or a certificate to encrypt for."""
    tokens = token(authority, name="Chain") + token(service)
    text = message(tokens=tokens, signed=signed)
    assert accepts(signed_by_xmlsec(text, service, NAMINGS[naming](service)), service)


def test_of_several_tokens_another_than_the_one_referred_to_does_not(authority, service, refusal):
    stranger = authority.signer()
    text = message(tokens=token(service, name="Second") + token(stranger))
    for identity in (service, stranger):
        envelope = signed_by_xmlsec(text, identity, reference(identity))
        assert refusal(envelope) == "certificate-not-pinned"


@pytest.mark.parametrize("naming", ["key value", "key name", "certificate"])
def test_what_stands_beside_a_reference_must_name_the_same_certificate(authority, service, naming):
    other = authority.signer(name="other.invalid")
    text = message(tokens=token(service))
    both = reference(service) + NAMINGS[naming](service)
    assert accepts(signed_by_xmlsec(text, service, both), service)
    two = reference(service) + NAMINGS[naming](other)
    with pytest.raises(SignatureRefusedError, match="unknown certificate"):
        accepts(signed_by_xmlsec(text, service, two), service, other)


@pytest.mark.parametrize("kind", ["X509v3", "X509v1", "X509SubjectKeyIdentifier"])
def test_both_versions_of_the_profile_are_read(service, kind):
    raw = key_bytes(service) if kind.endswith("Identifier") else der(service)
    named = key_identifier(raw, X509_PROFILE_11 + kind)
    assert accepts(signed_by_xmlsec(message(), service, named), service)


@pytest.mark.parametrize("kind", TOKENS)
def test_each_kind_of_token_is_read(authority, service, kind):
    text = message(tokens=TOKENS[kind](service, authority))
    assert accepts(signed_by_xmlsec(text, service, reference(service)), service)


def test_a_path_names_its_last_certificate_alone(authority, service):
    """Whose path ends with somebody else is somebody else, though the pinned one vouches for it."""
    text = message(tokens=TOKENS["X509PKIPathv1"](authority, service))
    envelope = signed_by_xmlsec(text, service, reference(service))
    with pytest.raises(SignatureRefusedError, match="unknown certificate"):
        accepts(envelope, service)


@pytest.mark.parametrize("naming", sorted(set(NAMINGS) - {"binary token"}))
def test_of_two_hints_both_must_name_the_certificate(authority, service, naming):
    """The token is of one pinned certificate, and what is said of the key of the other."""
    other = authority.signer(name="other.invalid")
    text = message(tokens=token(other))
    envelope = signed_by_xmlsec(text, service, NAMINGS[naming](service))
    for pinned in ([service], [service, other]):
        with pytest.raises(SignatureRefusedError) as caught:
            accepts(envelope, *pinned)
        assert caught.value.reason == "certificate-not-pinned"


def test_of_a_renewed_certificate_with_the_same_key_that_in_force_is_taken(authority, service):
    renewed = authority.signer(key=service.key)
    for naming in ("subject key identifier", "key value", "subject"):
        envelope = signed_by_xmlsec(message(), service, NAMINGS[naming](service))
        assert accepts(envelope, renewed, service) == renewed.certificate
        assert accepts(envelope, service, renewed) == service.certificate


def test_a_certificate_without_a_key_identifier_has_the_usual_one(service):
    plain = bare_certificate(service)
    named = key_identifier(key_bytes(service), X509_PROFILE + "X509SubjectKeyIdentifier")
    envelope = signed_by_xmlsec(message(), service, named)
    assert Verifier([plain]).verify(envelope, LATER).certificate == plain


UNSUPPORTED = {
    '<ds:RetrievalMethod URI="#Token"/>': "RetrievalMethod",
    "<ds:PGPData/>": "PGPData",
    "<ds:MgmtData>x</ds:MgmtData>": "MgmtData",
    "<ds:KeyValue><ds:DSAKeyValue/></ds:KeyValue>": "DSAKeyValue",
    "<ds:X509Data><ds:X509CRL/></ds:X509Data>": "X509CRL",
    "<dsig11:DEREncodedKeyValue/>": "DEREncodedKeyValue",
    key_identifier(b"1", THUMBPRINT_SHA1.replace("Thumbprint", "EncryptedKey")): "EncryptedKeySHA1",
    in_reference("<wsse:Embedded><wsse:UsernameToken/></wsse:Embedded>"): "UsernameToken",
    in_reference("<wsse:KeyIdentifier>AA==</wsse:KeyIdentifier>"): "something that this",
    in_reference("<x>85023000125</x>"): "something that this library does not know",
    "": "nothing at all",
}


@pytest.mark.parametrize(("key_info", "name"), UNSUPPORTED.items())
def test_what_is_not_supported_is_refused_by_its_name(service, key_info, name):
    envelope = signed_by_xmlsec(message(), service, key_info)
    with pytest.raises(SignatureRefusedError, match=f"not supported: {name}") as caught:
        accepts(envelope, service)
    assert caught.value.reason == "unsupported-key-naming"
    assert "85023000125" not in str(caught.value)


@pytest.mark.parametrize(
    "key_info",
    [
        x509_data(""),
        in_reference(""),
        in_reference('<wsse:Reference URI="#Body"/>'),
        in_reference("<wsse:Embedded/>"),
        x509_data("<ds:X509IssuerSerial/>"),
        x509_data("<ds:X509SubjectName>nobody</ds:X509SubjectName>"),
        "<ds:KeyValue/>",
        "<ds:KeyValue><dsig11:ECKeyValue/></ds:KeyValue>",
        x509_data(
            "<ds:X509IssuerSerial><ds:X509IssuerName>CN=a</ds:X509IssuerName>"
            "<ds:X509SerialNumber>1_0</ds:X509SerialNumber></ds:X509IssuerSerial>"
        ),
    ],
)
def test_what_leads_nowhere_is_refused(service, key_info):
    with pytest.raises(SignatureRefusedError) as caught:
        accepts(signed_by_xmlsec(message(), service, key_info), service)
    assert caught.value.reason == "key-substituted"


# Names of issuers

NAME = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, 'K, "S" + Z'),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Sécurité  sociale"),
        x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, "x"),
        x509.NameAttribute(NameOID.EMAIL_ADDRESS, "desk@example.invalid"),
        x509.NameAttribute(NameOID.COMMON_NAME, "CA 1"),
    ]
)
WRITTEN = {
    "RFC 4514": NAME.rfc4514_string(),
    "Java": (
        "CN=CA 1,1.2.840.113549.1.9.1=#16146465736b406578616d706c652e696e76616c6964,ST=x,"
        'OU=Sécurité sociale,O=K\\, \\"S\\" \\+ Z,C=BE'
    ),
    "Java, RFC 1779": "CN=CA 1, OID.1.2.840.113549.1.9.1=desk@example.invalid, ST=x, OU=Sécurité "
    'sociale, O="K, \\"S\\" + Z", C=BE',
    ".NET": 'CN=CA 1, E=desk@example.invalid, S=x, OU=Sécurité sociale, O="K, ""S"" + Z", C=BE',
    "the other way round": (
        "C=BE,O=K\\2c \\22S\\22 \\2b Z,OU=S\\C3\\A9curit\\C3\\A9 sociale,ST=x,"
        "emailAddress=desk@example.invalid,CN=CA 1"
    ),
    "OpenSSL": '/C=BE/O=K, "S" + Z/OU=Sécurité sociale/ST=x'
    "/emailAddress=desk@example.invalid/CN=CA 1",
    "semicolons": (
        'cn=ca 1; e=desk@example.invalid; st=X; ou=sécurité sociale; o="k, \\"s\\" \\+ z"; c=be'
    ),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_a_name_is_read_in_whatever_form_it_is_written(form):
    assert parse_name(WRITTEN[form]) == comparable(NAME)


@pytest.mark.parametrize(
    "text", ["", "CA 1", "=x", "CN", "XX=1", "a" * 3000, "CN=a,", "1=x", "/", "CN=a,,C=BE"]
)
def test_what_is_no_name_is_none(text):
    assert parse_name(text) is None


@pytest.mark.parametrize("other", ["CN=CA 2", "CN=CA 1,O=x", "O=CA 1", "CN=CA 1,CN=CA 1"])
def test_another_name_is_another_name(other):
    assert parse_name("CN=CA 1") != parse_name(other)


# Algorithms


@pytest.mark.parametrize("digest_uri", DIGESTS)
@pytest.mark.parametrize("algorithm", RSA)
def test_rsa_with_sha2_counts_in_both_paddings(service, algorithm, digest_uri):
    text = message(tokens=token(service), algorithm=algorithm, digest=digest_uri)
    assert accepts(signed_by_xmlsec(text, service, reference(service)), service)


@pytest.mark.parametrize("algorithm", [each.ecdsa for each in SHA2])
@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_ecdsa_with_sha2_counts_on_the_curves_of_nist(authority, algorithm, curve):
    identity = authority.signer(key=ec.generate_private_key(curve))
    text = message(tokens=token(identity), algorithm=algorithm)
    assert accepts(signed_by_xmlsec(text, identity, reference(identity)), identity)


def test_libxmlsec1_refuses_what_it_signed_once_we_do(service):
    text = message(tokens=token(service), algorithm=SHA512.pss, digest=SHA384.digest)
    envelope = signed_by_xmlsec(text, service, reference(service))
    with pytest.raises(SignatureRefusedError, match="Body was changed"):
        accepts(envelope.replace(b">12<", b">0<"), service)


@pytest.mark.parametrize(
    ("algorithm", "name"),
    [
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha224", "rsa-sha224"),
        ("http://www.w3.org/2007/05/xmldsig-more#sha3-256-rsa-MGF1", "sha3-256-rsa-MGF1"),
        ("http://www.w3.org/2009/xmldsig11#dsa-sha256", "dsa-sha256"),
        ("http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519", "eddsa-ed25519"),
        ("urn:rsa-of-85023000125", "an algorithm that this library does not know"),
        ("http://www.w3.org/2001/04/xmldsig-more#85023000125", "an algorithm that this library"),
        ("", "an algorithm that this library does not know"),
    ],
)
@pytest.mark.parametrize("where", ["SignatureMethod", "DigestMethod"])
def test_what_is_not_supported_is_no_weak_algorithm(forgery, service, where, algorithm, name):
    forgery.find(where).set("Algorithm", algorithm)
    with pytest.raises(SignatureRefusedError, match=f"not supported: {name}") as caught:
        accepts(forgery.octets(), service)
    assert caught.value.reason == "unsupported-algorithm"
    assert "85023000125" not in str(caught.value)


# What is signed besides

CONFIRMATION = f'<c:SignatureConfirmation xmlns:c="{WSSE11}" wsu:Id="SC" Value="QQ=="/>'
HEADERS = "".join(
    f'<a:{name} xmlns:a="{ADDRESSING}" wsu:Id="{name}">urn:x</a:{name}>'
    for name in ("Action", "MessageID", "RelatesTo", "To", "From", "ReplyTo", "FaultTo")
)
ADDRESSED = ("Action", "MessageID", "RelatesTo", "To", "From", "ReplyTo", "FaultTo")


@pytest.fixture
def with_extras(service):
    text = message(
        tokens=token(service),
        headers=HEADERS,
        more=CONFIRMATION,
        signed=("SC", *ADDRESSED, "Token", "Timestamp", "Body"),
    )
    return signed_by_xmlsec(text, service, reference(service))


def test_what_is_signed_besides_is_verified_and_left_out(with_extras, service):
    verified = Verifier([service.certificate]).verify(with_extras, LATER)
    assert b"SignatureConfirmation" not in verified.envelope
    assert b"MessageID" not in verified.envelope


@pytest.mark.parametrize("part", [b">urn:x</a:To>", b'Value="QQ=="'])
def test_what_is_signed_besides_must_not_change(with_extras, service, part):
    changed = part.replace(b"urn:x", b"urn:y").replace(b"QQ", b"QR")
    with pytest.raises(SignatureRefusedError) as caught:
        accepts(with_extras.replace(part, changed), service)
    assert caught.value.reason == "extra-part-changed"


def with_str_transform(identity, key_info, written, *, tokens=""):
    """Sign the token by the reference to it, which libxmlsec1 cannot do, with its bytes given."""
    root = etree.fromstring(signed_by_xmlsec(message(tokens=tokens), identity, key_info))
    signed_info, value = root.find(f".//{{{DS}}}Signature")[:2]
    hashed = b64encode(digest(written.encode(), SHA256.hash_algorithm)).decode()
    reference_to_it = (
        f'<ds:Reference {OUTER} URI="#STR"><ds:Transforms>'
        f'<ds:Transform Algorithm="{STR_TRANSFORM}">'
        f'<wsse:TransformationParameters><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"/>'
        "</wsse:TransformationParameters></ds:Transform></ds:Transforms>"
        f'<ds:DigestMethod Algorithm="{SHA256.digest}"/><ds:DigestValue>{hashed}</ds:DigestValue>'
        "</ds:Reference>"
    )
    signed_info.append(etree.fromstring(reference_to_it))
    made = identity.key.sign(canonical(signed_info), padding.PKCS1v15(), SHA256.hash_algorithm)
    value.text = b64encode(made).decode()
    return etree.tostring(root)


def str_with_id(key_info):
    return key_info.replace("Reference>", 'Reference wsu:Id="STR">', 1)


def test_a_token_may_be_signed_by_the_reference_to_it(service):
    held = "".join(token(service).partition(">")[1:])
    written = (
        f'<wsse:BinarySecurityToken xmlns="" xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}" '
        f'EncodingType="{BASE64}" ValueType="{X509_V3}" wsu:Id="Token"{held}'
    )
    named = str_with_id(reference(service))
    envelope = with_str_transform(service, named, written, tokens=token(service))
    assert accepts(envelope, service)
    with pytest.raises(SignatureRefusedError) as caught:
        accepts(with_str_transform(service, named, written + " ", tokens=token(service)), service)
    assert caught.value.reason == "extra-part-changed"


@pytest.mark.parametrize("naming", ["thumbprint", "subject key identifier", "issuer and serial"])
def test_so_may_one_that_stands_nowhere(service, naming):
    """A token is made of the certificate, as WSS4J makes it."""
    written = (
        f'<wsse:BinarySecurityToken xmlns="" xmlns:wsse="{WSSE}" ValueType="{X509_V3}">'
        f"{b64encode(der(service)).decode()}</wsse:BinarySecurityToken>"
    )
    envelope = with_str_transform(service, str_with_id(NAMINGS[naming](service)), written)
    assert accepts(envelope, service)


def test_only_what_stands_in_its_place_may_be_signed_besides(service, refusal):
    """A second Body is none of the headers, and what stands inside of one is not looked for."""
    second = f'<soap:Body wsu:Id="Second">{BODY}</soap:Body>'
    nested = '<x:outer xmlns:x="urn:x"><x:inner wsu:Id="Second"/></x:outer>'
    for headers in (second, nested):
        text = message(
            tokens=token(service), headers=headers, signed=("Second", "Timestamp", "Body")
        )
        envelope = signed_by_xmlsec(text, service, reference(service))
        assert refusal(envelope) == "foreign-reference"


def test_no_more_parts_than_any_message_needs_are_looked_for(service, refusal):
    headers = "".join(f'<x:h xmlns:x="urn:x" wsu:Id="H{each}"/>' for each in range(31))
    ids = [f"H{each}" for each in range(31)]
    for number, right in ((30, True), (31, False)):
        text = message(
            tokens=token(service), headers=headers, signed=(*ids[:number], "Timestamp", "Body")
        )
        envelope = signed_by_xmlsec(text, service, reference(service))
        if right:
            assert accepts(envelope, service)
        else:
            assert refusal(envelope) == "too-many-references"


# Whom a header is for

FOREIGN = 'soap:actor="urn:somebody-else"'


@pytest.mark.parametrize(
    "other",
    [
        f"<wsse:Security {FOREIGN}/>",
        f"<wsse:Security {FOREIGN}><wsu:Timestamp/><ds:Signature/><ds:Signature/></wsse:Security>",
        '<wsse:Security soap:actor="http://schemas.xmlsoap.org/soap/actor/next"/>',
    ],
)
def test_a_header_for_another_actor_is_not_looked_at(service, other):
    text = message(tokens=token(service), headers=other)
    assert accepts(signed_by_xmlsec(text, service, reference(service)), service)


@pytest.mark.parametrize(
    "actor",
    [
        "",
        "http://schemas.xmlsoap.org/soap/actor/next",
        "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
    ],
)
def test_an_actor_that_we_are_is_nobody_else(service, actor):
    text = message(tokens=token(service), attributes=f' soap:actor="{actor}"')
    assert accepts(signed_by_xmlsec(text, service, reference(service)), service)


def test_a_signature_for_another_actor_is_none_for_us(service, refusal):
    text = message(tokens=token(service), attributes=f" {FOREIGN}")
    assert refusal(signed_by_xmlsec(text, service, reference(service))) == "missing-signature"


# Prefixes


@pytest.mark.parametrize("number", [17, 60, 100])
def test_prefixes_as_many_as_a_stack_has_in_scope_are_written_out(service, number):
    names = [f"n{each}" for each in range(number)]
    declared = " ".join(f'xmlns:{each}="urn:{each}"' for each in names)
    text = message(tokens=token(service), prefixes=" ".join(names)).replace(
        "<soap:Envelope", f"<soap:Envelope {declared}"
    )
    assert accepts(signed_by_xmlsec(text, service, reference(service)), service)


# Time


@pytest.mark.parametrize(
    "created",
    [
        NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
        NOW.strftime("%Y-%m-%dT%H:%M:%S.%f7Z"),
        NOW.strftime("%Y-%m-%dT%H:%M:%S.1Z"),
        NOW.astimezone(dt.timezone(dt.timedelta(hours=2))).isoformat(),
        NOW.astimezone(dt.timezone(dt.timedelta(hours=-11))).isoformat(timespec="seconds"),
        f"\n  {NOW.isoformat()}\n",
    ],
    ids=["seconds", "seven decimals", "one decimal", "east", "west", "white space around"],
)
def test_created_is_read_in_every_form_of_the_schema(service, created):
    text = message(tokens=token(service), timestamp=f"<wsu:Created>{created}</wsu:Created>")
    envelope = signed_by_xmlsec(text, service, reference(service))
    verifier = Verifier([service.certificate])
    verifier.verify(envelope, LATER)
    with pytest.raises(SignatureRefusedError, match="before"):
        verifier.verify(envelope, LATER)


@pytest.mark.parametrize(
    ("life", "seconds", "reason"),
    [
        (300, 329, None),
        (300, 331, "timestamp-expired"),
        (60, 89, None),
        (60, 91, "timestamp-expired"),
        (300, -29, None),
        (300, -31, "timestamp-in-future"),
    ],
)
def test_without_an_end_our_own_limit_counts(service, life, seconds, reason):
    text = message(tokens=token(service), timestamp=f"<wsu:Created>{moment()}</wsu:Created>")
    envelope = signed_by_xmlsec(text, service, reference(service))
    now = NOW + dt.timedelta(seconds=seconds)
    if reason is None:
        assert accepts(envelope, service, now=now, life_seconds=life)
        return
    with pytest.raises(SignatureRefusedError) as caught:
        accepts(envelope, service, now=now, life_seconds=life)
    assert caught.value.reason == reason


@pytest.mark.parametrize("seconds", [0, 301])
def test_our_own_limit_has_its_bounds(tmp_path, seconds):
    with pytest.raises(SettingsError, match="answer_lifetime_seconds: expected 1 to 300"):
        SignaturePolicy(answer_certificates=(tmp_path,), answer_lifetime_seconds=seconds)


# `{now}` and `{soon}` are filled in when the test runs: a name of a test holds no time.
@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "<wsu:Expires>{soon}</wsu:Expires>",
        "<wsu:Expires>{soon}</wsu:Expires><wsu:Created>{now}</wsu:Created>",
        "<wsu:Created>{now}</wsu:Created><wsu:Created>{now}</wsu:Created>",
        "<wsu:Created>9999-12-31T23:59:59-14:00</wsu:Created>",
        "<wsu:Created>0001-01-01T00:00:00+14:00</wsu:Created>",
        "<wsu:Created>2026-W01-1T00:00:00Z</wsu:Created>",
        "<wsu:Created>20260101T000000Z</wsu:Created>",
        "<wsu:Created>2026-01-01</wsu:Created>",
    ],
)
def test_a_timestamp_that_is_none_is_refused(service, refusal, timestamp):
    timestamp = timestamp.format(now=moment(), soon=moment(60))
    text = message(tokens=token(service), timestamp=timestamp)
    envelope = signed_by_xmlsec(text, service, reference(service))
    assert refusal(envelope) == "timestamp-malformed"


# Whole messages in the shape of two stacks


def test_an_answer_in_the_shape_of_wss4j(service):
    """Issuer and serial number, ids of its own, a list of prefixes for each part, RSA-SHA512."""
    text = message(
        headers=HEADERS,
        more=CONFIRMATION.replace("<c:", "<wsse11:").replace("xmlns:c", "xmlns:wsse11"),
        signed=("Timestamp", "SC", *ADDRESSED, "Body"),
        algorithm=SHA512.signature,
        digest=SHA512.digest,
        prefixes="soap wsse wsu ds dsig11",
    )
    for id_, named in (("Timestamp", "TS-8c1f"), ("Body", "id-77a0"), ("SC", "SC-19")):
        text = text.replace(f'"{id_}"', f'"{named}"').replace(f'"#{id_}"', f'"#{named}"')
    key_info = f'<wsse:SecurityTokenReference wsu:Id="STR-2">{x509_data(issuer_serial(service))}'
    envelope = signed_by_xmlsec(text, service, key_info + "</wsse:SecurityTokenReference>")
    assert accepts(envelope, service)


def test_an_answer_in_the_shape_of_wcf(service):
    """Names that begin with o and u, ids that begin with an underscore, a key identifier."""
    text = (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:u="{WSU}"><s:Header>'
        '<a:Action s:mustUnderstand="1" u:Id="_3">urn:answer</a:Action>'
        '<a:RelatesTo u:Id="_4">urn:uuid:1</a:RelatesTo>'
        f'<o:Security s:mustUnderstand="1" xmlns:o="{WSSE}"><u:Timestamp u:Id="_0">'
        f"<u:Created>{moment()}</u:Created><u:Expires>{moment(300)}</u:Expires></u:Timestamp>"
        f'<Signature xmlns="{DS}"><SignedInfo>'
        f'<CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"/>'
        f'<SignatureMethod Algorithm="{SHA256.signature}"/>'
        + "".join(
            f'<Reference URI="#{each}"><Transforms><Transform Algorithm="{EXCLUSIVE_C14N}"/>'
            f'</Transforms><DigestMethod Algorithm="{SHA256.digest}"/><DigestValue/></Reference>'
            for each in ("_2", "_3", "_4", "_0")
        )
        + "</SignedInfo><SignatureValue/></Signature></o:Security></s:Header>"
        f'<s:Body u:Id="_2">{BODY}</s:Body></s:Envelope>'
    )
    named = key_identifier(key_bytes(service), X509_PROFILE + "X509SubjectKeyIdentifier")
    assert accepts(signed_by_xmlsec(text, service, named), service)
