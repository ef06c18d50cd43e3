"""The contract's files, read once and only where their checksums are those of the manifest.

All of it is kept in memory under addresses of its own (`contract:/types/...`), laid out as in the
folder, so that relative imports resolve without a file, a folder or a network being touched.
"""

from __future__ import annotations

import hashlib
import threading
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from kszclient.errors import DataError
from kszclient.resources import resource

if TYPE_CHECKING:
    from lxml.etree._docloader import _InputDocument

ADDRESS = "contract:/"
WSDL = "intf/ChildBenefitsService/ChildBenefitsV1.wsdl"
NAMESPACE = "http://kszbcss.fgov.be/intf/ChildBenefitsService/v1"
"""The only namespace on the wire: that of the payload's root. Below it nothing has one."""

_MANIFEST = "manifest.toml"
_REINSTALL = "Install kszclient anew; its schemas were changed or are incomplete."
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
        DataError: A file is missing, changed, or named outside the folder.
    """
    return {entry.file: _read(folder, entry) for entry in manifest(folder)}


def contract() -> dict[str, bytes]:
    """Give the files of the contract shipped; they are read once in a process.

    Raises:
        DataError: A file is missing or changed.
    """
    with _lock:
        return _shipped()


@cache
def _shipped() -> dict[str, bytes]:
    return read_contract(resource("schemas"))


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


class ContractResolver(etree.Resolver):
    """Answers every import from memory; what is not of the contract is empty.

    Args:
        files: The bytes under the path of each file.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__()
        self._files = files

    def resolve(
        self, system_url: str | None, _public_id: str | None, context: object, /
    ) -> _InputDocument:
        """Give the file at an address of the contract."""
        content = self._files.get((system_url or "").removeprefix(ADDRESS))
        if content is None:
            return self.resolve_empty(context)
        return self.resolve_string(content, context, base_url=system_url)
