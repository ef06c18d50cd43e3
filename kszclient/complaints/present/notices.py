"""What people read besides the steps: dates to keep, what is not certain, where it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec

from kszclient.competence import Certainty, resolve, rulebook
from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.case.dates import INFERRED
from kszclient.complaints.case.jurisdiction import months_concerned
from kszclient.complaints.datafile import load
from kszclient.complaints.decide.evaluate import PartStudy, entity_rules, shortest_end
from kszclient.complaints.decide.verdict import InstanceAnswer
from kszclient.complaints.result import Evaluation, RoutePart, Term
from kszclient.complaints.rules.conditions import Condition
from kszclient.complaints.rules.instances import InstanceKind, card_of
from kszclient.complaints.rules.parser import read_condition
from kszclient.complaints.rules.rule import NOTE, ComplaintRule, Reason
from kszclient.complaints.rules.settings import routing_settings
from kszclient.complaints.rules.subjects import subjects
from kszclient.complaints.rules.table import DecisionTable, table
from kszclient.complaints.rules.terms import (
    WithoutRemedies,
    named_terms,
    service_promises,
)
from kszclient.complaints.rules.themes import themes
from kszclient.complaints.texts import Texts, texts
from kszclient.complaints.vocabulary import Instance, Outcome
from kszclient.sources import check_sources
from kszclient.values import Language


def describe_interruption(
    term: Term, answer: InstanceAnswer, instance: str, words: Texts
) -> Iterator[str]:
    """Write that a term stands still or started again, and the day to keep for who would be safe.

    Args:
        term: The term, interrupted by the KBD.
        answer: What the rules say of the instance; the one about the interruption (K10) tells how
            sure it is.
        instance: The name of the instance.
        words: The language.
    """
    rule = next((rule for rule in answer.rules if rule.reason == Reason.TERM_INTERRUPTED), None)
    certainty = rule.certainty if rule else Certainty.LIKELY
    phrase = "kbd_open" if term.first_day is None else "restart"
    yield words.certainty[certainty] + words.phrase(phrase, instance=instance)
    if term.file_by_uninterrupted and certainty is not Certainty.SURE:
        yield words.phrase("kbd_safe", instance=instance, file_by=term.file_by_uninterrupted)


def describe_open_law(term: Term | None, filed: dt.date, words: Texts) -> str:
    """Describe which doubt keeps an appeal open.

    Up to the most lenient end it is how to count; past it, only that the letter does not name the
    remedies and no source says what that does to this term (arts 89, 90 and 104).

    Args:
        term: The term of the appeal.
        filed: The day of filing.
        words: The language.
    """
    over = term is not None and term.latest_arguable is not None and filed > term.latest_arguable
    return words.phrase("open_remedies" if over else "open_law")


_DAY = dt.timedelta(days=1)


class RouteNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A notice of `config/complaints/notices.toml`.

    Args:
        id: Its name; its sentence stands under that name in the texts.
        when: The condition under which it is given.
        sources: Codes of its sources.
        certainty: How sure it is.
        appeal: The instance at which an appeal must be possible for it; any if left out.
    """

    id: str
    when: str
    sources: tuple[str, ...]
    certainty: Certainty
    appeal: Instance | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    notice: tuple[RouteNotice, ...]


@cache
def listed_notices() -> tuple[tuple[RouteNotice, Condition], ...]:
    """Every notice of `config/complaints/notices.toml` with its condition read.

    Raises:
        DataError: A condition is broken, or a notice names an unknown source.
    """
    found = load(_File, "notices.toml").notice
    for notice in found:
        check_sources(f"notice {notice.id}", notice.sources)
    return tuple((notice, read_condition(notice.when)) for notice in found)


def notices(
    complaint: Complaint,
    studies: Sequence[PartStudy],
    parts: Sequence[RoutePart],
    language: Language,
    rules: DecisionTable | None = None,
) -> tuple[str, ...]:
    """Return all notices of a route, the most urgent first.

    Args:
        complaint: The case.
        studies: What was found about each part.
        parts: The route of each part.
        language: The language of the sentences.
        rules: The decision table; the one the library ships with where left out.
    """
    words = texts(language)
    written: dict[str, str] = {}
    writers = [
        _PartNotices(complaint.about(study.subject), study, part, words, language)
        for study, part in zip(studies, parts, strict=True)
    ]
    for writer in writers:
        written |= {sentence: sentence for sentence in writer.urgent()}
    listed = [tuple(writer.listed()) for writer in writers]
    for number, writer in enumerate(writers):
        for sentence in (*writer.dates(), *writer.services()):
            written.setdefault(sentence, sentence)
        for sentence in _of_part(number, listed, words):
            written.setdefault(sentence, sentence)
        for sentence, of_whom in writer.uncertain():
            written.setdefault(sentence, of_whom)
        written |= {sentence: sentence for sentence in writer.shortest(rules or table())}
    written |= {sentence: sentence for sentence in _about_domicile(complaint, language)}
    sentences = list(written.values())
    if complaint.theme:
        theme = themes()[complaint.theme]
        unanswered = [name for name in theme.answered_by if getattr(complaint, name) is None]
        if unanswered or not theme.answered_by:
            sentences.append(words.phrase("ask_first", question=theme.ask.in_language(language)))
    sentences.append(words.phrase("disclaimer"))
    sentences.append(_table_used(parts, words))
    return tuple(sentences)


