"""The mock KSZ over real sockets."""

import gzip
import logging
import socket
import threading
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from lxml import etree

from kszclient.errors import SettingsError
from kszclient.testing import MockKsz, World, shipped_scenario
from kszclient.testing.server.scenario import Scenario, ScenarioRule

ACTION = '"http://kszbcss.fgov.be/child-benefits/consultFilesBySsin"'
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": ACTION}
MOVED = "brussels-to-ghent-2021"


@pytest.fixture(scope="module")
def ksz(world):
    with MockKsz(world) as running:
        yield running


@pytest.fixture
def question(world, envelope):
    return envelope(world.personas[MOVED].child.ssin.digits)


def test_an_answer_comes_as_200_and_a_fault_as_500(ksz, question):
    good = requests.post(ksz.endpoint, question, headers=HEADERS, timeout=60)
    assert (good.status_code, good.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert b"<value>DATA_FOUND</value>" in good.content
    bad = requests.post(ksz.endpoint, b"<a/>", headers=HEADERS, timeout=60)
    assert (bad.status_code, bad.headers["Content-Type"]) == (500, "text/xml; charset=utf-8")


def test_the_action_may_come_without_quotes(ksz, question):
    headers = HEADERS | {"SOAPAction": ACTION.strip('"')}
    assert requests.post(ksz.endpoint, question, headers=headers, timeout=60).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "", HEADERS | {"SOAPAction": '"urn:other"'}, 400),
        ("POST", "", {"Content-Type": "text/xml"}, 400),
        ("POST", "", HEADERS | {"Content-Type": "application/soap+xml"}, 415),
        ("POST", "other", HEADERS, 404),
        ("POST", "", HEADERS | {"SOAPAction": '""'}, 400),
        ("POST", "", {"SOAPAction": ACTION}, 415),
        ("PUT", "", HEADERS, 405),
        ("PATCH", "", HEADERS, 405),
        ("DELETE", "", HEADERS, 405),
        ("GET", "", HEADERS, 405),
        ("GET", "/", HEADERS, 404),
        ("GET", "/types/none.xsd", HEADERS, 404),
    ],
)
def test_other_requests_get_the_errors_of_http(ksz, method, path, *, headers, status):
    url = urljoin(ksz.endpoint, path)
    reply = requests.request(method, url, data=b"<a/>", headers=headers, timeout=60)
    assert reply.status_code == status
    if status == 405:
        assert "POST" in reply.headers["Allow"]
    if method != "GET" or not path:
        assert fault_of(reply)[0] == "soapenv:Client"
        assert len(fault_of(reply)[1]) > 10


def fault_of(reply):
    """Return code and text of the fault that a SOAP stack would show its user."""
    assert reply.headers["Content-Type"] == "text/xml; charset=utf-8"
    (fault,) = etree.fromstring(reply.content).iter(
        "{http://schemas.xmlsoap.org/soap/envelope/}Fault"
    )
    return fault.findtext("faultcode"), fault.findtext("faultstring")


@pytest.mark.parametrize("action", [ACTION, ACTION.strip('"'), f"{ACTION}  "])
@pytest.mark.parametrize("content_type", ["text/xml", 'TEXT/XML; charset="utf-8"'])
def test_stacks_write_action_and_content_type_in_many_ways(ksz, question, action, content_type):
    headers = {"Content-Type": content_type, "SOAPAction": action}
    assert requests.post(ksz.endpoint, question, headers=headers, timeout=60).status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"no XML", "text/xml"), (b"", "text/xml"), (b"<a>\xe9</a>", "text/xml; charset=utf-8")],
)
def test_what_is_no_xml_gets_a_fault(ksz, body, content_type):
    headers = HEADERS | {"Content-Type": content_type}
    reply = requests.post(ksz.endpoint, body, headers=headers, timeout=60)
    assert reply.status_code == 500
    assert fault_of(reply)[0] == "soapenv:Client"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "x"])
@pytest.mark.parametrize("packed", [True, False])
def test_a_compressed_question_gets_a_fault(ksz, question, coding, packed):
    """Whether or not it is what its header says."""
    body = gzip.compress(question) if packed else b"<a/>"
    headers = HEADERS | {"Content-Encoding": coding}
    reply = requests.post(ksz.endpoint, body, headers=headers, timeout=60)
    assert reply.status_code == 500
    assert fault_of(reply)[0] == "soapenv:Client"


