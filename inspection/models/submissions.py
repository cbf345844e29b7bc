"""The submission (汇总上报): the passed units that the bureau puts before the district government."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.clock import now
from inspection.vocabulary import SubmissionState

DECIDED = (SubmissionState.RATIFIED, SubmissionState.ANNOUNCED)
"""A batch: it has a number and a date."""


class SubmissionQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SubmissionQuerySet":
        """Submissions of the user's county; a township sees them once they are announced."""
        code = user.scope.area
        if not code:
            return self.none()
        found = self.filter(county=code[:6])
        return found if len(code) == 6 else found.filter(state=SubmissionState.ANNOUNCED)


class Submission(models.Model):
    """Units that passed, with the bureau's opinion; once ratified a batch (批次) with number and date."""

    county = models.CharField("县区编码", max_length=6)
    state = models.CharField("状态", max_length=12, choices=SubmissionState, default=SubmissionState.DRAFT)
    version = models.PositiveIntegerField("版本号", default=0)
    opinion = models.TextField("汇总意见", blank=True)
    number = models.CharField("上报文号", max_length=60, blank=True)
    submitted_on = models.DateField("上报日期", null=True, blank=True)
    proposed = models.JSONField(
        "提出的审定意见", default=dict, blank=True, help_text="按单位：结果、原因、类别、标准；由另一人确认"
    )
    batch_year = models.PositiveSmallIntegerField("批次年份", null=True, blank=True)
    batch_number = models.PositiveSmallIntegerField("批次", null=True, blank=True)
    ratified_on = models.DateField("审定日期", null=True, blank=True)
    circular_number = models.CharField("通报文号", max_length=60, blank=True)
    announced_on = models.DateField("通报日期", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="建立人"
    )
    created_at = models.DateTimeField("建立时间", default=now, editable=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "汇总上报"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["county", "state"], name="submission_county_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "batch_year", "batch_number"],
                name="submission_batch_unique",
                violation_error_message="这一批次的编号已经用过。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, batch_number__isnull=False, ratified_on__isnull=False)
                | (~Q(state__in=DECIDED) & Q(batch_number__isnull=True, ratified_on__isnull=True)),
                name="submission_batch_when_ratified",
                violation_error_message="审定的批次必须有编号和日期，未审定的没有。",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.ANNOUNCED) | Q(announced_on__isnull=False),
                name="submission_announced_has_date",
                violation_error_message="通报必须有日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.batch or f"第 {self.pk} 号汇总上报"

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.county

    @property
    def batch(self) -> str:
        """2018年第3批; blank until it is ratified."""
        return f"{self.batch_year}年第{self.batch_number}批" if self.batch_number else ""
