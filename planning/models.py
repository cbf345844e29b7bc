"""Plans that the bureau has signed, and the tasks that they give to operators and townships: written once, never changed."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from acceptance.models import Basis
from areas.models import Area, Operator
from areas.vocabulary import CODE_LENGTH, AreaKind
from common import clock
from common.append_only import AppendOnly
from common.periods import Quarter


class PlanObjective(models.TextChoices):
    """What a plan has as little of as can be."""

    FEWEST = "fewest", "建设数量最少"
    COST = "cost", "投资最少"


class PlanPlaces(models.TextChoices):
    """Where new access points may stand."""

    SITES = "sites", "原有点位"
    ANYWHERE = "anywhere", "任意位置"


class TaskAction(models.TextChoices):
    """What a task asks for, in the order in which a plan lists it."""

    NEW = "new", "新建接入点"
    UPGRADE = "upgrade", "提速接入点"
    OPEN = "open", "开通接入点"
    ORDERS = "orders", "办结逾期工单"


class BuildPlanQuerySet(models.QuerySet):
    def standing(self) -> "BuildPlanQuerySet":
        """Plans that were not withdrawn."""
        return self.filter(withdrawal=None)

    def visible_to(self, user) -> "BuildPlanQuerySet":
        """Plans for the user's district; a township or an operator sees those that give it a task."""
        code = user.scope.area or ""
        if len(code) == CODE_LENGTH[AreaKind.DISTRICT]:
            return self.filter(county=code)
        return self.filter(pk__in=PlanTask.objects.visible_to(user).order_by().values("plan"))


class BuildPlan(models.Model):
    """A plan (建设方案) that the bureau has signed: what was asked, what was answered, and on which facts.

    ``answer`` is the document of ``build_plan``; ``facts_digest`` is over the facts from which it was computed at ``facts_at``.
    """

    name = models.CharField("方案名称", max_length=60)
    county = models.CharField("县区编码", max_length=6)
    area = models.ForeignKey(Area, models.PROTECT, related_name="build_plans", verbose_name="范围")
    milestone = models.CharField("里程碑", max_length=10, blank=True, help_text="空白：称号标准")
    period = models.CharField("季度", max_length=6)
    basis = models.CharField("口径", max_length=10, choices=Basis)
    objective = models.CharField("目标", max_length=10, choices=PlanObjective)
    places = models.CharField("新建位置", max_length=10, choices=PlanPlaces)
    answer = models.JSONField("测算结果")
    facts_at = models.DateTimeField("数据时间")
    facts_digest = models.CharField("数据摘要", max_length=80)
    due_on = models.DateField("完成期限")
    note = models.CharField("说明", max_length=500, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签发人")
    signed_at = models.DateTimeField("签发时间", default=clock.now, editable=False)

    objects = BuildPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "建设方案"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "name"], name="build_plan_named_once", violation_error_message="已有同名的建设方案。"
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="build_plan_has_name", violation_error_message="请填写方案名称。"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("planning:plan", args=[self.pk])

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)

    @property
    def is_withdrawn(self) -> bool:
        return hasattr(self, "withdrawal")

    @property
    def since(self) -> date:
        """The day on whose facts it rests: what was built by then is none of its doing."""
        return self.quarter.last_day

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.area_id


class PlanWithdrawal(models.Model):
    """A signed plan was withdrawn (撤回): plan and tasks stay as they were, and nobody has to do them any more."""

    plan = models.OneToOneField(BuildPlan, models.PROTECT, related_name="withdrawal", verbose_name="建设方案")
    reason = models.CharField("撤回原因", max_length=500)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="撤回人")
    withdrawn_at = models.DateTimeField("撤回时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "建设方案的撤回"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="plan_withdrawal_has_reason", violation_error_message="请填写撤回原因。"
            ),
        ]

    def __str__(self) -> str:
        return f"撤回{self.plan.name}"


class PlanTaskQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PlanTaskQuerySet":
        """An operator's own tasks, a township's own, all of the user's district."""
        return self.filter(user.scope.network("operator_id", "township__code"))


class PlanTask(models.Model):
    """One thing to be built, by whom and where (任务). Longitude and latitude are WGS-84 to the last digit."""

    plan = models.ForeignKey(BuildPlan, models.PROTECT, related_name="tasks", verbose_name="建设方案")
    number = models.PositiveSmallIntegerField("序号")
    action = models.CharField("措施", max_length=10, choices=TaskAction)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+", verbose_name="运营企业")
    township = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="街镇")
    place = models.CharField("位置", max_length=200)
    lon = models.FloatField("经度", null=True, help_text="WGS-84，度")
    lat = models.FloatField("纬度", null=True, help_text="WGS-84，度")
    ap_id = models.CharField("接入点编号", max_length=64, blank=True)
    orders = models.JSONField("工单", default=list)
    sites = models.JSONField("可达标点位", default=list)

    objects = PlanTaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "建设任务"
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_task_numbered_once"),
            models.CheckConstraint(
                condition=Q(action=TaskAction.ORDERS) | Q(lon__isnull=False, lat__isnull=False),
                name="plan_task_has_place",
                violation_error_message="接入点的任务须有经纬度。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.name}第 {self.number} 项"

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.township_id


PROTECTED = (
    AppendOnly("planning_buildplan", "planning_buildplan", "签发的建设方案只能增加，不能修改或删除。"),
    AppendOnly("planning_plantask", "planning_plantask", "建设任务只能增加，不能修改或删除。"),
)
"""Append-only in the database itself."""

WITHDRAWALS_GUARD = AppendOnly("planning_planwithdrawal", "plan_withdrawal", "建设方案的撤回只能增加，不能修改或删除。")
