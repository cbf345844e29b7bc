"""What is stored of proposals: who wants which values changed, since when and why, what became of it, and by whose word.

The applied items are the history of the register: every door writes them.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area, Operator
from common import clock
from common.append_only import AppendOnly
from common.constraints import worded
from evidence.models import KeptPhoto
from proposals.vocabulary import (
    Act,
    ApprovalLevel,
    Denominator,
    Door,
    ItemState,
    ProposalAction,
    ProposalState,
    ReasonCode,
)

TABLES = (
    ("areas", "区域"),
    ("sites", "点位"),
    ("access_points", "接入点"),
    ("service_orders", "报装工单"),
    ("operators", "运营企业"),
    ("successions", "撤并"),
)
"""The tables of the data package of which rows may be proposed, or come with one."""


class ProposalQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ProposalQuerySet":
        """Proposals of units in scope; whoever sees the whole county sees its operators' too."""
        scope = user.scope
        if scope.operator is None and len(scope.area or "") == 6:
            return self.filter(Q(county=scope.area) | Q(area__code__startswith=scope.area))
        return self.filter(scope.network("operator_id", "area__code"))


class Proposal(models.Model):
    """A proposal (变更申请): some items with one reason; it is settled when none of them waits any more."""

    county = models.CharField("县区编码", max_length=6)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name="提出单位")
    operator = models.ForeignKey(Operator, models.PROTECT, null=True, related_name="+", verbose_name="运营企业")
    source = models.CharField("来源", max_length=12, choices=Door)
    state = models.CharField("状态", max_length=12, choices=ProposalState)
    version = models.PositiveIntegerField("版本号", default=1)
    title = models.CharField("事项", max_length=200)
    reason_code = models.CharField("原因类别", max_length=12, choices=ReasonCode, blank=True)
    reason = models.CharField("原因", max_length=500, blank=True)
    document = models.CharField("依据", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="提出人")
    at = models.DateTimeField("提出时间", default=clock.now, editable=False)
    effect = models.JSONField("影响", default=dict)
    turns_past = models.BooleanField("改变往季结果", default=False)
    weight = models.PositiveIntegerField("影响的评定数", default=0)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undoings", verbose_name="撤销的撤并")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "变更申请"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["county", "state"], name="proposal_county_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def unit_name(self) -> str:
        return str(self.operator or self.area or "")

    @property
    def lacks_proof(self) -> bool:
        """Whether it turns quarters that have ended, or lets something leave a denominator, and rests on nothing."""
        is_grave = self.turns_past or self.items.waiting().filter(denominator=Denominator.LEFT).exists()
        return is_grave and not self.document and not self.proofs.exists()

    @property
    def is_waiting(self) -> bool:
        return self.state in (ProposalState.OPEN, ProposalState.CONFIRMING)


class ItemQuerySet(models.QuerySet):
    def of(self, table: str, key: str) -> "ItemQuerySet":
        """The items of one row of the register."""
        return self.filter(table=table, key=key)

    def applied(self) -> "ItemQuerySet":
        return self.filter(state=ItemState.APPLIED)

    def waiting(self) -> "ItemQuerySet":
        return self.filter(state__in=(ItemState.WAITING, ItemState.VETTED))


class ProposalItem(models.Model):
    """What is done to one row of the register: per column the old and the new text, as the data package writes them."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="items", verbose_name="变更申请")
    number = models.PositiveIntegerField("序号")
    table = models.CharField("表", max_length=20, choices=TABLES)
    key = models.CharField("编码", max_length=64)
    name = models.CharField("名称", max_length=100, blank=True)
    area_code = models.CharField("所属区域", max_length=15, blank=True)
    act = models.CharField("方式", max_length=8, choices=Act)
    effective_on = models.DateField("生效日期", null=True, blank=True)
    values = models.JSONField("内容")
    level = models.PositiveSmallIntegerField("审定权限", choices=ApprovalLevel)
    state = models.CharField("状态", max_length=10, choices=ItemState)
    denominator = models.CharField("分母", max_length=8, choices=Denominator, blank=True)
    said = models.CharField("处理意见", max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="处理人"
    )
    decided_at = models.DateTimeField("处理时间", null=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "变更事项"
        ordering = ["proposal", "number"]
        indexes = [
            models.Index(fields=["table", "key"], name="proposal_item_row"),
            models.Index(fields=["denominator"], condition=~Q(denominator=""), name="proposal_item_denominator"),
        ]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="proposal_item_once")]

    def __str__(self) -> str:
        return f"{self.get_act_display()}{self.name or self.key}"

    @property
    def new(self) -> dict[str, str]:
        """The new texts by column."""
        return {column: new for column, (_, new) in self.values.items()}

    @property
    def old(self) -> dict[str, str | None]:
        """The texts that the proposer saw, by column; None in a new row."""
        return {column: old for column, (old, _) in self.values.items()}


class Proof(KeptPhoto):
    """A file on which a proposal rests: a photo, a list, a paper."""

    place = "proposal-"

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="proofs", verbose_name="变更申请")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "变更依据"
        ordering = ["pk"]


class HeldProof(KeptPhoto):
    """A file chosen on a page that is not sent yet: kept, so that it need not be chosen again after an error."""

    place = Proof.place

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间", default=clock.real_now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "未提交的变更依据"
        ordering = ["pk"]
        indexes = [models.Index(fields=["by", "at"], name="held_proof_by_at")]


class ProposalMove(models.Model):
    """A step in the life of a proposal: who, when, from, to, and why."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="moves", verbose_name="变更申请")
    action = models.CharField("动作", max_length=20, choices=ProposalAction)
    from_state = models.CharField("原状态", max_length=12, choices=ProposalState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=ProposalState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.TextField("原因", blank=True)
    version = models.PositiveIntegerField("版本号")

    class Meta:
        verbose_name = verbose_name_plural = "变更申请流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "version"], name="proposal_move_once_a_version"),
            worded(
                Q(action__in=(ProposalAction.SEND_BACK, ProposalAction.REFUSE, ProposalAction.OVERRULE)),
                "reason",
                name="proposal_move_has_reason",
                sentence="这一步必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.action}"

    @property
    def subject(self) -> Proposal:
        return self.proposal

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return ProposalAction(self.action).label


PROTECTED = (
    AppendOnly("proposals_proof", "proposal_proof", "变更依据只能增加，不能修改或删除。"),
    AppendOnly("proposals_proposalmove", "proposal_move", "变更申请的流转只能增加，不能修改或删除。"),
)
"""Append-only in the database itself."""


class PolicyRule(models.Model):
    """Who has to accept a change of a column, where the bureau has set other than declared; the latest row counts."""

    county = models.CharField("县区编码", max_length=6)
    table = models.CharField("表", max_length=20, choices=TABLES)
    column = models.CharField("项目", max_length=30)
    level = models.PositiveSmallIntegerField("审定权限", choices=ApprovalLevel)
    number = models.PositiveIntegerField("序号")
    reason = models.CharField("原因", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="修改人")
    at = models.DateTimeField("修改时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "变更审定权限"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["county", "table", "column", "number"], name="policy_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.column} {self.level}"
