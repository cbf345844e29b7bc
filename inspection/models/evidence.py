"""Evidence (佐证材料): photos, documents and speed tests that a township adds to its report."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area
from common.clock import now
from evidence.models import KeptPhoto
from inspection.models.reports import Report
from inspection.vocabulary import WITH_TOWNSHIP, EvidenceKind


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user) -> "EvidenceQuerySet":
        found = self.filter(user.scope.areas("report__township__code"))
        return found.filter(Q(report__township_id=user.area_id) | ~Q(report__state__in=WITH_TOWNSHIP))


class Evidence(KeptPhoto):
    """A file of a report: of one of its units, where it speaks for a criterion, or of all.

    ``remark`` is what the township says where something about it seems not to fit.
    """

    place = ""

    report = models.ForeignKey(Report, models.PROTECT, related_name="evidence", verbose_name="自查报告")
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位", help_text="空白：整份报告"
    )
    criterion = models.CharField("佐证的标准", max_length=10, blank=True, default="")
    kind = models.CharField("类别", max_length=20, choices=EvidenceKind)
    is_made = models.BooleanField("系统生成", default=False)
    caption = models.CharField("说明", max_length=100, blank=True)
    mbps = models.PositiveIntegerField("实测下行速率", null=True, blank=True, help_text="兆比特每秒；只有测速记录填写")
    remark = models.CharField("疑点说明", max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间", default=now, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["pk"]
        indexes = [models.Index(fields=["digest"], name="evidence_digest")]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "digest"],
                name="evidence_once_in_report",
                violation_error_message="这个文件已经在这份报告里。",
            ),
            models.CheckConstraint(
                condition=Q(kind=EvidenceKind.SPEED_TEST) | Q(mbps__isnull=True),
                name="evidence_speed_of_speed_tests",
                violation_error_message="只有测速记录填写实测速率。",
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.name
