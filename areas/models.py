"""Models of the registry: the tree of areas, the sites in it, operators, access points and service orders."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas import tiles
from areas.vocabulary import CODE_LENGTH, LEAVES, AreaKind, DatedTable, Datum, Setting, SiteKind, SuccessionKind
from common.clock import now, real_now

_ANCESTRY = ("", "parent__", "parent__parent__", "parent__parent__parent__")


def valid(on: date, path: str = "") -> Q:
    """valid_from <= on < valid_to for the row at the lookup ``path``; a blank end is open."""
    begun = Q(**{f"{path}valid_from__isnull": True}) | Q(**{f"{path}valid_from__lte": on})
    not_ended = Q(**{f"{path}valid_to__isnull": True}) | Q(**{f"{path}valid_to__gt": on})
    return begun & not_ended


def _in_force(on: date, path: str = "") -> Q:
    """In force with all its ancestors, for the area at the lookup ``path`` (docs/rules.md, section 1)."""
    condition = Q()
    for ancestor in _ANCESTRY:
        condition &= valid(on, path + ancestor)
    return condition


class AreaQuerySet(models.QuerySet):
    def in_force(self, on: date) -> "AreaQuerySet":
        return self.filter(_in_force(on))

    def beneath(self, code: str) -> "AreaQuerySet":
        """The area itself and everything below it."""
        return self.filter(code__startswith=code)

    def visible_to(self, user) -> "AreaQuerySet":
        return self.filter(user.scope.areas("code"))


class Area(models.Model):
    """A node of the tree, from the district down to the natural village and the compound (小区)."""

    code = models.CharField("编码", max_length=15, primary_key=True)
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类型", max_length=20, choices=AreaKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    county = models.CharField("县区编码", max_length=6)
    permanent_households = models.PositiveIntegerField("常住户数", null=True, blank=True)
    setting = models.CharField("城乡", max_length=10, choices=Setting, blank=True)
    demonstration = models.BooleanField("示范点", default=False)
    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_to = models.DateField("失效日期", null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区域"
        ordering = ["code"]
        indexes = [
            models.Index(fields=["county", "kind"], name="area_county_kind"),
            models.Index(fields=["name"], name="area_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=AreaKind.NATURAL_VILLAGE, permanent_households__isnull=False)
                | (~Q(kind=AreaKind.NATURAL_VILLAGE) & Q(permanent_households__isnull=True)),
                name="area_households_of_natural_villages",
                violation_error_message="自然村必须填写常住户数，其他区域不填。",
            ),
            models.CheckConstraint(
                condition=Q(demonstration=False) | Q(kind__in=LEAVES),
                name="area_demonstration_is_leaf",
                violation_error_message="只有自然村和小区可以列为示范点。",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
                name="area_interval_ordered",
                violation_error_message="失效日期不能早于生效日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def parent_code(code: str) -> str | None:
        """The code less its last segment of three digits; None for a district's."""
        return code[:-3] if len(code) > CODE_LENGTH[AreaKind.DISTRICT] else None

    @property
    def full_name(self) -> str:
        """What tells the area from its namesakes: 青岗村新庄 for a natural village or a compound, else its own name."""
        return f"{self.parent.name}{self.name}" if self.kind in LEAVES and self.parent else self.name

    @property
    def ancestor_codes(self) -> list[str]:
        """The codes of all ancestors, from the district down to the parent."""
        return [self.code[:length] for length in (6, 9, 12) if length < len(self.code)]


class SuccessionQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SuccessionQuerySet":
        return self.filter(user.scope.areas("area__code"))


