"""Signed answers that somebody between could make, or whose signer is not to be relied on.

Each is made of a true answer of the pinned certificate, of a key that the attacker holds, and of
what is public. None may be taken.
"""

from __future__ import annotations

import datetime as dt
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from functools import cached_property

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from kszclient.security.identity import Identity
from kszclient.security.signing import Signer
from kszclient.security.wsse import (
    DS,
    DSIG_MORE,
    DSIG_MORE_2007,
    EXCLUSIVE_C14N,
    SHA1,
    SHA256,
    SHA512,
    SOAP,
    STR_TRANSFORM,
    WSSE,
    WSU_ID,
    canonical,
    digest,
)
from kszclient.testing.server.certificates import CertificateAuthority
from tests.security.forgery import ENVELOPE, FORGED_BODY, NOW, Forgery
from tests.security.other_stacks import (
    NAMINGS,
    OUTER,
    TOKENS,
    message,
    moment,
    reference,
    signed_by_xmlsec,
    token,
)

FORGED = b"<months>0</months>"


class Scene:
    """Who takes part: the pinned signers, a second pinned one, and a stranger with a true CA."""

    def __init__(self) -> None:
        self.authority = CertificateAuthority()
        self.service = self.authority.signer()
        self.curved = self.authority.signer(key=ec.generate_private_key(ec.SECP256R1()))
        self.other = self.authority.signer(name="other.invalid")
        self.stranger = self.authority.signer()
        self.odd = self.authority.signer(key=ec.generate_private_key(ec.SECP256K1()))
        self.pinned = tuple(
            each.certificate for each in (self.service, self.curved, self.other, self.odd)
        )

    @cached_property
    def true(self) -> bytes:
        """An answer that the service signed."""
        return Signer(self.service).sign(ENVELOPE, NOW)

    def named(self, naming: str, signer: Identity, named: Identity | None = None) -> bytes:
        """Sign an answer, with a certificate named in one of the ways."""
        named = named or signer
        tokens = token(named) if naming == "binary token" else ""
        return signed_by_xmlsec(message(tokens=tokens), signer, NAMINGS[naming](named))


Make = Callable[[Scene], bytes]


def _forged_body(root: etree._Element) -> etree._Element:
    """Put a Body of the attacker in the place of the true one, and return the true one."""
    true = root[-1]
    root.replace(true, etree.fromstring(FORGED_BODY))
    return true


def _wrapped(naming: str, place: Callable[[etree._Element, etree._Element], None]) -> Make:
    def make(scene: Scene) -> bytes:
        root = etree.fromstring(scene.named(naming, scene.service))
        place(root, _forged_body(root))
        return etree.tostring(root)

    return make


def _in_header(root: etree._Element, true: etree._Element) -> None:
    etree.SubElement(root[0], "{urn:x}Wrapper").append(true)


def _as_header(root: etree._Element, true: etree._Element) -> None:
    root[0].append(true)


def _in_security(root: etree._Element, true: etree._Element) -> None:
    root[0][-1].append(true)


def _in_key_info(root: etree._Element, true: etree._Element) -> None:
    next(root.iter(f"{{{DS}}}KeyInfo")).append(true)


def _in_body(root: etree._Element, true: etree._Element) -> None:
    root[-1].append(true)


def _with_its_id(root: etree._Element, true: etree._Element) -> None:
    """Both Bodies bear the id, the true one as an attribute without a namespace."""
    root[-1].set(WSU_ID, "Body")
    del true.attrib[WSU_ID]
    true.set("Id", "Body")
    etree.SubElement(root[0], "{urn:x}Wrapper").append(true)


def _in_foreign_security(root: etree._Element, true: etree._Element) -> None:
    foreign = etree.SubElement(root[0], f"{{{WSSE}}}Security")
    foreign.set(f"{{{SOAP}}}actor", "urn:somebody")
    foreign.append(true)


PLACES = {
    "in a header": _in_header,
    "as a header": _as_header,
    "in the Security header": _in_security,
    "in the KeyInfo": _in_key_info,
    "in the Body": _in_body,
    "under its id": _with_its_id,
    "in the Security header of another": _in_foreign_security,
}


# Actors


def _actor(root: etree._Element, actor: str) -> etree._Element:
    security = next(root.iter(f"{{{WSSE}}}Security"))
    security.set(f"{{{SOAP}}}actor", actor)
    return security


