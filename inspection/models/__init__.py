"""The acceptance chain (达标验收): reports and their units, what was said about them, submissions, publicity."""

from inspection.models.entries import Entry
from inspection.models.evidence import Evidence
from inspection.models.notices import PublicNotice, PublicObjection, PublicObjector
from inspection.models.publicity import Publication, PublicationState
from inspection.models.ratifying import ProposedDecision, RatificationBasis
from inspection.models.reports import PROTECTED, Check, FrozenVerdict, InspectionMove, Opinion, Report, Unit
from inspection.models.submissions import Submission

__all__ = [
    "PROTECTED",
    "Check",
    "Entry",
    "Evidence",
    "FrozenVerdict",
    "InspectionMove",
    "Opinion",
    "ProposedDecision",
    "PublicNotice",
    "PublicObjection",
    "PublicObjector",
    "Publication",
    "PublicationState",
    "RatificationBasis",
    "Report",
    "Submission",
    "Unit",
]
