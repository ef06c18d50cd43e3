import logging
import subprocess
import sys

import structlog

from kszclient.logs import get_logger

NUMBER = "85023000125"


def test_an_event_is_a_line_of_key_and_value(written):
    lines = written()
    get_logger("cadaster").info("consulted", ticket="t-1", outcome="COMPLETE", seconds=0.3)
    moment, _, rest = lines().partition(" ")
    assert moment.endswith("Z")
    assert rest == "info kszclient.cadaster consulted ticket=t-1 outcome=COMPLETE seconds=0.3\n"


def test_no_field_text_or_bound_value_shows_a_person(written):
    lines = written()
    structlog.contextvars.bind_contextvars(batch=f"of {NUMBER}")
    try:
        get_logger("cadaster").bind(ssin=NUMBER).warning(f"asked {NUMBER}", file_number="AB-12")
    finally:
        structlog.contextvars.clear_contextvars()
    assert NUMBER not in lines()
    assert "AB-12" not in lines()
    assert 'asked [number] ssin=[withheld] file_number=[withheld] batch="of [number]"' in lines()


def test_an_exception_is_written_without_its_numbers(written):
    lines = written()
    try:
        int(f"x{NUMBER}")
    except ValueError:
        get_logger("cadaster").exception("failed")
    assert "ValueError: invalid literal for int() with base 10: 'x[number]'" in lines()
    assert NUMBER not in lines()


def test_a_level_that_is_not_wanted_costs_and_writes_nothing(written):
    lines = written(level="WARNING")

    class Dear:
        def __str__(self):
            raise AssertionError("nobody wants to read this")

    get_logger("cadaster").info("consulted", dear=Dear())
    assert lines() == ""


def test_a_record_of_ours_is_clean_without_any_protection():
    seen = []

    class Keep(logging.Handler):
        def emit(self, record):
            seen.append(record.getMessage())

    log = logging.getLogger("kszclient")
    handler = Keep()
    log.addHandler(handler)
    try:
        get_logger("cadaster").error("asked", note=f"of {NUMBER}")
    finally:
        log.removeHandler(handler)
    assert seen == ['asked note="of [number]"']


def test_a_library_writes_nowhere_by_itself():
    code = "from kszclient.logs import get_logger; get_logger('cadaster').error('asked')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
