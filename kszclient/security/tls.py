"""TLS: what a connection must prove to us, and what we show.

A handshake notices when the other side left the issuer out of the chain that it sent. OpenSSL
reports one number for two mistakes: the authority is not one of ours, or it is, and the server
forgot an intermediate certificate. Which of the two cannot be known for certain without that
certificate, and nothing is fetched for it. But a server may leave out the root alone (RFC 8446,
section 4.4.2), so where the issuer of its own certificate is neither sent nor ours, and one of our
authorities may have intermediates, a forgotten one is the likelier mistake; the error then bears
the attribute `issuer_not_sent`, which `kszclient.transport.tls_failure` reads.
"""

from __future__ import annotations

import secrets
import ssl
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kszclient.errors import SettingsError
from kszclient.guarded_files import read_unchanged
from kszclient.security.profile import Profile
from kszclient.security.secrets import Secret

if TYPE_CHECKING:
    from cryptography import x509

    from kszclient.security.identity import Identity


_NO_ISSUER = {20, 21}
"""X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY and X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE."""
_DER = 2


class NoticingSocket(ssl.SSLSocket):
    """For `ssl.SSLContext.sslsocket_class`, where connections block."""

    def do_handshake(self, block: bool = False) -> None:
        """Make the handshake.

        Raises:
            SSLError: It failed; a certificate without its issuer is marked.
        """
        try:
            super().do_handshake(block)
        except ssl.SSLCertVerificationError as error:
            _notice(error, self)
            raise


class NoticingObject(ssl.SSLObject):
    """For `ssl.SSLContext.sslobject_class`, where an event loop reads and writes."""

    def do_handshake(self) -> None:
        """Go on with the handshake.

        Raises:
            SSLError: It goes on, or failed; a certificate without its issuer is marked.
        """
        try:
            super().do_handshake()
        except ssl.SSLCertVerificationError as error:
            _notice(error, self)
            raise


def _notice(error: ssl.SSLCertVerificationError, connection: Any) -> None:
    if error.verify_code in _NO_ISSUER:
        # Public from Python 3.13 on, as `get_unverified_chain` of the connection.
        sent = connection._sslobj.get_unverified_chain() or ()  # noqa: SLF001 - see above
        trusted = connection.context.get_ca_certs(binary_form=True)
        error.issuer_not_sent = _issuer_left_out(  # type: ignore[attr-defined]
            [each.public_bytes(_DER) for each in sent], trusted
        )


def _issuer_left_out(sent: list[bytes], trusted: list[bytes]) -> bool:
    from cryptography import x509  # noqa: PLC0415 - takes 90 ms, and most handshakes succeed

    try:
        own, *others = map(x509.load_der_x509_certificate, sent)
        authorities = [x509.load_der_x509_certificate(each) for each in trusted]
        known = {each.subject for each in (own, *others, *authorities)}
        return own.issuer not in known and any(map(_may_have_intermediates, authorities))
    except ValueError:
        return False


def _may_have_intermediates(authority: x509.Certificate) -> bool:
    from cryptography import x509  # noqa: PLC0415 - as above

    try:
        constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return constraints.ca and constraints.path_length != 0


def client_context(profile: Profile) -> ssl.SSLContext | None:
    """Make the TLS policy of a profile into what connections are opened with.

    TLS 1.2 or later, the certificate of the other side and its name always verified. Each call
    makes a context of its own: to change certificates, make a new client and close the old one.

    Args:
        profile: Where the service is and what we show.

    Returns:
        The context, or None where the endpoint is plain http on this machine.

    Raises:
        SettingsError: A file or secret that the profile names cannot be used.
    """
    if urlsplit(profile.endpoint).scheme != "https":
        return None
    # Not `create_default_context`: it writes the keys of each connection into the file that
    # SSLKEYLOGFILE names. This constructor, too, demands a certificate and checks the name.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # A name counts where names belong (RFC 9525, section 6.3), not in the subject of a certificate.
    context.hostname_checks_common_name = False
    # A server of TLS 1.3 may ask for our certificate after the handshake, when it sees the address.
    context.post_handshake_auth = True
    # urllib3 would put this into the context itself, so that the transports would differ.
    context.set_alpn_protocols(["http/1.1"])
    if profile.ca_bundle is None:
        _trust_this_machine(context)
    else:
        trust(context, read_unchanged(profile.ca_bundle, "ca_bundle"), "ca_bundle")
        if not context.get_ca_certs():
            raise SettingsError(
                f"ca_bundle: {profile.ca_bundle.name} holds no certificate of an authority"
            )
        context.sslsocket_class, context.sslobject_class = NoticingSocket, NoticingObject
    if profile.revocation_list is not None:
        # cryptography costs 90 ms to import; only who has such a list pays.
        from kszclient.security.revocation import read_revocation_lists  # noqa: PLC0415 - see above

        revoked = read_revocation_lists(profile.revocation_list)
        trust(context, revoked, "revocation_list")
        context.verify_flags |= _revocation_check(profile, revoked)
    if profile.certificate is not None:
        present(context, profile.certificate.read("certificate"))
    return context


