"""What of the acceptance chain stands for good: steps, reports that were sent, their units, and what was decided about them."""

from django.db.models import Q

from inspection.models import (
    Check,
    Entry,
    FrozenVerdict,
    InspectionMove,
    Opinion,
    RatificationBasis,
    Report,
    Submission,
    Unit,
)
from inspection.vocabulary import WITH_TOWNSHIP, SubmissionState
from witness.kinds import Sealed, steps

_WITH_BUREAU = (SubmissionState.DRAFT, SubmissionState.DISCARDED)


def kinds() -> tuple[Sealed, ...]:
    return (
        steps(InspectionMove, "report", "unit", "submission"),
        Sealed(Report, changing=("state", "version"), later=("number", "reviewer"), due=~Q(state__in=WITH_TOWNSHIP)),
        Sealed(FrozenVerdict, named=lambda row: f"{row.report} {row.area}"),
        Sealed(
            Unit,
            changing=("state", "version"),
            later=("submission", "ratified_on"),
            due=~Q(report__state__in=WITH_TOWNSHIP),
        ),
        Sealed(Opinion, named=_opinion),
        Sealed(Check, named=lambda row: f"{_opinion(row.opinion)} {row.criterion}"),
        Sealed(
            Submission,
            changing=("state", "version"),
            later=(
                *("number", "submitted_on", "proposed", "batch_year", "batch_number"),
                *("ratified_on", "circular_number", "announced_on"),
            ),
            due=~Q(state__in=_WITH_BUREAU),
        ),
        Sealed(Entry, due=~Q(decision=""), group="submission_id", named=lambda row: f"{row.submission} {row.unit}"),
        Sealed(RatificationBasis),
    )


def _opinion(row: Opinion) -> str:
    return str(row.unit)
