"""The acceptance chain (达标验收): reports and their units, what was said about them, submissions, publicity."""

from inspection.models.advice import SecondOpinion
from inspection.models.entries import Entry
from inspection.models.evidence import Evidence
from inspection.models.hands import LoosenedPair
from inspection.models.looks import UnitLook
from inspection.models.notices import PublicNotice, PublicObjection, PublicObjector
from inspection.models.objections import OF_FACTS, ObjectionBody, UnitObjection
from inspection.models.publicity import Publication, PublicationState
from inspection.models.ratifying import RatificationBasis
from inspection.models.reports import PROTECTED, Check, FrozenVerdict, InspectionMove, Opinion, Report, Unit
from inspection.models.submissions import Submission

__all__ = [
    "OF_FACTS",
    "PROTECTED",
    "Check",
    "Entry",
    "Evidence",
    "FrozenVerdict",
    "InspectionMove",
    "LoosenedPair",
    "ObjectionBody",
    "Opinion",
    "PublicNotice",
    "PublicObjection",
    "PublicObjector",
    "Publication",
    "PublicationState",
    "RatificationBasis",
    "Report",
    "SecondOpinion",
    "Submission",
    "Unit",
    "UnitLook",
    "UnitObjection",
]
