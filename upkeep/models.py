"""What became of the work that keeps the portal (backups, drills, the stream, verifications, thinning), and who was heard of when."""

from django.db import models
from django.utils.timezone import localtime

from common import clock


class UpkeepKind(models.TextChoices):
    BACKUP = "backup", "备份"
    DRILL = "drill", "恢复演练"
    STREAM = "stream", "连续备份"
    VERIFY = "verify", "核验"
    THIN = "thin", "清理"


class UpkeepEvent(models.Model):
    """One run: whether all was well, what it found, and how many bytes it wrote (None where that means nothing)."""

    kind = models.CharField("种类", max_length=10, choices=UpkeepKind)
    at = models.DateTimeField("时间", default=clock.real_now)
    ok = models.BooleanField("正常")
    detail = models.JSONField("详情", default=dict)
    size = models.PositiveBigIntegerField("大小", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "维护记录"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["kind", "-at"], name="upkeep_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {localtime(self.at):%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When a process that works beside the server was last heard of."""

    name = models.CharField("名称", max_length=40, unique=True)
    at = models.DateTimeField("最近一次")
    detail = models.JSONField("详情", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "运行信号"

    def __str__(self) -> str:
        return self.name
