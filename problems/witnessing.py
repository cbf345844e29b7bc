"""What of problems stands for good: each as it was written, every step, what was said, the files, cases and referrals."""

from problems.models import CaseReferral, FeeCase, Problem, ProblemFile, ProblemMove, ProblemNote
from witness.kinds import Sealed, steps

CHANGING = (
    "to_kind", "to_area", "to_operator", "to_unit", "person", "due_on", "solved_by", "into", "state", "version",
)  # fmt: skip
"""Columns of which the steps tell."""

ANSWER = ("answer", "answered_on", "answered_by", "paper", "outcome", "refund", "refunded_on", "is_own")


def kinds() -> tuple[Sealed, ...]:
    return (
        steps(ProblemMove, "problem"),
        Sealed(Problem, changing=CHANGING),
        Sealed(ProblemNote),
        Sealed(ProblemFile),
        Sealed(FeeCase, later=("outcome", "refund", "refunded_on")),
        Sealed(CaseReferral, later=ANSWER),
    )