def test_a_question_in_the_encoding_that_its_header_names_is_answered(ksz, question):
    text = question.decode().partition("?>")[2] or question.decode()
    headers = HEADERS | {"Content-Type": "text/xml; charset=utf-16"}
    reply = requests.post(ksz.endpoint, text.encode("utf-16"), headers=headers, timeout=60)
    assert reply.status_code == 200


OTHER_SITES = [
    {"Origin": "https://example.org"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", OTHER_SITES)
def test_a_page_of_another_site_changes_nothing(ksz, question, headers):
    control = f"{ksz.desks}/control"
    moved = requests.post(control, b'{"days_later": 9}', headers=headers, timeout=60)
    desk = f"{ksz.desks}/IRISCARE/complaints"
    handed = requests.post(desk, b"{}", headers=headers, timeout=60)
    seen = len(ksz.requests)
    asked = requests.post(ksz.endpoint, question, headers=HEADERS | headers, timeout=60)
    assert (moved.status_code, handed.status_code, asked.status_code) == (403, 403, 403)
    assert fault_of(asked)[0] == "soapenv:Client"
    assert len(ksz.requests) == seen


def test_its_own_origin_may_change_what_it_likes(ksz):
    own = ksz.desks.removesuffix("/desks")
    headers = {"Origin": own, "Sec-Fetch-Site": "same-origin"}
    reply = requests.post(f"{ksz.desks}/control", b"{}", headers=headers, timeout=60)
    assert reply.status_code < 300


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("127.0.0.2:80", 200),
        ("[::1]:80", 200),
        ("rebound.example:80", 421),
        ("127.0.0.1.example", 421),
        ("localhost@example.org", 421),
        ("10.0.0.1", 421),
    ],
)
def test_it_answers_under_a_name_of_loopback_only(ksz, host, status):
    reply = requests.get(ksz.wsdl, headers={"Host": host}, timeout=60)
    assert reply.status_code == status


def test_a_request_that_is_too_long_is_not_read(ksz):
    reply = requests.post(ksz.endpoint, b" " * 1_100_000, headers=HEADERS, timeout=60)
    assert reply.status_code == 413
    assert fault_of(reply)[0] == "soapenv:Client"


def test_the_wsdl_names_this_endpoint_and_its_imports_can_be_followed(ksz):
    seen, to_read = set(), [ksz.wsdl]
    while to_read:
        url = to_read.pop()
        reply = requests.get(url, timeout=60)
        assert reply.headers["Content-Type"] == "text/xml; charset=utf-8"
        seen.add(url.partition("?")[0].rpartition("/")[2])
        root = etree.fromstring(reply.content)
        to_read += [
            urljoin(url, node.get("schemaLocation"))
            for node in root.iter("{http://www.w3.org/2001/XMLSchema}import")
        ]
        for node in root.iter("{http://schemas.xmlsoap.org/wsdl/soap/}address"):
            assert node.get("location") == ksz.endpoint
    assert seen == {
        "consult",
        "ChildBenefitsV1.xsd",
        "ChildBenefitsCommonV1.xsd",
        "CommonV3.xsd",
    }
    assert requests.get(f"{ksz.endpoint}?WSDL", timeout=60).status_code == 200


def test_requests_are_remembered_without_the_person(world, question):
    told = []
    with MockKsz(world, log=told.append) as ksz:
        requests.post(ksz.endpoint, question, headers=HEADERS, timeout=60)
        requests.get(ksz.wsdl, timeout=60)
    assert [seen.code for seen in ksz.requests] == ["MSG00000"]
    assert tuple(told) == ksz.requests
    assert world.personas[MOVED].child.ssin.digits not in repr(ksz.requests)


