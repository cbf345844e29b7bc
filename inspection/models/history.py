"""What happened: every move of a report, a unit or a submission, and what reviewers said. Rows are only ever added."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.append_only import AppendOnly
from common.clock import now
from common.constraints import worded
from inspection.models.reports import Report, Unit
from inspection.models.submissions import Submission
from inspection.vocabulary import NEEDING_REASON, CheckFinding, CriterionReturnReason, InspectionAction

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