def _foreign_signature_beside_forged(scene: Scene) -> bytes:
    """The true signature is for another actor, an unsigned header is for us."""
    root = etree.fromstring(scene.true)
    _forged_body(root)
    _actor(root, "urn:somebody")
    etree.SubElement(root[0], f"{{{WSSE}}}Security")
    return etree.tostring(root)


def _signature_in_parts(scene: Scene) -> bytes:
    """The Timestamp and the token stand in the header of another."""
    root = etree.fromstring(scene.true)
    security = next(root.iter(f"{{{WSSE}}}Security"))
    foreign = etree.SubElement(root[0], f"{{{WSSE}}}Security")
    foreign.set(f"{{{SOAP}}}actor", "urn:somebody")
    for part in list(security)[:2]:
        foreign.append(part)
    return etree.tostring(root)


def _two_for_us(scene: Scene) -> bytes:
    root = etree.fromstring(scene.true)
    etree.SubElement(root[0], f"{{{WSSE}}}Security").set(f"{{{SOAP}}}actor", "")
    return etree.tostring(root)


def _strangers_before_true(scene: Scene) -> bytes:
    """A stranger signs for the ultimate receiver, the service for the next one."""
    root = etree.fromstring(scene.true)
    _forged_body(root).attrib.clear()
    _actor(root, "http://schemas.xmlsoap.org/soap/actor/next")
    forged = etree.fromstring(Signer(scene.stranger).sign(ENVELOPE, NOW))
    for each in next(forged.iter(f"{{{WSSE}}}Security")).iter():
        if each.get(WSU_ID):
            each.set(WSU_ID, each.get(WSU_ID) + "2")
    root[0].append(next(forged.iter(f"{{{WSSE}}}Security")))
    return etree.tostring(root)


# Algorithms


def _hmac(digest_name: str) -> Make:
    """Use the public key as the secret of a HMAC, in each of the forms in which it is public."""

    def make(scene: Scene) -> bytes:
        forgery = Forgery(scene.true)
        forgery.find("SignatureMethod").set("Algorithm", f"{DSIG_MORE}hmac-{digest_name}")
        secret = scene.service.certificate.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        state = hmac.HMAC(secret, hashes.SHA256())
        state.update(canonical(forgery.signed_info))
        forgery.value.text = b64encode(state.finalize()).decode()
        return forgery.octets()

    return make


def _algorithm(uri: str, signer: str = "service") -> Make:
    """State an algorithm that is not that of the value."""

    def make(scene: Scene) -> bytes:
        forgery = Forgery(Signer(getattr(scene, signer)).sign(ENVELOPE, NOW))
        forgery.find("SignatureMethod").set("Algorithm", uri)
        return forgery.octets()

    return make


def by_pss(
    parameters: str, *, algorithm: hashes.HashAlgorithm | None = None, salt: int = 32
) -> Make:
    """Sign by RSA-PSS with parameters that are not to be relied on, truly as they state."""

    def make(scene: Scene) -> bytes:
        used = algorithm or hashes.SHA256()
        forgery = Forgery(scene.true)
        method = forgery.find("SignatureMethod")
        method.set("Algorithm", f"{DSIG_MORE_2007}rsa-pss")
        if parameters:
            method.append(etree.fromstring(parameters))
        key: rsa.RSAPrivateKey = scene.service.key
        made = key.sign(canonical(forgery.signed_info), padding.PSS(padding.MGF1(used), salt), used)
        forgery.value.text = b64encode(made).decode()
        return forgery.octets()

    return make


def pss_parameters(
    *, digest_uri: str = "", mask: str = "", salt: str = "", trailer: str = ""
) -> str:
    """Write parameters of RSA-PSS; those left out have their usual value."""
    method = f'<ds:DigestMethod Algorithm="{digest_uri}"/>' if digest_uri else ""
    masked = (
        f'<p:MaskGenerationFunction Algorithm="{DSIG_MORE_2007}MGF1">'
        f'<ds:DigestMethod Algorithm="{mask}"/></p:MaskGenerationFunction>'
        if mask
        else ""
    )
    salted = f"<p:SaltLength>{salt}</p:SaltLength>" if salt else ""
    trailed = f"<p:TrailerField>{trailer}</p:TrailerField>" if trailer else ""
    return (
        f'<p:RSAPSSParams xmlns:p="{DSIG_MORE_2007}" xmlns:ds="{DS}">'
        f"{method}{masked}{salted}{trailed}</p:RSAPSSParams>"
    )


