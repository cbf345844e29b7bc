"""What of build plans stands for good: each signed plan with its tasks, and that it was withdrawn."""

from planning.models import BuildPlan, PlanTask, PlanWithdrawal
from witness.kinds import Sealed


def kinds() -> tuple[Sealed, ...]:
    return (
        Sealed(BuildPlan, digested=("answer",)),
        Sealed(PlanTask, group="plan_id", named=lambda row: f"{row.plan.name}第 {row.number} 项"),
        Sealed(PlanWithdrawal),
    )
