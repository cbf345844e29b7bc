"""What was judged: verdicts that carry their inputs, thresholds and clauses, so that they can be re-read years later."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from areas.models import Area, Site
from common import clock
from common.periods import Quarter

if TYPE_CHECKING:
    import numpy as np

FAR_M = 1_500
"""Sites with no access point so near are indexed: few, and the only ones that a point far away can concern."""


class Basis(models.TextChoices):
    """Which returns a verdict reads."""

    APPROVED = "approved", "已审核"
    REPORTED = "reported", "含已报送"


class PlanVersion(models.Model):
    """A plan file as it stood when verdicts were given by it."""

    key = models.CharField("方案", max_length=50)
    digest = models.CharField("摘要", max_length=80, unique=True)
    text = models.TextField("方案文件全文")
    loaded_at = models.DateTimeField("载入时间", default=clock.real_now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "方案版本"
        ordering = ["-loaded_at"]

    def __str__(self) -> str:
        return f"{self.key} {self.digest[:12]}"


class Judgement(models.Model):
    """When a county was last judged, by which plan, and where its sites lie; its row is held while the county is judged."""

    county = models.CharField("县区编码", max_length=6, primary_key=True)
    plan = models.ForeignKey(PlanVersion, models.PROTECT, null=True, related_name="+", verbose_name="方案版本")
    engine = models.PositiveSmallIntegerField("规则程序版本", default=0)
    last_period = models.CharField("评到的季度", max_length=6, blank=True)
    judged_at = models.DateTimeField("评定时间", null=True)
    failed_at = models.DateTimeField("未能评定的时间", null=True, help_text="评定成功后为空")
    fault = models.TextField("未能评定的原因", null=True)
    west = models.FloatField("西界", null=True, help_text="WGS-84，度；所有点位都在四界之内")
    south = models.FloatField("南界", null=True)
    east = models.FloatField("东界", null=True)
    north = models.FloatField("北界", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "评定记录"
        ordering = ["county"]

    def __str__(self) -> str:
        return self.county

    def enclose(self, lon: "np.ndarray", lat: "np.ndarray", *, anew: bool) -> None:
        """Draw the box around all sites ``anew``, or extend it to some of them."""
        import numpy as np

        if not anew and self.west is None:
            return
        sides = [] if anew else [(self.west, self.south), (self.east, self.north)]
        places = np.array([*zip(lon, lat, strict=True), *sides]).reshape(-1, 2)
        if len(places):
            (self.west, self.south), (self.east, self.north) = places.min(axis=0).tolist(), places.max(axis=0).tolist()


class Stored(models.Model):
    """Given once and never edited: a new judgement supersedes the old, which stays.

    ``digest`` is over what was judged, how, and by which plan.
    """

    county = models.CharField("县区编码", max_length=6)
    period = models.CharField("季度", max_length=6)
    plan = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", verbose_name="方案版本")
    judged_at = models.DateTimeField("评定时间")
    superseded_at = models.DateTimeField("被取代时间", null=True, blank=True)
    digest = models.CharField("摘要", max_length=80)

    class Meta:
        abstract = True

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)


class StoredQuerySet(models.QuerySet):
    def standing(self) -> "StoredQuerySet":
        """Verdicts that no later judgement has superseded."""
        return self.filter(superseded_at__isnull=True)


class AreaStoredQuerySet(StoredQuerySet):
    def visible_to(self, user) -> "AreaStoredQuerySet":
        return self.filter(user.scope.areas("area__code"))


class SiteStoredQuerySet(StoredQuerySet):
    def visible_to(self, user) -> "SiteStoredQuerySet":
        return self.filter(user.scope.areas("site__area__code"))


class Verdict(Stored):
    """The verdict on an area for a quarter; ``criteria`` and ``figures`` are as ``evaluate`` prints them.

    ``inputs`` holds what the criteria were computed from: of a leaf its sites, of a village its
    natural villages and its return; ``ledger`` what counts beneath any other area.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="verdicts", verbose_name="区域")
    basis = models.CharField("口径", max_length=10, choices=Basis)
    outcome = models.CharField("结果", max_length=20)
    reference = models.CharField("参考指标", max_length=20)
    covered = models.CharField("光网覆盖", max_length=20, blank=True)
    criteria = models.JSONField("标准")
    figures = models.JSONField("指标", default=dict)
    inputs = models.JSONField("依据", default=dict)
    ledger = models.JSONField("汇总", null=True, help_text="区域内各项计数，上级据此评定；自然村和小区没有")

    objects = AreaStoredQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评定结果"
        ordering = ["period", "area_id"]
        indexes = [models.Index(fields=["county", "period", "basis"], name="verdict_county_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "period", "basis"], condition=Q(superseded_at__isnull=True), name="verdict_one_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.period} {self.outcome}"


class SiteVerdict(Stored):
    """Whether a site has 光网接入能力 in a quarter, by whom, and why not."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="verdicts", verbose_name="点位")
    area_code = models.CharField("所属区域", max_length=15)
    capable = models.CharField("具备能力", max_length=10)
    reason = models.CharField("原因", max_length=20, blank=True)
    reached = models.BooleanField("有接入点覆盖", null=True)
    operators = models.JSONField("具备能力的运营企业", default=list)
    nearest_m = models.FloatField("最近可用接入点", null=True, help_text="米")
    inputs = models.JSONField("依据", default=dict)

    objects = SiteStoredQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "点位评定"
        ordering = ["period", "site_id"]
        indexes = [
            models.Index(fields=["county", "period", "area_code"], name="site_verdict_county_period"),
            models.Index(
                fields=["county", "nearest_m", "site", "area_code", "period"],
                condition=Q(superseded_at__isnull=True) & (Q(nearest_m__gt=FAR_M) | Q(nearest_m__isnull=True)),
                name="site_verdict_far",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "period"], condition=Q(superseded_at__isnull=True), name="site_verdict_one_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.period} {self.capable}"


class MilestoneVerdict(Stored):
    """How a milestone of the plan stands in a scope, seen from a quarter; as ``milestones`` prints it."""

    key = models.CharField("里程碑", max_length=10)
    area = models.ForeignKey(Area, models.PROTECT, related_name="milestones", verbose_name="范围")
    basis = models.CharField("口径", max_length=10, choices=Basis)
    due = models.CharField("期限", max_length=6)
    scored = models.BooleanField("计分")
    status = models.CharField("状态", max_length=20)
    first_met = models.CharField("首次达到", max_length=6, blank=True)
    held = models.BooleanField("现仍达到")
    passed = models.PositiveBigIntegerField("已达到")
    failed = models.PositiveBigIntegerField("未达到")
    unknown = models.PositiveBigIntegerField("待定")
    total = models.PositiveBigIntegerField("总数")
    needed = models.PositiveBigIntegerField("应达到")
    missing = models.PositiveBigIntegerField("差额")

    objects = AreaStoredQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "里程碑状态"
        ordering = ["period", "due", "key", "area_id"]
        indexes = [models.Index(fields=["county", "period", "basis"], name="milestone_county_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "area", "period", "basis"],
                condition=Q(superseded_at__isnull=True),
                name="milestone_one_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.area_id} {self.period} {self.status}"
