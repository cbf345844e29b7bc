"""Findings on the register, their history, the bounds that the bureau sets, and when a county was surveyed last."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.posts import Power
from areas.vocabulary import CODE_LENGTH, AreaKind
from common import clock
from common.append_only import AppendOnly
from common.constraints import worded
from findings.vocabulary import FindingAction, FindingOwner, FindingState, FindingTable

TOWNSHIP_DIGITS = CODE_LENGTH[AreaKind.TOWN]


class RegisterFindingQuerySet(models.QuerySet):
    def visible_to(self, user) -> "RegisterFindingQuerySet":
        """What stands in somebody's part of the tree; an operator sees what is found of its own."""
        return self.filter(user.scope.network("operator", "area_code"))

    def open(self) -> "RegisterFindingQuerySet":
        return self.filter(state=FindingState.OPEN)

    def owned_by(self, user) -> "RegisterFindingQuerySet":
        """What the user's post has to settle."""
        scope = user.scope
        if scope.operator is not None:
            own = Q(owner=FindingOwner.OPERATOR, operator=scope.operator)
            return self.filter(own) if user.may(Power.LOAD_NETWORK) else self.none()
        if scope.area is None or not user.may(Power.KEEP_REGISTRY):
            return self.none()
        if len(scope.area) == TOWNSHIP_DIGITS:
            return self.filter(owner=FindingOwner.TOWNSHIP, township=scope.area)
        return self.filter(owner=FindingOwner.BUREAU, county=scope.area)


class RegisterFinding(models.Model):
    """Something in the register that is not in order (台账问题), by one check: it lives until the facts are right.

    ``said`` are the words that its sentence is made of, ``digest`` is over them: an explanation holds as long as they
    do. ``other`` is the second of a pair. Without a township or an operator it is the bureau's.
    """

    county = models.CharField("县区编码", max_length=6)
    area_code = models.CharField("区域编码", max_length=15)
    township = models.CharField("街镇", max_length=9, blank=True)
    operator = models.CharField("运营企业", max_length=20, blank=True)
    owner = models.CharField("由谁处理", max_length=10, choices=FindingOwner)
    code = models.CharField("问题", max_length=30)
    table = models.CharField("表", max_length=20, choices=FindingTable)
    key = models.CharField("编码", max_length=64)
    other = models.CharField("另一个", max_length=64, blank=True)
    name = models.CharField("名称", max_length=100)
    sentence = models.CharField("情况", max_length=400)
    said = models.JSONField("具体数值")
    digest = models.CharField("数值摘要", max_length=64)
    matters = models.BooleanField("影响评定")
    state = models.CharField("状态", max_length=10, choices=FindingState, default=FindingState.OPEN)
    version = models.PositiveIntegerField("版本号", default=0)
    opened_at = models.DateTimeField("发现时间")
    due_on = models.DateField("期限", null=True, help_text="空白：工作日表里没有，算不出")
    explanation = models.CharField("说明", max_length=500, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="说明人"
    )
    explained_at = models.DateTimeField("说明时间", null=True, blank=True)
    closed_at = models.DateTimeField("消除时间", null=True, blank=True)
    reopened = models.PositiveIntegerField("再次出现", default=0, help_text="次")

    objects = RegisterFindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "台账问题"
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["county", "state"], name="finding_county_state"),
            models.Index(fields=["table", "key"], name="finding_table_key"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code", "table", "key", "other"], name="finding_once"),
            worded(
                Q(state=FindingState.EXPLAINED),
                "explanation",
                name="finding_explained_has_reason",
                sentence="说明不是问题，必须写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(state=FindingState.CLOSED, closed_at__isnull=False)
                | ~Q(state=FindingState.CLOSED) & Q(closed_at__isnull=True),
                name="finding_closed_has_moment",
                violation_error_message="已消除的问题要有消除时间，其他的没有。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}：{self.label}"

    def get_absolute_url(self) -> str:
        return reverse("findings:finding", args=[self.pk])

    @property
    def label(self) -> str:
        """What the check is called, also when there is no such check any more."""
        from findings.declared import BY_CODE

        return BY_CODE[self.code].name if self.code in BY_CODE else self.code

    def is_owned_by(self, user) -> bool:
        """Whether the user's post has to settle it."""
        return RegisterFinding.objects.owned_by(user).filter(pk=self.pk).exists()


class FindingMove(models.Model):
    """A step in the life of a finding: who (nobody: the facts themselves), when, from, to, and why."""

    finding = models.ForeignKey(RegisterFinding, models.PROTECT, related_name="moves", verbose_name="台账问题")
    action = models.CharField("动作", max_length=10, choices=FindingAction)
    from_state = models.CharField("原状态", max_length=10, choices=FindingState)
    to_state = models.CharField("新状态", max_length=10, choices=FindingState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.CharField("原因", max_length=500, blank=True)
    sentence = models.CharField("当时的情况", max_length=400, blank=True)
    version = models.PositiveIntegerField("版本号")

    class Meta:
        verbose_name = verbose_name_plural = "台账问题处理记录"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "version"], name="finding_move_once_a_version"),
            worded(
                Q(action__in=[FindingAction.EXPLAIN, FindingAction.OVERRULE]),
                "reason",
                name="finding_move_has_reason",
                sentence="说明和不予认可都必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.action}"

    @property
    def subject(self) -> RegisterFinding:
        return self.finding

    @property
    def deed(self) -> str:
        return FindingAction(self.action).label


class FindingTerms(models.Model):
    """The bound of a check of the register from a moment on; the latest counts, the earlier stay to be read.

    ``number`` counts the bounds of a check, so that of two who change it at once one is told.
    """

    county = models.CharField("县区编码", max_length=6)
    code = models.CharField("问题", max_length=30)
    number = models.PositiveIntegerField("序号")
    bound = models.PositiveIntegerField("界限")
    reason = models.CharField("原因", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "台账问题界限"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["county", "code", "number"], name="finding_terms_once"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="finding_terms_have_reason",
                violation_error_message="改界限必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.code} {self.number}"


class SurveyMark(models.Model):
    """When a county was surveyed last, and what it was surveyed by; its row is held while it is surveyed."""

    county = models.CharField("县区编码", max_length=6, primary_key=True)
    seen = models.CharField("依据", max_length=300, blank=True)
    surveyed_at = models.DateTimeField("排查时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "排查记录"
        ordering = ["county"]

    def __str__(self) -> str:
        return self.county


PROTECTED = (
    AppendOnly("findings_findingmove", "findings_findingmove", "台账问题的处理记录只能增加，不能修改或删除。"),
    AppendOnly("findings_findingterms", "findings_findingterms", "台账问题的界限只能增加，不能修改或删除。"),
)
"""Append-only in the database itself."""
