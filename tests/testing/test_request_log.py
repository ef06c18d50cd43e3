"""The request log: one line of JSON for each request, without the person."""

import json

from kszclient.testing.request_log import request_log


def test_a_line_for_each_request(ask, world, capsys):
    log = request_log()
    ssin = world.personas["eupen-since-birth"].child.ssin.digits
    log(ask(ssin, sources=["EASTBELGIUM"]).answer.seen)
    log(ask("1").answer.seen)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["code"] for line in lines] == ["MSG00000", "MSG00004"]
    assert lines[0]["sources"] == ["EASTBELGIUM"]
    assert lines[0]["http_status"] == 200
    assert lines[1]["violations"]
    assert {"ticket", "timestamp", "duration_ms"} <= set(lines[0])
    assert ssin not in json.dumps(lines)