class Succession(models.Model):
    """An area's end in another (撤并): what took it over or came out of it, since when, and what becomes of its title.

    Several areas may go into one, and one into several. A row that an import brought names nobody.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="successions", verbose_name="原单位")
    successor = models.ForeignKey(Area, models.PROTECT, related_name="predecessors", verbose_name="承接单位")
    kind = models.CharField("方式", max_length=10, choices=SuccessionKind, default=SuccessionKind.MERGE)
    on = models.DateField("撤并日期", help_text="原单位自这一天起不再单列")
    document = models.CharField("依据", max_length=200, blank=True, help_text="撤并文件的文号或名称，或者原因")
    carries_title = models.BooleanField("原称号由承接单位承继", null=True, help_text="空白：没有登记")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间", default=now, editable=False)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "撤并"
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(area=models.F("successor")),
                name="succession_of_two",
                violation_error_message="承接单位不能是原单位自己。",
            ),
            models.UniqueConstraint(fields=["area", "successor"], name="succession_once"),
        ]

    def __str__(self) -> str:
        return f"{self.area.name}{self.became}{self.successor.name}"

    @property
    def became(self) -> str:
        """How the area went into its successor, before that one's name: 并入, 更名为."""
        label = self.get_kind_display()
        return label if self.kind == SuccessionKind.MERGE else f"{label}为"

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.area_id

    @property
    def words(self) -> str:
        """What became of the area: 已于2018年12月31日并入塘头（清府〔2018〕9号）."""
        day = f"{self.on.year}年{self.on.month}月{self.on.day}日"
        by = f"（{self.document}）" if self.document else ""
        return f"已于{day}{self.became}{self.successor.name}{by}"


class DatedValue(models.Model):
    """A change (变更): what a column of an area, a site or an access point holds from a day on, as the data package writes it."""

    table = models.CharField("表", max_length=20, choices=DatedTable)
    key = models.CharField("编码", max_length=64)
    column = models.CharField("项目", max_length=30)
    effective_on = models.DateField("生效日期")
    value = models.CharField("新值", max_length=100, blank=True)
    document = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "变更"
        ordering = ["table", "key", "column", "effective_on"]
        indexes = [
            models.Index(fields=["value"], condition=Q(table="sites", column="area_code"), name="dated_value_site_area")
        ]
        constraints = [
            models.UniqueConstraint(fields=["table", "key", "column", "effective_on"], name="dated_value_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key} {self.column} {self.effective_on}"


class SiteQuerySet(models.QuerySet):
    def in_force(self, on: date) -> "SiteQuerySet":
        """In force themselves, and their area with all its ancestors."""
        return self.filter(valid(on) & _in_force(on, "area__"))

    def beneath(self, code: str) -> "SiteQuerySet":
        return self.filter(area__code__startswith=code)

    def visible_to(self, user) -> "SiteQuerySet":
        """Sites that stand in the scope on any day; within a county none ever leaves."""
        own, area = user.scope.areas("area__code"), user.scope.area
        if area is None or len(area) == CODE_LENGTH[AreaKind.DISTRICT]:
            return self.filter(own)
        moves = DatedValue.objects.filter(table=DatedTable.SITES, column="area_code", value__startswith=area)
        return self.filter(own | Q(site_id__in=moves.values("key")))


class Place(models.Model):
    """A point on the ground, kept in WGS-84 with the pair and the datum in which it arrived."""

    lon = models.FloatField("经度", null=True, blank=True, help_text="WGS-84，度")
    lat = models.FloatField("纬度", null=True, blank=True, help_text="WGS-84，度")
    given_lon = models.FloatField("原始经度", null=True, blank=True)
    given_lat = models.FloatField("原始纬度", null=True, blank=True)
    datum = models.CharField("坐标系", max_length=10, choices=Datum, default=Datum.WGS84)
    county = models.CharField("县区编码", max_length=6, blank=True)
    tile = models.GeneratedField(
        expression=tiles.NUMBER, output_field=models.IntegerField("网格", null=True), db_persist=True
    )

    class Meta:
        abstract = True


class Site(Place):
    """A place that needs access (点位): a settlement, a school, an office building …"""

    site_id = models.CharField("点位编号", max_length=64, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="sites", verbose_name="所属区域")
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类型", max_length=20, choices=SiteKind)
    setting = models.CharField("城乡", max_length=10, choices=Setting, blank=True)
    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_to = models.DateField("失效日期", null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "点位"
        ordering = ["site_id"]
        indexes = [
            models.Index(fields=["county", "lat"], name="site_county_lat"),
            models.Index(fields=["name"], name="site_name"),
            models.Index(fields=["tile"], name="site_tile"),
        ]

    def __str__(self) -> str:
        return self.name


class Operator(models.Model):
    """A telecommunications operator (电信基础运营企业)."""

    code = models.CharField("编码", max_length=20, primary_key=True)
    name = models.CharField("名称", max_length=50)

    class Meta:
        verbose_name = verbose_name_plural = "运营企业"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class AccessPointQuerySet(models.QuerySet):
    def open_on(self, on: date) -> "AccessPointQuerySet":
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), opened_on__lte=on)

    def visible_to(self, user) -> "AccessPointQuerySet":
        return self.filter(user.scope.network("operator_id", "township__code"))


class AccessPoint(Place):
    """A 光网接入点 of one operator."""

    ap_id = models.CharField("接入点编号", max_length=64, unique=True)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="access_points", verbose_name="运营企业")
    name = models.CharField("名称", max_length=100, blank=True)
    township = models.ForeignKey(
        Area,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所在街镇",
        help_text="按最近的点位推定；只决定谁看得到，不参与评定",
    )
    downstream_mbps = models.FloatField("下行速率", help_text="兆比特每秒")
    tv_only = models.BooleanField("仅传电视")
    opened_on = models.DateField("开通日期")
    closed_on = models.DateField("停用日期", null=True, blank=True)
    ports_total = models.PositiveIntegerField("端口总数", null=True, blank=True)
    ports_used = models.PositiveIntegerField("已用端口", null=True, blank=True)

    objects = AccessPointQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接入点"
        ordering = ["ap_id"]
        indexes = [models.Index(fields=["tile"], name="access_point_tile")]

    def __str__(self) -> str:
        return self.name or self.ap_id


