"""Documents that are out to harm whoever reads them, each by its name.

``{port}`` stands where one names an address on this machine that somebody listens at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from kszclient.errors import ContractDriftError, GatewayError, KszError
from kszclient.wire.contract import NAMESPACE
from tests.wire.corpus import full

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
HEAD = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>'.encode()
TAIL = b"</s:Body></s:Envelope>"
ANSWER = f'<q:consultFilesBySsinResponse xmlns:q="{NAMESPACE}">'.encode()
ANSWER_END = b"</q:consultFilesBySsinResponse>"
MILLION = 1_000_000


@dataclass(frozen=True)
class Document:
    """What is received, and the error that it must become.

    Args:
        make: Gives the bytes; large ones are made only when they are needed.
        error: The error.
        status: HTTP status that comes with it.
        content_type: Content type that comes with it.
    """

    make: Callable[[], bytes]
    error: type[KszError] = ContractDriftError
    status: int = 200
    content_type: str = "text/xml; charset=utf-8"


def _in_answer(content: bytes) -> bytes:
    return HEAD + ANSWER + content + ANSWER_END + TAIL


def _dtd(subset: bytes, content: bytes = b"") -> bytes:
    return b"<!DOCTYPE s:Envelope [" + subset + b"]>" + _in_answer(content)


def _billion_laughs() -> bytes:
    steps = b"".join(
        b'<!ENTITY l%d "%s">' % (step, b"&l%d;" % (step - 1) * 10) for step in range(1, 12)
    )
    return _dtd(b'<!ENTITY l0 "haha">' + steps, b"&l11;")


def _quadratic_blowup() -> bytes:
    return _dtd(b'<!ENTITY a "' + b"a" * 100_000 + b'">', b"&a;" * 100_000)


def _nested(depth: int) -> bytes:
    return _in_answer(b"<a>" * depth + b"</a>" * depth)


def _attributes() -> bytes:
    named = b" ".join(b'a%d=""' % number for number in range(MILLION))
    return _in_answer(b"<criteria " + named + b"/>")


def _many_attributes(elements: int) -> bytes:
    named = b" ".join(b'%c=""' % letter for letter in range(ord("a"), ord("z") + 1))
    return _in_answer((b"<a " + named + b"/>") * elements)


def _namespaces() -> bytes:
    named = b" ".join(b'xmlns:a%d="urn:%d"' % (number, number) for number in range(MILLION))
    return _in_answer(b"<criteria " + named + b"/>")


def _crowded_envelope(count: int) -> bytes:
    """Declare and use namespaces above the answer, where its validation copies each of them."""
    declared = b" ".join(b'xmlns:a%d="urn:%d" a%d:b=""' % (n, n, n) for n in range(count))
    return _in_answer(b"").replace(b"<s:Body", b"<s:Body " + declared)


def _violations() -> bytes:
    """Give an answer that breaks the contract 40,000 times, as deep as it goes."""
    answer = etree.tostring(full("consultFilesBySsinResponse"))
    begin, end = answer.index(b"<bonus>"), answer.index(b"</bonus>") + len(b"</bonus>")
    bonus = answer[begin:end].replace(b"2019-01-31", b"x")
    return HEAD + answer[:begin] + bonus * 40_000 + answer[end:] + TAIL


def _violations_in_lists_of_a_hundred() -> bytes:
    """Give an answer that breaks the contract 98,000 times, with no list longer than allowed."""
    answer = etree.tostring(full("consultFilesBySsinResponse"))
    begin, end = answer.index(b"<file>"), answer.index(b"</file>") + len(b"</file>")
    file = answer[begin:end]
    period = (
        b'<paymentPeriod a="1"><beginMonth>2019-01</beginMonth>'
        b"<category><code>A</code></category></paymentPeriod>"
    )
    first, last = file.index(b"<children>") + len(b"<children>"), file.index(b"</children>")
    ssin = answer[answer.index(b"<ssin>") : answer.index(b"</ssin>")] + b"</ssin>"
    periods = b"<paymentPeriods>" + period * 100 + b"</paymentPeriods>"
    child = b"<child>" + ssin + periods + b"</child>"
    files = (file[:first] + child * 70 + file[last:]) * 14
    return HEAD + answer[:begin] + files + answer[end:] + TAIL


def _filters() -> bytes:
    """Give an answer that breaks the contract in the one list that it leaves without an end."""
    answer = etree.tostring(full("consultFilesBySsinResponse"))
    begin = answer.index(b"<filteredElement>")
    return HEAD + answer[:begin] + b'<filteredElement a="1"/>' * 60_000 + answer[begin:] + TAIL


def _whole() -> bytes:
    return _in_answer(b"<informationCustomer/>")


DOCUMENTS: Mapping[str, Document] = {
    "entity bomb (billion laughs)": Document(_billion_laughs),
    "entity bomb (quadratic)": Document(_quadratic_blowup),
    "entity that names itself": Document(
        lambda: _dtd(b'<!ENTITY a "&b;"><!ENTITY b "&a;">', b"&a;")
    ),
    "parameter entities": Document(
        lambda: _dtd(b"<!ENTITY % a \"<!ENTITY b SYSTEM 'file:///etc/passwd'>\">%a;", b"&b;")
    ),
    "external entity, a file": Document(
        lambda: _dtd(b'<!ENTITY a SYSTEM "file:///etc/passwd">', b"<criteria>&a;</criteria>")
    ),
    "external entity, an address": Document(
        lambda: _dtd(b'<!ENTITY a SYSTEM "http://127.0.0.1:{port}/x">', b"&a;")
    ),
    "external DTD, an address": Document(
        lambda: b'<!DOCTYPE s:Envelope SYSTEM "http://127.0.0.1:{port}/x.dtd">' + _whole()
    ),
    "schema location, an address": Document(
        lambda: _in_answer(
            b'<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
            b'i:noNamespaceSchemaLocation="http://127.0.0.1:{port}/x.xsd"/>'
        )
    ),
    "XInclude": Document(
        lambda: _in_answer(
            b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
        )
    ),
    "style sheet": Document(
        lambda: b'<?xml-stylesheet href="http://127.0.0.1:{port}/x.xsl"?>' + _whole()
    ),
    "100,000 levels": Document(lambda: _nested(100_000)),
    "250 levels": Document(lambda: _nested(250)),
    "a million attributes": Document(_attributes),
    "a million namespaces": Document(_namespaces),
    "400,000 namespaces above the answer": Document(lambda: _crowded_envelope(400_000)),
    "900,000 attributes of one element": Document(
        lambda: _in_answer(b"<a " + b" ".join(b'a%d=""' % n for n in range(900_000)) + b"/>")
    ),
    "200,000 elements below 200,000 namespaces": Document(
        lambda: _in_answer(
            b"<a "
            + b" ".join(b'xmlns:a%d="u"' % n for n in range(200_000))
            + b">"
            + b"<b/>" * 200_000
            + b"</a>"
        )
    ),
    "a million elements": Document(lambda: _in_answer(b"<a/>" * MILLION)),
    "990,000 elements": Document(lambda: _in_answer(b"<a/>" * 990_000)),
    "650,000 attributes": Document(lambda: _many_attributes(25_000)),
    "32 MiB of attributes": Document(lambda: _many_attributes(200_000)),
    "32 MiB of elements": Document(lambda: _in_answer(b"<a/>" * (8 * MILLION))),
    "32 MiB of elements in UTF-16": Document(
        lambda: _in_answer(b"<a/>" * (4 * MILLION)).decode().encode("utf-16")
    ),
    "32 MiB of elements in EBCDIC": Document(
        lambda: (
            ('<?xml version="1.0" encoding="cp037"?>').encode("cp037")
            + _in_answer(b"<a/>" * (8 * MILLION)).decode().encode("cp037")
        )
    ),
    "32 MiB of elements in UTF-7": Document(
        lambda: b'<?xml version="1.0" encoding="UTF-7"?>' + _in_answer(b"<a/>" * (8 * MILLION))
    ),
    "a million sources": Document(
        lambda: _in_answer(
            b"<criteria><authenticSources>"
            + b"<authenticSource/>" * MILLION
            + b"</authenticSources></criteria>"
        )
    ),
    "40,000 violations": Document(_violations),
    "98,000 violations in lists of a hundred": Document(_violations_in_lists_of_a_hundred),
    "60,000 violations in a list without an end": Document(_filters),
    "a million comments": Document(lambda: _in_answer(b"<!---->" * MILLION)),
    "a million processing instructions": Document(lambda: _in_answer(b"<?a?>" * MILLION)),
    "a million envelopes": Document(lambda: (HEAD + TAIL) * (MILLION // 10)),
    "a text of 30 MB": Document(
        lambda: _in_answer(b"<legalContext>" + b"a" * (30 * MILLION) + b"</legalContext>")
    ),
    "a text of 9 MB": Document(
        lambda: _in_answer(b"<legalContext>" + b"a" * (9 * MILLION) + b"</legalContext>")
    ),
    "a CDATA section of 30 MB": Document(
        lambda: _in_answer(b"<a><![CDATA[" + b"<" * (30 * MILLION) + b"]]></a>")
    ),
    "a name of 30 MB": Document(lambda: _in_answer(b"<" + b"a" * (30 * MILLION) + b"/>")),
    "an attribute of 9 MB": Document(
        lambda: _in_answer(b'<criteria a="' + b"a" * (9 * MILLION) + b'"/>')
    ),
    "100 MB": Document(lambda: b" " * (100 * MILLION)),
    "30 MB of spaces": Document(lambda: b" " * (30 * MILLION), GatewayError),
    "UTF-16": Document(lambda: _whole().decode().encode("utf-16")),
    "UTF-16 that says UTF-8": Document(
        lambda: ('<?xml version="1.0" encoding="UTF-8"?>' + _whole().decode()).encode("utf-16-be")
    ),
    "UTF-7": Document(
        lambda: b'<?xml version="1.0" encoding="UTF-7"?>' + _whole().replace(b"<", b"+ADw-")
    ),
    "an unknown encoding": Document(lambda: b'<?xml version="1.0" encoding="x-none"?>' + _whole()),
    "EBCDIC": Document(
        lambda: ('<?xml version="1.0" encoding="cp037"?>' + _whole().decode()).encode("cp037")
    ),
    "Latin-1 that says UTF-8": Document(lambda: _in_answer(b"<legalContext>\xe9</legalContext>")),
    "overlong UTF-8": Document(lambda: _in_answer(b"<legalContext>\xc0\xbc</legalContext>")),
    "null bytes": Document(lambda: _in_answer(b"<legalContext>a\x00b</legalContext>")),
    "random bytes": Document(lambda: bytes(range(256)) * 4000),
    "truncated": Document(lambda: _whole()[:-5]),
    "two documents in one": Document(lambda: _whole() * 2),
    "a document and a half": Document(lambda: _whole() + b"<html>"),
    "two bodies": Document(
        lambda: _whole().replace(TAIL, TAIL.replace(b"</s:Env", b"<s:Body/></s:Env"))
    ),
    "two answers in one body": Document(lambda: HEAD + (ANSWER + ANSWER_END) * 2 + TAIL),
    "gzip": Document(lambda: b"\x1f\x8b\x08\x00" + b"\x00" * 1000),
    "HTML, status 200": Document(
        lambda: b"<!DOCTYPE html><html><body>Log in<br></body></html>",
        GatewayError,
        200,
        "text/html",
    ),
    "HTML, status 200, as XML": Document(lambda: b"<html><body>Log in</body></html>", GatewayError),
    "HTML, status 502": Document(
        lambda: b"<html><h1>Bad Gateway<p></html>", GatewayError, 502, "text/html"
    ),
    "an answer, status 502": Document(_whole, ContractDriftError, 502),
    "JSON": Document(lambda: b'{"error": 1}', GatewayError, 200, "application/json"),
    "nothing": Document(lambda: b"", GatewayError),
}
"""Every hostile document."""
