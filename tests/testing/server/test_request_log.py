"""The request log: one line of JSON for each request, without the person."""

import json

import msgspec

from kszclient.testing.server.request_log import request_log


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


def test_what_a_client_sent_acts_on_nothing_and_names_nobody(ask, capsys):
    seen = ask("1").answer.seen
    told = "\x9b31m\u202e\u2028\x7f of 85023000125"
    request_log()(msgspec.structs.replace(seen, customer_ticket=told, violations=(told,)))
    line = capsys.readouterr().err
    assert not set("\x9b\u202e\u2028\x7f") & set(line)
    assert json.loads(line)["customer_ticket"] == "\x9b31m\u202e\u2028\x7f of [number]"
