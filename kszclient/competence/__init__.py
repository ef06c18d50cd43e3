"""Who is competent for a child's benefit, month by month, and which register to ask.

Three questions are three fields of an answer: which *entity* was competent in a month, which
*cadaster* holds that month on the day of asking and who *keeps* it, and under which *source* it is
asked on the wire. The rules are data: ``config/competence``.
"""

from kszclient.competence.explain import explain
from kszclient.competence.history.domicile_file import decode_domicile, history_from, read_domicile
from kszclient.competence.history.history import DomicileHistory
from kszclient.competence.history.spells import Spell
from kszclient.competence.resolve.resolver import resolve
from kszclient.competence.resolve.result import Competence, Segment
from kszclient.competence.rulebook.factors import Allowance, Circumstances, Factor, Place, Situation
from kszclient.competence.rulebook.rulebook import Participation, Rulebook, participation, rulebook
from kszclient.competence.rulebook.settings import ReferenceDay, Settings
from kszclient.competence.rulebook.terms import AnswerPart, Cadaster, Certainty, Entity, Keeper
from kszclient.competence.rulebook.timeline import Rule, Scheme, Timeline
from kszclient.geography import Area, Notice
from kszclient.values import Language

__all__ = [
    "Allowance",
    "AnswerPart",
    "Area",
    "Cadaster",
    "Certainty",
    "Circumstances",
    "Competence",
    "DomicileHistory",
    "Entity",
    "Factor",
    "Keeper",
    "Language",
    "Notice",
    "Participation",
    "Place",
    "ReferenceDay",
    "Rule",
    "Rulebook",
    "Scheme",
    "Segment",
    "Settings",
    "Situation",
    "Spell",
    "Timeline",
    "decode_domicile",
    "explain",
    "history_from",
    "participation",
    "read_domicile",
    "resolve",
    "rulebook",
]
