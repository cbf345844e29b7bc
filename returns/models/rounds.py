"""The rounds in which returns are asked for, and what is done about a township in one of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area
from common import clock
from common.periods import Quarter


class RoundQuerySet(models.QuerySet):
    def visible_to(self, user) -> "RoundQuerySet":
        """The rounds of the user's county; none for a post without an area."""
        return self.filter(county=user.area_id[:6]) if user.area_id else self.none()


class Round(models.Model):
    """A quarter that the bureau has opened for reporting (填报期), with the last day for it."""

    county = models.CharField("县区编码", max_length=6)
    period = models.CharField("季度", max_length=6)
    due = models.DateField("截止日期")
    note = models.CharField("填报要求", max_length=500, blank=True)
    early_reason = models.CharField("提前开放原因", max_length=500, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="开放人"
    )
    opened_at = models.DateTimeField("开放时间", default=clock.now, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报期"
        ordering = ["-period"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "period"],
                name="round_once_a_quarter",
                violation_error_message="这个季度的填报期已经开放。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quarter.label}填报期"

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)


class OfTownship(models.Model):
    """Something that was done about one township in a round: who, when."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="%(class)ss", verbose_name="填报期")
    township = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="街镇")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.township.name}{self.round.quarter.label}"


class Unlock(OfTownship):
    """A township may report after the due date (逾期补报), until a day and for a reason; the latest counts."""

    until = models.DateField("补报截止")
    reason = models.CharField("原因", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "逾期补报"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="unlock_has_reason", violation_error_message="开放补报必须写明原因。"
            )
        ]


class Urge(OfTownship):
    """The bureau asked a township for its return (催办); once a day is enough."""

    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "township", "on"],
                name="urge_once_a_day",
                violation_error_message="今天已经催办过这个街镇。",
            )
        ]


class Reminder(models.Model):
    """The day's reminder by mail to a person: at most one; not ``sent_at``: it failed, and may be tried again."""

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