def _of_part(number: int, listed: Sequence[tuple[str, ...]], words: Texts) -> Iterator[str]:
    """The listed notices of a part; one that does not hold for every part says of which it is."""
    for sentence in listed[number]:
        everywhere = all(sentence in each for each in listed)
        yield sentence if everywhere else words.phrase("part", number=number + 1, heading=sentence)


def _about_domicile(complaint: Complaint, language: Language) -> Iterator[str]:
    """What is open about where the child lived in these months, as competence reports it."""
    if complaint.history is None:
        return
    months = months_concerned(complaint)
    book = rulebook()
    for notice in resolve(complaint.history, months, as_of=complaint.filing_date).notices:
        rule = book.notices.get(notice.code)
        if rule is not None and rule.open_point is not None:
            yield book.notice_text(notice, language)


def _table_used(parts: Iterable[RoutePart], words: Texts) -> str:
    used: dict[str, None] = {}
    for part in parts:
        used |= dict.fromkeys(part.rules)
        for each in part.evaluations:
            used |= dict.fromkeys(each.rules)
    return words.phrase("table", rules=", ".join(used), date=routing_settings().table_date)


def _from_inferred_day(term: Term, complaint: Complaint) -> bool:
    """Whether a term is counted from a day that is only known by another, as of the decision."""
    named = named_terms().get(term.name)
    if named is None or named.event not in INFERRED:
        return False
    return getattr(complaint, named.event) is None


