"""Matters that are followed to their end, with the figures that they began with; the thresholds that a person has set."""

from datetime import date
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from acceptance.models import Basis
from accounts.posts import Post, Power
from accounts.units import BUREAU, OVERSEERS, Addressee, AddresseeKind
from areas.models import Area, Operator
from common import clock
from common.append_only import AppendOnly
from common.constraints import worded
from common.periods import Quarter
from figures.address import question_address
from supervision.vocabulary import (
    AWAITED,
    ENDED,
    Crossing,
    MatterAction,
    MatterKind,
    MatterState,
    Measured,
)

LONGEST_TEXT = 500


class MatterQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MatterQuerySet":
        """The author's side, the unit addressed, leaders and government of the district, auditors; nobody else."""
        if user.may(Power.READ_AUDIT_TRAIL):
            return self
        if not user.may(Power.SEE_MATTERS):
            return self.none()
        unit = Addressee.of(user)
        seen = unit.condition if unit else Q(pk__in=[])
        if user.post in OVERSEERS:
            seen |= Q(county=user.area_id)
        elif user.post in BUREAU:
            seen |= Q(county=user.area_id, author_post=Post.BUREAU_HEAD)
        return self.filter(seen)

    def open(self) -> "MatterQuerySet":
        return self.exclude(state__in=ENDED)

    def overdue(self, on: date) -> "MatterQuerySet":
        """Matters with which the unit addressed is late."""
        return self.filter(state__in=AWAITED, due_on__lt=on)


