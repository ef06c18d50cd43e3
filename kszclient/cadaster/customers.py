"""The organisations that may ask the ChildBenefitsService, and what is known of their access.

The table is ``config/cadaster/customers.toml``. Every fact carries its certainty and its source;
what is not known is absent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from kszclient.competence import Certainty, Language
from kszclient.errors import DataError, InputError
from kszclient.resources import read_toml, resource
from kszclient.sources import check_sources
from kszclient.values import AuthenticSource, CbeNumber, Organisation, SectorInstitution
from kszclient.values.language import Translated

T = TypeVar("T")


class Fact(msgspec.Struct, Generic[T], frozen=True, forbid_unknown_fields=True):
    """Something known, how sure it is and where it comes from.

    Args:
        value: What is known.
        certainty: How sure.
        source: Key of the document in ``config/sources.toml``.
        remark: What a reader must know besides.
    """

    value: T
    certainty: Certainty
    source: str
    remark: str = ""


class Identification(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a question names the organisation: by CBE number, or by sector and institution."""

    cbe_number: str | None = None
    sector: int | None = None
    institution: int | None = None

    @property
    def organisation(self) -> Organisation:
        """The organisation, as a question carries it.

        Raises:
            InvalidValueError: It is no CBE number, or sector and institution are out of range.
        """
        if self.cbe_number is not None:
            return CbeNumber.parse(self.cbe_number)
        return SectorInstitution(
            -1 if self.sector is None else self.sector,
            -1 if self.institution is None else self.institution,
        )

    def __str__(self) -> str:
        return self.cbe_number or f"{self.sector}/{self.institution}"


class Customer(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One organisation that may ask.

    Args:
        code: Short name of ours.
        listed: The name under which the KSZ's page lists it.
        names: Official names, in the languages that have one.
        field: What it does.
        identification: How its questions name it.
        legal_contexts: Purposes under which it asks this service.
        qualities: Quality codes under which it must know a person in the persons repertory.
        deliberations: Deliberations of the Information Security Committee behind the access.
        sources: Registers that it may ask.
        filters: Elements of an answer that the KSZ takes out for it.
        until: Last day of the access.
        remarks: What else is known.
    """

    code: str
    listed: Fact[str]
    names: dict[Language, Fact[str]]
    field: Fact[str]
    identification: tuple[Fact[Identification], ...] = ()
    legal_contexts: tuple[Fact[str], ...] = ()
    qualities: tuple[Fact[int], ...] = ()
    deliberations: tuple[Fact[str], ...] = ()
    sources: tuple[Fact[AuthenticSource], ...] = ()
    filters: tuple[Fact[str], ...] = ()
    until: Fact[dt.date] | None = None
    remarks: tuple[Fact[str], ...] = ()

    def facts(self) -> Iterator[Fact[object]]:
        """Iterate over every fact, whatever it is about."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            for each in value.values() if isinstance(value, dict) else _listed(value):
                if isinstance(each, Fact):
                    yield each


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Data that the service gives access to, and the elements of an answer that hold them."""

    elements: tuple[str, ...]
    names: Translated
    certainty: Certainty
    source: str


class Access(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for every customer: the condition of an access, and the data it is about."""

    condition: Fact[str]
    data: tuple[Data, ...]


class Customers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole table.

    Args:
        access: What holds for every customer.
        customer: The customers, in the order of the KSZ's page.
    """

    access: Access
    customer: tuple[Customer, ...]

    def cited(self) -> frozenset[str]:
        """Return the codes of every source that a fact of the table names."""
        about_all = (self.access.condition.source, *(data.source for data in self.access.data))
        facts = (fact.source for each in self.customer for fact in each.facts())
        return frozenset((*about_all, *facts))

    def by_code(self) -> Mapping[str, Customer]:
        """Index the customers by their code."""
        return {each.code: each for each in self.customer}

    def named(self, code: str) -> Customer:
        """Return the customer with a code, in whatever case it is written.

        Raises:
            InputError: There is none.
        """
        found = self.by_code().get(code.upper())
        if found is None:
            raise InputError(
                f"customer {code!r} is not known",
                next_step=f"Choose from: {', '.join(self.by_code())}.",
            )
        return found


def _listed(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


@cache
def customers() -> Customers:
    """Return the customers of the service.

    >>> customers().named("ocmw").legal_contexts[0].value
    'PCSA:SOCIAL_INQUIRY'
    """
    return read_customers(resource("config", "cadaster", "customers.toml"))


def read_customers(path: Path) -> Customers:
    """Read a table of customers and check it.

    Raises:
        DataError: The file is broken, a code stands there twice, or a source is no document of
            ``config/sources.toml``.
        InvalidValueError: An identification is none.
    """
    table = read_toml(path, Customers, DataError)
    if len(table.by_code()) != len(table.customer):
        raise DataError(f"{path.name}: a code stands there twice")
    check_sources(path.name, table.cited())
    for each in table.customer:
        for known in each.identification:
            _ = known.value.organisation
    return table
