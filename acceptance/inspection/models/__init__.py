"""The acceptance chain (达标验收): reports and their units, what was said about them, submissions, publicity."""

from acceptance.inspection.models.entries import Entry
from acceptance.inspection.models.evidence import Evidence
from acceptance.inspection.models.history import PROTECTED, Check, Move, Opinion
from acceptance.inspection.models.publicity import Publication, PublicationState
from acceptance.inspection.models.reports import FrozenVerdict, Report, Unit
from acceptance.inspection.models.submissions import Submission

__all__ = [
    "PROTECTED",
    "Check",
    "Entry",
    "Evidence",
    "FrozenVerdict",
    "Move",
    "Opinion",
    "Publication",
    "PublicationState",
    "Report",
    "Submission",
    "Unit",
]
