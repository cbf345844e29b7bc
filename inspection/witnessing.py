"""What of the acceptance chain stands for good: steps, reports that were sent, with what they rest on, and what was decided about them."""

from django.db.models import Q

from inspection.models import (
    Check,
    Entry,
    Evidence,
    FrozenVerdict,
    InspectionMove,
    LoosenedPair,
    Opinion,
    PublicNotice,
    PublicObjection,
    RatificationBasis,
    Report,
    SecondOpinion,
    Submission,
    Unit,
    UnitObjection,
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
        Sealed(Evidence, due=~Q(report__state__in=WITH_TOWNSHIP), group="report_id", named=_file),
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
        Sealed(
            UnitObjection,
            later=(
                *("answer", "answered_by", "answered_at", "reply", "replied_by", "replied_at"),
                *("settlement", "settled_by", "settled_at"),
            ),
        ),
        Sealed(SecondOpinion, later=("answer", "answered_at", "withdrawal", "withdrawn_at")),
        Sealed(LoosenedPair, later=("ended_by", "ended_at")),
        Sealed(PublicNotice, later=("withdrawn_at",)),
        Sealed(PublicObjection, later=("answer", "answered_by", "answered_at")),
    )


def _file(row: Evidence) -> str:
    return f"{row.report}：{row}"


def _opinion(row: Opinion) -> str:
    return str(row.unit)
