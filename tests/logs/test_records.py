"""Real records of real libraries at DEBUG, and of whoever else logs."""

import asyncio
import base64
import http.server
import io
import logging
import threading
from contextlib import contextmanager

import aiohttp
import pytest
import requests
import structlog
import zeep.transports
from aiohttp import web

from kszclient.logs import PersonalDataFilter, protect

NUMBER = "85023000125"
FORMS = [NUMBER, "85 02 30 001 25", "85.02.30-001.25", base64.b64encode(NUMBER.encode()).decode()]
BODY = f"<soap:Envelope><ssin>{NUMBER}</ssin><naam>Janssens</naam></soap:Envelope>"


@pytest.fixture
def seen():
    """Catch what a handler of somebody else writes, who knows nothing of us."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    protect()
    return stream.getvalue


@contextmanager
def echo_server():
    class Echo(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(500)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "text/xml")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/consult"
        finally:
            server.shutdown()
            thread.join()


def clean(text):
    return not any(form in text for form in [*FORMS, "Janssens"])


def test_zeep_at_debug_writes_no_body(seen, caplog):
    # The library keeps zeep at WARNING; here somebody has turned it up again.
    caplog.set_level(logging.DEBUG, logger="zeep")
    with echo_server() as url, requests.Session() as session:
        zeep.transports.Transport(session=session).post(url, BODY.encode(), {})
    assert "HTTP Post to http://127.0.0.1" in seen()
    assert "[body of" in seen()
    assert clean(seen())


def test_urllib3_at_debug_writes_no_number_of_an_address(seen):
    with echo_server() as url:
        requests.post(f"{url}/{NUMBER}?of={FORMS[2]}", data=BODY, timeout=60)
    assert '"POST /consult/[number]?of=[number] HTTP/1.1" 500' in seen()
    assert clean(seen())


def test_aiohttp_writes_no_exception_text(seen):
    async def fail(request):
        raise RuntimeError(await request.text())

    async def ask():
        app = web.Application()
        app.router.add_post("/", fail)
        runner = web.AppRunner(app, access_log=logging.getLogger("aiohttp.access"))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession() as session:
            await session.post(f"http://127.0.0.1:{port}/?of={NUMBER}", data=BODY)
        await runner.cleanup()

    asyncio.run(ask())
    assert "aiohttp.server" in seen()
    assert "aiohttp.access" in seen()
    assert "RuntimeError: [body of" in seen()
    assert clean(seen())


@pytest.mark.parametrize("form", FORMS)
def test_messages_arguments_exceptions_and_stacks_are_cleaned(seen, form):
    log = logging.getLogger("anybody")
    log.warning("of %s", form)
    log.warning("of %(who)s", {"who": form})
    log.warning(f"of {form}", stack_info=True)  # noqa: G004 - that is what others do
    log.warning(ValueError(form))
    try:
        int(f"x{form}")
    except ValueError:
        log.exception("failed")
    assert seen().count("[number]") == 5
    assert "ValueError: invalid literal" in seen()
    assert clean(seen())


def test_arguments_that_do_not_fit_stop_nothing(seen):
    logging.getLogger("anybody").warning("%d", NUMBER + "x")
    logging.getLogger("anybody").warning(f"{NUMBER} %s %s", *["one"])  # noqa: G004 - as others do
    assert "[arguments do not fit] %d" in seen()
    assert "[arguments do not fit] [number] %s %s" in seen()
    assert clean(seen())


def test_a_program_with_its_own_structlog_keeps_its_fields(seen):
    log = structlog.wrap_logger(
        logging.getLogger("program"),
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    log.warning("asked", ssin=NUMBER, note=f"of {NUMBER}", count=3)
    assert "{'ssin': '[withheld]', 'note': 'of [number]', 'count': 3, 'event': 'asked'}" in seen()


def test_a_filter_on_a_handler_cleans_extras_too():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(message)s %(note)s %(ssin)s"))
    handler.addFilter(PersonalDataFilter())
    log = logging.Logger("apart")  # noqa: LOG001 - one that nobody else listens to
    log.addHandler(handler)
    log.warning("of %s", NUMBER, extra={"note": f"of {NUMBER}", "ssin": NUMBER})
    assert stream.getvalue() == "of [number] of [number] [withheld]\n"


def test_protecting_twice_is_protecting_once():
    protect()
    once = logging.getLogRecordFactory()
    protect()
    assert logging.getLogRecordFactory() is once


def test_the_factory_of_a_program_is_kept():
    class Marked(logging.LogRecord):
        pass

    logging.setLogRecordFactory(Marked)
    protect()
    record = logging.getLogger().makeRecord("n", 20, "f", 1, "of %s", (NUMBER,), None)
    assert (type(record), record.getMessage()) == (Marked, "of [number]")
