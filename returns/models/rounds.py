"""The rounds in which returns are asked for, and what is done about a township in one of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area
from common import clock
from common.append_only import AppendOnly
from common.constraints import worded
from common.periods import Quarter


class RoundQuerySet(models.QuerySet):
    def visible_to(self, user) -> "RoundQuerySet":
        """The rounds of the user's county; none for a post without an area."""
        return self.filter(county=user.area_id[:6]) if user.area_id else self.none()


class Round(models.Model):
    """A quarter that the bureau has opened for reporting (填报期), with the last day for it."""

    county = models.CharField("县区编码", max_length=6)
    period = models.CharField("季度", max_length=6)
    due = models.DateField("截止日期")
    note = models.CharField("填报要求", max_length=500, blank=True)
    early_reason = models.CharField("提前开放原因", max_length=500, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="开放人"
    )
    opened_at = models.DateTimeField("开放时间", default=clock.now, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报期"
        ordering = ["-period"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "period"],
                name="round_once_a_quarter",
                violation_error_message="这个季度的填报期已经开放。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quarter.label}填报期"

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)


class OfTownship(models.Model):
    """Something that was done about one township in a round: who, when."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="%(class)ss", verbose_name="填报期")
    township = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="街镇")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.township.name}{self.round.quarter.label}"


class Unlock(OfTownship):
    """A township may report after the due date (逾期补报), until a day and for a reason; the latest counts."""

    until = models.DateField("补报截止")
    reason = models.CharField("原因", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "逾期补报"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="unlock_has_reason", violation_error_message="开放补报必须写明原因。"
            )
        ]


class Urge(OfTownship):
    """The bureau asked a township for its return (催办); once a day is enough."""

    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "township", "on"],
                name="urge_once_a_day",
                violation_error_message="今天已经催办过这个街镇。",
            )
        ]


class LateRequestState(models.TextChoices):
    """Where a township's request to report late stands."""

    OPEN = "open", "待答复"
    GRANTED = "granted", "已允许"
    REFUSED = "refused", "不予允许"
    WITHDRAWN = "withdrawn", "已撤回"


class LateRequestAction(models.TextChoices):
    """What can be done to a request to report late."""

    ASK = "ask", "申请补报"
    GRANT = "grant", "允许补报"
    REFUSE = "refuse", "不予允许补报"
    WITHDRAW = "withdraw", "撤回补报申请"


class LateRequestQuerySet(models.QuerySet):
    def visible_to(self, user) -> "LateRequestQuerySet":
        return self.filter(user.scope.areas("township__code"))

    def open(self) -> "LateRequestQuerySet":
        return self.filter(state=LateRequestState.OPEN)


class LateRequest(OfTownship):
    """A township asks to report after the due date (补报申请), with the reason and the day until which; the bureau answers."""

    until = models.DateField("申请补报至")
    reason = models.CharField("原因", max_length=500)
    state = models.CharField("状态", max_length=12, choices=LateRequestState, default=LateRequestState.OPEN)
    version = models.PositiveIntegerField("版本号", default=0)

    objects = LateRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补报申请"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="late_request_has_reason",
                violation_error_message="申请补报必须写明原因。",
            ),
            models.UniqueConstraint(
                fields=["round", "township"],
                condition=Q(state=LateRequestState.OPEN),
                name="late_request_one_open",
                violation_error_message="已经申请补报，请等待答复。",
            ),
        ]

    @property
    def answer(self) -> "LateRequestMove | None":
        """The bureau's step; None while it has not answered."""
        given = (LateRequestAction.GRANT, LateRequestAction.REFUSE)
        return self.moves.filter(action__in=given).select_related("by").last()


class LateRequestMove(models.Model):
    """A step in the life of a request to report late: who, when, from, to, and why."""

    request = models.ForeignKey(LateRequest, models.PROTECT, related_name="moves", verbose_name="补报申请")
    action = models.CharField("动作", max_length=12, choices=LateRequestAction)
    from_state = models.CharField("原状态", max_length=12, choices=LateRequestState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=LateRequestState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.TextField("原因", blank=True)
    version = models.PositiveIntegerField("版本号")

    class Meta:
        verbose_name = verbose_name_plural = "补报申请流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "version"], name="late_request_move_once_a_version"),
            worded(
                Q(action=LateRequestAction.REFUSE),
                "reason",
                name="late_request_refusal_has_reason",
                sentence="不予允许补报必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.action}"

    @property
    def subject(self) -> LateRequest:
        return self.request

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return self.get_action_display()


LEAVE_GUARDS = (
    AppendOnly("returns_unlock", "returns_unlock", "逾期补报的许可只能增加，不能修改或删除。"),
    AppendOnly("returns_laterequestmove", "returns_late_move", "补报申请的流转只能增加，不能修改或删除。"),
)
"""Append-only in the database itself."""
