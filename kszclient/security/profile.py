"""Profiles: one frozen policy per environment, read from TOML."""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, urlsplit

import msgspec

from kszclient.errors import InvalidValueError, SettingsError
from kszclient.resources import resource, shipped
from kszclient.security.profile_sections import (
    AuditFiles,
    BasicLogin,
    CertificateFiles,
    SignaturePolicy,
)
from kszclient.security.settings_file import read_settings
from kszclient.values import CbeNumber, OpeningHours, Organisation, SectorInstitution, Ssin
from kszclient.values.opening_hours import closed_day
from kszclient.wire.question import check_askable


class SyntheticPersons(StrEnum):
    """What a profile does with the numbers of invented persons."""

    ONLY = "only"
    TAKEN = "taken"
    REFUSED = "refused"


_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_WHICH = "Name mock, test, acpt or prod, or the path of a file that ends in .toml."
_LARGEST_LIMIT = 2**31
_ATTEMPT_SECONDS = 20.0
_LONGEST_PURPOSE = 64  # K:LegalContextType of the contract


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the service is, who asks, for which purpose, and within which limits.

    Args:
        endpoint: Address of the operation, http on loopback and https elsewhere.
        loopback_only: Whether the endpoint must lie on this machine.
        synthetic_persons: What becomes of the numbers of invented persons.
        customer_cbe_number: The asking organisation by CBE number, or else:
        customer_sector: its sector and
        customer_institution: its institution within the sector.
        legal_context: The purpose agreed with the KSZ, at most 64 characters.
        connect_timeout_seconds: Longest wait for a connection.
        deadline_seconds: Longest wait for the answer, all attempts together. While another process
            holds the trail, each entry waits for it as long at most, and never more than 30 s;
            nothing is sent before the first is written, nor an answer shown before the last.
        max_answer_bytes: Largest answer that is read.
        requests_per_second: Most questions that are sent in a second; none named is no limit.
        hours: When a population may be asked about, such as ``mon-fri 06:00-20:00``, by the clock
            of Brussels; always where left out.
        closed: Days on which it may not (``YYYY-MM-DD``), and the word ``holidays``.
        basic: User name and secret of the gateway.
        certificate: What we show when the connection is made.
        ca_bundle: PEM file with whom we trust instead of the certificates of this machine.
        revocation_list: PEM file with revocation lists. Where every authority in `ca_bundle` has
            one, the whole chain of the other side is checked; else its own certificate alone.
        proxy: The proxy to go through, such as ``http://proxy.example:3128``. It sees the host and
            port of the endpoint; what passes it stays encrypted. No variable of the environment
            names another.
        signature: How questions are signed and what signature an answer must bear.
        user: The account that asks, for the audit trail; a client may be given another, and
            commands add the login of who runs them.
        attempts: How often a question is put at most, after technical failures only.
        attempt_seconds: Longest wait for one attempt, connection included; 20 where left out.
        breaker_failures: How many failures in a row make us leave the endpoint alone.
        breaker_pause_seconds: For how long.
        audit: Where consultations are written down; must be set outside this machine.
        name: What results call this environment; the name of its file where left out.
        desks: Where complaints are handed in; on this machine where `loopback_only` says so.

    Relative paths start at the folder of the profile. Certificates of the other side are always
    verified, its name included; no setting turns that off.

    Raises:
        SettingsError: A setting is missing or contradicts another; the message names its key.
    """

    endpoint: str
    loopback_only: bool
    synthetic_persons: SyntheticPersons
    customer_cbe_number: str | None = None
    customer_sector: int | None = None
    customer_institution: int | None = None
    legal_context: str | None = None
    connect_timeout_seconds: float
    deadline_seconds: float
    max_answer_bytes: int
    requests_per_second: float | None = None
    hours: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    basic: BasicLogin | None = None
    certificate: CertificateFiles | None = None
    ca_bundle: Path | None = None
    revocation_list: Path | None = None
    proxy: str | None = None
    signature: SignaturePolicy | None = None
    user: str | None = None
    attempts: int = 3
    attempt_seconds: float | None = None
    breaker_failures: int = 5
    breaker_pause_seconds: float = 30.0
    audit: AuditFiles | None = None
    name: str = ""
    desks: str | None = None

    def __post_init__(self) -> None:
        """Refuse settings that contradict each other."""
        url = urlsplit(self.endpoint)
        _check_endpoint(url, loopback_only=self.loopback_only)
        self._check_limits()
        self._check_trust(secure=url.scheme == "https")
        self._check_asker()
        self._check_times()

    def _check_times(self) -> None:
        try:
            if self.hours:
                OpeningHours(self.hours)
            for each in self.closed:
                closed_day(each)
        except InvalidValueError as error:
            key = "closed" if error.kind == "closed" else "hours"
            raise SettingsError(f"{key}: {error.message}") from None

    def _check_limits(self) -> None:
        for key in (
            "connect_timeout_seconds",
            "deadline_seconds",
            "max_answer_bytes",
            "requests_per_second",
            "attempts",
            "attempt_seconds",
            "breaker_failures",
            "breaker_pause_seconds",
        ):
            limit = getattr(self, key)
            if limit is not None and not 0 < limit <= _LARGEST_LIMIT:
                raise SettingsError(
                    f"{key}: must be more than 0, and no more than {_LARGEST_LIMIT}"
                )
        if self.attempt_seconds is not None and self.attempt_seconds > self.deadline_seconds:
            raise SettingsError("attempt_seconds: must not be longer than deadline_seconds")
        if self.connect_timeout_seconds > self.longest_attempt_seconds:
            shorter = "deadline_seconds" if self.attempt_seconds is None else "attempt_seconds"
            raise SettingsError(
                f"connect_timeout_seconds: must not be longer than {shorter} "
                f"({self.longest_attempt_seconds:g})"
            )

    def _check_asker(self) -> None:
        sector, institution = self.customer_sector, self.customer_institution
        in_two_parts = sector is not None or institution is not None
        if self.customer_cbe_number is not None and in_two_parts:
            raise SettingsError(
                "customer_cbe_number: give this or customer_sector with customer_institution"
            )
        if in_two_parts and (sector is None or institution is None):
            raise SettingsError("customer_sector: needs customer_institution, and the reverse")
        if self.customer_cbe_number is not None or in_two_parts:
            _ = self.customer
        if self.legal_context is not None and len(self.legal_context) > _LONGEST_PURPOSE:
            raise SettingsError(f"legal_context: must be at most {_LONGEST_PURPOSE} characters")
        for key in ("legal_context", "user", "desks"):
            text = getattr(self, key)
            if text is not None and not text.strip():
                raise SettingsError(f"{key}: must not be empty")

    def _check_trust(self, *, secure: bool) -> None:
        invented = self.loopback_only and self.synthetic_persons is SyntheticPersons.ONLY
        if self.basic is not None and not secure and not invented:
            raise SettingsError("basic: would be readable on its way to an endpoint with http")
        if self.loopback_only and not invented and self.audit is None:
            raise SettingsError(
                "audit: not set, though synthetic_persons lets real persons be asked about",
                next_step='Set [audit], or synthetic_persons = "only".',
            )
        if self.proxy is not None:
            _check_proxy(self.proxy, loopback_only=self.loopback_only)
        for key in ("certificate", "ca_bundle", "revocation_list", "proxy"):
            if not secure and getattr(self, key) is not None:
                raise SettingsError(f"{key}: has no meaning for an endpoint with http")
        if self.revocation_list is not None and self.ca_bundle is None:
            raise SettingsError("revocation_list: needs ca_bundle, whose authorities issue it")
        if self.signature is not None and not (self.signature.certificate or self.certificate):
            raise SettingsError("signature.certificate: not set, nor certificate to sign with")

    @classmethod
    def load(cls, profile: str | Path = "mock", *, endpoint: str | None = None) -> Self:
        """Read a profile that the library ships, by name, or a file of your own, by path.

        Args:
            profile: ``mock``, ``test``, ``acpt`` or ``prod`` as text, or the path of a TOML file as
                a `Path`; text is never taken for a path.
            endpoint: An address that goes before that of the profile.

        Raises:
            SettingsError: No such profile, one that others may change, an unknown key, a wrong
                type or a contradiction.

        >>> Profile.load("mock").synthetic_persons.value
        'only'
        """
        path = profile if isinstance(profile, Path) else _shipped_file(profile)
        # Who can change a profile sends numbers and secrets elsewhere, runs a command, or leaves
        # the trail out. Who can change those that ship can change the code beside them as well.
        loaded = read_settings(
            path, cls, f"profile {path.stem}", guarded=path is profile or not shipped()
        )
        return msgspec.structs.replace(
            loaded, name=loaded.name or path.stem, endpoint=endpoint or loaded.endpoint
        )

    @property
    def longest_attempt_seconds(self) -> float:
        """How long one attempt may take."""
        return self.attempt_seconds or min(_ATTEMPT_SECONDS, self.deadline_seconds)

    @property
    def customer(self) -> Organisation:
        """The asking organisation.

        Raises:
            SettingsError: None is set.
        """
        if self.customer_sector is not None and self.customer_institution is not None:
            try:
                return SectorInstitution(self.customer_sector, self.customer_institution)
            except InvalidValueError as error:
                raise SettingsError(f"customer_sector: {error}") from None
        if self.customer_cbe_number is None:
            raise SettingsError(
                "customer_cbe_number: not set, nor customer_sector with customer_institution",
                next_step="Set who asks, as agreed with the KSZ, in a profile file of your own.",
            )
        try:
            return CbeNumber.parse(self.customer_cbe_number)
        except InvalidValueError as error:
            raise SettingsError(f"customer_cbe_number: {error}") from None

    @property
    def purpose(self) -> str:
        """The legal context of every question.

        Raises:
            SettingsError: None is set.
        """
        if not self.legal_context:
            raise SettingsError(
                "legal_context: not set",
                next_step="Set the value agreed with the KSZ in a profile file of your own.",
            )
        return self.legal_context

    def admit_question(self, ssin: Ssin) -> None:
        """Refuse a person about whom this environment must not, or the service cannot, be asked.

        Raises:
            InvalidValueError: Rule ``contract`` or ``synthetic``.
        """
        check_askable(ssin)
        self.admit(ssin)

    def check_purpose(self, purpose: str | None) -> None:
        """Refuse to ask without saying why, where the profile demands it.

        Args:
            purpose: Why, in the asking organisation's own words.

        Raises:
            SettingsError: It is left out or empty, and ``purpose_required`` is set.
        """
        if self.audit is not None and self.audit.purpose_required and not (purpose or "").strip():
            raise SettingsError(
                "purpose: not set, and this profile asks nothing without it "
                "(audit.purpose_required)",
                next_step="Give a file reference: --purpose TEXT, or purpose= of the client.",
            )

    def admit(self, ssin: Ssin) -> None:
        """Refuse a person that this environment must not be asked about.

        Raises:
            InvalidValueError: Rule ``synthetic``.
        """
        if self.synthetic_persons is SyntheticPersons.ONLY and not ssin.synthetic:
            raise InvalidValueError(
                "SSIN", "synthetic", "this profile takes the numbers of invented persons only"
            )
        if self.synthetic_persons is SyntheticPersons.REFUSED and ssin.synthetic:
            raise InvalidValueError(
                "SSIN", "synthetic", "this profile refuses the numbers of invented persons"
            )


def _shipped_file(name: str) -> Path:
    # A path taken for a name would be a file of somebody's, read as one of ours.
    if not _NAME.fullmatch(name):
        raise SettingsError(
            "profile: the name of one that ships is a single word of letters and digits",
            next_step=_WHICH,
        )
    try:
        path = resource("config", "profiles") / f"{name}.toml"
    except SettingsError as error:
        raise SettingsError(f"profile {name}: {error}", next_step=error.next_step) from None
    if not path.exists():
        raise SettingsError(f"profile {name}: none of this name ships", next_step=_WHICH)
    return path


def _check_endpoint(url: SplitResult, *, loopback_only: bool) -> None:
    try:
        port_fits = url.port is None or url.port > 0
    except ValueError:
        port_fits = False
    if not port_fits:
        raise SettingsError("endpoint: the port must lie between 1 and 65535")
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise SettingsError("endpoint: expected an address that begins with http:// or https://")
    if url.username or url.password:
        raise SettingsError("endpoint: must not hold a user name or password")
    on_loopback = _is_loopback(url.hostname)
    if loopback_only and not on_loopback:
        raise SettingsError(
            "endpoint: this profile reaches this machine only (127.0.0.1, ::1, localhost)",
            next_step="Name an address on loopback, or choose another profile.",
        )
    if url.scheme == "http" and not on_loopback:
        raise SettingsError("endpoint: must be https outside this machine")


def _check_proxy(proxy: str, *, loopback_only: bool) -> None:
    try:
        url = urlsplit(proxy)
        host, port = url.hostname, url.port
    except ValueError:
        host, port = None, None
    if not host or not port or proxy.rstrip("/").lower() != f"http://{url.netloc}".lower():
        raise SettingsError(
            "proxy: expected http:// with a host and a port, and nothing more",
            next_step="Write it as http://proxy.example:3128; what passes it stays encrypted.",
        )
    if "@" in url.netloc:
        raise SettingsError(
            "proxy: must not hold a user name or password",
            next_step="Ask your network desk to let this machine through without one.",
        )
    if loopback_only and not _is_loopback(host):
        raise SettingsError("proxy: must lie on this machine, as loopback_only says")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
