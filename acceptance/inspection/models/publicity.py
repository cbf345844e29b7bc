"""Publicity (广泛宣传, clause 三(四)): what was published about those that were early, where and when."""

from django.conf import settings
from django.db import models

from acceptance.inspection.vocabulary import Medium
from areas.models import Area
from qingcheng_fiber.clock import now


class PublicationQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PublicationQuerySet":
        return self.filter(user.scope.areas("area__code"))


class Publication(models.Model):
    """A report in the media about a unit that met a milestone, or earned its title, before the deadline."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="单位")
    milestone = models.CharField("里程碑", max_length=10)
    medium = models.CharField("渠道", max_length=12, choices=Medium)
    outlet = models.CharField("刊播单位", max_length=60)
    headline = models.CharField("标题", max_length=100)
    published_on = models.DateField("刊播日期")
    address = models.URLField("网址", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间", default=now, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "宣传报道"
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "milestone", "outlet", "headline"],
                name="publication_once",
                violation_error_message="这篇报道已经登记过。",
            )
        ]

    def __str__(self) -> str:
        return self.headline
