"""Questions to the mock as bytes, and its answers checked against the contract before use."""

import datetime as dt

import msgspec
import pytest

from kszclient.testing.server.engine import MockEngine
from kszclient.testing.server.world import World
from kszclient.wire.parse import parse
from kszclient.wire.schema import check_payload

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"


def _envelope(
    ssin,
    begin="2015-01",
    end="2026-06",
    sources=(),
    *,
    ticket="3f0c2d1e-0000-4000-8000-000000000001",
    customer="<cbeNumber>0000000097</cbeNumber>",
    legal_context="MOCK:DEMONSTRATION",
    header="",
):
    named = "".join(f"<authenticSource>{source}</authenticSource>" for source in sources)
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f"{header}<s:Body>"
        '<q:consultFilesBySsinRequest xmlns:q="http://kszbcss.fgov.be/intf/ChildBenefitsService/v1">'
        f"<informationCustomer><ticket>{ticket}</ticket>"
        "<timestampSent>2024-05-06T07:08:09.000Z</timestampSent>"
        f"<customerIdentification>{customer}</customerIdentification></informationCustomer>"
        f"<legalContext>{legal_context}</legalContext><criteria><ssin>{ssin}</ssin>"
        f"<period><beginMonth>{begin}</beginMonth>{f'<endMonth>{end}</endMonth>' if end else ''}"
        f"</period>{f'<authenticSources>{named}</authenticSources>' if named else ''}</criteria>"
        "</q:consultFilesBySsinRequest></s:Body></s:Envelope>"
    ).encode()


class Told(msgspec.Struct):
    """An answer as a test looks at it."""

    http_status: int
    payload: object
    fault: object
    answer: object

    @property
    def outcome(self):
        return (
            self.payload.findtext("status/value"),
            self.payload.findtext("status/code"),
        )

    @property
    def information(self):
        blocks = self.payload.findall(".//information")
        return {block.findtext("fieldName"): block.findtext("fieldValue") for block in blocks}

    @property
    def by_source(self):
        return {
            block.get("authenticSource"): (
                block.findtext("status/value"),
                block.findtext("status/code"),
            )
            for block in self.payload.iterfind("results/resultByAuthenticSource")
        }

    def files(self, source):
        path = f"results/resultByAuthenticSource[@authenticSource='{source}']/files/file"
        return self.payload.findall(path)

    @property
    def reason(self):
        return self.payload.findtext("detail/reasonCode")


def _read(answer):
    """Read an answer, which must obey the contract."""
    body = parse(answer.sent.body).find(f"{SOAP}Body")
    fault = body.find(f"{SOAP}Fault")
    payload = body[0] if fault is None else fault.find("detail/*")
    if payload is not None:
        assert check_payload(payload) == ()
    return Told(answer.sent.http_status, payload, fault, answer)


@pytest.fixture(scope="session")
def world():
    return World.build(seed=5, size=300)


@pytest.fixture(scope="session")
def envelope():
    return _envelope


@pytest.fixture(scope="session")
def read():
    return _read


@pytest.fixture
def engine(world):
    return MockEngine(world)


@pytest.fixture
def ask(engine):
    """Ask the engine about a persona, or about a number."""

    def asking(who, *arguments, using=engine, **named):
        personas = using.world.personas
        ssin = personas[who].child.ssin.digits if who in personas else who
        return _read(using.answer(_envelope(ssin, *arguments, **named)))

    return asking


@pytest.fixture
def fixed():
    """Give what makes answers the same every time: a clock and a source of tickets."""
    return {
        "clock": lambda: dt.datetime(2024, 5, 6, 9, 8, 7, 123456, tzinfo=dt.UTC),
        "tickets": lambda: "00000000-0000-4000-8000-00000000abcd",
    }
