"""The words that complaint files, rules and results share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import EnumType, StrEnum
from typing import Any, TypeVar

from kszclient.complaints.datafile import body_codes, instance_codes

T = TypeVar("T")


class Listed(EnumType):
    """An enumeration whose members a table lists; it is read when the class is made.

    For example:

        class Instance(StrEnum, metaclass=Listed, codes=instance_codes):
            ...

    Members are found as those of every enumeration: by `Instance.KBD`, `Instance("KBD")` and
    iteration; msgspec and pickle treat them so too. The name of a member is its code in capitals.

    Args:
        codes: Lists the codes.
    """

    def __new__(
        metacls,
        cls: str,
        bases: tuple[type, ...],
        classdict: Any,
        *,
        codes: Callable[[], Iterable[str]],
    ) -> Any:
        """Make the class with a member for each code."""
        for code in codes():
            classdict[code.upper()] = code
        return super().__new__(metacls, cls, bases, classdict)

    def __getattr__(cls: type[T], name: str) -> T:
        """Refuse a name that is no member; members are found without being asked for here."""
        raise AttributeError(f"{cls.__name__} has no {name}")


class Subject(StrEnum):
    """What a complaint is about."""

    SERVICE_QUALITY = "SERVICE_QUALITY"
    WRONG_INFO = "WRONG_INFO"
    STAFF_CONDUCT = "STAFF_CONDUCT"
    REFUSAL_PAYMENT = "REFUSAL_PAYMENT"
    AMOUNT = "AMOUNT"
    NO_DECISION_IN_TERM = "NO_DECISION_IN_TERM"
    RECOVERY = "RECOVERY"
    SOCIAL_SUPPLEMENT_SPLIT = "SOCIAL_SUPPLEMENT_SPLIT"
    YOUNGEST_BENEFICIARY = "YOUNGEST_BENEFICIARY"
    BENEFICIARY_DESIGNATION = "BENEFICIARY_DESIGNATION"
    ZT_DECISION = "ZT_DECISION"
    ZT_EVALUATION_HANDLING = "ZT_EVALUATION_HANDLING"
    PRIVACY = "PRIVACY"
    DATA_EXCHANGE_ERROR = "DATA_EXCHANGE_ERROR"
    CARE_PERSON_OR_INSTITUTION = "CARE_PERSON_OR_INSTITUTION"
    KG_SERVICE = "KG_SERVICE"
    PODMI_SERVICE = "PODMI_SERVICE"
    PODMI_LEGAL = "PODMI_LEGAL"
    INTERNATIONAL_DELAY = "INTERNATIONAL_DELAY"
    GENERAL_QUESTION = "GENERAL_QUESTION"
    POLICY_OR_REGULATION = "POLICY_OR_REGULATION"
    GC_DECISION = "GC_DECISION"


class Benefit(StrEnum):
    """The benefit that a complaint concerns."""

    BASE = "base"
    START_AMOUNT = "start_amount"
    SOCIAL_SUPPLEMENT = "social_supplement"
    CARE_SUPPLEMENT = "care_supplement"
    SUPPORT_SUPPLEMENT = "support_supplement"
    ORPHAN = "orphan"
    FOSTER = "foster"
    SCHOOL = "school"
    TODDLER = "toddler"
    CHILDCARE = "childcare"
    OTHER = "other"


class Role(StrEnum):
    """Who complains."""

    BENEFICIARY = "beneficiary"
    OTHER_PARENT = "other_parent"
    YOUNG_PERSON = "young_person"
    HELPER_WITH_MANDATE = "helper_with_mandate"
    HELPER_WITHOUT_MANDATE = "helper_without_mandate"
    FIRM = "firm"
    INSTITUTION = "institution"
    EDUCATOR = "educator"
    """Who raises the child without being its parent (opvoeder)."""


class Sex(StrEnum):
    """The sex of a child, which with its birth date stands for a number that is not known."""

    FEMALE = "female"
    MALE = "male"


class NotificationKind(StrEnum):
    """How a decision reached the person (Judicial Code art. 53bis)."""

    REGISTERED_RECEIPT = "registered_receipt"
    REGISTERED = "registered"
    ORDINARY = "ordinary"
    BY_HAND = "by_hand"
    EMAIL = "email"
    EBOX = "ebox"
    UNKNOWN = "unknown"


class Instance(StrEnum, metaclass=Listed, codes=instance_codes):
    """Where a complaint or an appeal can go: the files of `config/complaints/instances`.

    In the order of steps, the lighter before the heavier.
    """


class Outcome(StrEnum):
    """What an instance would say to the complaint today."""

    ADMISSIBLE = "ADMISSIBLE"
    NOT_YET = "NOT_YET"
    INADMISSIBLE = "INADMISSIBLE"
    REDIRECT = "REDIRECT"
    SUSPENDED = "SUSPENDED"
    INCOMPLETE = "INCOMPLETE"
    OPEN = "OPEN"
    NEED_INPUT = "NEED_INPUT"


class Body(StrEnum, metaclass=Listed, codes=body_codes):
    """Whose act or service is complained about: the bodies in `config/complaints/instances`."""


class PayerKind(StrEnum):
    """Who stands behind a payer."""

    PUBLIC = "public"
    PRIVATE = "private"


class Item(StrEnum):
    """What a complaint or petition must hold and can lack."""

    IDENTITY = "identity"
    NATIONAL_NUMBER = "national_number"
    CONTACT = "contact"
    CHILD = "child"
    RESPONDENT = "respondent"
    DECISION = "decision"
    GROUNDS = "grounds"
    DOCUMENTS = "documents"
    FORM = "form"
