"""What of build plans stands for good: each signed plan, and its tasks with it."""

from planning.models import BuildPlan, PlanTask
from witness.kinds import Sealed


def kinds() -> tuple[Sealed, ...]:
    return (
        Sealed(BuildPlan, digested=("answer",)),
        Sealed(PlanTask, group="plan_id", named=lambda row: f"{row.plan.name}第 {row.number} 项"),
    )