class ServiceOrderQuerySet(models.QuerySet):
    def beneath(self, code: str) -> "ServiceOrderQuerySet":
        return self.filter(area__code__startswith=code)

    def visible_to(self, user) -> "ServiceOrderQuerySet":
        return self.filter(user.scope.network("operator_id", "area__code"))


class ServiceOrder(models.Model):
    """A user's order for fibre access (报装工单), located to a village, a community or a leaf."""

    order_id = models.CharField("工单号", max_length=64, unique=True)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="service_orders", verbose_name="运营企业")
    area = models.ForeignKey(Area, models.PROTECT, related_name="service_orders", verbose_name="所属区域")
    county = models.CharField("县区编码", max_length=6)
    accepted_on = models.DateField("受理日期")
    completed_on = models.DateField("完成日期", null=True, blank=True)
    cancelled_on = models.DateField("撤单日期", null=True, blank=True)
    needs_expansion = models.BooleanField("需扩容")

    objects = ServiceOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报装工单"
        ordering = ["order_id"]
        indexes = [models.Index(fields=["county", "accepted_on"], name="order_county_accepted")]
        constraints = [
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True) | Q(cancelled_on__isnull=True),
                name="order_completed_or_cancelled",
                violation_error_message="一张工单不能既完成又撤单。",
            ),
        ]

    def __str__(self) -> str:
        return self.order_id


class CalendarDay(models.Model):
    """A day that the bureau adds to, or corrects in, the table of working days."""

    day = models.DateField("日期", primary_key=True)
    is_working = models.BooleanField("是否工作日")
    source = models.CharField("依据", max_length=200, help_text="国务院办公厅放假通知的文号")

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'工作日' if self.is_working else '休息日'}"


class FactChange(models.Model):
    """A note that facts of a county have changed and its verdicts are to be given again."""

    class Only(models.TextChoices):
        """Facts that bear on areas without their sites, or only through what becomes of these."""

        RETURNS = "returns", "季报"
        SITES = "sites", "点位的评定"

    county = models.CharField("县区编码", max_length=6)
    area_code = models.CharField("区域编码", max_length=15, blank=True, help_text="空白：整个县区")
    first = models.CharField("自季度", max_length=6, blank=True, help_text="空白：不限")
    last = models.CharField("至季度", max_length=6, blank=True, help_text="空白：不限")
    only = models.CharField("仅涉及", max_length=10, choices=Only, blank=True, help_text="空白：不限")
    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, db_index=False, related_name="+", verbose_name="点位",
        help_text="区域内仅此一个点位的评定受影响；空白：不限",
    )  # fmt: skip
    noted_at = models.DateTimeField("时间", default=real_now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "待重新评定"
        ordering = ["pk"]
        indexes = [models.Index(fields=["county"], name="fact_change_county")]

    def __str__(self) -> str:
        return f"{self.area_code or self.county} {self.first or '起'}—{self.last or '止'}"
