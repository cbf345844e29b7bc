"""What of appraisals stands for good: weights, scores as they were taken, objections with their answers, every step."""

from measures.appraisal.models import Appraisal, AppraisalMove, AppraisalScore, ScoreObjection, WeightTable
from witness.kinds import Sealed, steps


def kinds() -> tuple[Sealed, ...]:
    return (
        steps(AppraisalMove, "appraisal"),
        Sealed(WeightTable),
        Sealed(Appraisal, changing=("state", "version", "take", "until")),
        Sealed(AppraisalScore),
        Sealed(ScoreObjection, later=("answer", "answered_by", "answered_at")),
    )
