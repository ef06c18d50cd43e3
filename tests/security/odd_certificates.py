"""Certificates of every odd kind, made anew each run; each has one fault."""

import datetime as dt
import ipaddress
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kszclient.security.identity import Identity
from kszclient.security.tls import present

NOW = dt.datetime.now(tz=dt.UTC)
YEAR = dt.timedelta(days=365)
_SHA256_WITH_RSA = bytes.fromhex("2a864886f70d01010b")
_SHA1_WITH_RSA = bytes.fromhex("2a864886f70d010105")


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def issued(
    name,
    issuer=None,
    *,
    key=None,
    names=("localhost",),
    begin=NOW - YEAR,
    end=NOW + YEAR,
    use=ExtendedKeyUsageOID.SERVER_AUTH,
    levels=None,
    send=(),
):
    """Issue a certificate; `levels` makes it that of an authority, no issuer one of its own."""
    key = key or new_key()
    signer = issuer or Identity(key, None, ())
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(issuer.certificate.subject if issuer else named(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(levels is not None, levels), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()),
            critical=False,
        )
    )
    if levels is None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    else:
        builder = builder.add_extension(
            x509.KeyUsage(True, *[False] * 4, True, True, False, False),
            critical=True,
        )
    if levels is None and names:
        addresses = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))] * ("localhost" in names)
        alternatives = [*map(x509.DNSName, names), *addresses]
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    certificate = builder.sign(signer.key, hashes.SHA256())
    return Identity(key, certificate, tuple(each.certificate for each in send))


def with_sha1(identity, issuer):
    """Sign a certificate anew with SHA-1, which the library no longer does; the key is RSA."""
    tbs = identity.certificate.tbs_certificate_bytes
    weak = tbs.replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA)
    signature = issuer.key.sign(weak, padding.PKCS1v15(), hashes.SHA1())
    der = identity.certificate.public_bytes(Encoding.DER).replace(tbs, weak)
    der = der.replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA)[: -len(signature)] + signature
    return Identity(identity.key, x509.load_der_x509_certificate(der), ())


def pem(identity):
    return identity.certificate.public_bytes(Encoding.PEM)


def revocation_list(issuer, *revoked, begin=NOW - YEAR, end=NOW + YEAR):
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(begin)
        .next_update(end)
    )
    for each in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(each.certificate.serial_number)
            .revocation_date(begin)
            .build()
        )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def serving(identity):
    """Make the TLS of a server that takes any strength of key, as old servers do."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    present(context, identity)
    return context
