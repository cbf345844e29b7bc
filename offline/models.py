"""What the portal keeps for what waits on a device: the account's secret, and what has arrived already."""

import secrets

from django.conf import settings
from django.db import models

from common.clock import real_now

SECRET_BYTES = 32


def _secret() -> str:
    return secrets.token_hex(SECRET_BYTES)


class OfflineSecret(models.Model):
    """From which a device derives the key of what an account keeps on it; told to that account alone, never changed.

    Another one would make all unreadable that still waits on some device.
    """

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    secret = models.CharField("密钥", max_length=2 * SECRET_BYTES, default=_secret, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "离线密钥"

    def __str__(self) -> str:
        return f"离线密钥 {self.account_id}"


class Delivery(models.Model):
    """Something that waited on a device and has arrived, with the answer that it got: the same again gets the same."""

    number = models.UUIDField("编号")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报送人")
    kind = models.CharField("种类", max_length=30)
    answer = models.JSONField("答复", default=dict)
    at = models.DateTimeField("收到时间", default=real_now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "离线报送"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["by", "number"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
