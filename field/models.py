"""A visit: what somebody found who stood there, and the photos taken of it."""

from django.conf import settings
from django.db import models

from areas.models import Area
from common.clock import now
from evidence.models import KeptPhoto
from field.vocabulary import OnTheSpot, VisitTable
from proposals.models import Proof, Proposal


class VisitQuerySet(models.QuerySet):
    def visible_to(self, user) -> "VisitQuerySet":
        return self.filter(user.scope.areas("area__code"))


class Visit(models.Model):
    """A natural village, a compound or a site, seen on the spot; ``proposal`` is what was found otherwise, if anything."""

    number = models.UUIDField("编号")
    table = models.CharField("表", max_length=10, choices=VisitTable)
    key = models.CharField("编码", max_length=64)
    name = models.CharField("名称", max_length=100)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="所属区域")
    found = models.CharField("现场情况", max_length=10, choices=OnTheSpot)
    note = models.CharField("说明", max_length=500, blank=True)
    accuracy_m = models.FloatField("定位误差", null=True, blank=True, help_text="米")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="visits", verbose_name="变更申请")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="走访人")
    visited_at = models.DateTimeField("走访时间")
    received_at = models.DateTimeField("收到时间", default=now, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访"
        ordering = ["-visited_at", "-pk"]
        indexes = [models.Index(fields=["table", "key", "-visited_at"], name="visit_of_thing")]
        constraints = [models.UniqueConstraint(fields=["by", "number"], name="visit_once")]

    def __str__(self) -> str:
        return self.name


class VisitPhoto(KeptPhoto):
    """A photo of a visit: when and where it was taken is what the phone said, for it was made smaller there."""

    place = Proof.place

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos", verbose_name="走访")
    accuracy_m = models.FloatField("定位误差", null=True, blank=True, help_text="米")

    class Meta:
        verbose_name = verbose_name_plural = "走访照片"
        ordering = ["pk"]
