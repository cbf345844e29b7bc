"""The ledgers' workbooks that were handed out, and what was brought in."""

from datetime import datetime

from django.conf import settings
from django.db import models

from areas.models import Area, Operator
from common import clock
from workbooks.models import KEPT, new_stamp


def _end() -> datetime:
    return clock.real_now() + KEPT


class OfUnit(models.Model):
    """Base of rows that belong to one ledger of one unit: an area with all beneath it, or an operator."""

    ledger = models.CharField("台账", max_length=20)
    area = models.ForeignKey(Area, models.CASCADE, null=True, related_name="+", verbose_name="区域")
    operator = models.ForeignKey(Operator, models.CASCADE, null=True, related_name="+", verbose_name="运营企业")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(area__isnull=True) ^ models.Q(operator__isnull=True),
                name="%(class)s_of_one_unit",
                violation_error_message="台账工作簿属于一个区域或一家运营企业。",
            )
        ]


class LedgerWorkbook(OfUnit):
    """A workbook of a ledger that was handed out."""

    stamp = models.CharField("校验号", max_length=12, primary_key=True, default=new_stamp)
    template = models.PositiveSmallIntegerField("模板版本")
    day = models.DateField("日期")
    condition = models.CharField("筛选条件", max_length=500, blank=True)
    rows = models.PositiveIntegerField("行数")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="下载人")
    at = models.DateTimeField("下载时间", default=clock.now, editable=False)

    class Meta(OfUnit.Meta):
        verbose_name = verbose_name_plural = "已发出的台账工作簿"
        ordering = ["at"]

    def __str__(self) -> str:
        return self.stamp


class LedgerUploadQuerySet(models.QuerySet):
    def visible_to(self, user) -> "LedgerUploadQuerySet":
        """Uploads of units in scope: a colleague may finish what another began."""
        return self.filter(user.scope.network("operator_id", "area__code"))

    def waiting(self) -> "LedgerUploadQuerySet":
        return self.filter(confirmed_at=None, expires_at__gt=clock.real_now())


class LedgerUpload(OfUnit):
    """A ledger's workbook that was brought in; nothing of it is in the ledger before it is confirmed.

    The file is kept until then, and read anew each time, for the ledger goes on changing meanwhile.
    """

    issued = models.ForeignKey(
        LedgerWorkbook, models.CASCADE, null=True, related_name="uploads", verbose_name="下载的工作簿"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间", default=clock.now, editable=False)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    content = models.BinaryField("文件")
    findings = models.JSONField("预览", null=True, help_text="空白：还没有读")
    expires_at = models.DateTimeField("保留至", default=_end)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    objects = LedgerUploadQuerySet.as_manager()

    class Meta(OfUnit.Meta):
        verbose_name = verbose_name_plural = "上传的台账工作簿"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def kept_until(self) -> datetime:
        """``expires_at`` by the portal's own day, beside ``at``."""
        return self.at + KEPT

    @property
    def has_expired(self) -> bool:
        return self.confirmed_at is None and self.expires_at <= clock.real_now()
