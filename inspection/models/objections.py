"""Objections (意见): what bureau or government held against a unit; they stand until they are answered and settled."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area
from common.clock import now
from inspection.models.reports import Unit
from inspection.vocabulary import CriterionReturnReason

OF_FACTS = (
    CriterionReturnReason.FIGURES,
    CriterionReturnReason.MISSING,
    CriterionReturnReason.MISMATCH,
    CriterionReturnReason.SPOT_CHECK,
)
"""What only the township can answer, for it is about what is the case there."""


class ObjectionBody(models.TextChoices):
    """In whose name an objection was raised."""

    BUREAU = "bureau", "区经信局"
    GOVERNMENT = "government", "区政府"


class UnitObjectionQuerySet(models.QuerySet):
    def visible_to(self, user) -> "UnitObjectionQuerySet":
        return self.filter(user.scope.areas("area__code"))

    def open(self) -> "UnitObjectionQuerySet":
        return self.filter(settled_at__isnull=True)


class UnitObjection(models.Model):
    """Why a unit was returned; it belongs to the area, for it outlives the report in which the unit stood.

    ``answer`` is the township's, given in its next report; ``reply`` the bureau's, to what the government held against it.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="单位")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="objections", verbose_name="申报单位")
    body = models.CharField("提出机关", max_length=12, choices=ObjectionBody)
    code = models.CharField("类别", max_length=12, choices=CriterionReturnReason)
    criteria = models.JSONField("涉及的标准", default=list, help_text="标准编号的列表；空：整个单位")
    text = models.TextField("意见")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    at = models.DateTimeField("提出时间", default=now, editable=False)
    answer = models.TextField("街镇的答复", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发答复的人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    reply = models.TextField("区经信局的答复", blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="区经信局答复人"
    )
    replied_at = models.DateTimeField("区经信局答复时间", null=True, blank=True)
    settlement = models.TextField("了结的结论", blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="了结人"
    )
    settled_at = models.DateTimeField("了结时间", null=True, blank=True)

    objects = UnitObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "退回意见"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="objection_says_something", violation_error_message="意见不能空白。"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{text: "", f"{done}_by": None, f"{done}_at": None})
                    | ~Q(**{text: ""}) & Q(**{f"{done}_by__isnull": False, f"{done}_at__isnull": False}),
                    name=f"objection_{done}_whole",
                    violation_error_message="答复、了结须有内容、经办人和时间。",
                )
                for text, done in (("answer", "answered"), ("reply", "replied"), ("settlement", "settled"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area.full_name}：{self.get_code_display()}"

    @property
    def is_open(self) -> bool:
        return self.settled_at is None

    @property
    def needs_answer(self) -> bool:
        """Whether the township still has to answer before anything follows."""
        return self.answered_at is None and (self.body == ObjectionBody.BUREAU or self.code in OF_FACTS)

    @property
    def needs_reply(self) -> bool:
        """Whether the bureau still has to answer the government."""
        return self.replied_at is None and self.body == ObjectionBody.GOVERNMENT

    @property
    def is_answered(self) -> bool:
        return not self.needs_answer and not self.needs_reply
