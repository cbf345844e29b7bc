"""Pairs of acts on a unit's way that one person may do both, as a small office has too few people to keep them apart."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.clock import now
from inspection.vocabulary import Hand


class LoosenedPairQuerySet(models.QuerySet):
    def visible_to(self, user) -> "LoosenedPairQuerySet":
        """The pairs of the user's county."""
        return self.filter(county=user.scope.area[:6]) if user.scope.area else self.none()

    def standing(self) -> "LoosenedPairQuerySet":
        return self.filter(ended_at__isnull=True)


class LoosenedPair(models.Model):
    """Two acts that one person may do about the same unit, from ``at`` until it is ended; kept for ever."""

    county = models.CharField("县区编码", max_length=6)
    first = models.CharField("经手环节", max_length=10, choices=Hand)
    second = models.CharField("另一经手环节", max_length=10, choices=Hand)
    reason = models.TextField("放宽的理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="决定人")
    at = models.DateTimeField("决定时间", default=now, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="终止人"
    )
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)

    objects = LoosenedPairQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "经手限制的放宽"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="loosened_pair_in_order",
                violation_error_message="放宽的两个环节必须不同。",
            ),
            models.UniqueConstraint(
                fields=["county", "first", "second"],
                condition=Q(ended_at__isnull=True),
                name="loosened_pair_once",
                violation_error_message="这两个环节已经放宽。",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="loosened_pair_ended_by_somebody",
                violation_error_message="终止放宽必须有终止人和时间。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="loosened_pair_has_reason", violation_error_message="放宽必须写明理由。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_first_display()}和{self.get_second_display()}可由同一人办理"

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.county

    @property
    def pair(self) -> frozenset[str]:
        return frozenset((self.first, self.second))
