"""How much was uploaded: by whom, on which day."""

from django.conf import settings
from django.db import models


class UploadDay(models.Model):
    """The bytes that an account has uploaded on a day; of days that are over nobody asks."""

    day = models.DateField("日期")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号")
    size = models.PositiveBigIntegerField("上传量", default=0, help_text="字节")

    class Meta:
        verbose_name = verbose_name_plural = "每日上传量"
        ordering = ["-day", "user"]
        constraints = [models.UniqueConstraint(fields=["day", "user"], name="upload_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.user_id}"