def _ecdsa(change: Callable[[int, int, int], bytes], signer: str = "curved") -> Make:
    """Change r and s of a signature by ECDSA."""

    def make(scene: Scene) -> bytes:
        identity = getattr(scene, signer)
        tokens = token(identity)
        forgery = Forgery(
            signed_by_xmlsec(
                message(tokens=tokens, algorithm=SHA256.ecdsa), identity, reference(identity)
            )
        )
        raw = b64decode(forgery.value.text)
        half = len(raw) // 2
        r, s = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
        forgery.value.text = b64encode(change(r, s, half)).decode()
        return forgery.octets()

    return make


ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _joined(r: int, s: int, size: int) -> bytes:
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def _der(r: int, s: int, _size: int) -> bytes:
    return encode_dss_signature(r, s)


def _by_odd_curve(scene: Scene) -> bytes:
    """A pinned certificate on a curve that is not one of those that count."""
    forgery = Forgery(scene.true)
    forgery.with_token_of(scene.odd)
    forgery.find("SignatureMethod").set("Algorithm", SHA256.ecdsa)
    octets = canonical(forgery.signed_info)
    r, s = decode_dss_signature(scene.odd.key.sign(octets, ec.ECDSA(hashes.SHA256())))
    forgery.value.text = b64encode(_joined(r, s, 32)).decode()
    return forgery.octets()


# What is signed besides, and the token by its reference


def _str_transform(uri: str, key_info: Callable[[str], str], tokens: str | None = None) -> Make:
    """Sign what an STR-Transform must not lead to."""

    def make(scene: Scene) -> bytes:
        held = token(scene.service) if tokens is None else tokens
        text = message(tokens=held)
        named = key_info(reference(scene.service))
        root = etree.fromstring(signed_by_xmlsec(text, scene.service, named))
        info, value = root.find(f".//{{{DS}}}SignedInfo/..")[:2]
        hashed = b64encode(digest(b"", hashes.SHA256())).decode()
        info.append(
            etree.fromstring(
                f'<ds:Reference {OUTER} URI="{uri}"><ds:Transforms>'
                f'<ds:Transform Algorithm="{STR_TRANSFORM}"><wsse:TransformationParameters>'
                f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"/>'
                "</wsse:TransformationParameters></ds:Transform></ds:Transforms>"
                f'<ds:DigestMethod Algorithm="{SHA256.digest}"/>'
                f"<ds:DigestValue>{hashed}</ds:DigestValue></ds:Reference>"
            )
        )
        made = scene.service.key.sign(canonical(info), padding.PKCS1v15(), hashes.SHA256())
        value.text = b64encode(made).decode()
        return etree.tostring(root)

    return make


def _body_by_str_transform(scene: Scene) -> bytes:
    """The reference to the Body leads elsewhere by a transform."""
    forgery = Forgery(scene.true)
    forgery.reference("Body")[0][0].set("Algorithm", STR_TRANSFORM)
    return forgery.resigned(scene.service)


def _signed(scene: Scene, **how: object) -> bytes:
    text = message(tokens=token(scene.service), **how)
    return signed_by_xmlsec(text, scene.service, reference(scene.service))


def _extra_changed(scene: Scene) -> bytes:
    headers = '<x:h xmlns:x="urn:x" wsu:Id="H">true</x:h>'
    signed = _signed(scene, headers=headers, signed=("H", "Timestamp", "Body"))
    return signed.replace(b">true<", b">forged<")


def _second_body(scene: Scene) -> bytes:
    headers = f'<soap:Body wsu:Id="Second">{FORGED.decode()}</soap:Body>'
    return _signed(scene, headers=headers, signed=("Second", "Timestamp", "Body"))


def _second_body_alone(scene: Scene) -> bytes:
    headers = f'<soap:Body wsu:Id="Second">{FORGED.decode()}</soap:Body>'
    return _signed(scene, headers=headers, signed=("Second", "Timestamp"))


def _second_timestamp(scene: Scene) -> bytes:
    """The Timestamp that is signed is that of a header; that in its place is the attacker's."""
    headers = f'<wsu:Timestamp wsu:Id="Old"><wsu:Created>{moment()}</wsu:Created></wsu:Timestamp>'
    return _signed(scene, headers=headers, signed=("Old", "Body"))


def _timestamp(timestamp: str) -> Make:
    return lambda scene: _signed(scene, timestamp=timestamp)


# Hints


