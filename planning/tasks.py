"""The tasks of signed plans as a list, on paper, and in the inbox of those whose they are."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from types import MappingProxyType

import django_filters as filters
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate

from accounts.contacts import BUREAU
from accounts.models import AuditEntry, User
from accounts.posts import Power
from areas.models import Area, Operator
from common.clock import today
from common.filters import ALL
from common.listing import CODE, COUNT, DATE, WORDS, Column, Listing
from inbox.hooks import InboxItem
from inbox.places import of_rows
from papers.document import Layout, Paper, PaperColumn, PaperTable, Signatures, day_written
from planning.courses import courses_of
from planning.following import TaskState
from planning.models import BuildPlan, PlanTask, TaskAction
from planning.tracking import STATE_LABELS, TaskShown

KIND = "建设任务"
SIGNATURES = ("运营企业（盖章）", "街镇（盖章）", "区经信局（盖章）")


class PlanTaskFilter(filters.FilterSet):
    """By whom and where: the operators and townships to choose from are those of the tasks in sight."""

    operator = filters.ChoiceFilter(label="运营企业", empty_label=ALL)
    township = filters.ChoiceFilter(label="街镇", empty_label=ALL)
    action = filters.ChoiceFilter(label="措施", choices=TaskAction.choices, empty_label=ALL)

    class Meta:
        model = PlanTask
        fields = ["operator", "township", "action"]

    @property
    def form(self):
        fresh = not hasattr(self, "_form")
        form = super().form
        if fresh:
            seen = self.queryset.order_by()
            operators = Operator.objects.filter(pk__in=seen.values("operator")).order_by("code")
            townships = Area.objects.filter(pk__in=seen.values("township")).order_by("code")
            form.fields["operator"].choices = [("", ALL), *operators.values_list("code", "name")]
            form.fields["township"].choices = [("", ALL), *townships.values_list("code", "name")]
            for field in form.fields.values():
                field.error_messages["invalid_choice"] = "没有该选项，请在列表中选择。"
        return form


def listing_of(plan: BuildPlan, courses: Mapping[int, TaskShown] = MappingProxyType({})) -> Listing:
    """The tasks of a plan as a page and for Excel; ``courses`` say by number how each stands."""

    def state(row: PlanTask) -> str:
        return courses[row.number].state if row.number in courses else ""

    def remark(row: PlanTask) -> str:
        return courses[row.number].remark if row.number in courses else ""

    return Listing(
        key="plan_tasks",
        title=f"{plan.name}任务清单",
        unit="项",
        filterset=PlanTaskFilter,
        order=("number",),
        template="planning/tasks.html",
        empty="没有符合条件的任务。",
        columns=(
            Column("number", "序号", kind=COUNT, order=("number",), head=True),
            Column("operator", "运营企业", "operator.name", order=("operator",)),
            Column("township", "街镇", "township.name", order=("township",)),
            Column("action", "措施", "get_action_display", order=("action",)),
            Column("place", "位置", kind=WORDS),
            Column("coordinates", "经纬度（WGS-84）", coordinates, kind=CODE, minor=True),
            Column("ap_id", "接入点编号", kind=CODE, minor=True),
            Column("orders", "工单", lambda row: "、".join(row.orders), kind=WORDS, minor=True),
            Column("gain", "可达标点位", lambda row: len(row.sites), kind=COUNT),
            Column("sites", "点位编号", lambda row: "、".join(row.sites), kind=WORDS, on_page=False),
            Column("due_on", "完成期限", lambda row: plan.due_on, kind=DATE, on_page=False),
            Column("state", "完成情况", state, tone=lambda row: courses[row.number].tone),
            Column("remark", "情况", remark, kind=WORDS),
        ),
    )


def coordinates(task: PlanTask) -> str:
    """Longitude and latitude to the last digit; blank where nothing is built."""
    return "" if task.lon is None else f"{task.lon!r}, {task.lat!r}"


_PAPER_COLUMNS = (
    PaperColumn("序号", 0.6),
    PaperColumn("运营企业", 1.2),
    PaperColumn("街镇", 1.1),
    PaperColumn("措施", 1.4),
    PaperColumn("位置", 3, "left"),
    PaperColumn("经纬度（WGS-84）", 3),
    PaperColumn("可达标点位（个）", 1),
    PaperColumn("完成情况", 1.4),
)


def task_paper(plan: BuildPlan, tasks: list[PlanTask], whose: str) -> Paper:
    """The tasks on A4, lying, with a column to be filled by hand; ``whose`` they are, blank: everybody's."""
    rows = tuple(
        (
            str(each.number),
            each.operator.name,
            each.township.name,
            each.get_action_display(),
            _paper_place(each),
            coordinates(each),
            str(len(each.sites)),
            "",
        )
        for each in tasks
    )
    return Paper(
        title=f"{plan.name}任务清单{f'（{whose}）' if whose else ''}",
        layout=Layout.SHEET,
        is_landscape=True,
        headline=(
            f"完成期限：{day_written(plan.due_on)}",
            f"依据：{plan.quarter.label}数据",
            f"共 {len(rows)} 项",
            *([f"方案已于{_withdrawn_on(plan)}撤回"] if plan.is_withdrawn else []),
        ),
        body=(PaperTable(_PAPER_COLUMNS, rows, size=9, row_height=8), Signatures(SIGNATURES)),
    )


