"""How a signed plan goes: its tasks against what stands in the register on a day, and what it brought against what it promised."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from acceptance.judging import standing
from acceptance.models import MilestoneVerdict, SiteVerdict, Verdict
from acceptance.wording import number
from common.periods import Quarter
from common.templatetags.figures import plain_date
from planning.courses import courses_of
from planning.following import TaskCourse, TaskState
from planning.models import BuildPlan, PlanTask, TaskAction

STATE_LABELS = {
    TaskState.BEFORE: "编制前已办结",
    TaskState.DONE: "按期完成",
    TaskState.LATE: "逾期完成",
    TaskState.OPEN: "未完成",
    TaskState.OVERDUE: "逾期未完成",
    TaskState.WITHDRAWN: "已撤回",
}
STATE_TONES = {
    TaskState.BEFORE: "info",
    TaskState.DONE: "met",
    TaskState.LATE: "late",
    TaskState.OPEN: "pending",
    TaskState.OVERDUE: "missed",
    TaskState.WITHDRAWN: "info",
}


@dataclass(frozen=True)
class TaskShown:
    """A task as it stands on a day; ``brought`` of its sites are capable now, None where nothing was judged."""

    task: PlanTask
    course: TaskCourse
    brought: int | None

    @property
    def state(self) -> str:
        return STATE_LABELS[self.course.state]

    @property
    def tone(self) -> str:
        return STATE_TONES[self.course.state]

    @property
    def promised(self) -> int:
        return len(self.task.sites)

    @property
    def remark(self) -> str:
        """By what it came true, or what is left of it."""
        course = self.course
        if course.left:
            return f"尚有 {number(len(course.left))} 张工单未办结"
        day = plain_date(course.done_on) if course.done_on else ""
        if self.task.action == TaskAction.NEW and course.ap_id:
            return f"{day}开通 {course.ap_id}，距方案位置 {number(round(course.distance_m or 0))} 米"
        return day


@dataclass(frozen=True)
class TargetOutcome:
    """A figure of the target: when the plan was made, as it promised, and ``now``, None where nothing was judged.

    ``of`` is the figure by which its members are opened, blank where there is none.
    """

    key: str
    of: str
    before: Mapping
    after: Mapping
    now: int | None


def quarters_of(plan: BuildPlan, today: date) -> list[Quarter]:
    """The quarters as of which a plan may be followed, the latest first: judged, begun, and not before its own."""
    judged = standing.of(plan.county).quarters
    return [each for each in reversed(judged) if each >= plan.quarter and each.first_day <= today] or [plan.quarter]


class FollowedPlan:
    """A plan's tasks as they stand on a day, with what the verdicts of a quarter say; for the tasks given only."""

    def __init__(self, plan: BuildPlan, tasks: Iterable[PlanTask], quarter: Quarter, on: date) -> None:
        self.plan, self.tasks, self.quarter, self.on = plan, list(tasks), quarter, on

    @cached_property
    def shown(self) -> list[TaskShown]:
        # A point answers for one task, so all tasks of the plan are matched, whoever's are shown.
        courses = courses_of(self.plan.tasks.select_related("plan__withdrawal"), self.on)
        capable = self._capable
        return [
            TaskShown(task, courses[task.pk], None if capable is None else sum(each in capable for each in task.sites))
            for task in self.tasks
        ]

    @cached_property
    def _capable(self) -> set[str] | None:
        """Which sites of the tasks shown are capable; None where the quarter was not judged."""
        wanted = sorted({site for task in self.tasks for site in task.sites})
        rows = SiteVerdict.objects.standing().filter(county=self.plan.county, period=str(self.quarter))
        if not rows.exists():
            return None
        return set(rows.filter(site__site_id__in=wanted, capable="yes").values_list("site__site_id", flat=True))

    @property
    def tallies(self) -> list[tuple[str, str, int]]:
        """How many tasks are in each state: tone, label, count."""
        counted = Counter(each.course.state for each in self.shown)
        return [(STATE_TONES[state], STATE_LABELS[state], counted[state]) for state in TaskState if counted[state]]

    @property
    def promised(self) -> int:
        """Sites that the plan was to make capable, each counted once."""
        return len({site for task in self.tasks for site in task.sites})

    @property
    def brought(self) -> int | None:
        return None if self._capable is None else len(self._capable)

    @property
    def sentence(self) -> str:
        """How many tasks are done, and what that brought."""
        done = sum(each.course.state.is_done for each in self.shown)
        before = sum(each.course.state == TaskState.BEFORE for each in self.shown)
        words = f"{number(len(self.shown))} 项任务已完成 {number(done)} 项"
        words += f"，{number(before)} 项在编制前已逾期办结" if before else ""
        if self.promised and self.brought is not None:
            words += f"；应使 {number(self.promised)} 个点位具备能力，现已具备 {number(self.brought)} 个"
        return f"{words}。"

    @cached_property
    def outcomes(self) -> list[TargetOutcome]:
        """What was there, what was promised, and what is: of the milestone, or of each hard criterion."""
        before, after = self.plan.answer["before"], self.plan.answer["after"]
        if self.plan.milestone:
            key = self.plan.milestone
            return [TargetOutcome(key, key, before, after, self._milestone_now())]
        now = self._criteria_now()
        if "outcome" in before:
            key = next(iter(now), "")
            return [TargetOutcome(key, f"criterion.{key}" if key else "", before, after, now.get(key))]
        return [TargetOutcome(key, f"criterion.{key}", before[key], after[key], now.get(key)) for key in before]

    @property
    def _at(self) -> dict[str, str]:
        return {"area_id": self.plan.area_id, "period": str(self.quarter), "basis": self.plan.basis}

    def _milestone_now(self) -> int | None:
        rows = MilestoneVerdict.objects.standing().filter(key=self.plan.milestone, **self._at)
        return rows.order_by("pk").values_list("passed", flat=True).first()

    def _criteria_now(self) -> dict[str, int | None]:
        """What is passed of each hard criterion, by its key."""
        rows = Verdict.objects.standing().filter(**self._at).values_list("criteria", flat=True).first()
        hard = [each for each in rows or () if each["role"] == "hard"]
        return {each["key"]: each["numerator"] if each.get("passed") is None else each["passed"] for each in hard}
