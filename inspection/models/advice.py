"""A second opinion (会商意见): a reviewer asks a colleague or the head about a unit, and waits for the answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.clock import now
from inspection.models.reports import Unit


class SecondOpinionQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SecondOpinionQuerySet":
        """What is asked on units in the scope of the district; a township reads none."""
        found = self.filter(user.scope.areas("unit__area__code"))
        return found if user.scope.area and len(user.scope.area) == 6 else found.none()

    def open(self) -> "SecondOpinionQuerySet":
        return self.filter(answered_at__isnull=True, withdrawn_at__isnull=True)


class SecondOpinion(models.Model):
    """A question about a unit to a named person; the unit is not decided until it is answered or withdrawn."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="second_opinions", verbose_name="申报单位")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提请人")
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="会商人")
    question = models.TextField("问题")
    asked_at = models.DateTimeField("提请时间", default=now, editable=False)
    answer = models.TextField("会商意见", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    withdrawal = models.TextField("撤回的原因", blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = SecondOpinionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会商意见"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="second_opinion_one_open",
                violation_error_message="该单位已提请会商，尚未答复。",
            ),
            models.CheckConstraint(
                condition=~Q(question=""), name="second_opinion_asks", violation_error_message="提请会商须写明问题。"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | Q(answered_at__isnull=False, withdrawn_at__isnull=True) & ~Q(answer=""),
                name="second_opinion_answer_whole",
                violation_error_message="会商意见须有内容和时间。",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawal="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawal=""),
                name="second_opinion_withdrawn_why",
                violation_error_message="撤回会商须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}会商"

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.unit.area_id

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None
