"""Records of measures (措施台账): one table for every kind, its versions, its steps, and the files handed in with it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.posts import Post, Power
from areas.models import Area, Operator, Site
from common import clock
from common.append_only import AppendOnly
from common.constraints import worded
from evidence.models import KeptFile
from measures.kinds import KINDS, TOWNSHIP_POSTS, MeasureKind
from measures.sides import side_of
from measures.values import lines, words_of
from measures.vocabulary import MeasureAction, MeasureState

_OPEN_KINDS = [kind.key for kind in KINDS.values() if kind.is_open]


class MeasureQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MeasureQuerySet":
        """One's own unit's; what was sent: of the district for its posts, of the own part for townships and operators, and open kinds."""
        if not user.may(Power.SEE_MEASURES):
            return self.none()
        own = Q(side=side_of(user)) & ~Q(side="")
        if user.post == Post.OPERATOR:
            seen = Q(operator=user.operator_id) | Q(kind__in=_OPEN_KINDS)
        elif user.post in TOWNSHIP_POSTS:
            seen = Q(area__code__startswith=user.area_id) | Q(kind__in=_OPEN_KINDS, county=(user.area_id or "")[:6])
        else:
            seen = Q(county=user.area_id)
        return self.filter(own | (seen & ~Q(state=MeasureState.DRAFT)))

    def standing(self) -> "MeasureQuerySet":
        """Records that were confirmed and count; one that is being corrected counts as it was confirmed last."""
        return self.filter(confirmed_values__isnull=False).exclude(state=MeasureState.VOID)

    def with_subject(self) -> "MeasureQuerySet":
        return self.select_related("area__parent", "site", "operator")


class MeasureRecord(models.Model):
    """A record of a measure: ``values`` by field as last entered, ``confirmed_values`` as last confirmed (None: never).

    It belongs to an area, a site or an operator. ``side`` is the unit that enters it (``measures.sides``), ``identity`` what
    may stand once. ``title`` and ``on`` are those of the values, for lists. ``edition`` is the number of its latest version.
    """

    kind = models.CharField("类别", max_length=20)
    county = models.CharField("县区编码", max_length=6)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name="区域")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", verbose_name="点位")
    operator = models.ForeignKey(Operator, models.PROTECT, null=True, related_name="+", verbose_name="运营企业")
    side = models.CharField("登记单位", max_length=150)
    unit = models.CharField("登记单位名称", max_length=100)
    title = models.CharField("名称", max_length=200)
    on = models.DateField("日期", null=True)
    values = models.JSONField("内容", default=dict)
    confirmed_values = models.JSONField("已确认的内容", null=True)
    identity = models.CharField("唯一标识", max_length=64, blank=True)
    edition = models.PositiveIntegerField("版次", default=1)
    begun_at = models.DateTimeField("登记时间", default=clock.now, editable=False)
    state = models.CharField("状态", max_length=12, choices=MeasureState, default=MeasureState.DRAFT)
    version = models.PositiveIntegerField("版本号", default=0)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "措施记录"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["county", "kind", "state"], name="measure_county_kind"),
            models.Index(fields=["side", "state"], name="measure_side_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "identity"],
                condition=~Q(identity="") & ~Q(state=MeasureState.VOID),
                name="measure_once",
                violation_error_message="同一事项已经登记过。",
            ),
            models.CheckConstraint(
                condition=Q(area__isnull=False) | Q(operator__isnull=False),
                name="measure_belongs_somewhere",
                violation_error_message="请填写所属区域或运营企业。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declared.title}“{self.title}”"

    def get_absolute_url(self) -> str:
        return reverse("measures:record", args=[self.pk])

    @property
    def declared(self) -> MeasureKind:
        return KINDS[self.kind]

    @property
    def kind_title(self) -> str:
        return self.declared.title

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.area_id or self.county

    @property
    def subject(self) -> str:
        """To what it belongs, by name."""
        if self.operator:
            return self.operator.name
        if self.site:
            return f"{self.area.name}{self.site.name}"
        return self.area.full_name

    @property
    def said(self) -> list[tuple[Any, str]]:
        """Every field with its value in words."""
        return lines(self.declared, self.values)

    @property
    def summary(self) -> str:
        """The values that a list shows, in a line."""
        shown = [(each, words_of(each, self.values.get(each.key))) for each in self.declared.fields if each.in_list]
        return "；".join(f"{field.label}：{words}" for field, words in shown if words)

    @property
    def is_correcting(self) -> bool:
        """Whether what stands is not what was confirmed last."""
        return self.confirmed_values is not None and self.state in (MeasureState.SENT, MeasureState.RETURNED)


class MeasureVersion(models.Model):
    """The values of a record as somebody entered them: the first, and every change; ``reason`` says why a confirmed one is corrected."""

    record = models.ForeignKey(MeasureRecord, models.PROTECT, related_name="versions", verbose_name="措施记录")
    number = models.PositiveIntegerField("版次")
    values = models.JSONField("内容")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.TextField("更正原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "措施记录版次"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="measure_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} 第 {self.number} 版"


class MeasureMove(models.Model):
    """A step in the life of a record: who, when, from, to, and what was said."""

    record = models.ForeignKey(MeasureRecord, models.PROTECT, related_name="moves", verbose_name="措施记录")
    action = models.CharField("动作", max_length=12, choices=MeasureAction)
    from_state = models.CharField("原状态", max_length=12, choices=MeasureState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=MeasureState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.TextField("说明", blank=True)
    version = models.PositiveIntegerField("版本号")

    class Meta:
        verbose_name = verbose_name_plural = "措施记录流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["record", "version"], name="measure_move_once_a_version"),
            worded(
                Q(action__in=(MeasureAction.SEND_BACK, MeasureAction.CORRECT, MeasureAction.VOID)),
                "reason",
                name="measure_move_has_reason",
                sentence="退回、更正和作废必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.action}"

    @property
    def subject(self) -> MeasureRecord:
        return self.record

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return self.get_action_display()


class MeasureFile(KeptFile):
    """A file handed in with a record, in one of its versions; never taken away."""

    place = "measure-"

    record = models.ForeignKey(MeasureRecord, models.PROTECT, related_name="files", verbose_name="措施记录")
    edition = models.PositiveIntegerField("版次")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "措施记录附件"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "digest"], name="measure_file_once", violation_error_message="该文件已经上传。"
            )
        ]


PROTECTED = (
    AppendOnly("measures_measureversion", "measure_version", "措施记录的版次只能增加，不能修改或删除。"),
    AppendOnly("measures_measuremove", "measure_move", "措施记录的流转只能增加，不能修改或删除。"),
    AppendOnly("measures_measurefile", "measure_file", "措施记录的附件只能增加，不能修改或删除。"),
)
"""Append-only in the database itself."""
