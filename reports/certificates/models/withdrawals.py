"""Withdrawals of titles (撤销称号): what the bureau proposes, what the unit answers, what the government decides."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.posts import ScopeKind
from common.append_only import AppendOnly
from common.clock import now
from common.constraints import worded
from evidence.models import KeptFile
from reports.certificates.models.certificates import Certificate


class WithdrawalGround(models.TextChoices):
    FALLEN = "fallen", "回落"
    UNTRUE = "untrue", "数据不实"
    SAMPLE_FAILED = "sample_failed", "抽查不合格"
    REMOVED = "removed", "设施拆除"
    MERGED = "merged", "单位撤并"
    OTHER = "other", "其他"


class WithdrawalState(models.TextChoices):
    PROPOSED = "proposed", "待签发告知"
    HEARING = "hearing", "听取陈述申辩"
    PENDING = "pending", "待区政府决定"
    WITHDRAWN = "withdrawn", "已撤销称号"
    KEPT = "kept", "称号维持"
    DROPPED = "dropped", "提议已撤回"


OPEN = (WithdrawalState.PROPOSED, WithdrawalState.HEARING, WithdrawalState.PENDING)
"""While it stands so the certificate stays under re-check."""


class WithdrawalQuerySet(models.QuerySet):
    def visible_to(self, user) -> "WithdrawalQuerySet":
        """Withdrawals in scope; to a township only what has left the bureau."""
        found = self.filter(user.scope.areas("certificate__area__code"))
        is_district = user.grants.scope_kind == ScopeKind.DISTRICT
        return found if is_district else found.filter(served_on__isnull=False)

    def open(self) -> "WithdrawalQuerySet":
        return self.filter(state__in=OPEN)


class Withdrawal(models.Model):
    """The procedure by which a title may be taken back; one at a time for each certificate."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="withdrawals", verbose_name="证书")
    ground = models.CharField("撤销事由", max_length=16, choices=WithdrawalGround)
    text = models.TextField("事实和理由")
    state = models.CharField("状态", max_length=12, choices=WithdrawalState, default=WithdrawalState.PROPOSED)
    served_on = models.DateField("送达日期", null=True, blank=True, help_text="街镇自此日起看到")
    hear_until = models.DateField("陈述申辩截止日期", null=True, blank=True, help_text="当天仍可答复；空白：不经听取")
    notice_number = models.CharField("告知书文号", max_length=60, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    circular_number = models.CharField("撤销通报文号", max_length=60, blank=True)
    version = models.PositiveIntegerField("版本号", default=0)
    created_at = models.DateTimeField("登记时间", default=now, editable=False)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "撤销程序"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(state__in=OPEN),
                name="withdrawal_one_open",
                violation_error_message="这张证书已有一件在办的撤销程序。",
            ),
            models.CheckConstraint(condition=Q(state__in=WithdrawalState.values), name="withdrawal_state_known"),
            models.CheckConstraint(
                condition=Q(ground__in=WithdrawalGround.values) & ~Q(text=""),
                name="withdrawal_has_ground",
                violation_error_message="撤销称号必须有事由和事实理由。",
            ),
            models.CheckConstraint(
                condition=~Q(state=WithdrawalState.HEARING)
                | Q(served_on__isnull=False, hear_until__gte=models.F("served_on")) & ~Q(notice_number=""),
                name="withdrawal_hearing_has_notice",
                violation_error_message="听取陈述申辩必须有告知书和期限。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(WithdrawalState.WITHDRAWN, WithdrawalState.KEPT), decided_on__isnull=False)
                | ~Q(state__in=(WithdrawalState.WITHDRAWN, WithdrawalState.KEPT)) & Q(decided_on__isnull=True),
                name="withdrawal_decided_has_date",
                violation_error_message="决定必须有日期，未决定的没有。",
            ),
            worded(
                Q(state=WithdrawalState.WITHDRAWN),
                "circular_number",
                name="withdrawal_decided_has_circular",
                sentence="撤销称号必须印发通报。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate.unit_full_name}“{self.certificate.title}”撤销程序"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_decidable(self, on: date) -> bool:
        """Whether the unit has been heard by the day: it answered, let the term pass, or the plan asks for no hearing."""
        if self.state == WithdrawalState.HEARING:
            return self.hear_until is not None and on > self.hear_until
        return self.state == WithdrawalState.PENDING


class WithdrawalAction(models.TextChoices):
    PROPOSE = "propose", "提议撤销"
    NOTIFY = "notify", "签发告知书"
    REFER = "refer", "报请区政府决定"
    ANSWER = "answer", "陈述申辩"
    WITHDRAW = "withdraw", "决定撤销"
    KEEP = "keep", "决定维持"
    DROP = "drop", "撤回提议"


class WithdrawalMove(models.Model):
    """A step of a withdrawal: who, when, from, to, why; never changed or deleted."""

    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, related_name="moves", verbose_name="撤销程序")
    action = models.CharField("动作", max_length=12, choices=WithdrawalAction)
    from_state = models.CharField("原状态", max_length=12, choices=WithdrawalState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=WithdrawalState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=now, editable=False)
    on = models.DateField("日期")
    reason = models.TextField("原因", blank=True)
    version = models.PositiveIntegerField("版本号")

    class Meta:
        verbose_name = verbose_name_plural = "撤销程序流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["withdrawal", "version"], name="withdrawal_move_once_a_version"),
            worded(
                ~Q(action__in=(WithdrawalAction.NOTIFY, WithdrawalAction.REFER)),
                "reason",
                name="withdrawal_move_needs_reason",
                sentence="提议、陈述申辩、决定和撤回提议都必须写明内容。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.withdrawal_id} {self.get_action_display()}"

    @property
    def subject(self) -> Withdrawal:
        return self.withdrawal

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return self.get_action_display()


WITHDRAWAL_MOVES_GUARD = AppendOnly(
    "certificates_withdrawalmove", "withdrawal_move", "撤销程序的流转记录只能增加，不能修改或删除。"
)


class WithdrawalFile(KeptFile):
    """A file handed in with a withdrawal: by the bureau for its proposal, or by the township with its answer."""

    place = "withdrawal-"

    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, related_name="files", verbose_name="撤销程序")
    is_answer = models.BooleanField("街镇提交", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间", default=now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "撤销程序材料"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["withdrawal", "digest"],
                name="withdrawal_file_once",
                violation_error_message="该文件已经上传。",
            )
        ]
