"""Who has a form of figures open just now."""

from django.conf import settings
from django.db import models


class Presence(models.Model):
    """When a user's page of a form was last heard of, and in which row he stands; counts for half a minute."""

    kind = models.CharField("表", max_length=20)
    name = models.CharField("编号", max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="用户")
    row = models.CharField("行", max_length=20, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "在场"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name", "user"], name="presence_once", violation_error_message="已记在场。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.user_id}"
