from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from lxml import etree

import kszclient
from kszclient.resources import resource
from kszclient.wire import Violation, check_payload, schema_files, wsdl_bytes

NAMESPACE = "http://kszbcss.fgov.be/intf/ChildBenefitsService/v1"
REQUEST = f"""<q:consultFilesBySsinRequest xmlns:q="{NAMESPACE}">
  <informationCustomer>
    <ticket>3f0c2d1e-0000-4000-8000-000000000001</ticket>
    <timestampSent>2024-05-06T07:08:09.000Z</timestampSent>
    <customerIdentification><cbeNumber>0000000097</cbeNumber></customerIdentification>
  </informationCustomer>
  <legalContext>PCSA:SOCIAL_INQUIRY</legalContext>
  <criteria>
    <ssin>85023000125</ssin>
    <period><beginMonth>2023-01</beginMonth><endMonth>2023-12</endMonth></period>
    <authenticSources><authenticSource>FLANDERS</authenticSource></authenticSources>
  </criteria>
</q:consultFilesBySsinRequest>"""
ROOT = "/consultFilesBySsinRequest"


def check(text):
    return check_payload(etree.fromstring(text))


def test_the_minimal_example_of_the_contract_is_valid():
    assert check(REQUEST) == ()


def test_a_payload_is_checked_where_it_stands_in_its_envelope():
    envelope = etree.fromstring(f"<e><b>{REQUEST}</b></e>")
    assert check_payload(envelope[0][0]) == ()
    assert envelope[0][0].tag == f"{{{NAMESPACE}}}consultFilesBySsinRequest"


@pytest.mark.parametrize(
    ("old", "new", "path", "rule"),
    [
        ("85023000125", "85023000199", "/criteria/ssin", "pattern"),
        ("FLANDERS", "MARS", "/criteria/authenticSources/authenticSource", "enumeration"),
        ("2023-01", "2023", "/criteria/period/beginMonth", "lexical-form"),
        ("<ssin>", '<ssin canceled="1">', "/criteria/ssin", "unknown-attribute"),
        ("PCSA", "P" * 60, "/legalContext", "max-length"),
        ("<criteria>", "<criteria>85023000125", "/criteria", "text"),
        ("<ssin>85023000125</ssin>", "", "/criteria/period", "unexpected-element"),
        (
            "<cbeNumber>0000000097</cbeNumber>",
            "",
            "/informationCustomer/customerIdentification",
            "missing-element",
        ),
        (
            "<cbeNumber>0000000097</cbeNumber>",
            "<sector>1000</sector><institution>1</institution>",
            "/informationCustomer/customerIdentification/sector",
            "max-inclusive",
        ),
        ("<ssin>", "<n85023000125/><ssin>", "/criteria/*", "unexpected-element"),
        ("<ssin>", "<future/><ssin>", "/criteria/future", "unexpected-element"),
    ],
)
def test_a_violation_tells_where_and_which_rule_but_not_what(old, new, path, rule):
    violations = check(REQUEST.replace(old, new, 1))
    assert Violation(ROOT + path, rule) in violations
    shown = "".join(map(str, violations)) + repr(violations)
    assert "85023" not in shown
    assert "MARS" not in shown


def test_children_drawn_into_the_namespace_of_the_root_are_refused():
    text = REQUEST.replace("q:consult", "consult").replace("xmlns:q", "xmlns")
    assert [violation.rule for violation in check(text)] == ["unexpected-element"]


@pytest.mark.parametrize("namespace", ["", "http://kszbcss.fgov.be/types/ChildBenefits/v1"])
def test_only_the_roots_of_the_service_namespace_count(namespace):
    element = etree.fromstring(REQUEST)
    element.tag = f"{{{namespace}}}consultFilesBySsinRequest"
    assert check_payload(element) == (Violation("/", "undeclared-root"),)


def test_a_hint_to_another_schema_is_not_followed(tmp_path):
    lenient = tmp_path / "lenient.xsd"
    lenient.write_text(
        '<schema xmlns="http://www.w3.org/2001/XMLSchema"><element name="future"/></schema>',
        encoding="utf-8",
    )
    hint = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:noNamespaceSchemaLocation="{lenient.as_uri()}"'
    )
    assert check(REQUEST.replace("<criteria>", f"<criteria {hint}>")) == ()
    assert check(REQUEST.replace("<criteria>", f"<criteria {hint}><future/>")) != ()


def test_each_thread_gets_the_verdict_on_its_own_payload():
    broken = REQUEST.replace("FLANDERS", "MARS")
    expected = {REQUEST: (), broken: check(broken)}
    together = Barrier(8)

    def judge(text):
        together.wait()
        return [check(text) == expected[text] for _ in range(20)]

    for _ in range(12):
        with ThreadPoolExecutor(8) as pool:
            assert all(all(verdicts) for verdicts in pool.map(judge, [REQUEST, broken] * 4))


def test_no_thread_reads_the_schemas_again(tmp_path):
    shutil.copytree(resource("schemas"), tmp_path / "schemas")
    code = (
        "import shutil, sys; from concurrent.futures import ThreadPoolExecutor\n"
        "from lxml import etree; from kszclient.wire import check_payload\n"
        "payload = etree.fromstring(sys.stdin.read())\n"
        "check_payload(payload); shutil.rmtree(sys.argv[1])\n"
        "print(ThreadPoolExecutor().submit(check_payload, payload).result())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "schemas"],
        input=REQUEST,
        env={**os.environ, "KSZCLIENT_DATA": str(tmp_path)},
        cwd=Path(kszclient.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "()\n", run.stderr


def test_the_schemas_are_found_in_a_folder_with_an_awkward_name(tmp_path):
    folder = tmp_path / "données #1 & 100%20"
    shutil.copytree(resource("schemas"), folder / "schemas")
    code = (
        "import sys; from lxml import etree; from kszclient.wire import check_payload;"
        "print(check_payload(etree.fromstring(sys.stdin.read())))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        input=REQUEST,
        env={**os.environ, "KSZCLIENT_DATA": str(folder)},
        cwd=Path(kszclient.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "()\n", run.stderr


def test_the_served_wsdl_names_the_address_and_where_its_imports_are():
    wsdl = etree.fromstring(wsdl_bytes("http://127.0.0.1:1/x", files_below="http://127.0.0.1:1/s/"))
    assert wsdl.xpath("//*[local-name()='address']/@location") == ["http://127.0.0.1:1/x"]
    locations = wsdl.xpath("//*[local-name()='import']/@schemaLocation")
    assert [
        place.removeprefix("http://127.0.0.1:1/s/") in schema_files() for place in locations
    ] == [
        True,
        True,
    ]


def test_serving_leaves_the_contract_as_it_was():
    first = wsdl_bytes("http://127.0.0.1:1/x")
    assert b"127.0.0.1:2" in wsdl_bytes("http://127.0.0.1:2/x")
    assert wsdl_bytes("http://127.0.0.1:1/x") == first
