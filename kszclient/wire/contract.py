"""The contract's files, read once and only where their checksums are those of the manifest.

Every import in them must name another file of the manifest, so that nothing outside the folder and
no network can be reached through them, whatever reads them.
"""

from __future__ import annotations

import hashlib
import posixpath
import threading
from functools import cache
from pathlib import Path, PurePosixPath

import msgspec

from kszclient.errors import DataError
from kszclient.resources import DATA_VARIABLE, data_folder, resource, shipped
from kszclient.wire.parse import MalformedXmlError, parse

WSDL = "intf/ChildBenefitsService/ChildBenefitsV1.wsdl"
NAMESPACE = "http://kszbcss.fgov.be/intf/ChildBenefitsService/v1"
"""The only namespace on the wire: that of the payload's root. Below it nothing has one."""

_MANIFEST = "manifest.toml"
_REINSTALL = "Install kszclient anew; its schemas were changed or are incomplete."
_REFERRING = (
    "{http://www.w3.org/2001/XMLSchema}import",
    "{http://www.w3.org/2001/XMLSchema}include",
    "{http://www.w3.org/2001/XMLSchema}redefine",
    "{http://schemas.xmlsoap.org/wsdl/}import",
)
_lock = threading.Lock()


class ContractFile(msgspec.Struct, frozen=True):
    """One file of the contract, as the manifest lists it.

    Args:
        file: Path below `schemas/`, with slashes.
        sha256: Checksum of the bytes, in hexadecimal.
        namespace: The target namespace.
        version: The version that the schema gives itself.
    """

    file: str
    sha256: str
    namespace: str
    version: str


class _Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: tuple[ContractFile, ...]


def manifest(folder: Path | None = None) -> tuple[ContractFile, ...]:
    """List the files of the contract with their checksums.

    Args:
        folder: Where the contract stands; the one shipped where left out.

    Raises:
        DataError: The manifest cannot be read.
    """
    path = (folder or resource("schemas")) / _MANIFEST
    try:
        return msgspec.toml.decode(path.read_bytes(), type=_Manifest).file
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(
            f"schemas/{_MANIFEST} cannot be read: {error}", next_step=_REINSTALL
        ) from error


def read_contract(folder: Path) -> dict[str, bytes]:
    """Read every file of a contract, checked against the manifest beside it.

    Args:
        folder: Where the contract stands.

    Returns:
        The bytes under the path of each file.

    Raises:
        DataError: A file is missing, changed, outside the folder, or imports what the manifest
            does not list.
    """
    files = {entry.file: _read(folder, entry) for entry in manifest(folder)}
    for file, content in files.items():
        _check_imports(file, content, files)
    return files


def contract() -> dict[str, bytes]:
    """Return the files of the contract shipped; they are read once in a process.

    Raises:
        DataError: A file is missing or changed, or the environment names data whose schemas are
            others than those that ship.
    """
    with _lock:
        return _shipped()


@cache
def _shipped() -> dict[str, bytes]:
    files = read_contract(resource("schemas"))
    # Another edition would not be used; whoever put it there must not believe that it is.
    if not shipped() and read_contract(data_folder() / "schemas") != files:
        raise DataError(
            f"the schemas in {DATA_VARIABLE} are not those that ship, and only these are used",
            next_step=f"Copy the folder schemas of this version into {data_folder()}.",
        )
    return files


def _read(folder: Path, entry: ContractFile) -> bytes:
    where = f"schemas/{entry.file}"
    parts = PurePosixPath(entry.file)
    if parts.is_absolute() or ".." in parts.parts:
        raise DataError(f"{where}: lies outside the folder", next_step=_REINSTALL)
    try:
        content = folder.joinpath(parts).read_bytes()
    except OSError as error:
        raise DataError(f"{where}: cannot be read", next_step=_REINSTALL) from error
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise DataError(f"{where}: its checksum is not the manifest's", next_step=_REINSTALL)
    return content


def _check_imports(file: str, content: bytes, files: dict[str, bytes]) -> None:
    try:
        root = parse(content)
    except MalformedXmlError as error:
        raise DataError(f"schemas/{file}: {error}", next_step=_REINSTALL) from error
    for element in root.iter(*_REFERRING):
        location = element.get("schemaLocation") or element.get("location") or ""
        if posixpath.normpath(posixpath.join(posixpath.dirname(file), location)) not in files:
            raise DataError(f"schemas/{file}: imports a file that the manifest does not list")
