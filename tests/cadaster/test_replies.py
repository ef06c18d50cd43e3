"""What comes instead of an answer: asked again where that can help, once where it cannot.

One table for both clients, over real sockets.
"""

import datetime as dt
import gzip
import zlib

import pytest

from kszclient.cadaster.probe import probe
from kszclient.errors import ContractDriftError, GatewayError, KszError, ServiceFaultError
from kszclient.testing.server.answer_xml import FaultDetail, Stamp, write_fault
from tests.cadaster.replies import BOTH, profile_of, server_of

PAGE = b"<html><body>log in, 85023000125</body></html>"
XML, HTML = "text/xml; charset=utf-8", "text/html"
ENVELOPE = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%b</s:Body>'
    b"</s:Envelope>"
)
ONCE, AGAIN = 1, 3


@pytest.fixture(params=BOTH)
def ask(request):
    return BOTH[request.param]


def fault(code, *, inside=b""):
    return ENVELOPE % (
        b"<s:Fault><faultcode>%b</faultcode><faultstring>no</faultstring>%b</s:Fault>"
        % (code.encode(), inside)
    )


def fault_12(code, *subcodes):
    text = b""
    for each in reversed(subcodes):
        text = b"<e:Subcode><e:Value>%b</e:Value>%b</e:Subcode>" % (each.encode(), text)
    return (
        b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><e:Fault><e:Code>'
        b"<e:Value>%b</e:Value>%b</e:Code><e:Reason><e:Text>no</e:Text></e:Reason></e:Fault>"
        b"</e:Body></e:Envelope>" % (code.encode(), text)
    )


def own_fault(code):
    moment = "2024-01-01T00:00:00.000Z"
    ticket = "12345678-1234-4234-8234-123456789012"
    return write_fault(Stamp(ticket, moment, moment), FaultDetail(code, "no", (), "Server"), None)


def soap_12(body):
    return body.replace(
        b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"
    )


FAULT_12 = (
    b'<e:Fault xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Code><e:Value>e:Sender'
    b"</e:Value></e:Code></e:Fault>"
)


