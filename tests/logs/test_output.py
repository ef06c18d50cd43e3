import json
import logging

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
    assert last == "ValueError: invalid literal for int() with base 10: 'x[number]'"
