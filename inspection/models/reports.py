"""The self-inspection report (达标自查报告), its units, the verdicts frozen for them, and what happened to them.

Rows of what happened (every move, what reviewers said) are only ever added.
"""

import json
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q

from acceptance.models import Verdict
from areas.models import Area
from areas.vocabulary import AreaKind
from common.append_only import AppendOnly
from common.clock import now
from common.constraints import worded
from common.periods import Quarter
from inspection.models.submissions import Submission
from inspection.vocabulary import (
    NEEDING_REASON,
    SETTLED,
    WITH_TOWNSHIP,
    CheckFinding,
    CriterionReturnReason,
    InspectionAction,
    ReportState,
    UnitState,
)

EARNED = (UnitState.RATIFIED, UnitState.ENDED)
"""A unit in these states was ratified; ENDED: and lost its title again."""


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ReportQuerySet":
        """Reports in scope; what the township has not sent yet is the township's alone."""
        found = self.filter(user.scope.areas("township__code"))
        return found.filter(Q(township_id=user.area_id) | ~Q(state__in=WITH_TOWNSHIP))


class Report(models.Model):
    """A township asks for titles for itself or units beneath it, for a quarter; sent, it is never edited again.

    What was returned is reported anew in another report, which ``follows`` this one.
    """

    township = models.ForeignKey(Area, models.PROTECT, related_name="inspections", verbose_name="街镇")
    county = models.CharField("县区编码", max_length=6)
    period = models.CharField("季度", max_length=6)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name="补正的报告"
    )
    state = models.CharField("状态", max_length=12, choices=ReportState, default=ReportState.DRAFT)
    version = models.PositiveIntegerField("版本号", default=0, help_text="每次改动加一，用来发现过期的页面")
    overview = models.TextField("基本情况", blank=True)
    problems = models.TextField("存在问题", blank=True)
    request = models.TextField("申请事项", blank=True)
    answers = models.JSONField("对退回意见的答复", default=dict, blank=True, help_text="按意见编号")
    number = models.CharField("发文字号", max_length=60, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    signed_on = models.DateField("签发日期", null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核员"
    )
    created_at = models.DateTimeField("建立时间", default=now, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自查报告"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["county", "state"], name="report_county_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=WITH_TOWNSHIP) | Q(signed_by__isnull=False, signed_on__isnull=False),
                name="report_sent_is_signed",
                violation_error_message="报送的自查报告必须有签发人和签发日期。",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.EXAMINING) | Q(reviewer__isnull=False),
                name="report_examined_by_somebody",
                violation_error_message="审核中的自查报告必须有审核员。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.township.name}{self.quarter.label}达标自查报告"

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)

    @property
    def is_editable(self) -> bool:
        return self.state == ReportState.DRAFT


