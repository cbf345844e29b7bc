"""Screens that may show a district's progress without anybody being logged in."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q

from areas.models import Area
from common import clock
from gate.disk import left_out_when_full

SEEN_EVERY = timedelta(minutes=5)
"""A screen asks every minute; that it is alive is written down less often."""
_SIGNER = Signer(salt="reports.screens")


class ScreenQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ScreenQuerySet":
        return self.filter(user.scope.areas("area__code"))

    def in_use(self) -> "ScreenQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def holding(self, token: str) -> "Screen | None":
        """The screen in use whose token this is; None for one that was withdrawn, or that was never given."""
        try:
            number = _SIGNER.unsign(token)
        except BadSignature:
            return None
        return self.in_use().select_related("area").filter(pk=number).first()


class Screen(models.Model):
    """A screen in a place; its token is its number, signed with the portal's key, so there is nothing to steal from the table."""

    name = models.CharField("摆放地点", max_length=50)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="所属区域")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="开通人")
    created_at = models.DateTimeField("开通时间", default=clock.real_now, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="收回人"
    )
    withdrawn_at = models.DateTimeField("收回时间", null=True, blank=True)
    seen_at = models.DateTimeField("最近在线", null=True, blank=True)

    objects = ScreenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "大屏"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="screen_withdrawn_by_somebody",
                violation_error_message="收回大屏要记下收回人和时间。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def token(self) -> str:
        return _SIGNER.sign(self.pk)

    def is_online(self, now: datetime) -> bool:
        return self.seen_at is not None and now - self.seen_at < 2 * SEEN_EVERY

    def note_seen(self, now: datetime) -> None:
        """Write down that the screen asked, where that is news."""
        if not self.seen_at or now - self.seen_at >= SEEN_EVERY:
            with left_out_when_full("when a screen was last seen"):
                Screen.objects.filter(pk=self.pk).update(seen_at=now)
