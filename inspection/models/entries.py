"""What a submission lists: a unit that passed, and what the district government decided about it."""

from django.db import models
from django.db.models import Q

from common.constraints import worded
from inspection.models.reports import Unit
from inspection.models.submissions import Submission
from inspection.vocabulary import Decision


class Entry(models.Model):
    """A unit in a submission; it stays listed there when the government returned it and it comes again in another."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="entries", verbose_name="汇总上报")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="entries", verbose_name="申报单位")
    decision = models.CharField("审定结果", max_length=10, choices=Decision, blank=True)
    reason = models.TextField("退回原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "汇总条目"
        ordering = ["unit__area_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "unit"],
                name="entry_once_in_submission",
                violation_error_message="该单位已在这份汇总里。",
            ),
            worded(
                Q(decision=Decision.RETURNED), "reason", name="entry_returned_has_reason", sentence="退回必须写明原因。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.unit_id}"
