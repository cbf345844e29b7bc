"""Sign a plan: its question, answer and facts are kept for good with the tasks that it gives. Withdraw it: both stay readable."""

from datetime import date

from django.db import IntegrityError, transaction

from accounts import audit
from common.exceptions import Refused
from planning.models import BuildPlan, PlanTask, PlanWithdrawal
from planning.runs import PlanRun, SolvedPlan
from planning.shown import PlanShown
from witness.sealing import seal


@transaction.atomic
def sign(*, run: PlanRun | SolvedPlan, name: str, due_on: date, note: str, by) -> BuildPlan:
    """Keep what was solved as a plan of the bureau's. Refused where there is nothing to build, or the name is taken."""
    answer, asked = run.answer, run.asked
    if not answer or not answer["actions"]:
        raise Refused("没有可签发的方案：测算未完成，或者无须建设、仅靠建设不能达标。")
    try:
        with transaction.atomic():
            plan = BuildPlan.objects.create(
                name=name,
                county=asked.county,
                area_id=asked.area,
                milestone=asked.milestone,
                period=asked.period,
                basis=asked.basis,
                objective=asked.objective,
                places=asked.places,
                answer=answer,
                facts_at=run.facts_at,
                facts_digest=run.facts_digest,
                due_on=due_on,
                note=note,
                signed_by=by,
            )
    except IntegrityError as taken:
        raise Refused(f"已有名为“{name}”的建设方案：请另取名称。") from taken
    tasks = PlanTask.objects.bulk_create(_tasks(plan, by))
    seal(plan, *tasks)
    audit.record(
        action="plan.sign", by=by, subject=plan, detail={"name": name, "due_on": str(due_on), "count": len(tasks)}
    )
    return plan


@transaction.atomic
def withdraw(*, plan: BuildPlan, reason: str, by) -> PlanWithdrawal:
    """Nobody has to do the plan's tasks any more; Refused where it is withdrawn already."""
    try:
        with transaction.atomic():
            withdrawal = PlanWithdrawal.objects.create(plan=plan, reason=reason, withdrawn_by=by)
    except IntegrityError as done:
        raise Refused(f"“{plan.name}”已经撤回，无须再次办理。") from done
    seal(withdrawal)
    audit.record(action="plan.withdraw", by=by, subject=plan, detail={"name": plan.name, "reason": reason})
    return withdrawal


def _tasks(plan: BuildPlan, user) -> list[PlanTask]:
    """A task for each action, numbered as the plan lists them."""
    return [
        PlanTask(
            plan=plan,
            number=each.number,
            action=each.action,
            operator=each.operator,
            township_id=each.township,
            place=each.place[:200],
            lon=each.lon,
            lat=each.lat,
            ap_id=each.point.ap_id if each.point else "",
            orders=list(each.orders),
            sites=[gained.site.site_id for gained in each.gained],
        )
        for each in PlanShown(plan.answer, user).actions
    ]
