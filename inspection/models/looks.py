"""That somebody of the government looked at a unit before the batch is ratified, and what is to be returned."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.clock import now
from inspection.models.reports import Unit
from inspection.models.submissions import Submission
from inspection.vocabulary import CriterionReturnReason


class UnitLook(models.Model):
    """One person's look at a unit of a submission as it stood at ``version``; with a reason the unit is to be returned.

    Nothing is decided by it: the whole submission is, on its page of confirmation.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="looks", verbose_name="汇总上报")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="looks", verbose_name="申报单位")
    version = models.PositiveIntegerField("版本号")
    code = models.CharField("退回的类别", max_length=12, choices=CriterionReturnReason, blank=True)
    reason = models.CharField("退回的原因", max_length=300, blank=True)
    criteria = models.JSONField("涉及的标准", default=list, help_text="标准编号的列表；空：整个单位")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="查看人")
    at = models.DateTimeField("查看时间", default=now)

    class Meta:
        verbose_name = verbose_name_plural = "审定前的查看"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "unit", "by"], name="unit_look_once"),
            models.CheckConstraint(
                condition=Q(code="", reason="") | (~Q(code="") & ~Q(reason="")),
                name="unit_look_return_whole",
                violation_error_message="退回须有类别和原因。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.unit.area_id

    @property
    def is_return(self) -> bool:
        return bool(self.reason)
