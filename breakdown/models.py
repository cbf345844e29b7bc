"""Tasks of the plan broken down (分解落实): who is to reach how many by when, version by version; and what was done to each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from acceptance.models import PlanVersion
from areas.models import Area, Operator
from breakdown.vocabulary import OPEN, SIGNED, BreakdownAction, BreakdownState, LineLevel
from common import clock
from common.append_only import AppendOnly
from common.constraints import worded
from common.periods import Quarter


class BreakdownQuerySet(models.QuerySet):
    def visible_to(self, user) -> "BreakdownQuerySet":
        """What belongs to one's district; a township and an operator see those that were signed and give them a target."""
        code = user.scope.area or ""
        if len(code) == 6:
            return self.filter(county=code)
        own = BreakdownLine.objects.visible_to(user).order_by().values("breakdown")
        return self.filter(state__in=SIGNED, pk__in=own)

    def in_force(self) -> "BreakdownQuerySet":
        return self.filter(state=BreakdownState.ISSUED)


class Breakdown(models.Model):
    """A task of the plan broken down, in its ``number``-th version; ``base`` is the quarter whose figures it begins with."""

    county = models.CharField("县区编码", max_length=6)
    milestone = models.CharField("任务", max_length=10)
    plan = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", verbose_name="方案版本")
    number = models.PositiveSmallIntegerField("版次")
    base = models.CharField("基期", max_length=6)
    quarters = models.JSONField("季度")
    needed = models.PositiveBigIntegerField("应达到")
    reason = models.CharField("调整原因", max_length=500, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间", default=clock.now, editable=False)
    state = models.CharField("状态", max_length=12, choices=BreakdownState, default=BreakdownState.DRAFT)
    version = models.PositiveIntegerField("版本号", default=0)

    objects = BreakdownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务分解"
        ordering = ["milestone", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "milestone"], condition=Q(state__in=OPEN), name="breakdown_one_open"
            ),
            models.UniqueConstraint(
                fields=["county", "milestone"], condition=Q(state=BreakdownState.ISSUED), name="breakdown_one_in_force"
            ),
            models.UniqueConstraint(fields=["county", "milestone", "number"], name="breakdown_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} 任务分解（第 {self.number} 版）"

    def get_absolute_url(self) -> str:
        return reverse("breakdown:breakdown", args=[self.pk])

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.county

    @property
    def periods(self) -> tuple[Quarter, ...]:
        """The quarters that have a target each."""
        return tuple(map(Quarter.parse, self.quarters))

    @property
    def is_draft(self) -> bool:
        return self.state == BreakdownState.DRAFT


class BreakdownLineQuerySet(models.QuerySet):
    def visible_to(self, user) -> "BreakdownLineQuerySet":
        """A township's own with its villages and the operators there, an operator's own, all of the user's district."""
        return self.filter(user.scope.network("operator_id", "area__code"))


class BreakdownLine(models.Model):
    """The targets of one unit: how many are to be reached in all by the end of each quarter, and who answers for it.

    Of an operator: how many more than in the base quarter. ``targets`` are by quarter in the measure's unit, None: not said.
    """

    breakdown = models.ForeignKey(Breakdown, models.PROTECT, related_name="lines", verbose_name="任务分解")
    number = models.PositiveSmallIntegerField("序号")
    level = models.CharField("层级", max_length=10, choices=LineLevel)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    operator = models.ForeignKey(Operator, models.PROTECT, null=True, related_name="+", verbose_name="运营企业")
    unit = models.CharField("单位", max_length=100)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="责任人"
    )
    person_name = models.CharField("责任人姓名", max_length=50, blank=True)
    base = models.PositiveBigIntegerField("基期数")
    total = models.PositiveBigIntegerField("对象总数")
    needed = models.PositiveBigIntegerField("应达到", default=0)
    targets = models.JSONField("指标")

    objects = BreakdownLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "分解指标"
        ordering = ["breakdown", "number"]
        constraints = [
            models.UniqueConstraint(fields=["breakdown", "number"], name="breakdown_line_numbered_once"),
            models.CheckConstraint(
                condition=Q(level=LineLevel.OPERATOR, operator__isnull=False)
                | (~Q(level=LineLevel.OPERATOR) & Q(operator__isnull=True)),
                name="breakdown_line_operator_fits",
                violation_error_message="运营企业的指标须写明企业，其他指标不写。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.breakdown}：{self.unit}"


class BreakdownMove(models.Model):
    """A step in the life of a breakdown; ``township`` is whose letter was signed."""

    breakdown = models.ForeignKey(Breakdown, models.PROTECT, related_name="moves", verbose_name="任务分解")
    action = models.CharField("动作", max_length=12, choices=BreakdownAction)
    from_state = models.CharField("原状态", max_length=12, choices=BreakdownState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=BreakdownState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.TextField("说明", blank=True)
    township = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name="签订街镇")
    version = models.PositiveIntegerField("版本号")

    class Meta:
        verbose_name = verbose_name_plural = "任务分解流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["breakdown", "version"], name="breakdown_move_once_a_version"),
            models.UniqueConstraint(
                fields=["breakdown", "township"],
                condition=Q(township__isnull=False),
                name="breakdown_letter_signed_once",
            ),
            worded(
                Q(action__in=(BreakdownAction.SEND_BACK, BreakdownAction.DISCARD)),
                "reason",
                name="breakdown_move_has_reason",
                sentence="退回修改和作废必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.breakdown_id} {self.action}"

    @property
    def subject(self) -> Breakdown:
        return self.breakdown

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return f"{self.get_action_display()}{f'（{self.township.name}）' if self.township_id else ''}"


PROTECTED = (AppendOnly("breakdown_breakdownmove", "breakdown_move", "任务分解的流转只能增加，不能修改或删除。"),)
"""Append-only in the database itself."""