def _withdrawn_on(plan: BuildPlan) -> str:
    return day_written(localdate(plan.withdrawal.withdrawn_at))


def _paper_place(task: PlanTask) -> str:
    """The place, with the number of what is there to be changed or completed."""
    numbers = "、".join(filter(None, (task.ap_id, *task.orders)))
    return f"{task.place}（{numbers}）" if numbers else task.place


def pending(user: User) -> list[InboxItem]:
    """What is left of the plans that stand: an operator's own to do; with the operators, to a township and to the bureau.

    A line for each plan and operator; it goes when the last of its tasks has come true. Five queries, one where there is no task.
    """
    township = len(user.scope.area or "") == 9
    if not user.may(Power.SEE_NETWORK) or not (user.scope.operator or township or user.may(Power.JUDGE_PROPOSALS)):
        return []
    seen = PlanTask.objects.visible_to(user).filter(plan__withdrawal=None)
    own = list(seen.select_related("plan", "operator").order_by("plan__due_on", "plan", "operator", "number"))
    if not own:
        return []
    every = PlanTask.objects.filter(plan__in={each.plan_id for each in own}).select_related("plan__withdrawal")
    courses = courses_of(every.order_by("plan", "number"), today())
    left = [each for each in own if courses[each.pk].state in (TaskState.OPEN, TaskState.OVERDUE)]
    return list(_left(user, left))


def _left(user: User, left: list[PlanTask]) -> Iterator[InboxItem]:
    for (plan, operator), some in groupby(left, key=lambda each: (each.plan, each.operator)):
        count, is_overdue = len(list(some)), plan.due_on < today()
        is_own = user.scope.operator == operator.code
        yield InboxItem(
            key=f"plan/{plan.pk}/{operator.code}",
            version=f"{count}.{is_overdue}",
            kind=KIND,
            title=f"{plan.name}：{count} 项任务未完成",
            url=f"{reverse('planning:tasks', args=[plan.pk])}?{urlencode({'operator': operator.code})}",
            state=STATE_LABELS[TaskState.OVERDUE if is_overdue else TaskState.OPEN],
            since=plan.signed_at,
            due=plan.due_on,
            who="" if is_own else operator.name,
            other=BUREAU if is_own else operator.code,
        )


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the plans lie of which entries of the trail tell."""
    return of_rows(entries, BuildPlan.objects.visible_to(user), "planning:tasks")