def test_many_at_once_are_all_answered_well(ksz, world, envelope):
    numbers = [child.ssin.digits for child in world.children[:60]]
    wrong = []

    def asks(mine):
        with requests.Session() as session:
            for number in mine:
                reply = session.post(ksz.endpoint, envelope(number), headers=HEADERS, timeout=60)
                if f"<criteria><ssin>{number}<" not in reply.text:
                    wrong.append(number)

    threads = [threading.Thread(target=asks, args=(numbers[part::6],)) for part in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_connection_is_broken_off(world, question):
    scenario = Scenario("Hangs up", rule=(ScenarioRule(broken="hang-up"),))
    with MockKsz(world, [scenario]) as ksz, pytest.raises(requests.ConnectionError):
        requests.post(ksz.endpoint, question, headers=HEADERS, timeout=60)


def test_a_delayed_answer_is_held_back_while_others_are_not(world, envelope):
    slow = Scenario("Slow for one", rule=(ScenarioRule(persons=(MOVED,), delay_ms=600_000),))
    other = world.personas["changed-payer"].child.ssin.digits
    with MockKsz(world, [slow]) as ksz:
        with pytest.raises(requests.ReadTimeout):
            requests.post(
                ksz.endpoint,
                envelope(world.personas[MOVED].child.ssin.digits),
                headers=HEADERS,
                timeout=(10, 0.2),
            )
        reply = requests.post(ksz.endpoint, envelope(other), headers=HEADERS, timeout=60)
    assert reply.status_code == 200


def test_it_listens_until_the_block_ends_and_can_be_stopped_twice(question):
    ksz = MockKsz(World.build(size=0), [shipped_scenario("all-silent")])
    with ksz:
        assert requests.post(ksz.endpoint, question, headers=HEADERS, timeout=60).status_code == 500
    ksz.stop()
    with pytest.raises(requests.ConnectionError):
        requests.post(ksz.endpoint, question, headers=HEADERS, timeout=60)


def test_it_can_listen_on_the_loopback_of_ipv6(world, question):
    with MockKsz(world, host="::1") as ksz:
        assert ksz.endpoint.startswith("http://[::1]:")
        assert requests.post(ksz.endpoint, question, headers=HEADERS, timeout=60).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_it_refuses_to_listen_anywhere_else(world, host):
    with pytest.raises(SettingsError, match="loopback only"):
        MockKsz(world, host=host)


def test_a_port_that_is_taken_or_impossible_is_told(world):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} cannot be listened on"):
            MockKsz(world, port=port).start()
    with pytest.raises(SettingsError, match="between 0 and 65535"):
        MockKsz(world, port=70_000).start()


_HOST = b"Host: localhost\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\r\n\r\n",
        b"PO ST / HTTP/1.1\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n" + _HOST + b"\r\n",
        b"GET http://[ HTTP/1.1\r\n" + _HOST + b"\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + _HOST + b"85023000125\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + _HOST + b"X: " + b"a" * 70_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + _HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"POST / HTTP/1.1\r\n" + _HOST + b"Content-Length: x\r\n\r\nabc",
        b"POST / HTTP/1.1\r\n" + _HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\n" + _HOST + b"Transfer-Encoding: other\r\n\r\n",
    ],
)
def test_what_is_no_http_gets_a_fault_that_repeats_nothing_and_no_traceback(ksz, caplog, sent):
    caplog.set_level(logging.DEBUG)
    head, _, body = _raw(ksz, sent).partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    assert b"Content-Type: text/xml; charset=utf-8" in head
    fault = etree.fromstring(body).find(".//faultstring")
    assert fault.text == "The request is not valid HTTP."
    assert caplog.records == []


def test_a_question_that_is_cut_off_is_no_mistake_of_the_mock(ksz, caplog):
    caplog.set_level(logging.DEBUG)
    begun = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()).encode()
    path = urlsplit(ksz.endpoint).path.encode()
    question = b"POST " + path + b" HTTP/1.1\r\n" + _HOST + begun + b"Content-Length: 9\r\n\r\n<a/>"
    assert _raw(ksz, question, hang_up=True) == b""
    assert caplog.records == []


def _raw(ksz, sent, *, hang_up=False):
    """Send bytes and return all that comes back until the mock closes the connection."""
    url = urlsplit(ksz.endpoint)
    with socket.create_connection((url.hostname, url.port), timeout=60) as line:
        line.sendall(sent)
        if hang_up:
            line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65_536), b""))
