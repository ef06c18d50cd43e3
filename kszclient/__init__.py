"""Child benefits in Belgium: who is competent, what the registers hold, where complaints go.

The working set, from one import:

    from kszclient import ChildBenefitsClient, MonthPeriod, Profile, Ssin, look_up

    with ChildBenefitsClient(Profile.load("mock")) as client:
        found = look_up(client, Ssin.parse("..."), MonthPeriod.parse("2023-01", "2023-12"))

- *Who is competent*: `DomicileHistory`, `resolve`, `rulebook`, `explain`.
- *What the registers hold*: `Profile`, `ChildBenefitsClient` and `look_up`, or
  `AsyncChildBenefitsClient` and `look_up_async`.
- *Where a complaint goes*: `Complaint`, `read_complaint`, `route`, `read_route`, `compose` for the
  letter; `Subject`, `Benefit`, `Role`, `Instance` and `Body` list what may be named.
- *A whole population*: `reconcile` (needs the extra ``batch``).
- *What can go wrong*: `KszError` and the errors below it, see `kszclient.errors`.

A name is imported when it is first asked for, so that `import kszclient` loads nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kszclient.cadaster import (
        AsyncChildBenefitsClient,
        ChildBenefitsClient,
        Complete,
        Finding,
        Incomplete,
        Lookup,
        Refused,
        look_up,
        look_up_async,
    )
    from kszclient.competence import (
        Area,
        Cadaster,
        Certainty,
        Competence,
        DomicileHistory,
        Entity,
        Spell,
        explain,
        read_domicile,
        resolve,
        rulebook,
    )
    from kszclient.complaints import Complaint, Route, read_complaint, read_route, route
    from kszclient.complaints.letters import Letter, LetterDetails, compose, save_letter
    from kszclient.complaints.vocabulary import Benefit, Body, Instance, Role, Subject
    from kszclient.errors import (
        AuditError,
        ConsultationError,
        ContractDriftError,
        InputError,
        InvalidValueError,
        KszError,
        SecurityError,
        SettingsError,
    )
    from kszclient.reconciliation import reconcile
    from kszclient.security import Profile
    from kszclient.values import AuthenticSource, Language, Month, MonthPeriod, Ssin, Ticket, plain

    __version__: str

_HOMES = {
    "Area": "competence",
    "AsyncChildBenefitsClient": "cadaster",
    "AuditError": "errors",
    "AuthenticSource": "values",
    "Benefit": "complaints.vocabulary",
    "Body": "complaints.vocabulary",
    "Cadaster": "competence",
    "Certainty": "competence",
    "ChildBenefitsClient": "cadaster",
    "Competence": "competence",
    "Complaint": "complaints",
    "Complete": "cadaster",
    "ConsultationError": "errors",
    "ContractDriftError": "errors",
    "DomicileHistory": "competence",
    "Entity": "competence",
    "Finding": "cadaster",
    "Incomplete": "cadaster",
    "InputError": "errors",
    "Instance": "complaints.vocabulary",
    "InvalidValueError": "errors",
    "KszError": "errors",
    "Language": "values",
    "Letter": "complaints.letters",
    "LetterDetails": "complaints.letters",
    "Lookup": "cadaster",
    "Month": "values",
    "MonthPeriod": "values",
    "Profile": "security",
    "Refused": "cadaster",
    "Role": "complaints.vocabulary",
    "Route": "complaints",
    "SecurityError": "errors",
    "SettingsError": "errors",
    "Spell": "competence",
    "Ssin": "values",
    "Subject": "complaints.vocabulary",
    "Ticket": "values",
    "compose": "complaints.letters",
    "explain": "competence",
    "look_up": "cadaster",
    "look_up_async": "cadaster",
    "plain": "values",
    "read_complaint": "complaints",
    "read_domicile": "competence",
    "read_route": "complaints",
    "reconcile": "reconciliation",
    "resolve": "competence",
    "route": "complaints",
    "rulebook": "competence",
    "save_letter": "complaints.letters",
}

__all__ = [
    "Area",
    "AsyncChildBenefitsClient",
    "AuditError",
    "AuthenticSource",
    "Benefit",
    "Body",
    "Cadaster",
    "Certainty",
    "ChildBenefitsClient",
    "Competence",
    "Complaint",
    "Complete",
    "ConsultationError",
    "ContractDriftError",
    "DomicileHistory",
    "Entity",
    "Finding",
    "Incomplete",
    "InputError",
    "Instance",
    "InvalidValueError",
    "KszError",
    "Language",
    "Letter",
    "LetterDetails",
    "Lookup",
    "Month",
    "MonthPeriod",
    "Profile",
    "Refused",
    "Role",
    "Route",
    "SecurityError",
    "SettingsError",
    "Spell",
    "Ssin",
    "Subject",
    "Ticket",
    "__version__",
    "compose",
    "explain",
    "look_up",
    "look_up_async",
    "plain",
    "read_complaint",
    "read_domicile",
    "read_route",
    "reconcile",
    "resolve",
    "route",
    "rulebook",
    "save_letter",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for.

    >>> from kszclient import Ssin
    >>> Ssin.__name__
    'Ssin'
    """
    from importlib import import_module, metadata  # noqa: PLC0415 - when a name is asked for

    if name == "__version__":
        return metadata.version(__name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
