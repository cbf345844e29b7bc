"""Titles that were awarded: each certificate with what it was awarded for, how it stands, and every step of its life."""

from datetime import date
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area, Succession
from areas.vocabulary import AreaKind
from common.append_only import AppendOnly
from common.clock import now
from common.constraints import worded
from common.periods import Quarter
from inspection.models import Unit
from reports.certificates import codes


class CertificateState(models.TextChoices):
    VALID = "valid", "有效"
    RECHECKING = "rechecking", "复核中"
    WITHDRAWN = "withdrawn", "已撤销"


def held(on: date) -> Q:
    """The condition that a title is held on the day (已授牌): issued on or before it, and not withdrawn on or before it.

    One under re-check is held (docs/rules.md, section 6).
    """
    return Q(issued_on__lte=on) & (Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on))


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user) -> "CertificateQuerySet":
        return self.filter(user.scope.areas("area__code"))

    def standing(self) -> "CertificateQuerySet":
        return self.exclude(state=CertificateState.WITHDRAWN)


class Certificate(models.Model):
    """A title awarded to an area (授牌). Names and figures are those of the day; only its state changes afterwards."""

    number = models.CharField("证书编号", max_length=40, unique=True)
    year = models.PositiveSmallIntegerField("编号年份")
    serial = models.PositiveIntegerField("编号顺序")
    code = models.CharField("查验码", max_length=codes.LENGTH, unique=True, default=codes.new)
    unit = models.OneToOneField(Unit, models.PROTECT, related_name="certificate", verbose_name="审定的单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="certificates", verbose_name="区域")
    county = models.CharField("县区编码", max_length=6)
    kind = models.CharField("类型", max_length=20, choices=AreaKind)
    title = models.CharField("称号", max_length=50)
    unit_name = models.CharField("发证时的名称", max_length=100)
    unit_path = models.CharField("发证时的上级", max_length=300, blank=True)
    period = models.CharField("达标季度", max_length=6)
    standard = models.CharField("验收标准", max_length=200)
    plan_digest = models.CharField("方案摘要", max_length=80)
    verdict_digest = models.CharField("冻结评定的摘要", max_length=128)
    decision_number = models.CharField("审定依据", max_length=60, help_text="通报的文号；尚未通报的，审定的批次")
    decided_on = models.DateField("审定日期")
    issuer = models.CharField("授牌机关", max_length=100)
    issued_on = models.DateField("授牌日期")
    withdrawn_on = models.DateField("撤销日期", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=CertificateState, default=CertificateState.VALID)
    version = models.PositiveIntegerField("版本号", default=0)
    created_at = models.DateTimeField("登记时间", default=now, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "证书"
        ordering = ["-issued_on", "number"]
        indexes = [
            models.Index(fields=["county", "state"], name="certificate_county_state"),
            models.Index(fields=["county", "issued_on"], name="certificate_county_issued"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["county", "kind", "year", "serial"], name="certificate_serial_once"),
            models.UniqueConstraint(
                fields=["area"],
                condition=~Q(state=CertificateState.WITHDRAWN),
                name="certificate_one_standing",
                violation_error_message="这个单位已有一张未撤销的证书。",
            ),
            models.CheckConstraint(condition=Q(state__in=CertificateState.values), name="certificate_state_known"),
            models.CheckConstraint(
                condition=Q(state=CertificateState.WITHDRAWN, withdrawn_on__isnull=False)
                | ~Q(state=CertificateState.WITHDRAWN) & Q(withdrawn_on__isnull=True),
                name="certificate_withdrawn_has_date",
                violation_error_message="撤销的证书必须有撤销日期，未撤销的没有。",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=models.F("issued_on")),
                name="certificate_withdrawn_after_issue",
                violation_error_message="撤销日期不能早于授牌日期。",
            ),
            models.CheckConstraint(
                condition=~Q(decision_number="") & Q(decided_on__lte=models.F("issued_on")),
                name="certificate_after_decision",
                violation_error_message="授牌必须有审定通报的文号，日期不能早于审定日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.unit_name}"

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)

    @property
    def code_grouped(self) -> str:
        return codes.grouped(self.code)

    @property
    def unit_full_name(self) -> str:
        """As it was on the day, with what stands above it: 源潭镇秀溪村大围."""
        return f"{self.unit_path}{self.unit_name}"

    @cached_property
    def successions(self) -> list[Succession]:
        """What became of the area."""
        return list(self.area.successions.select_related("successor"))

    @cached_property
    def withdrawal_said(self) -> tuple[str, str]:
        """The circular by which the title was withdrawn, and the ground; blank while it stands.

        No ground of one that was withdrawn before withdrawals were a procedure: its circular was typed.
        """
        if self.state != CertificateState.WITHDRAWN:
            return "", ""
        last = self.moves.filter(to_state=CertificateState.WITHDRAWN).order_by("pk").last()
        ended = self.withdrawals.filter(decided_on__isnull=False).exclude(circular_number="").first()
        return (last.circular if last else "", ended.get_ground_display() if ended else "")

    def became(self, on: date) -> str:
        """What the area is called or has become since; blank while nothing changed."""
        said = [f"现名“{self.area.name}”"] if self.area.name != self.unit_name else []
        ended = [each for each in self.successions if each.on <= on]
        if ended:
            said += [f"原单位{each.words}{self._title_after(each)}" for each in ended]
        elif self.area.valid_to and self.area.valid_to <= on:
            said.append(f"该区域自 {self.area.valid_to} 起已撤并")
        return "，".join(said)

    def _title_after(self, succession: Succession) -> str:
        """What becomes of a title that is not withdrawn when its unit went into another."""
        if self.state == CertificateState.WITHDRAWN:
            return ""
        heir = succession.successor.name
        return f"，称号继续有效，由{heir}承继" if succession.carries_title else "，称号保留，没有登记由其承继"


class CertificateAction(models.TextChoices):
    ISSUE = "issue", "授牌"
    RECHECK = "recheck", "启动复核"
    EXPLAIN = "explain", "说明情况"
    CONFIRM = "confirm", "复核后维持"
    WITHDRAW = "withdraw", "撤销"


class CertificateMove(models.Model):
    """A step in the life of a certificate: who (blank: the portal), when, from, to, why; never changed or deleted."""

    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="moves", verbose_name="证书", db_column="owner_id"
    )
    action = models.CharField("动作", max_length=12, choices=CertificateAction)
    from_state = models.CharField("原状态", max_length=12, choices=CertificateState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=CertificateState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=now, editable=False)
    on = models.DateField("日期")
    reason = models.TextField("原因", blank=True)
    circular = models.CharField("通报文号", max_length=60, blank=True)
    period = models.CharField("所据的季度", max_length=6, blank=True, help_text="启动复核时最近结束的季度")
    version = models.PositiveIntegerField("版本号")

    class Meta:
        verbose_name = verbose_name_plural = "证书流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "version"], name="certificate_move_once_a_version"),
            models.CheckConstraint(
                condition=Q(action=CertificateAction.ISSUE) | ~Q(reason=""),
                name="certificate_move_needs_reason",
                violation_error_message="复核、维持和撤销都必须写明原因。",
            ),
            worded(
                Q(to_state=CertificateState.WITHDRAWN),
                "circular",
                name="certificate_withdrawal_has_circular",
                sentence="撤销必须有通报的文号。",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(action=CertificateAction.RECHECK) & ~Q(period=""),
                name="certificate_portal_only_rechecks",
                violation_error_message="系统只能因回落启动复核，其他都要有经手人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.get_action_display()}"

    @property
    def subject(self) -> Certificate:
        return self.certificate

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return self.get_action_display()


MOVES_GUARD = AppendOnly("certificates_certificatemove", "certificate_move", "证书的流转记录只能增加，不能修改或删除。")


class Lookups(models.Model):
    """Number of lookups on the public page per client address and minute; the address is kept as a keyed digest."""

    address = models.CharField("地址摘要", max_length=64)
    minute = models.DateTimeField("分钟")
    count = models.PositiveIntegerField("次数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "查验次数"
        ordering = ["pk"]
        indexes = [models.Index(fields=["minute"], name="lookups_minute")]
        constraints = [models.UniqueConstraint(fields=["address", "minute"], name="lookups_once")]

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M} {self.count}"