def in_soap_12(body):
    """Put what stands in a body into an envelope of SOAP 1.2, and leave it in its own version."""
    inside = body.partition(b"<s:Body>")[2].partition(b"</s:Body>")[0]
    inside = inside.replace(
        b"<s:Fault>", b'<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    )
    return soap_12(ENVELOPE) % inside


def in_parts(body):
    return (
        b"--part\r\nContent-Type: text/xml\r\nContent-ID: <root>\r\n\r\n"
        + body
        + b"\r\n--part--\r\n"
    )


# What comes: status, content type, body (bytes, or a change to a sound answer), what the message
# says, how often it is asked.
REPLIES = {
    **{
        f"a redirect with {status}": (
            status,
            HTML,
            PAGE,
            r"a redirect to https://login\.test",
            ONCE,
        )
        for status in (300, 301, 302, 303, 307, 308)
    },
    "a redirect without a body": (302, HTML, b"", "a redirect to", ONCE),
    "a redirect with a fault": (308, XML, fault("s:Server"), "fault code Server.*a redirect", ONCE),
    "304": (304, HTML, b"", "304", ONCE),
    "202": (202, XML, b"", "202", ONCE),
    **{
        f"a page with {status}": (status, HTML, PAGE, str(status), ONCE)
        for status in (400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 411, 413, 414, 415, 417)
    },
    **{
        f"a page with {status}": (status, HTML, PAGE, str(status), ONCE)
        for status in (421, 422, 426, 431, 451, 495, 496, 497, 501, 505, 506, 508, 510, 511)
    },
    **{
        f"a page with {status}": (status, HTML, PAGE, str(status), AGAIN)
        for status in (200, 408, 425, 429, 500, 502, 503, 504, 507, 520, 599)
    },
    "nothing with 200": (200, XML, b"", "empty", AGAIN),
    "nothing with 503": (503, "text/plain", b"", "empty", AGAIN),
    "multipart": (200, 'multipart/related; boundary="part"', in_parts, "multipart", ONCE),
    "MTOM": (
        200,
        'Multipart/Related; type="application/xop+xml"; boundary=part',
        in_parts,
        "multipart",
        ONCE,
    ),
    "multipart around a fault": (500, "multipart/related; boundary=part", in_parts, "multi", ONCE),
    "an answer in SOAP 1.2": (200, "application/soap+xml", soap_12, "SOAP 1.2 answer", ONCE),
    "an unknown envelope": (200, XML, b"<Envelope/>", "unknown SOAP", ONCE),
    "Sender": (500, XML, fault_12("e:Sender"), "SOAP 1.2 fault.*Sender", ONCE),
    "Sender with 200": (200, XML, fault_12(" e:Sender\n"), "SOAP 1.2 fault.*Sender", ONCE),
    "Sender with a subcode": (
        400,
        "application/soap+xml",
        fault_12("e:Sender", "wsse:FailedAuthentication"),
        "SOAP 1.2 fault.*FailedAuthentication",
        ONCE,
    ),
    "Sender with unknown subcodes": (500, XML, fault_12("e:Sender", "x:a", "x:b"), "Sender", ONCE),
    "Receiver": (500, XML, fault_12("e:Receiver"), "SOAP 1.2 fault.*Receiver", AGAIN),
    "Receiver that refuses us": (
        500,
        XML,
        fault_12("e:Receiver", "x:InvalidSecurity"),
        "InvalidSecurity",
        ONCE,
    ),
    **{
        f"fault code {code!r}": (status, XML, fault(code), f"fault code {says}", times)
        for status in (200, 500)
        for code, says, times in (
            ("s:Client", "Client", ONCE),
            ("Client", "Client", ONCE),
            ("other:Client", "Client", ONCE),
            ("s:client", "Client", ONCE),
            ("\n   s:Client\t", "Client", ONCE),
            ("s: Client ", "Client", ONCE),
            ("<!-- x -->s:Client", "Client", ONCE),
            ("<![CDATA[s:Client]]>", "Client", ONCE),
            ("s:Client.Authentication", "Authentication", ONCE),
            ("Client.Authentication", "Authentication", ONCE),
            ("s:Client.Authentication.Expired", "Authentication", ONCE),
            ("s:Client.Strange", "Client", ONCE),
            ("s:VersionMismatch", "VersionMismatch", ONCE),
            ("s:MustUnderstand", "MustUnderstand", ONCE),
            ("wsse:FailedAuthentication", "FailedAuthentication", ONCE),
            (" wsse:InvalidSecurityToken ", "InvalidSecurityToken", ONCE),
            ("wsse:MessageExpired", "MessageExpired", ONCE),
            ("a:ActionNotSupported", "ActionNotSupported", ONCE),
            ("s:Sender", "Sender", ONCE),
            # As stacks write them: WSS4J, WS-Trust, Axis, WCF, and names that are not prefixed.
            ("ns1:SecurityError", "SecurityError", ONCE),
            ("wst:ExpiredData", "ExpiredData", ONCE),
            ("c:BadContextToken", "BadContextToken", ONCE),
            ("ns1:Server.Unauthenticated", "Unauthenticated", ONCE),
            ("s:Server.Unauthorized", "Unauthorized", ONCE),
            ("x:InvalidCredentials", "InvalidCredentials", ONCE),
            ("a:DeserializationFailed", "DeserializationFailed", ONCE),
            ("a:InternalServiceFault", "InternalServiceFault", AGAIN),
            ("wsa:ActionMismatch", "ActionMismatch", ONCE),
            ("{http://schemas.xmlsoap.org/soap/envelope/}Client", "Client", ONCE),
            ("http://schemas.xmlsoap.org/soap/envelope/Client", "Client", ONCE),
            ("{http://schemas.xmlsoap.org/soap/envelope/}Server", "Server", AGAIN),
            ("s:Client/Authentication", "Authentication", ONCE),
            ("s:Server", "Server", AGAIN),
            ("s:Server.userException", "Server", AGAIN),
            (" s:Server ", "Server", AGAIN),
            ("s:Server.Authentication", "Authentication", ONCE),
            ("x:Strange", "other", AGAIN),
            ("85023000125", "other", AGAIN),
            ("", "other", AGAIN),
        )
    },
    "a fault of 1.2 in an envelope of 1.1": (
        500,
        XML,
        ENVELOPE % FAULT_12,
        "SOAP 1.2 fault in an envelope of 1.1.*Sender",
        ONCE,
    ),
    "a fault of 1.1 in an envelope of 1.2": (
        500,
        XML,
        in_soap_12(fault("s:Client.Authentication")),
        "SOAP 1.2 fault.*Authentication",
        ONCE,
    ),
    "a fault without an envelope": (
        500,
        XML,
        b'<Fault xmlns="http://schemas.xmlsoap.org/soap/envelope/">%b</Fault>'
        % b"<faultcode>s:Client.Authentication</faultcode>",
        "without an envelope.*Authentication",
        ONCE,
    ),
    "multipart without its header": (200, XML, in_parts, "multipart", ONCE),
    "DIME": (200, "application/dime", b"\x0c\x20\x00\x00", "DIME", ONCE),
    "Fast Infoset": (200, "application/soap+fastinfoset", b"\xe0\0\0\1", "Fast Infoset", ONCE),
    "binary WCF": (500, "application/soap+msbin1", b"V\x02\x0b", "binary format of WCF", ONCE),
    "a page that is no XML": (200, HTML, b"<!DOCTYPE html><form>", "an HTML page", AGAIN),
    "a page in the name of XML": (200, XML, b"<html><br>", "an HTML page", AGAIN),
    "Server with 401": (401, XML, fault("s:Server"), "401", ONCE),
    "a code within what SOAP calls the detail": (
        500,
        XML,
        fault("s:Server", inside=b"<detail><faultcode>s:Client</faultcode></detail>"),
        "fault code Server",
        AGAIN,
    ),
    **{
        f"the KSZ's own {code}": (500, XML, own_fault(code), code, times)
        for code, times in (
            ("MSG00001", AGAIN),
            ("MSG00003", AGAIN),
            ("MSG00004", ONCE),
            ("MSG00015", ONCE),
            ("MSG09999", AGAIN),
        )
    },
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_it_is_named_and_asked_again_only_where_that_can_help(ask, reply):
    status, content_type, body, says, times = reply
    headers = {"Content-Type": content_type}
    if status // 100 == 3:
        headers["Location"] = "https://u:secret@login.test/85023000125?ticket=85.02.30-001.25"
    spoil = body if callable(body) else lambda _sound: body
    with (
        server_of(status, headers, spoil) as (url, seen),
        pytest.raises((GatewayError, ServiceFaultError), match=says) as caught,
    ):
        ask(profile_of(url))
    error = caught.value
    assert (len(seen), error.retry_can_help) == (times, times > 1)
    assert error.next_step
    assert "schema" not in error.next_step
    assert not any(word in str(error) for word in ("85023000125", "85.02.30", "secret"))


@pytest.mark.parametrize(
    ("location", "says"),
    [
        (None, "not named"),
        ("/elsewhere?x=85023000125", "another path of the same host"),
        ("//10.200.100.100:8443/x", r"10\.200\.100\.100:8443"),
        ("https://[::1]/", "::1"),
        ("https://85023000125.test/", "not shown"),
        ("https://h\x1b.test/", "not shown"),
        ("http://[", "cannot be read"),
        ("javascript:alert(1)", "cannot be read"),
    ],
)
def test_where_a_redirect_leads_is_named_safely(ask, location, says):
    headers = {"Location": location} if location else {}
    with (
        server_of(302, headers, lambda _: b"") as (url, _),
        pytest.raises(KszError, match=says) as caught,
    ):
        ask(profile_of(url))
    assert "85023000125" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_an_encrypted_answer_is_named(ask):
    body = ENVELOPE % b'<x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#"/>'
    with (
        server_of(200, {"Content-Type": XML}, lambda _: body) as (url, seen),
        pytest.raises(ContractDriftError, match="encrypted") as caught,
    ):
        ask(profile_of(url))
    assert len(seen) == 1
    assert "not encrypted" in caught.value.next_step


def declared(encoding):
    return f'<?xml version="1.0" encoding="{encoding}"?>'.encode()


def written_in(encoding, *, declare="", mark=b""):
    """Return a change: the same answer in another encoding, with a name beyond ASCII."""

    def change(body):
        text = body.decode().partition("?>")[2]
        assert "</description>" in text
        text = text.replace("</description>", " \u00e9\u00e8</description>")
        head = f'<?xml version="1.0" encoding="{declare}"?>' if declare else ""
        return mark + (head + text).encode(encoding)

    return change


READ = {
    "the header alone": ("text/xml; charset=ISO-8859-1", written_in("latin-1")),
    "the header, quoted": ('text/xml; charset="iso-8859-1"', written_in("latin-1")),
    "the declaration alone": ("text/xml", written_in("latin-1", declare="ISO-8859-1")),
    "both": ("text/xml; charset=latin1", written_in("latin-1", declare="ISO-8859-1")),
    "Windows": ("text/xml; charset=windows-1252", written_in("cp1252")),
    "UTF-8 without a word": ("text/xml", written_in("utf-8")),
    "UTF-8 in no type": (None, written_in("utf-8", declare="UTF-8")),
    "UTF-8 with a mark": ("text/xml", written_in("utf-8-sig")),
    "a mark before the header": ("text/xml; charset=iso-8859-1", written_in("utf-8-sig")),
    "UTF-16 with a mark": ("text/xml", written_in("utf-16", declare="UTF-16")),
    "UTF-16 big, with a mark": ("text/xml", written_in("utf-16-be", mark=b"\xfe\xff")),
    "UTF-16 without a mark": ("text/xml; charset=utf-16", written_in("utf-16-be")),
    "UTF-16 little, without": ("text/xml; charset=utf-16", written_in("utf-16-le")),
    "UTF-16 little by name": ("text/xml; charset=UTF-16LE", written_in("utf-16-le")),
    "two names, one text": (
        "text/xml; charset=iso-8859-1",
        lambda body: declared("UTF-8") + body.partition(b"?>")[2],
    ),
    "SOAP 1.2's type around SOAP 1.1": ("application/soap+xml", written_in("utf-8")),
}


@pytest.mark.parametrize(("content_type", "change"), READ.values(), ids=READ)
def test_an_answer_in_the_encoding_that_is_named_is_read(ask, content_type, change):
    headers = {"Content-Type": content_type} if content_type else {}
    with server_of(200, headers, change) as (url, _):
        answer = ask(profile_of(url)).answer
    names = {
        name.text
        for result in answer.results
        for file in result.files or ()
        for name in file.child_benefits_fund.description
    }
    assert names
    ascii_alone = change is READ["two names, one text"][1]
    assert all(name.endswith(" \u00e9\u00e8") for name in names) is not ascii_alone


REFUSED = {
    "two names, two texts": (
        "text/xml; charset=iso-8859-1",
        written_in("utf-8", declare="UTF-8"),
        "do not agree",
    ),
    "two names the other way": (
        "text/xml; charset=utf-8",
        written_in("latin-1", declare="ISO-8859-1"),
        "do not agree",
    ),
    "UTF-16 that is named UTF-8": (
        "text/xml; charset=utf-8",
        written_in("utf-16-le"),
        "do not agree",
    ),
    "UTF-16 in name alone": ("text/xml", written_in("utf-8", declare="utf-16"), "not in the enc"),
    "Latin-1 that nobody named": ("text/xml", written_in("latin-1"), "not in the encoding"),
    "Latin-1 that is named UTF-8": (
        "text/xml; charset=utf-8",
        written_in("latin-1", declare="UTF-8"),
        "not in the encoding",
    ),
    "more than ASCII": ("text/xml; charset=us-ascii", written_in("utf-8"), "not in the encoding"),
    "an unknown name": ("text/xml; charset=klingon", written_in("utf-8"), "is not read here"),
    "a name to unpack": ("text/xml; charset=zip", written_in("utf-8"), "is not read here"),
    "a name that is declared": ("text/xml", written_in("cp500", declare="x"), "not"),
    "UTF-7": ("text/xml", written_in("utf-7", declare="UTF-7"), "is not read here"),
    "UTF-32": ("text/xml", written_in("utf-32"), "is not read here"),
    "gzip": ("text/xml", gzip.compress, "compressed"),
    "gzip of any type": (
        "application/octet-stream",
        gzip.compress,
        "compressed",
    ),
    "zlib": ("text/xml", zlib.compress, "compressed"),
    "half of it": ("text/xml", lambda body: body[:-9], "not well-formed"),
}


@pytest.mark.parametrize(("content_type", "change", "says"), REFUSED.values(), ids=REFUSED)
def test_an_answer_that_can_be_read_in_two_ways_or_none_is_named(ask, content_type, change, says):
    with (
        server_of(200, {"Content-Type": content_type}, change) as (url, seen),
        pytest.raises(ContractDriftError, match=says) as caught,
    ):
        ask(profile_of(url))
    assert len(seen) == 1
    assert "schema" not in caught.value.next_step


def with_header(block, attributes):
    def change(body):
        header = f'<soapenv:Header><x:{block} xmlns:x="urn:x" {attributes}/></soapenv:Header>'
        return body.replace(b"<soapenv:Body>", header.encode() + b"<soapenv:Body>", 1)

    return change


MUST = 'soapenv:mustUnderstand="1"'
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
NEXT = "http://schemas.xmlsoap.org/soap/actor/next"


@pytest.mark.parametrize(
    ("block", "attributes"),
    [
        ("Transaction", MUST),
        ("Transaction", 'soapenv:mustUnderstand=" true "'),
        ("Transaction", f'{MUST} soapenv:actor=""'),
        ("Transaction", f'{MUST} soapenv:actor="{NEXT}"'),
        ("Security", MUST),
        ("Action", MUST),
    ],
)
def test_a_header_that_must_be_understood_and_is_not_is_refused_by_name(ask, block, attributes):
    with (
        server_of(200, {"Content-Type": XML}, with_header(block, attributes)) as (url, seen),
        pytest.raises(ContractDriftError, match=f"must be understood.*{block}"),
    ):
        ask(profile_of(url))
    assert len(seen) == 1


ADDRESSING = "http://www.w3.org/2005/08/addressing"
SUBMITTED = "http://schemas.xmlsoap.org/ws/2004/08/addressing"


@pytest.mark.parametrize(
    ("block", "attributes", "space"),
    [
        ("Transaction", "", "urn:x"),
        ("Transaction", 'soapenv:mustUnderstand="0"', "urn:x"),
        ("Transaction", 'mustUnderstand="1"', "urn:x"),
        ("Transaction", f'{MUST} soapenv:actor="urn:somebody-else"', "urn:x"),
        ("Security", MUST, WSSE),
        *(
            (block, MUST, space)
            for space in (ADDRESSING, SUBMITTED)
            for block in ("Action", "To", "From", "MessageID", "RelatesTo", "ReplyTo", "FaultTo")
        ),
    ],
)
def test_a_header_that_is_understood_or_for_others_is_ignored(ask, block, attributes, space):
    """WCF marks Action and To of WS-Addressing, and Security, as ones to understand."""

    def change(body):
        return with_header(block, attributes)(body).replace(b"urn:x", space.encode(), 1)

    with server_of(200, {"Content-Type": XML}, change) as (url, _):
        assert ask(profile_of(url)).answer.results


@pytest.mark.parametrize("reply", [name for name, row in REPLIES.items() if type(row[2]) is bytes])
def test_doctor_shows_the_reason_that_a_lookup_shows(reply):
    status, kind, body, *_ = REPLIES[reply]
    with server_of(status, {"Content-Type": kind}, lambda _: body) as (url, _):
        profile = profile_of(url)
        with pytest.raises(KszError) as caught:
            BOTH["blocking"](profile)
        (seen,) = [
            verdict.check
            for verdict in probe(profile, dt.datetime.now(tz=dt.UTC))
            if verdict.check.name not in {"name", "clock"}
        ]
    error = caught.value
    reasons = {str(error)}
    if isinstance(error, ServiceFaultError):
        reasons |= {f"({', '.join(error.reason_codes)})"}
    if isinstance(error, GatewayError):
        reasons |= {f"({error.fault_code})", f"fault {error.fault_code})"}
        reasons |= {f"fault code {error.fault_code})", f"HTTP status {error.http_status})"}
    assert any(each in seen.finding for each in reasons), (seen, error)
