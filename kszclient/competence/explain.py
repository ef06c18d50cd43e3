"""Why an answer is what it is, in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UnsetType

from kszclient.competence.rulebook.rulebook import rulebook
from kszclient.values import Language

if TYPE_CHECKING:
    import datetime as dt

    from kszclient.competence.resolve.result import Competence, Segment
    from kszclient.competence.rulebook.rulebook import Rulebook
    from kszclient.competence.rulebook.tables import CompetenceTexts


def explain(
    answer: Competence, language: Language = Language.EN, *, book: Rulebook | None = None
) -> list[str]:
    """Explain in plain sentences why an answer is what it is.

    Args:
        answer: The answer.
        language: The language of the sentences.
        book: The rules from which it came, where they are not those of the library.

    Returns:
        Where a day of knowing was named a paragraph that states it, then one a segment and one a
        notice.

    >>> from datetime import date
    >>> from kszclient.competence import DomicileHistory, resolve
    >>> from kszclient.values import MonthPeriod
    >>> history = DomicileHistory.throughout_at(nis="21004")
    >>> months = MonthPeriod.parse("2020-01", "2020-02")
    >>> for text in explain(resolve(history, months, as_of=date(2022, 5, 1))):
    ...     print(text)
    2020-01 to 2020-02: The child is domiciled in the bilingual area Brussels-Capital.
    Since 2020 the Common Community Commission is competent there. Competent: the Common Community
    Commission (Iriscare). Register on 2022-05-01: the interregional register of ORINT, run by
    ORINT; ask under BRUSSELS. This is sure. Rule br-orint.
    """
    book = book or rulebook()
    return [
        *about_knowledge(answer, book.texts[language]),
        *(_about_segment(each, answer.as_of, book, language) for each in answer.segments),
        *(book.notice_text(each, language) for each in answer.notices),
    ]


def about_knowledge(answer: Competence, texts: CompetenceTexts) -> list[str]:
    """State on which day's knowledge of the domicile an answer rests, where one was named."""
    if isinstance(answer.known_on, UnsetType):
        return []
    return [texts.sentences["known_on"].format(known_on=answer.known_on)]


def _about_segment(segment: Segment, as_of: dt.date, book: Rulebook, language: Language) -> str:
    texts = book.texts[language]
    template = texts.sentences
    span = "month" if segment.begin == segment.end else "months"
    rule = book.timeline.rule(segment.area, segment.begin, as_of)
    points = segment.open_points or ()
    sentences = [
        template[span].format(first=segment.begin, last=segment.end),
        _place(segment, as_of, book, texts),
        texts.reasons[rule.why] if rule.why else "",
        *_register(segment, as_of, texts),
        texts.certainties[segment.certainty] if segment.entity or points else "",
        *(book.about_open_point(each, language) for each in points),
        template["rule"].format(rule=segment.rule),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _place(segment: Segment, as_of: dt.date, book: Rulebook, texts: CompetenceTexts) -> str:
    if segment.area is None:
        return ""
    factor = book.factor(segment.factor or "domicile", segment.area, as_of)
    return texts.factors[factor.sentence or factor.id].format(area=texts.areas[segment.area])


def _register(segment: Segment, as_of: dt.date, texts: CompetenceTexts) -> list[str]:
    template = texts.sentences
    if segment.entity is None or segment.cadaster is None:
        return [template["undetermined"].format(reason=texts.situations[segment.rule])]
    held = template["held" if segment.keeper else "held_by_nobody_known"]
    return [
        template["competent"].format(entity=texts.entities[segment.entity]),
        held.format(
            as_of=as_of,
            cadaster=texts.cadasters[segment.cadaster],
            keeper=texts.keepers[segment.keeper] if segment.keeper else "",
            source=segment.source,
        ),
    ]