def _hint(naming: str, *, named: str = "service", signer: str = "stranger", held: str = "") -> Make:
    """Name one certificate, sign with another key, and hold the token of a third."""

    def make(scene: Scene) -> bytes:
        who = getattr(scene, named)
        tokens = token(getattr(scene, held)) if held else ""
        if naming == "binary token" and not tokens:
            tokens = token(who)
        return signed_by_xmlsec(
            message(tokens=tokens), getattr(scene, signer), NAMINGS[naming](who)
        )

    return make


def _token(kind: str, *, first: str = "stranger", last: str = "service") -> Make:
    """Hold a chain with the pinned certificate in it, signed by a stranger."""

    def make(scene: Scene) -> bytes:
        tokens = TOKENS[kind](getattr(scene, last), getattr(scene, first))
        return signed_by_xmlsec(message(tokens=tokens), scene.stranger, reference(scene.stranger))

    return make


def _two_tokens(scene: Scene) -> bytes:
    tokens = token(scene.service) + token(scene.stranger, name="Second")
    return signed_by_xmlsec(message(tokens=tokens), scene.stranger, reference(scene.stranger))


def _strangers_of_two_tokens(scene: Scene) -> bytes:
    tokens = token(scene.service, name="Second") + token(scene.stranger)
    return signed_by_xmlsec(message(tokens=tokens), scene.stranger, reference(scene.stranger))


def _unnamed_of_two_tokens(scene: Scene) -> bytes:
    tokens = token(scene.service) + token(scene.stranger, name="Second")
    named = NAMINGS["issuer and serial"](scene.service)
    return signed_by_xmlsec(message(tokens=tokens), scene.stranger, named)


def _pinned_beside_a_stranger(scene: Scene) -> bytes:
    named = reference(scene.stranger) + NAMINGS["key value"](scene.service)
    text = message(tokens=token(scene.stranger))
    return signed_by_xmlsec(text, scene.stranger, named)


def _token_elsewhere(scene: Scene) -> bytes:
    """The token stands in a header of nobody's, where a reference must not find it."""
    headers = f"<x:h xmlns:x='urn:x'>{token(scene.service)}</x:h>"
    text = message(headers=headers)
    return signed_by_xmlsec(text, scene.service, reference(scene.service))


def _shortened(life: dt.timedelta) -> str:
    created = NOW + life
    return f"<wsu:Created>{created.isoformat()}</wsu:Created>"


def _weak_digest(scene: Scene) -> bytes:
    forgery = Forgery(scene.true)
    forgery.find("DigestMethod").set("Algorithm", SHA1.digest)
    return forgery.resigned(scene.service)


