"""Spot checks (抽查): a sample as it was drawn, what was found of each of its members, and what was concluded."""

from collections.abc import Iterable
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from areas.models import Area, Site
from areas.vocabulary import Datum
from common.append_only import AppendOnly
from common.clock import now
from common.periods import Quarter
from evidence.models import KeptPhoto


class Frame(models.TextChoices):
    """The population from which a sample is drawn."""

    SITES = "sites", "点位"
    NATURAL_VILLAGES = "natural_villages", "自然村"


class SampleDesign(models.TextChoices):
    """How is drawn: in every stratum, or some villages first and members within them."""

    STRATIFIED = "stratified", "各村居都抽"
    VILLAGES = "villages", "先抽村居，再抽对象"


class SampleState(models.TextChoices):
    OPEN = "open", "核查中"
    CONCLUDED = "concluded", "已作结论"
    VOID = "void", "已作废"


class Conclusion(models.TextChoices):
    """What follows from a sample; the reviewer decides and says why."""

    SUPPORTS = "supports", "支持达标"
    ENLARGE = "enlarge", "扩大抽样再定"
    RETURN = "return", "退回补正"
    REFUSE = "refuse", "不予通过"


class FindingOutcome(models.TextChoices):
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"
    UNREACHED = "unreached", "无法核查"


class SampleQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SampleQuerySet":
        """Samples in scope; a township sees its own only when it was concluded, lest it knew where to expect us."""
        found = self.filter(user.scope.areas("township__code"))
        is_district = user.scope.area is not None and len(user.scope.area) == 6
        return found if is_district else found.filter(state=SampleState.CONCLUDED)

    def standing(self) -> "SampleQuerySet":
        return self.exclude(state=SampleState.VOID)


class Sample(models.Model):
    """A random sample of a township for a quarter: list, strata, parts, seed and size are fixed when it is drawn.

    ``asked`` is what the plan's rule asked, None where it asked nothing; ``weights`` what members of villages at risk
    counted for when the parts were shared out, empty where risk did not matter.
    """

    township = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="街镇")
    county = models.CharField("县区编码", max_length=6)
    period = models.CharField("季度", max_length=6)
    frame = models.CharField("抽查对象", max_length=20, choices=Frame)
    size = models.PositiveIntegerField("样本量")
    population = models.JSONField("总体名单", help_text="[编号, 层] 的列表")
    population_digest = models.CharField("名单摘要", max_length=64)
    seed = models.CharField("随机种子", max_length=64)
    design = models.CharField("抽样方式", max_length=12, choices=SampleDesign, default=SampleDesign.STRATIFIED)
    design_reason = models.TextField("先抽村居的原因", blank=True)
    villages = models.PositiveIntegerField("抽取的村居数", null=True, blank=True)
    parts = models.JSONField("各层抽取数", default=dict, help_text="层：个数；先抽村居的，为抽中后的个数")
    weights = models.JSONField("风险权重", default=dict, help_text="村居：分数，例如 2/1")
    asked = models.PositiveIntegerField("按规则应抽", null=True, blank=True)
    confidence = models.CharField("置信度", max_length=20, default="19/20", help_text="分数，例如 19/20")
    criterion = models.CharField("对照的标准", max_length=10)
    threshold = models.CharField("应达到的比例", max_length=20, help_text="分数，例如 9/10")
    is_late = models.BooleanField("报送后才抽取", default=False)
    late_reason = models.TextField("迟抽的原因", blank=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="抽取人")
    drawn_at = models.DateTimeField("抽取时间")
    state = models.CharField("状态", max_length=12, choices=SampleState, default=SampleState.OPEN)
    version = models.PositiveIntegerField("版本号", default=0)
    conclusion = models.CharField("结论", max_length=12, choices=Conclusion, blank=True)
    reason = models.TextField("理由", blank=True, help_text="结论或作废的理由")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="结论人"
    )
    decided_at = models.DateTimeField("结论时间", null=True, blank=True)

    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽查样本"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["county", "period"], name="sample_county_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["township", "period", "frame"],
                condition=Q(state=SampleState.OPEN),
                name="sample_one_open",
                violation_error_message="这个街镇本季度已有一个样本正在核查。",
            ),
            models.CheckConstraint(
                condition=Q(is_late=False, late_reason="") | Q(is_late=True) & ~Q(late_reason=""),
                name="sample_late_has_reason",
                violation_error_message="报告报送之后才抽取的，必须写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(state=SampleState.OPEN, conclusion="", reason="")
                | Q(state=SampleState.CONCLUDED) & ~Q(conclusion="") & ~Q(reason="")
                | Q(state=SampleState.VOID, conclusion="") & ~Q(reason=""),
                name="sample_ended_has_reason",
                violation_error_message="作结论或作废都必须写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(design=SampleDesign.STRATIFIED, villages__isnull=True, design_reason="")
                | Q(design=SampleDesign.VILLAGES, villages__gte=2) & ~Q(design_reason=""),
                name="sample_villages_have_reason",
                violation_error_message="先抽村居的，至少抽两个，并写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.township.name}{self.quarter.label}抽查（{self.get_frame_display()} {self.size} 个）"

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)

    @property
    def allowed(self) -> Fraction:
        """The share of failures that the standard leaves room for."""
        return 1 - Fraction(self.threshold)

    def takes(self, findings: Iterable["SampleFinding"]) -> bool:
        """Whether something may be entered of a member with these findings, in their order.

        All while the sample is open; after its conclusion what failed, until it is found better.
        """
        decided = [each.outcome for each in findings if each.outcome != FindingOutcome.UNREACHED]
        is_bad = decided[-1:] == [FindingOutcome.FAILED]
        return self.state == SampleState.OPEN or (self.state == SampleState.CONCLUDED and is_bad)


