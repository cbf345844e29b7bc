"""Publicity (广泛宣传, clause 三(四)): what was published about those that were early, where and when."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area
from common.clock import now
from inspection.vocabulary import Medium


class PublicationState(models.TextChoices):
    STANDING = "standing", "已刊播"
    CORRECTED = "corrected", "已更正"
    WITHDRAWN = "withdrawn", "已撤下"


class PublicationQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PublicationQuerySet":
        return self.filter(user.scope.areas("area__code"))


class Publication(models.Model):
    """A report in the media about a unit that met a milestone, or earned its title, before the deadline.

    It is never edited: a correction is another row that ``corrects`` it, and what was withdrawn stays to be read.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="单位")
    milestone = models.CharField("里程碑", max_length=10)
    medium = models.CharField("渠道", max_length=12, choices=Medium)
    outlet = models.CharField("刊播单位", max_length=60)
    headline = models.CharField("标题", max_length=100)
    published_on = models.DateField("刊播日期")
    address = models.URLField("网址", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间", default=now, editable=False)

    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="更正的登记"
    )
    state = models.CharField("状态", max_length=12, choices=PublicationState, default=PublicationState.STANDING)
    ended_reason = models.CharField("更正或撤下的原因", max_length=300, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更正或撤下人"
    )
    ended_at = models.DateTimeField("更正或撤下时间", null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "宣传报道"
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "milestone", "outlet", "headline"],
                condition=Q(state=PublicationState.STANDING),
                name="publication_once",
                violation_error_message="这篇报道已经登记过。",
            ),
            models.CheckConstraint(
                condition=Q(state=PublicationState.STANDING, ended_reason="", ended_by=None, ended_at=None)
                | Q(state__in=(PublicationState.CORRECTED, PublicationState.WITHDRAWN))
                & ~Q(ended_reason="")
                & Q(ended_by__isnull=False, ended_at__isnull=False),
                name="publication_ended_has_reason",
                violation_error_message="更正或撤下宣传报道必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.area_id

    @property
    def is_standing(self) -> bool:
        return self.state == PublicationState.STANDING
