import json
import logging

import pytest

from kszclient.logs import get_logger

NUMBER = "85023000125"


def test_json_lines_hold_the_fields_of_an_event(written):
    lines = written(json=True)
    get_logger("cadaster").info("consulted", ticket="t-1", files=2, ssin=NUMBER)
    line = json.loads(lines())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "ticket": "t-1",
        "files": 2,
        "ssin": "[withheld]",
        "level": "info",
        "logger": "kszclient.cadaster",
        "event": "consulted",
    }


def test_json_lines_hold_what_others_log_and_its_traceback(written):
    lines = written(json=True)
    try:
        int(f"x{NUMBER}")
    except ValueError:
        logging.getLogger("zeep").exception("of %s", NUMBER, stack_info=True)
    line = json.loads(lines())
    assert (line["logger"], line["event"]) == ("zeep", "of [number]")
    assert "'x[number]'" in line["exception"]
    assert "Stack (most recent call last)" in line["stack"]
    assert NUMBER not in lines()


def test_others_have_a_level_of_their_own(written):
    lines = written(level="DEBUG", others="WARNING")
    logging.getLogger("zeep").debug("loud")
    get_logger("cadaster").debug("wanted")
    assert ("loud" in lines(), "wanted" in lines()) == (False, True)


def test_a_second_configuration_replaces_the_first(written):
    written()
    lines = written(json=True)
    get_logger("cadaster").info("once")
    assert lines().count("once") == 1


def test_a_traceback_stands_below_its_line(written):
    lines = written()
    try:
        int(f"x{NUMBER}")
    except ValueError:
        logging.getLogger("zeep").exception("failed")
    first, *_, last = lines().splitlines()
    assert first.endswith("error zeep failed")
    assert last == "| ValueError: invalid literal for int() with base 10: 'x[number]'"


FORGED = "2024-05-06T07:08:09.123Z info kszclient.cadaster consulted"
ACTING = "\n\r\v\f\x1b\x00\x7f\x85\x9b\u202e\u2066\u200b\u2028\u2029\ufeff\ud800"


def _ours(text):
    get_logger("cadaster").info(f"of {text}", note=text, held=[text], of={text: text})


def _named(text):
    logging.getLogger(f"zeep.{text}").error("failed")


def _formatted(text):
    logging.getLogger("urllib3").error("from %s of %r", text, {"k": text})


def _raised(text):
    error = OSError(2, text, text)
    error.add_note(text)
    error.__cause__ = KeyError(text)
    logging.getLogger("aiohttp").error(text, exc_info=error, stack_info=True)


def _extra(text):
    logging.getLogger("requests").error("plain", extra={"more": text}, exc_info=ValueError(text))


@pytest.mark.parametrize("log", [_ours, _named, _formatted, _raised, _extra])
@pytest.mark.parametrize("acting", ACTING)
def test_no_text_forges_a_line_or_acts_on_a_terminal(written, log, acting):
    lines = written()
    log(f"a{acting}{FORGED}")
    written_lines = lines().split("\n")[:-1]
    assert not set(ACTING) & set("".join(written_lines))
    assert not any(line.startswith(FORGED) for line in written_lines)
    assert all(line.startswith("| ") for line in written_lines[1:])
    for line in written_lines:
        assert len(line.splitlines()) == 1


@pytest.mark.parametrize("log", [_ours, _named, _formatted, _raised, _extra])
def test_json_lines_hold_every_text_as_it_is_and_act_on_nothing(written, log):
    lines = written(json=True)
    text = f"a{ACTING[:-1]}{FORGED}"
    log(text)
    assert not set(ACTING) & set(lines()[:-1])
    line = json.loads(lines())
    if log is _ours:
        assert (line["event"], line["note"]) == (f"of {text}", text)


def test_a_line_is_bounded(written):
    lines = written()
    logging.getLogger("zeep").error("x" * 1_000_000)
    assert len(lines()) < 5000
