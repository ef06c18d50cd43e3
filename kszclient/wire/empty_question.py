"""A question about nobody, to try a connection with; the service must refuse it."""

from __future__ import annotations

from kszclient.wire.contract import NAMESPACE

EMPTY_QUESTION = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    f'<q:consultFilesBySsinRequest xmlns:q="{NAMESPACE}"/>'
    "</soap:Body></soap:Envelope>"
).encode()
"""The operation's own element with nothing in it: it breaks the contract, and names no person."""
