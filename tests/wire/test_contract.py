from __future__ import annotations

import hashlib
import shutil

import pytest
from lxml import etree

from kszclient.errors import DataError
from kszclient.resources import resource
from kszclient.wire.contract import WSDL, contract, manifest, read_contract

FILES = {
    WSDL: "http://kszbcss.fgov.be/intf/ChildBenefitsService/v1",
    "types/ChildBenefits/ChildBenefitsV1.xsd": "http://kszbcss.fgov.be/types/ChildBenefits/v1",
    "types/ChildBenefits/common/ChildBenefitsCommonV1.xsd": (
        "http://kszbcss.fgov.be/types/ChildBenefits/common/v1"
    ),
    "types/common/CommonV3.xsd": "http://kszbcss.fgov.be/types/common/v3",
}


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(resource("schemas"), tmp_path / "schemas")


def test_the_manifest_lists_what_the_files_say_of_themselves():
    assert {entry.file: entry.namespace for entry in manifest()} == FILES
    for entry in manifest():
        root = etree.fromstring(contract()[entry.file])
        schema = root if root.tag.endswith("schema") else root.find(".//{*}schema")
        assert schema.get("version") == entry.version
        assert schema.get("targetNamespace") == entry.namespace
        assert hashlib.sha256(contract()[entry.file]).hexdigest() == entry.sha256


def test_every_file_of_the_folder_is_in_the_manifest():
    folder = resource("schemas")
    found = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix != ".toml"
    }
    assert {name for name in found if name.endswith((".xsd", ".wsdl"))} == set(FILES)


def test_all_forms_are_unqualified():
    for content in contract().values():
        for schema in etree.fromstring(content).iter("{http://www.w3.org/2001/XMLSchema}schema"):
            assert schema.get("elementFormDefault") == "unqualified"
            assert schema.get("attributeFormDefault") == "unqualified"


@pytest.mark.parametrize("file", sorted(FILES))
def test_a_changed_file_is_refused_by_name(copy, file):
    target = copy / file
    target.write_bytes(target.read_bytes() + b"\n")
    with pytest.raises(DataError, match=file):
        read_contract(copy)


@pytest.mark.parametrize("file", sorted(FILES))
def test_a_missing_file_is_refused_by_name(copy, file):
    (copy / file).unlink()
    with pytest.raises(DataError, match=file):
        read_contract(copy)


def test_a_file_outside_the_folder_is_refused(copy):
    outside = copy.parent / "outside.xsd"
    outside.write_bytes(b"<x/>")
    digest = hashlib.sha256(b"<x/>").hexdigest()
    (copy / "manifest.toml").write_text(
        f'[[file]]\nfile = "../outside.xsd"\nsha256 = "{digest}"\nnamespace = "n"\nversion = "1"\n',
        encoding="utf-8",
    )
    with pytest.raises(DataError, match="outside the folder"):
        read_contract(copy)


@pytest.mark.parametrize("text", ["file = [", "", "[[file]]\nfile = 'x'\n"])
def test_a_broken_manifest_is_refused_by_name(copy, text):
    (copy / "manifest.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"manifest\.toml"):
        read_contract(copy)


@pytest.mark.parametrize(
    "location", ["../../../outside.xsd", "file:///etc/hostname", "http://127.0.0.1:9/x.xsd", ""]
)
def test_an_import_that_the_manifest_does_not_list_is_refused(copy, location):
    target = copy / "types/ChildBenefits/ChildBenefitsV1.xsd"
    before = target.read_bytes()
    after = before.replace(b'"../common/CommonV3.xsd"', f'"{location}"'.encode())
    assert after != before
    target.write_bytes(after)
    listed = copy / "manifest.toml"
    digests = (hashlib.sha256(content).hexdigest() for content in (before, after))
    listed.write_text(listed.read_text(encoding="utf-8").replace(*digests), encoding="utf-8")
    with pytest.raises(DataError, match=r"ChildBenefitsV1\.xsd: imports"):
        read_contract(copy)