def _trust_this_machine(context: ssl.SSLContext) -> None:
    """Trust the authorities that the administrator of this machine trusts.

    Not `load_default_certs`: there SSL_CERT_FILE and SSL_CERT_DIR go before them, and whom to trust
    is for the profile to set, not the environment.
    """
    paths = ssl.get_default_verify_paths()
    file = paths.openssl_cafile if Path(paths.openssl_cafile).is_file() else None
    folder = paths.openssl_capath if Path(paths.openssl_capath).is_dir() else None
    if file is None and folder is None:
        raise SettingsError(
            "ca_bundle: not set, and there are no authorities where OpenSSL looks for them",
            next_step="Set ca_bundle to the file with the authorities of the environment.",
        )
    try:
        context.load_verify_locations(cafile=file, capath=folder)
    except ssl.SSLError:
        raise SettingsError(
            f"ca_bundle: not set, and {file} holds no authority that can be used",
            next_step="Set ca_bundle to the file with the authorities of the environment.",
        ) from None


def _revocation_check(profile: Profile, revoked: bytes) -> ssl.VerifyFlags:
    """Check the whole chain where each authority has a list, else the service's own certificate.

    OpenSSL refuses a chain of which one list is missing, that of the root included.
    """
    # cryptography takes its time to load; only who checks revocation pays.
    from kszclient.security.revocation import cover  # noqa: PLC0415 - see above

    if profile.ca_bundle and cover(revoked, read_unchanged(profile.ca_bundle, "ca_bundle")):
        return ssl.VerifyFlags.VERIFY_CRL_CHECK_CHAIN
    return ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF


def present(context: ssl.SSLContext, identity: Identity) -> None:
    """Let a context show a certificate, as client or as server.

    The ssl module reads keys from files only. The key that goes there is encrypted under a
    passphrase made for this moment and forgotten after it, in a file that only we may read and
    that is gone when this function ends.

    Raises:
        SettingsError: OpenSSL does not take the certificate or one of its chain.
    """
    passphrase = Secret(secrets.token_urlsafe(32))
    with NamedTemporaryFile(prefix="kszclient-", suffix=".pem") as file:
        file.write(identity.certificates_pem() + identity.key_pem(passphrase))
        file.flush()
        try:
            context.load_cert_chain(file.name, password=passphrase.reveal())
        except ssl.SSLError as error:
            raise _not_presentable(error.reason or "") from None


def _not_presentable(reason: str) -> SettingsError:
    if reason.endswith(("TOO_SMALL", "TOO_WEAK")):
        return SettingsError(
            "certificate: a key or signature of ours, or of our chain, is too weak for TLS",
            next_step="Have it renewed with an RSA key of 2048 bits or more, or an elliptic curve "
            "of 256, and SHA-256.",
        )
    return SettingsError(
        "certificate: OpenSSL cannot use it with its key and chain",
        next_step="Look at it: openssl x509 -text; and have it issued anew if need be.",
    )


def trust(context: ssl.SSLContext, pem: bytes, key: str) -> None:
    """Add certificates of authorities, and their revocation lists, to what a context trusts.

    Args:
        context: The context.
        pem: What to add.
        key: The setting that it comes from, for messages.

    Raises:
        SettingsError: There is nothing in it.
    """
    # Revocation lists are taken from files only; what is public may lie in one for a moment.
    with NamedTemporaryFile(prefix="kszclient-", suffix=".pem") as file:
        file.write(pem)
        file.flush()
        try:
            context.load_verify_locations(cafile=file.name)
        except ssl.SSLError:
            raise SettingsError(f"{key}: holds nothing in PEM that can be used") from None