FORGERIES: Mapping[str, Make] = (
    {
        f"the true Body {place}, {naming}": _wrapped(naming, put)
        for place, put in PLACES.items()
        for naming in NAMINGS
    }
    | {
        f"a stranger who names himself: {naming}": _hint(naming, named="stranger")
        for naming in NAMINGS
    }
    | {f"a stranger who names the pinned one: {naming}": _hint(naming) for naming in NAMINGS}
    | {
        f"another pinned one is named: {naming}": _hint(naming, named="other", signer="service")
        for naming in NAMINGS
        if naming != "key name that is the common name"
    }
    | {
        f"the token is of another one: {naming}": _hint(naming, signer="service", held="other")
        for naming in NAMINGS
        if naming != "binary token"
    }
    | {
        f"the token is of a stranger: {naming}": _hint(naming, signer="service", held="stranger")
        for naming in NAMINGS
        if naming != "binary token"
    }
    | {f"a chain with the pinned one: {kind}": _token(kind) for kind in TOKENS}
    | {
        f"a chain that ends with a stranger: {kind}": _token(kind, first="service", last="stranger")
        for kind in TOKENS
    }
    | {
        "two tokens": _two_tokens,
        "two tokens, the stranger's referred to": _strangers_of_two_tokens,
        "two tokens, neither referred to": _unnamed_of_two_tokens,
        "the pinned key beside a stranger's token": _pinned_beside_a_stranger,
        "a token that stands elsewhere": _token_elsewhere,
        "the signature is another's, an empty header ours": _foreign_signature_beside_forged,
        "the parts of the signature in two headers": _signature_in_parts,
        "two headers for us": _two_for_us,
        "a stranger's header before the true one": _strangers_before_true,
        "HMAC-SHA256 with the public key": _hmac("sha256"),
        "HMAC-SHA512 with the public key": _hmac("sha512"),
        "HMAC-SHA1 with the public key": _hmac("sha1"),
        "RSA stated as RSA-SHA1": _algorithm(SHA1.signature),
        "RSA stated as RSA-SHA512": _algorithm(SHA512.signature),
        "RSA stated as RSA-PSS": _algorithm(SHA256.pss),
        "RSA stated as ECDSA": _algorithm(SHA256.ecdsa),
        "ECDSA stated as RSA": _algorithm(SHA256.signature, "curved"),
        "ECDSA stated as RSA-PSS": _algorithm(SHA256.pss, "curved"),
        "ECDSA stated with another hash": _algorithm(SHA512.ecdsa, "curved"),
        "no algorithm": _algorithm(""),
        "a digest by SHA-1": _weak_digest,
        "PSS with SHA-1": by_pss(
            pss_parameters(digest_uri=SHA1.digest, mask=SHA1.digest, salt="20"),
            algorithm=hashes.SHA1(),
            salt=20,
        ),
        "PSS with SHA-1 in its mask": by_pss(pss_parameters(mask=SHA1.digest)),
        "PSS with MD5": by_pss(pss_parameters(digest_uri=f"{DSIG_MORE}md5")),
        "PSS with two hashes": by_pss(pss_parameters(mask=SHA512.digest)),
        "PSS without salt": by_pss(pss_parameters(salt="0"), salt=0),
        "PSS with a salt that is not a number": by_pss(pss_parameters(salt="many")),
        "PSS with another trailer": by_pss(pss_parameters(trailer="2")),
        "PSS whose parameters are others than used": by_pss(
            pss_parameters(digest_uri=SHA512.digest, mask=SHA512.digest, salt="64")
        ),
        "PSS with parameters twice": by_pss(
            pss_parameters(salt="32").replace("</p:RSA", "<p:SaltLength>20</p:SaltLength></p:RSA")
        ),
        "PSS with something else in it": by_pss(f'<ds:X509Data xmlns:ds="{DS}"/>'),
        "ECDSA on a curve that does not count": _by_odd_curve,
        "ECDSA of zeros": _ecdsa(lambda _r, _s, size: bytes(2 * size)),
        "ECDSA with s of zero": _ecdsa(lambda r, _s, size: _joined(r, 0, size)),
        "ECDSA with r and s as long as their order": _ecdsa(
            lambda _r, _s, size: _joined(ORDER_P256, ORDER_P256, size)
        ),
        "ECDSA with r and s changed": _ecdsa(lambda r, s, size: _joined(s, r, size)),
        "ECDSA with zeros before": _ecdsa(lambda r, s, size: _joined(r, s, size + 1)),
        "ECDSA with bytes behind": _ecdsa(lambda r, s, size: _joined(r, s, size) + b"\0\0"),
        "ECDSA in DER": _ecdsa(_der),
        "an STR-Transform of the Body": _body_by_str_transform,
        "an STR-Transform beside the Body": _str_transform("#Body", str),
        "an STR-Transform of the Timestamp": _str_transform("#Timestamp", str),
        "an STR-Transform of the token": _str_transform("#Token", str),
        "an STR-Transform of nothing": _str_transform("#Nowhere", str),
        "an STR-Transform whose digest is another": _str_transform(
            "#STR", lambda named: named.replace("Reference>", 'Reference wsu:Id="STR">', 1)
        ),
        "a header changed that was signed": _extra_changed,
        "a second Body that was signed as well": _second_body,
        "a second Body that alone was signed": _second_body_alone,
        "a second Timestamp that alone was signed": _second_timestamp,
        "without an end, of the future": _timestamp(_shortened(dt.timedelta(seconds=60))),
        "without an end, too old": _timestamp(_shortened(dt.timedelta(seconds=-340))),
        "without an end, of another year": _timestamp(_shortened(dt.timedelta(days=-366))),
        "without a beginning": _timestamp(f"<wsu:Expires>{moment(60)}</wsu:Expires>"),
        "without a time zone": _timestamp(f"<wsu:Created>{moment()[:-1]}</wsu:Created>"),
        "with an end before its beginning": _timestamp(
            f"<wsu:Created>{moment()}</wsu:Created><wsu:Expires>{moment(-9)}</wsu:Expires>"
        ),
        "with an end in a year": _timestamp(
            f"<wsu:Created>{moment()}</wsu:Created><wsu:Expires>{moment(31536000)}</wsu:Expires>"
        ),
        "with two ends": _timestamp(
            f"<wsu:Created>{moment()}</wsu:Created>"
            + f"<wsu:Expires>{moment(60)}</wsu:Expires>" * 2
        ),
    }
)
"""Every forgery, by what it does."""
