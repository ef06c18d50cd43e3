from __future__ import annotations

import pytest

from kszclient.wire.parse import HARMLESS_BYTES, MalformedXmlError, parse


def test_comments_and_instructions_cannot_cut_a_text_in_two():
    assert parse(b"<a>85<!-- x -->02<?php y?>30<![CDATA[001]]></a>").text == "850230001"


@pytest.mark.parametrize(
    ("body", "flaw"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<a>" + b" " * 100 + b"</a>", "too-long"),
        (b"<a><b></a>", "malformed"),
        (b"<a>85023000125", "malformed"),
        (b"Service unavailable", "malformed"),
        (b"\x1f\x8b\x08\x00", "malformed"),
        (b"<a>\xff</a>", "malformed"),
        (b"<a>&undeclared;</a>", "malformed"),
        (b"<!DOCTYPE a><a/>", "dtd"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "dtd"),
        (b"<!DOCTYPE a [<!ATTLIST a b CDATA 'c'>]><a/>", "dtd"),
        ("<!DOCTYPE a><a/>".encode("utf-16"), "dtd"),
    ],
)
def test_flaws_are_told_apart(body, flaw):
    with pytest.raises(MalformedXmlError) as caught:
        parse(body, max_bytes=100)
    assert caught.value.flaw == flaw
    assert "85023000125" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp037"])
def test_tags_are_counted_before_they_are_read(encoding):
    begin = "" if encoding == "utf-8" else f'<?xml version="1.0" encoding="{encoding}"?>'
    listing = f"<a>{'<a/>' * 999}</a>"
    few = f"{begin}<a>{listing * 499} {'t' * 3_000_000}</a>".encode(encoding)
    many = f"{begin}<a>{'<a/>' * 1_100_000}</a>".encode(encoding)
    with pytest.raises(MalformedXmlError) as caught:
        parse(many)
    assert caught.value.flaw == "too-many"
    if encoding == "utf-8":
        assert sum(1 for _ in parse(few).iter()) == 499_001


def test_tags_are_counted_whatever_stands_before_the_encoding():
    many = f"<a>{'<a/>' * 1_100_000}</a>".encode()
    with pytest.raises(MalformedXmlError) as caught:
        parse(b'<?xml version="1.0"' + b" " * 600 + b'encoding="UTF-7"?>' + many)
    assert caught.value.flaw == "too-many"


PADDING = "x" * HARMLESS_BYTES


@pytest.mark.parametrize(
    "crowded",
    ["<c/>" * 1_001, "<c " + " ".join(f"a{each}='x'" for each in range(101)) + "/>"],
)
def test_what_is_too_short_to_cost_anything_may_be_crowded(crowded):
    assert parse(f"<a>{crowded}</a>".encode()).tag == "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_no_list_is_endless(encoding):
    begin = "" if encoding == "utf-8" else f'<?xml version="1.0" encoding="{encoding}"?>'

    def listing(count):
        return f"{begin}<a><b>{'<c/>' * count}</b>{PADDING}</a>".encode(encoding)

    assert len(parse(listing(1_000))[0]) == 1_000
    with pytest.raises(MalformedXmlError) as caught:
        parse(listing(1_001))
    assert caught.value.flaw == "too-many-children"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize(
    ("one", "flaw"),
    [("a{0}='x' ", "too-many-attributes"), ("xmlns:a{0}='x{0}' ", "too-many-namespaces")],
)
def test_no_place_is_crowded(encoding, one, flaw):
    begin = "" if encoding == "utf-8" else f'<?xml version="1.0" encoding="{encoding}"?>'

    def crowd(count):
        named = "".join(one.format(each) for each in range(count))
        return f"{begin}<a><b {named}/><b {named}/>{PADDING}</a>".encode(encoding)

    assert len(parse(crowd(100))) == 2
    with pytest.raises(MalformedXmlError) as caught:
        parse(crowd(101))
    assert caught.value.flaw == flaw


def test_namespaces_of_each_level_count_together():
    level = '<a xmlns:n{0}="x"><b xmlns:m{0}="x"/>'
    deep = "".join(level.format(each) for each in range(101)) + "</a>" * 101
    with pytest.raises(MalformedXmlError) as caught:
        parse(deep.encode() + f"<!--{PADDING}-->".encode())
    assert caught.value.flaw == "too-many-namespaces"


def test_an_external_entity_is_never_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="ascii")
    body = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'.encode()
    with pytest.raises(MalformedXmlError):
        parse(body)


def test_entities_that_grow_end_in_an_error():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    body = f'<!DOCTYPE a [<!ENTITY e0 "lol">{levels}]><a b="&e8;"/>'.encode()
    with pytest.raises(MalformedXmlError):
        parse(body)


def test_depth_has_a_limit():
    with pytest.raises(MalformedXmlError):
        parse(b"<a>" * 5000 + b"</a>" * 5000)


def test_the_root_of_a_document_with_a_dtd_is_named():
    with pytest.raises(MalformedXmlError) as caught:
        parse(b'<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>')
    assert caught.value.root == "html"
