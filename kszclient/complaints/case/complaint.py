"""The complaint as it comes in: a JSON object, read strictly."""

from __future__ import annotations

import datetime as dt
import re
from difflib import get_close_matches
from typing import Annotated, Any, NoReturn

import msgspec

from kszclient.competence import DomicileHistory, Timeline, history_from, resolve
from kszclient.complaints.rules.instances import arbiter
from kszclient.complaints.rules.payers import ListedPayer, find_payers
from kszclient.complaints.rules.subjects import BodyCard, bodies, subjects
from kszclient.complaints.rules.terms import interruptions
from kszclient.complaints.rules.themes import fill_in_by_theme
from kszclient.complaints.vocabulary import (
    Benefit,
    Body,
    Instance,
    Item,
    NotificationKind,
    Role,
    Sex,
    Subject,
)
from kszclient.errors import (
    DomicileError,
    InputError,
    IntakeError,
    InvalidValueError,
    UnknownPlaceError,
)
from kszclient.logs import MaskedStruct
from kszclient.resources import decode_json, key_shown
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin

# Days that have come when a complaint is filed, and days of which one cannot come before another.
_BEFORE_FILING = (
    "decision_date", "notified_on", "facts_last_date", "requested_on",
    "triggering_fact_on", "child_birth_date", "kbd_filed", "kbd_closed", "gc_notified_on",
)  # fmt: skip
_ORDER = (
    ("decision_date", "notified_on"),
    ("decision_date", "gc_notified_on"),
    ("notified_on", "gc_notified_on"),
    ("kbd_filed", "kbd_closed"),
)
# Outside these years a date is a slip of the pen.
_YEARS = range(1950, 2100)
# A decision can be about months to come, but not about months that far ahead.
_AHEAD = 12