class Item(models.Model):
    """A member that was drawn: a site, or a natural village; names are those of the day."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items", verbose_name="样本")
    order = models.PositiveIntegerField("序号")
    key = models.CharField("编号", max_length=64)
    stratum = models.CharField("层", max_length=150)
    probability = models.CharField("抽中概率", max_length=40, blank=True, help_text="分数，例如 3/25")
    name = models.CharField("名称", max_length=200)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", verbose_name="点位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="所在区域")

    class Meta:
        verbose_name = verbose_name_plural = "抽中的对象"
        ordering = ["sample", "order"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "order"], name="item_order_once"),
            models.UniqueConstraint(fields=["sample", "key"], name="item_drawn_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("spotcheck:card", args=[self.sample_id, self.order])

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.area_id


class SampleFinding(models.Model):
    """What was found of a member on the spot; a correction is another row, and the last one stands.

    ``is_recheck``: after the sample was concluded somebody looked again at what had failed; the sample's result stays.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="findings", verbose_name="对象")
    outcome = models.CharField("结果", max_length=10, choices=FindingOutcome)
    mbps = models.FloatField("实测下行速率", null=True, blank=True, help_text="兆比特每秒")
    distance_m = models.FloatField("到最近接入点的距离", null=True, blank=True, help_text="米")
    lon = models.FloatField("经度", null=True, blank=True, help_text="WGS-84，度")
    lat = models.FloatField("纬度", null=True, blank=True, help_text="WGS-84，度")
    given_lon = models.FloatField("所填经度", null=True, blank=True)
    given_lat = models.FloatField("所填纬度", null=True, blank=True)
    datum = models.CharField("坐标系", max_length=10, choices=Datum, default=Datum.WGS84)
    accuracy_m = models.FloatField("定位误差", null=True, blank=True, help_text="米")
    remark = models.CharField("备注", max_length=500, blank=True)
    is_recheck = models.BooleanField("复查", default=False)
    visited_on = models.DateField("核查日期")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="核查人")
    at = models.DateTimeField("登记时间", default=now, editable=False)

    class Meta:
        db_table = "spotcheck_finding"
        verbose_name = verbose_name_plural = "核查结果"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=FindingOutcome.PASSED) | ~Q(remark=""),
                name="finding_failure_is_explained",
                violation_error_message="不合格或无法核查的，要在备注里说明情况。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_outcome_display()}"


class Picture(KeptPhoto):
    """A photo from the field; its file lies apart from the evidence of the reports."""

    place = "field-"

    class Meta:
        abstract = True


class Photo(Picture):
    """A photo taken on the spot, of a finding."""

    finding = models.ForeignKey(SampleFinding, models.PROTECT, related_name="photos", verbose_name="核查结果")

    class Meta:
        verbose_name = verbose_name_plural = "现场照片"
        ordering = ["pk"]


class HeldPhoto(Picture):
    """A photo chosen on a card that was refused: it waits for its finder to put the card right."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="held_photos", verbose_name="对象")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="核查人")
    at = models.DateTimeField("留存时间", default=now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "留存的现场照片"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["item", "by", "digest"], name="held_photo_once")]


PROTECTED = tuple(
    AppendOnly(f"spotcheck_{table}", f"spotcheck_{table}", refusal)
    for table, refusal in (
        ("item", "抽中的对象不能修改或删除。"),
        ("finding", "核查结果只能补充登记，不能修改或删除。"),
        ("photo", "现场照片不能修改或删除。"),
    )
)
"""Append-only in the database itself."""
