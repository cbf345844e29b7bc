"""What is stored of the inbox: what a person has opened, and which digests went out by mail."""

from django.conf import settings
from django.db import models

from common import clock


class OpenedItem(models.Model):
    """The latest version of an item that a person has opened; with another version the item is unread again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="人员")
    key = models.CharField("事项", max_length=100)
    version = models.CharField("版本", max_length=100)
    at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "已读事项"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="opened_item_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"


class Reminder(models.Model):
    """The day's digest by mail to a person: at most one; not ``sent_at``: it failed, and may be tried again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="收件人")
    on = models.DateField("日期")
    sent_at = models.DateTimeField("发出时间", null=True)
    problem = models.CharField("没有发出的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "邮件提醒"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="reminder_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.on}"