class _PartNotices:
    """The notices of one part."""

    def __init__(
        self,
        complaint: Complaint,
        study: PartStudy,
        part: RoutePart,
        words: Texts,
        language: Language,
    ) -> None:
        self._complaint = complaint
        self._study = study
        self._part = part
        self._words = words
        self._language = language
        self._steps = study.steps
        self._cards = {
            each.instance: card_of(each.instance, each.part.area) for each in self._steps.values()
        }

    def urgent(self) -> Iterator[str]:
        """A child in danger; an appeal that ends soon."""
        for each in self._part.evaluations:
            if self._kind(each.instance) is InstanceKind.EMERGENCY:
                yield self._words.phrase("emergency")
            open_yet = each.outcome is not Outcome.INADMISSIBLE and not self._over(each.term)
            if (
                each.term
                and open_yet
                and self._steps[each.instance].has_reason(Reason.DEADLINE_NEAR)
            ):
                yield self._near(self._name(each), each.term)

    def _never_started(self, each: Evaluation) -> bool:
        term = named_terms().get(self._steps[each.instance].decisive.term)
        return term is not None and term.without_remedies == WithoutRemedies.NEVER_STARTS

    def _over(self, term: Term | None) -> bool:
        """Return whether a term is over by every reading of what is known."""
        if term is None or term.latest_arguable is None:
            return False
        return self._complaint.filing_date > term.latest_arguable

    def _near(self, instance: str, term: Term) -> str:
        passed = term.file_by is not None and self._complaint.filing_date > term.file_by
        return self._words.phrase(
            "last_moment" if passed else "near",
            instance=instance,
            file_by=term.file_by,
            latest_arguable=term.latest_arguable,
        )

    def dates(self) -> Iterator[str]:
        """Until when one can appeal, and what that rests on."""
        for each in filter(self._is_appeal, self._part.evaluations):
            if each.term is None:
                yield from self._undated(each)
            elif self._over(each.term):
                if each.outcome is Outcome.NEED_INPUT:
                    end = each.term.term_end
                    name = self._name(each)
                    yield self._words.phrase("over_unless", instance=name, term_end=end)
            else:
                yield from self._dated(each, each.term)

    def _undated(self, each: Evaluation) -> Iterator[str]:
        if self._complaint.remedies_stated is False and self._never_started(each):
            yield self._words.phrase("not_started", instance=self._name(each))
        elif each.outcome is Outcome.NEED_INPUT and "notified_on" in self._part.needs:
            yield self._words.phrase("no_date", instance=self._name(each))

    def _dated(self, each: Evaluation, term: Term) -> Iterator[str]:
        if term.interrupted_by:
            yield from describe_interruption(
                term, self._steps[each.instance], self._name(each), self._words
            )
        if term.file_by:
            yield self._file_by(self._name(each), term)
            if _from_inferred_day(term, self._complaint):
                yield self._words.phrase("letter_date")

    def shortest(self, rules: DecisionTable) -> Iterator[str]:
        """The shortest day there could be, where nobody knows who decided."""
        groups = subjects().groups
        appealable = self._complaint.subject in groups["appealable"] | groups["undecided"]
        if self._study.part.area is not None or self._part.recommended.formal or not appealable:
            return
        file_by = shortest_end(self._complaint, self._study.part, rules)
        if file_by is None:
            yield self._words.phrase("shortest_unknown")
        else:
            over = self._complaint.filing_date > file_by
            yield self._words.phrase("shortest_over" if over else "shortest", file_by=file_by)

    def services(self) -> Iterator[str]:
        """How fast the recommended step says it works."""
        instance = self._part.recommended.informal
        if instance is None:
            return
        promise = service_promises().get(self._steps[instance].decisive.promise)
        if promise is None:
            return
        filed, name = self._complaint.filing_date, self._name_of(instance)
        promise = promise.on(filed)
        if promise.acknowledge_days:
            day = filed + promise.acknowledge_days * _DAY
            yield self._words.phrase("acknowledge", instance=name, acknowledge=day)
        if days := promise.latest_answer_days or promise.answer_days:
            yield self._words.phrase("answer", instance=name, answer=filed + days * _DAY)

    def listed(self) -> Iterator[str]:
        """The notices of the file whose condition holds, and addresses that changed."""
        for notice, condition in listed_notices():
            if self._appeals_to(notice.appeal) and self._study.holds(condition):
                yield self._words.certainty[notice.certainty] + self._words.notices[notice.id]
        for each in self._part.evaluations:
            recommended = (self._part.recommended.informal, self._part.recommended.formal)
            for channel in each.channels:
                if channel.newer and each.instance in recommended:
                    yield self._words.phrase(
                        "newer_address", instance=self._name(each), value=channel.value
                    )

    def _appeals_to(self, instance: Instance | None) -> bool:
        appeals = (each.instance for each in filter(self._is_appeal, self._part.evaluations))
        return instance is None or instance in appeals

    def uncertain(self) -> Iterator[tuple[str, str]]:
        """The answers that are not certain: each sentence, then with the instance it is about.

        A sentence about several instances stands once.
        """
        for rule in entity_rules(self._study):
            if rule.certainty is not Certainty.SURE:
                sentence = self._words.sentence(rule, rule.certainty)
                yield sentence, sentence
        terms = {each.instance: each.term for each in self._part.evaluations}
        for instance, answer in self._steps.items():
            if answer.outcome is Outcome.NEED_INPUT:
                continue
            rule = answer.decisive
            if rule.outcome != answer.outcome:
                filed = self._complaint.filing_date
                yield self._of_instance(
                    instance, describe_open_law(terms[instance], filed, self._words)
                )
            elif rule.certainty is not Certainty.SURE:
                yield self._of_instance(instance, self._words.sentence(rule, rule.certainty))
            yield from self._uncertain_notes(instance, answer.rules)

    def _uncertain_notes(
        self, instance: Instance, rules: Iterable[ComplaintRule]
    ) -> Iterator[tuple[str, str]]:
        for rule in rules:
            if rule.outcome == NOTE and rule.certainty is not Certainty.SURE:
                yield self._of_instance(instance, self._words.sentence(rule, rule.certainty))

    def _of_instance(self, instance: Instance, sentence: str) -> tuple[str, str]:
        name = self._name_of(instance)
        return sentence, self._words.phrase("uncertain", instance=name, sentence=sentence)

    def _file_by(self, instance: str, term: Term) -> str:
        sentence = self._words.phrase(
            "file_by", instance=instance, file_by=term.file_by, term_end=term.term_end
        )
        if term.latest_arguable == term.file_by:
            return sentence
        arguable = self._words.phrase("arguable", latest_arguable=term.latest_arguable)
        return f"{sentence} {arguable}"

    def _is_appeal(self, each: Evaluation) -> bool:
        formal = self._kind(each.instance) is InstanceKind.FORMAL
        return formal and each.outcome not in (Outcome.INADMISSIBLE, Outcome.NOT_YET)

    def _kind(self, instance: Instance) -> InstanceKind:
        return self._cards[instance].kind

    def _name(self, each: Evaluation) -> str:
        return self._name_of(each.instance)

    def _name_of(self, instance: Instance) -> str:
        return self._cards[instance].names.in_language(self._language)
