"""Appraisals of a quarter, the weights they rest on, the scores taken, what units object, and every step."""

from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.posts import Post, Power
from common import clock
from common.append_only import AppendOnly
from common.constraints import worded
from common.periods import Quarter
from measures.appraisal.scores import ScoreLine, shown
from measures.appraisal.vocabulary import AppraisalAction, AppraisalState, AppraisedGroup
from measures.kinds import BUREAU_POSTS, TOWNSHIP_POSTS

LONGEST_OBJECTION = 1000
_TOLD = (AppraisalState.OBJECTING, AppraisalState.FROZEN, AppraisalState.PUBLISHED)
_OVERSEERS = (Post.GOVERNMENT, Post.LEADER)


def subject_of(user) -> tuple[str, str]:
    """The group and key by which a person's unit is scored; blank where it is not."""
    if user.post in TOWNSHIP_POSTS:
        return AppraisedGroup.TOWNSHIP, user.area_id or ""
    if user.post == Post.OPERATOR:
        return AppraisedGroup.OPERATOR, user.operator_id or ""
    return (AppraisedGroup.UNIT, user.unit) if user.post == Post.LEAD_UNIT and user.unit else ("", "")


class WeightTable(models.Model):
    """The weights of a group's measures, in points of 100, as somebody set them; the latest holds for what begins after it."""

    county = models.CharField("县区编码", max_length=6)
    group = models.CharField("考核对象", max_length=10, choices=AppraisedGroup)
    weights = models.JSONField("权重")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="设置人")
    at = models.DateTimeField("设置时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "考核权重"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_group_display()}考核权重"

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.county


class AppraisalQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AppraisalQuerySet":
        """The bureau sees all of its district, government and leaders what is final, a unit those in which it is scored."""
        if not user.may(Power.SEE_MEASURES):
            return self.none()
        if user.post in BUREAU_POSTS:
            return self.filter(county=user.area_id)
        if user.post in _OVERSEERS:
            return self.filter(county=user.area_id, state__in=(AppraisalState.FROZEN, AppraisalState.PUBLISHED))
        group, key = subject_of(user)
        mine = AppraisalScore.objects.filter(appraisal=models.OuterRef("pk"), subject=key, take=models.OuterRef("take"))
        return self.filter(models.Exists(mine), group=group, state__in=_TOLD) if key else self.none()


class Appraisal(models.Model):
    """An appraisal (考核) of a group in a quarter: ``take`` is the taking of its scores that counts, ``until`` the last day to object."""

    county = models.CharField("县区编码", max_length=6)
    group = models.CharField("考核对象", max_length=10, choices=AppraisedGroup)
    period = models.CharField("季度", max_length=6)
    weighting = models.ForeignKey(WeightTable, models.PROTECT, related_name="+", verbose_name="权重")
    take = models.PositiveIntegerField("计分次数", default=1)
    until = models.DateField("意见截止", null=True)
    begun_at = models.DateTimeField("开始时间", default=clock.now, editable=False)
    state = models.CharField("状态", max_length=12, choices=AppraisalState, default=AppraisalState.DRAFT)
    version = models.PositiveIntegerField("版本号", default=0)

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考核"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "group", "period"],
                condition=~Q(state=AppraisalState.VOID),
                name="appraisal_once",
                violation_error_message="该季度的考核已经开始。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quarter.label}{self.get_group_display()}考核"

    def get_absolute_url(self) -> str:
        return reverse("appraisal:appraisal", args=[self.pk])

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.county

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)

    @property
    def standing_scores(self) -> models.QuerySet:
        """The scores of the taking that counts."""
        return self.scores.filter(take=self.take)


class AppraisalScore(models.Model):
    """A line of a subject's sheet: its weight, how many of how many were reached, and where that can be looked up."""

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="scores", verbose_name="考核")
    take = models.PositiveIntegerField("计分次数")
    subject = models.CharField("被考核单位编码", max_length=100)
    name = models.CharField("被考核单位", max_length=100)
    measure = models.CharField("考核指标编码", max_length=40)
    label = models.CharField("考核指标", max_length=100)
    clause = models.CharField("条款", max_length=10)
    weight = models.DecimalField("权重", max_digits=5, decimal_places=2)
    passed = models.PositiveBigIntegerField("达到")
    total = models.PositiveBigIntegerField("应达到")
    address = models.CharField("依据", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "考核得分"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "take", "subject", "measure"], name="appraisal_score_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}：{self.label}"

    @property
    def line(self) -> ScoreLine:
        return ScoreLine(Fraction(self.weight), self.passed, self.total)

    @property
    def points_words(self) -> str:
        return shown(self.line.points) if self.line.applies else "不适用"


class ScoreObjection(models.Model):
    """What a unit objects to its score, and what the bureau answers."""

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="objections", verbose_name="考核")
    subject = models.CharField("被考核单位编码", max_length=100)
    name = models.CharField("被考核单位", max_length=100)
    text = models.CharField("意见", max_length=LONGEST_OBJECTION)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    at = models.DateTimeField("提出时间", default=clock.now, editable=False)
    answer = models.CharField("答复", max_length=LONGEST_OBJECTION, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核意见"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="score_objection_has_text", violation_error_message="请填写意见。"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}对{self.appraisal}的意见"

    @property
    def field_id(self) -> str:
        """By which the page names the field for its answer."""
        return f"answer_{self.pk}"

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.appraisal.county


class AppraisalMove(models.Model):
    """A step in the life of an appraisal: who, when, from, to, and what was said."""

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="moves", verbose_name="考核")
    action = models.CharField("动作", max_length=12, choices=AppraisalAction)
    from_state = models.CharField("原状态", max_length=12, choices=AppraisalState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=AppraisalState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.TextField("说明", blank=True)
    version = models.PositiveIntegerField("版本号")

    class Meta:
        verbose_name = verbose_name_plural = "考核流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "version"], name="appraisal_move_once_a_version"),
            worded(
                Q(action__in=(AppraisalAction.REDO, AppraisalAction.DISCARD)),
                "reason",
                name="appraisal_move_has_reason",
                sentence="退回草稿和撤销考核必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appraisal_id} {self.action}"

    @property
    def subject(self) -> Appraisal:
        return self.appraisal

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return self.get_action_display()


PROTECTED = (
    AppendOnly("appraisal_weighttable", "appraisal_weights", "考核权重只能增加，不能修改或删除。"),
    AppendOnly("appraisal_appraisalscore", "appraisal_score", "考核得分只能增加，不能修改或删除。"),
    AppendOnly("appraisal_appraisalmove", "appraisal_move", "考核的流转只能增加，不能修改或删除。"),
)
"""Append-only in the database itself."""