class FrozenVerdict(models.Model):
    """A verdict as it was when it was frozen for a report: never changed, digest over all of ``text``.

    ``text`` is JSON: area, period, basis, outcome, criteria with thresholds and clauses, figures, inputs,
    the plan's version, the rules' version and the stored verdict's own digest.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="frozen", verbose_name="自查报告")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    verdict = models.ForeignKey(Verdict, models.PROTECT, related_name="+", verbose_name="评定结果")
    text = models.TextField("内容")
    algorithm = models.CharField("摘要算法", max_length=10)
    digest = models.CharField("摘要", max_length=128)
    frozen_at = models.DateTimeField("取数时间")
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="取数人")

    class Meta:
        verbose_name = verbose_name_plural = "冻结的评定"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.area_id} {self.digest[:12]}"

    @cached_property
    def said(self) -> dict:
        """Everything that was frozen."""
        return json.loads(self.text)

    @property
    def outcome(self) -> str:
        return self.said["outcome"]

    @property
    def reference(self) -> str:
        return self.said["reference"]


class UnitQuerySet(models.QuerySet):
    def visible_to(self, user) -> "UnitQuerySet":
        found = self.filter(user.scope.areas("area__code"))
        return found.filter(Q(report__township_id=user.area_id) | ~Q(report__state__in=WITH_TOWNSHIP))

    def live(self) -> "UnitQuerySet":
        """Units on their way, or holding their title."""
        return self.exclude(state__in=SETTLED)

    def ratified(self) -> "UnitQuerySet":
        """Units that hold a ratified title, each with its area, report and batch."""
        return self.filter(state=UnitState.RATIFIED).select_related("area__parent", "report").with_submission()

    def with_submission(self) -> "UnitQuerySet":
        """Each with its submission, but for what is proposed about all units of it: every unit would bring a copy of that."""
        return self.select_related("submission").defer("submission__proposed")


class Unit(models.Model):
    """One street, town, village, natural village or compound for which a report asks a title."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="units", verbose_name="自查报告")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("类型", max_length=20, choices=AreaKind)
    title = models.CharField("称号", max_length=20)
    frozen = models.ForeignKey(FrozenVerdict, models.PROTECT, related_name="+", verbose_name="冻结的评定")
    state = models.CharField("状态", max_length=16, choices=UnitState, default=UnitState.OPEN)
    version = models.PositiveIntegerField("版本号", default=0)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="units", verbose_name="汇总上报"
    )
    ratified_on = models.DateField("审定日期", null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申报单位"
        ordering = ["area_id"]
        indexes = [models.Index(fields=["state"], name="unit_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["area"],
                condition=~Q(state__in=SETTLED),
                name="unit_one_live",
                violation_error_message="该单位已在申报，或者已有称号。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(UnitState.COMPILED, *EARNED)) | Q(submission__isnull=False),
                name="unit_compiled_in_submission",
                violation_error_message="已汇总的单位必须在一份汇总上报之内。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=EARNED, ratified_on__isnull=False)
                | (~Q(state__in=EARNED) & Q(ratified_on__isnull=True)),
                name="unit_ratified_has_date",
                violation_error_message="审定的单位必须有审定日期，未审定的没有。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area.full_name}（{self.title}）"

    @property
    def quarter(self) -> Quarter:
        return self.report.quarter


_ONE_SUBJECT = (
    Q(report__isnull=False, unit__isnull=True, submission__isnull=True)
    | Q(report__isnull=True, unit__isnull=False, submission__isnull=True)
    | Q(report__isnull=True, unit__isnull=True, submission__isnull=False)
)


class InspectionMove(models.Model):
    """A step in the life of a report, of a unit or of a submission: who, when, from, to, and why."""

    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="moves", verbose_name="自查报告")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="moves", verbose_name="申报单位")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="moves", verbose_name="汇总上报")
    action = models.CharField("动作", max_length=20, choices=InspectionAction)
    from_state = models.CharField("原状态", max_length=16, blank=True)
    to_state = models.CharField("新状态", max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=now, editable=False)
    reason = models.TextField("原因", blank=True)
    version = models.PositiveIntegerField("版本号", help_text="这一步之后的版本号")

    class Meta:
        db_table = "inspection_move"
        verbose_name = verbose_name_plural = "验收流转"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=_ONE_SUBJECT, name="inspection_move_of_one"),
            models.UniqueConstraint(fields=["report", "version"], name="inspection_report_version"),
            models.UniqueConstraint(fields=["unit", "version"], name="inspection_unit_version"),
            models.UniqueConstraint(fields=["submission", "version"], name="inspection_submission_version"),
            worded(
                Q(action__in=NEEDING_REASON),
                "reason",
                name="inspection_move_has_reason",
                sentence="这一步必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.action}"

    @property
    def subject(self) -> Report | Unit | Submission:
        return self.report or self.unit or self.submission

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return self.get_action_display()


class Opinion(models.Model):
    """What a reviewer found of a unit (审核意见): it belongs to the move by which he decided."""

    move = models.OneToOneField(InspectionMove, models.PROTECT, related_name="opinion", verbose_name="审核")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="opinions", verbose_name="申报单位")
    text = models.TextField("意见", blank=True)
    sampling = models.TextField("对抽查结果的处理意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.move.action}"


class Check(models.Model):
    """What a reviewer found of one criterion; ``why`` is given where the criterion is returned."""

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="checks", verbose_name="审核意见")
    criterion = models.CharField("标准", max_length=10)
    finding = models.CharField("结论", max_length=10, choices=CheckFinding)
    why = models.CharField("退回原因", max_length=12, choices=CriterionReturnReason, blank=True)
    remark = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "逐条审核"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "criterion"], name="check_once_a_criterion"),
            worded(
                Q(why=CriterionReturnReason.OTHER),
                "remark",
                name="check_other_is_explained",
                sentence="原因选“其他”时要写明说明。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.finding}"


PROTECTED = tuple(
    AppendOnly(f"inspection_{table}", f"inspection_{table}", refusal)
    for table, refusal in (
        ("move", "验收流转只能增加，不能修改或删除。"),
        ("frozenverdict", "冻结的评定不能修改或删除。"),
        ("opinion", "审核意见不能修改或删除。"),
        ("check", "逐条审核不能修改或删除。"),
    )
)
"""Append-only in the database itself."""
