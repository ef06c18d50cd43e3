"""Handshakes that notice when the other side left the issuer out of the chain that it sent.

OpenSSL reports one number for two mistakes: the authority is not one of ours, or it is, and the
server forgot an intermediate certificate. Which of the two cannot be known for certain without that
certificate, and nothing is fetched for it. But a server may leave out the root alone (RFC 8446,
section 4.4.2), so where the issuer of its own certificate is neither sent nor ours, and one of our
authorities may have intermediates, a forgotten one is the likelier mistake; the error then bears
the attribute `issuer_not_sent`, which `kszclient.transport.tls_failure` reads.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography import x509

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
