"""What the operators count (运营企业数据): their users a quarter, by township and, where they have it, by village."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from areas.models import Area, Operator
from common import clock

COUNTED = ("broadband_users", "fibre_users")
"""The figures that operators count; users add up over operators, covered households never do (一户多网)."""


class OperatorCountQuerySet(models.QuerySet):
    def visible_to(self, user) -> "OperatorCountQuerySet":
        """An operator's own counts, wherever they are; for others those of their part of the tree."""
        return self.filter(user.scope.network("operator_id", "area__code"))

    def sums(self) -> dict[str, dict[str, int]]:
        """The sums over the operators by area, only of those areas that all operators have counted."""
        totals = {f"all_{name}": models.Sum(name) for name in COUNTED}
        rows = list(self.order_by().values("area_id").annotate(operators=models.Count("pk"), **totals))
        everybody = Operator.objects.count() if rows else 0
        whole = [row for row in rows if row["operators"] == everybody]
        return {row["area_id"]: {name: row[f"all_{name}"] for name in COUNTED} for row in whole}


class OperatorCount(models.Model):
    """The users of one operator in a township, or in a village of it, at the end of a quarter."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="counts", verbose_name="运营企业")
    area = models.ForeignKey(Area, models.PROTECT, related_name="operator_counts", verbose_name="区域")
    county = models.CharField("县区编码", max_length=6)
    period = models.CharField("季度", max_length=6)
    broadband_users = models.PositiveIntegerField("宽带用户数")
    fibre_users = models.PositiveIntegerField("光网用户数")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)

    objects = OperatorCountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "运营企业数据"
        ordering = ["period", "area_id", "operator_id"]
        indexes = [models.Index(fields=["county", "period"], name="count_county_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "area", "period"],
                name="count_once",
                violation_error_message="这个区域本季度已有本企业的数据。",
            ),
            models.CheckConstraint(
                condition=Q(fibre_users__lte=F("broadband_users")),
                name="count_fibre_within_broadband",
                violation_error_message="光网用户数不应大于宽带用户数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.area_id} {self.period}"

    @property
    def figures(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in COUNTED}


class CountDraft(models.Model):
    """What an operator has typed for an area and does not count yet: a figure is missing, or the figures contradict."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+", verbose_name="运营企业")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    period = models.CharField("季度", max_length=6)
    broadband_users = models.PositiveIntegerField("宽带用户数", null=True, blank=True)
    fibre_users = models.PositiveIntegerField("光网用户数", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "未计入的运营企业数据"
        ordering = ["period", "area_id", "operator_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "area", "period"],
                name="count_draft_once",
                violation_error_message="这个区域本季度已有本企业未计入的数据。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.area_id} {self.period}"

    @property
    def figures(self) -> dict[str, int | None]:
        return {name: getattr(self, name) for name in COUNTED}


class CountEntry(models.Model):
    """A figure of an operator that was changed: who, when, from what to what."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+", verbose_name="运营企业")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    period = models.CharField("季度", max_length=6)
    figure = models.CharField("项目", max_length=40)
    before = models.PositiveIntegerField("原值", null=True)
    after = models.PositiveIntegerField("新值", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "运营企业数据的改动"
        ordering = ["pk"]
        indexes = [models.Index(fields=["operator", "period", "area"], name="count_entry_place")]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.area_id} {self.period} {self.figure}"