class Matter(models.Model):
    """A matter (督办事项): what is to be done, who said so, which unit has to see to it, and by when.

    ``author_post`` is the post in which the author wrote it: whoever follows him there decides in his place.
    """

    kind = models.CharField("类别", max_length=12, choices=MatterKind, default=MatterKind.REMARK)
    county = models.CharField("县区编码", max_length=6)
    text = models.CharField("内容", max_length=LONGEST_TEXT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="批示人")
    author_post = models.CharField("批示人岗位", max_length=20, choices=Post)
    to_kind = models.CharField("承办单位类别", max_length=12, choices=AddresseeKind)
    to_area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name="承办单位所在区域")
    to_operator = models.ForeignKey(Operator, models.PROTECT, null=True, related_name="+", verbose_name="承办企业")
    to_unit = models.CharField("承办单位", max_length=100)
    due_on = models.DateField("办理期限")
    written_at = models.DateTimeField("批示时间", default=clock.now, editable=False)
    state = models.CharField("状态", max_length=12, choices=MatterState, default=MatterState.ISSUED)
    version = models.PositiveIntegerField("版本号", default=0)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办事项"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["county", "state", "due_on"], name="matter_county_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="matter_has_text", violation_error_message="请填写批示内容。"
            ),
            models.CheckConstraint(
                condition=Q(to_kind=AddresseeKind.OPERATOR, to_operator__isnull=False, to_area__isnull=True)
                | (~Q(to_kind=AddresseeKind.OPERATOR) & Q(to_operator__isnull=True, to_area__isnull=False)),
                name="matter_addressee_fits",
                violation_error_message="承办单位与类别不符。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}第 {self.pk} 号"

    def get_absolute_url(self) -> str:
        return reverse("supervision:matter", args=[self.pk])

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.to_area_id or self.county

    @property
    def addressee(self) -> Addressee:
        return Addressee(AddresseeKind(self.to_kind), self.to_area_id, self.to_operator_id, self.to_unit)

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    def is_overdue(self, on: date) -> bool:
        """Whether the unit addressed is late with it."""
        return self.state in AWAITED and self.due_on < on

    def is_handled_by(self, user) -> bool:
        """Whether it is the unit of ``user`` that has to see to it."""
        unit = Addressee.of(user)
        return unit is not None and unit.key == self.addressee.key

    def is_decided_by(self, user) -> bool:
        """Whether ``user`` is the author, still in that post, or holds the post that the author has left."""
        holds = user.post == self.author_post and user.area_id == self.county
        return holds and (user.pk == self.author_id or self._author_has_left)

    @property
    def _author_has_left(self) -> bool:
        author = self.author
        is_there = author.post == self.author_post and author.area_id == self.county
        return not (is_there and author.is_active and not author.has_expired)


class MatterFigure(models.Model):
    """A figure as it was when a matter was written: ``question`` names it, ``value`` of ``unit`` is what it was.

    ``members`` says how many it counted, ``as_of`` when the verdicts had been given, ``on`` as of which day it holds.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="figures", verbose_name="督办事项")
    of = models.CharField("指标", max_length=60)
    question = models.JSONField("指标条件")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    title = models.CharField("指标名称", max_length=200)
    part = models.CharField("指标范围", max_length=60)
    period = models.CharField("季度", max_length=6)
    basis = models.CharField("口径", max_length=10, choices=Basis)
    on = models.DateField("截至日期")
    value = models.PositiveBigIntegerField("数值")
    unit = models.CharField("单位", max_length=10)
    members = models.PositiveBigIntegerField("对象数")
    as_of = models.CharField("评定情况", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "督办事项所据指标"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.area.name}{self.title}"

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)

    @property
    def address(self) -> str:
        return question_address(self.of, self.question)


class MatterMove(models.Model):
    """A step in the life of a matter: who, when, from, to, and what was said."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="moves", verbose_name="督办事项")
    action = models.CharField("动作", max_length=12, choices=MatterAction)
    from_state = models.CharField("原状态", max_length=12, choices=MatterState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=MatterState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.TextField("说明", blank=True)
    version = models.PositiveIntegerField("版本号")

    class Meta:
        verbose_name = verbose_name_plural = "督办事项流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "version"], name="matter_move_once_a_version"),
            worded(
                Q(action__in=(MatterAction.REPORT, MatterAction.SEND_BACK, MatterAction.WITHDRAW)),
                "reason",
                name="matter_move_has_reason",
                sentence="办理反馈、退回重办和撤回必须写明情况。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.action}"

    @property
    def subject(self) -> Matter:
        return self.matter

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return self.get_action_display()

    @property
    def is_late(self) -> bool:
        """Whether feedback came after the due date."""
        return self.action == MatterAction.REPORT and timezone.localtime(self.at).date() > self.matter.due_on


class ThresholdQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ThresholdQuerySet":
        return self.filter(user=user)


class Threshold(models.Model):
    """A bound that a person set on a figure: told of each time when the figure comes to lie beyond it.

    ``bound`` is in ``unit``, or per cent of a rate. ``times`` counts how often it was crossed, ``crossed_at`` is None while the
    figure does not lie beyond it, or lay there when the bound was set; ``is_noted``: the person has taken notice.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="人员")
    of = models.CharField("指标", max_length=60)
    question = models.JSONField("指标条件")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    title = models.CharField("指标名称", max_length=200)
    part = models.CharField("指标范围", max_length=60)
    unit = models.CharField("单位", max_length=10)
    measured = models.CharField("比较内容", max_length=10, choices=Measured, default=Measured.COUNT)
    crossing = models.CharField("方向", max_length=10, choices=Crossing)
    bound = models.DecimalField("界限", max_digits=12, decimal_places=1)
    set_at = models.DateTimeField("设置时间", default=clock.now, editable=False)
    is_beyond = models.BooleanField("已越过", default=False)
    crossed_at = models.DateTimeField("越过时间", null=True)
    times = models.PositiveIntegerField("越过次数", default=0)
    is_noted = models.BooleanField("已知悉", default=False)
    now = models.CharField("现值", max_length=40, blank=True)

    objects = ThresholdQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提醒界限"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.area.name}{self.title}（{self.part}）{self.bound_words}"

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.area_id

    @property
    def bound_words(self) -> str:
        unit = "%" if self.measured == Measured.RATE else f" {self.unit}"
        return f"{self.get_crossing_display()} {_plain(Fraction(self.bound))}{unit}"

    @property
    def address(self) -> str:
        """The figure as it is now: of the latest quarter."""
        return question_address(self.of, {**self.question, "period": ""})


def _plain(value: Fraction) -> str:
    """A number with at most one decimal."""
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.1f}"


PROTECTED = (
    AppendOnly("supervision_matterfigure", "supervision_figure", "督办事项所据指标只能增加，不能修改或删除。"),
    AppendOnly("supervision_mattermove", "supervision_move", "督办事项的流转只能增加，不能修改或删除。"),
)
"""Append-only in the database itself."""