class BenefitMonths(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The months of benefit that a complaint concerns, both included.

    Args:
        begin: First month, in JSON ``from``.
        end: Last month, in JSON ``to``; none where it goes on.
    """

    begin: Month = msgspec.field(name="from")
    end: Month | None = msgspec.field(name="to", default=None)


class RegisterMonths(MaskedStruct, frozen=True, forbid_unknown_fields=True):
    """Months of child benefit that one register holds for the child, both included.

    Args:
        begin: First month, in JSON ``from``.
        end: Last month, in JSON ``to``.
        source: The register.
    """

    begin: Month = msgspec.field(name="from")
    end: Month = msgspec.field(name="to")
    source: AuthenticSource


class RegisterPayer(RegisterMonths, frozen=True, forbid_unknown_fields=True):
    """Months in which a register has one payer for the child, both included.

    Args:
        begin: First month, in JSON ``from``.
        end: Last month, in JSON ``to``.
        source: The register.
        payer: Name, enterprise number or fund code.
    """

    payer: str


class Complaint(MaskedStruct, frozen=True, forbid_unknown_fields=True):
    """A complaint, as far as routing needs it; what is unknown is left out.

    Args:
        subject: What it is about.
        filing_date: The day on which it is, or would be, filed.
        domicile: Where the child lived, spell by spell, as in a domicile file.
        nis: The child's municipality, where it did not change.
        payer: The fund that runs the file: name, enterprise number or fund code.
        benefit: The benefit concerned.
        period: The months of benefit concerned.
        decision_date: The date on the decision.
        notified_on: The day on which one was informed of it.
        notification_kind: How.
        remedies_stated: Whether the letter says where and until when one can appeal.
        facts_last_date: The last day of what is complained about.
        identified: Whether the complainant gives name and address.
        has_interest: Whether it touches the complainant personally.
        motivated: Whether reasons are given.
        role: Who complains.
        is_beneficiary: Whether that person is a beneficiary, where the role does not say it.
        steps_done: The instances already tried.
        kbd_filed: The day on which the KBD got the complaint.
        kbd_closed: The day on which the KBD closed it; left out while it is open.
        gc_notified_on: The day on which one was informed of the commission's decision; left out
            while it has not decided.
        court_pending: Whether a court has the same matter.
        ombuds_pending: Whether an ombudsman has it.
        admin_appeal_open: Whether an administrative appeal is open for it, such as one that the
            commission has not decided yet.
        admin_appeal_exists: Whether an administrative appeal procedure exists for it, open or not.
        child_in_danger: Whether a child is in danger.
        nl_school_or_childcare: Whether the child attends a Dutch-language school or childcare.
        child_ssin: The child's number; routing does not use it.
        requested_on: The day of the written request to which no decision came, or of the event that
            gives the right without a request.
        triggering_fact_on: The day of that event, where there was no request.
        decision_reference: The reference of the decision, as the letter names it.
        child_birth_date: The child's birth date, where its number is not known.
        child_sex: With it, the child's sex.
        also: Further subjects of the same letter; each goes its own way.
        body: Whose act is complained about, where the subject leaves it open.
        handled_before: Whether the same complaint was already handled.
        own_initiative_since: Whether the person did something about it within the last year.
        asks_about_other_household: Whether it asks for facts about an ex-partner's household.
        missing: What the complaint is known to lack.
        theme: What it is about in people's own terms; the subject can then be left out.
        register_months: Which register holds which months, as a lookup showed; it settles who is
            competent where no domicile does.
        register_payers: Which payer a register has in which months; `payer` goes before it.
    """

    subject: Subject
    filing_date: dt.date
    domicile: DomicileHistory | None = None
    nis: str | None = None
    payer: str | None = None
    benefit: Benefit | None = None
    period: BenefitMonths | None = None
    decision_date: dt.date | None = None
    notified_on: dt.date | None = None
    notification_kind: NotificationKind | None = None
    remedies_stated: bool | None = None
    facts_last_date: dt.date | None = None
    identified: bool | None = None
    has_interest: bool | None = None
    motivated: bool | None = None
    role: Role | None = None
    is_beneficiary: bool | None = None
    steps_done: frozenset[Instance] | None = None
    kbd_filed: dt.date | None = None
    kbd_closed: dt.date | None = None
    gc_notified_on: dt.date | None = None
    court_pending: bool | None = None
    ombuds_pending: bool | None = None
    admin_appeal_open: bool | None = None
    admin_appeal_exists: bool | None = None
    child_in_danger: bool | None = None
    nl_school_or_childcare: bool | None = None
    child_ssin: Ssin | None = None
    requested_on: dt.date | None = None
    body: Body | None = None
    handled_before: bool | None = None
    own_initiative_since: bool | None = None
    asks_about_other_household: bool | None = None
    missing: frozenset[Item] = frozenset()
    theme: str | None = None
    register_months: tuple[RegisterMonths, ...] | None = None
    register_payers: tuple[RegisterPayer, ...] | None = None
    triggering_fact_on: dt.date | None = None
    decision_reference: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    child_birth_date: dt.date | None = None
    child_sex: Sex | None = None
    also: tuple[Subject, ...] = ()

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Every subject of the letter, the first one first."""
        return (self.subject, *self.also)

    def about(self, subject: Subject) -> Complaint:
        """The complaint as far as it is about one of its subjects."""
        return msgspec.structs.replace(self, subject=subject, also=()) if self.also else self

    @property
    def history(self) -> DomicileHistory | None:
        """The domicile history, whether it was given by `domicile` or by `nis`.

        Raises:
            IntakeError: The municipality code is in no table.
        """
        if self.nis is None:
            return self.domicile
        try:
            return DomicileHistory.throughout_at(nis=self.nis)
        except UnknownPlaceError as error:
            place = str(error).removeprefix("spell 1: ")
            raise IntakeError(f"field nis: {place}", next_step=error.next_step) from None

    @property
    def steps(self) -> frozenset[Instance] | None:
        """The instances already tried, with those of which a day says so; none where not known."""
        return None if self.steps_done is None else self.steps_done | self.dated_steps

    @property
    def dated_steps(self) -> frozenset[Instance]:
        """The instances of which a day says that they were tried."""
        dated = {arbiter().instance: [arbiter().decision_day]}
        for instance, days in interruptions().items():
            dated.setdefault(instance, []).extend((days.filed, days.closed))
        return frozenset(
            instance
            for instance, fields in dated.items()
            if any(getattr(self, field) is not None for field in fields)
        )

    @property
    def months(self) -> MonthPeriod | None:
        """The months concerned; an open end closes with the month of filing."""
        if self.period is None:
            return None
        begin = self.period.begin
        return MonthPeriod(begin, self.period.end or max(begin, Month.of(self.filing_date)))


def body_of(complaint: Complaint) -> Body:
    """The body whose act a complaint is about: as the complaint names it, else by its subject."""
    return complaint.body or subjects().body[complaint.subject]


def of_body(complaint: Complaint) -> BodyCard:
    """What is known of the body whose act a complaint is about."""
    return bodies()[body_of(complaint)]


def of_payer(complaint: Complaint) -> bool:
    """Whether a complaint is about the act of the payer that runs the file."""
    return of_body(complaint).runs_files


def read_complaint(text: bytes | str, *, to_look_up: bool = False) -> Complaint:
    """Read a complaint from JSON.

    Args:
        text: One JSON object with the keys of `Complaint`.
        to_look_up: Whether the registers will be asked about the child: its number then does for
            a domicile or a payer.

    Raises:
        IntakeError: It cannot be read; the message names the field and what was expected, and
            never repeats what was given.

    >>> read_complaint('{"subject": "AMOUNT", "filing_date": "2025-13-01", "nis": "11002"}')
    Traceback (most recent call last):
    kszclient.errors.IntakeError: field filing_date: expected a day written YYYY-MM-DD
    """
    try:
        given = decode_json(text, "the complaint")
    except InputError as error:
        raise IntakeError(str(error)) from None
    try:
        if isinstance(given, dict):
            given = fill_in_by_theme(given)
        complaint = msgspec.convert(given, Complaint, dec_hook=_value)
    except msgspec.ValidationError as error:
        _refuse(str(error))
    _check(complaint)
    if not _can_be_routed(complaint, to_look_up=to_look_up):
        raise IntakeError(
            "field domicile: missing; give domicile, nis or payer",
            next_step="Or give child_ssin and let the registers be asked (--lookup).",
        )
    if complaint.domicile is not None and complaint.nis is not None:
        raise IntakeError("field nis: give either nis or domicile, not both")
    return complaint


def _can_be_routed(complaint: Complaint, *, to_look_up: bool) -> bool:
    body = body_of(complaint)
    if of_body(complaint).own_steps or body in subjects().groups["without_child"]:
        return True  # Where the child lives and who pays say nothing of it.
    given = (complaint.domicile, complaint.nis, complaint.payer, complaint.register_months)
    if any(each is not None for each in given):
        return True
    return to_look_up and complaint.child_ssin is not None


def _value(kind: type, value: Any) -> object:
    if kind is DomicileHistory:
        if not isinstance(value, list):
            raise IntakeError("expected a list of spells")
        if not value:
            raise IntakeError("expected at least one spell; leave it out where it is not known")
        return history_from(value)
    if not isinstance(value, str):
        raise IntakeError("expected text")
    if kind is Month:
        return Month.parse(value)
    if kind is Ssin:
        return Ssin.parse(value)
    raise NotImplementedError(kind.__name__)


# What msgspec says, by how it begins; its own words may repeat what was given.
_EXPECTED = {
    "Invalid RFC3339": "a day written YYYY-MM-DD",
    "Expected `date": "a day written YYYY-MM-DD",
    "Expected `bool": "true or false",
    "Expected `array": "a list",
    "Expected `object": 'an object, such as {"from": "2025-01", "to": "2025-03"}',
    "Expected `str` of length <= ": "text of at most 100 characters",
    "Expected `str": "text",
}
# The least that can be routed.
_LEAST = '{"subject": "AMOUNT", "filing_date": "2025-03-03", "nis": "11002"}'
# What people write for a field that has another name: the words for what a complaint must hold.
_MEANT = {Item.GROUNDS.value: "motivated", Item.IDENTITY.value: "identified"}
# The words from which a field is one, or a list.
CHOICES: dict[str, Any] = {
    "subject": Subject,
    "benefit": Benefit,
    "role": Role,
    "notification_kind": NotificationKind,
    "steps_done": Instance,
    "body": Body,
    "register_months.source": AuthenticSource,
    "register_payers.source": AuthenticSource,
    "missing": Item,
    "child_sex": Sex,
    "also": Subject,
}


def _refuse(message: str) -> NoReturn:
    problem, _, path = message.partition(" - at `$")
    field = re.sub(r"\[\.\.\.\]|\[[0-9]+\]", "", path.rstrip("`")).lstrip(".")
    if unknown := re.match(r"Object contains unknown field `(.*)`", problem):
        within = f"{field}." if field else ""
        raise IntakeError(
            f"field {within}{key_shown(unknown[1])}: unknown; {_hint(unknown[1])}"
        ) from None
    if missing := re.match(r"Object missing required field `(.*)`", problem):
        within = f"{field}." if field else ""
        raise IntakeError(f"field {within}{missing[1]}: missing") from None
    if not field and problem.startswith("Expected `object"):
        problem = f"expected one object, such as {_LEAST}"
    elif field in CHOICES:
        form = "a list of" if field in ("steps_done", "missing", "also") else "one of"
        problem = f"expected {form} {', '.join(CHOICES[field])}"
    else:
        for begin, expected in _EXPECTED.items():
            if problem.startswith(begin):
                problem = f"expected {expected}"
                break
    raise IntakeError(f"field {field}: {problem}" if field else f"the complaint: {problem}")


def _hint(unknown: str) -> str:
    """Return the known field that is meant by an unknown one, or where all of them stand."""
    if unknown in _MEANT:
        return f"fill {_MEANT[unknown]}"
    near = get_close_matches(unknown, Complaint.__struct_fields__, n=1, cutoff=0.7)
    return f"did you mean {near[0]}?" if near else "docs/complaints.md lists the fields"


def _check(complaint: Complaint) -> None:
    for name in complaint.__struct_fields__:
        day = getattr(complaint, name)
        if isinstance(day, dt.date) and day.year not in _YEARS:
            raise IntakeError(f"field {name}: expected a year from 1950 to 2099")
    for name in _BEFORE_FILING:
        day = getattr(complaint, name)
        if day is not None and day > complaint.filing_date:
            raise IntakeError(f"field {name}: lies after filing_date")
    for earlier, later in _ORDER:
        first, second = getattr(complaint, earlier), getattr(complaint, later)
        if first is not None and second is not None and second < first:
            raise IntakeError(f"field {later}: lies before {earlier}")
    _check_subjects(complaint)
    if complaint.role is Role.BENEFICIARY and complaint.is_beneficiary is False:
        raise IntakeError("field is_beneficiary: contradicts role")
    _check_domicile(complaint)
    if complaint.payer is not None:
        _check_until(find_payers(complaint.payer), complaint)
    _check_period(complaint)
    _check_register(complaint)


def _check_subjects(complaint: Complaint) -> None:
    if len(set(complaint.subjects)) < len(complaint.subjects):
        raise IntakeError("field also: names a subject twice")
    if any(complaint.body in subjects().excluded(subject) for subject in complaint.subjects):
        raise IntakeError(
            "field body: does not go with the subject",
            next_step="Leave it out, or give the subject that fits.",
        )


def _check_until(found: tuple[ListedPayer, ...], complaint: Complaint) -> None:
    decided = complaint.decision_date
    last = [payer.until for payer in found if payer.until is not None]
    if decided and last and len(last) == len(found) and decided > max(last):
        raise IntakeError(
            f"field payer: had no decisions to take after {max(last)}, and decision_date is later",
            next_step="Name the fund that took the file over, as the letter does.",
        )


def _check_period(complaint: Complaint) -> None:
    try:
        _ = complaint.months
    except InputError:
        raise IntakeError("field period: the end (to) lies before the begin (from)") from None
    if complaint.period and complaint.period.begin > Month.of(complaint.filing_date).plus(_AHEAD):
        raise IntakeError("field period.from: lies more than a year after filing_date")


def _check_register(complaint: Complaint) -> None:
    for name in ("register_months", "register_payers"):
        if any(each.end < each.begin for each in getattr(complaint, name) or ()):
            raise IntakeError(f"field {name}: an end (to) lies before its begin (from)")
    for each in complaint.register_payers or ():
        try:
            find_payers(each.payer)
        except IntakeError as error:
            problem = str(error).removeprefix("field payer: ")
            raise IntakeError(f"field register_payers.payer: {problem}") from None


def _check_domicile(complaint: Complaint) -> None:
    """Refuse a history that contradicts itself in the months concerned; in any, where none are."""
    history = complaint.history
    if history is None:
        return
    try:
        months = complaint.months
    except InputError:
        return  # the period itself is refused
    end = Month.of(complaint.filing_date)
    begin = end if history.never_moves else Month.of(min(s.spell.begin for s in history.stays))
    begin = max(begin, Timeline.months.begin)
    try:
        resolve(
            history,
            months or MonthPeriod(min(begin, end), end),
            as_of=complaint.filing_date,
        )
    except DomicileError as error:
        raise IntakeError(f"field domicile: {error}", next_step=error.next_step) from None
    except InvalidValueError as error:
        field = "period" if months else "filing_date"
        raise IntakeError(f"field {field}: {error.message}") from None
