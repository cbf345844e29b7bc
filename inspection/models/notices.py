"""The public notice (公示) of a submission's list before it is ratified, and the objections that arrive."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.clock import now
from inspection.models.reports import Unit
from inspection.models.submissions import Submission
from inspection.vocabulary import ObjectionWay
from papers.models import Document


class PublicNotice(models.Model):
    """A list as it stands before the public, under an address that nobody can guess; ``said`` is frozen as it was published.

    ``said`` is JSON: ``issuer``, ``office`` and ``phones`` where to object, and the ``units`` with their figures.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="notices", verbose_name="汇总上报")
    token = models.CharField("网址码", max_length=16, unique=True)
    document = models.OneToOneField(Document, models.PROTECT, related_name="+", verbose_name="公示文书")
    noticed_on = models.DateField("公示日期")
    until = models.DateField("公示截止日期")
    days = models.PositiveSmallIntegerField("公示工作日")
    said = models.JSONField("内容")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="公示人")
    at = models.DateTimeField("发布时间", default=now, editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(withdrawn_at__isnull=True),
                name="notice_one_standing",
                violation_error_message="这份名单已在公示。",
            ),
        ]

    def __str__(self) -> str:
        return self.document.subject

    def is_over(self, on: date) -> bool:
        """Whether the term has passed: its last day is part of it."""
        return on > self.until


class PublicObjectionQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PublicObjectionQuerySet":
        """Objections to lists of the user's county; townships and operators see none."""
        code = user.scope.area or ""
        return self.filter(notice__submission__county=code) if len(code) == 6 else self.none()

    def unanswered(self) -> "PublicObjectionQuerySet":
        return self.filter(answered_at__isnull=True)

    def on(self, submission: Submission) -> "PublicObjectionQuerySet":
        """What was said of the list, and of its units, also when they stood on an earlier one."""
        listed = submission.entries.values("unit")
        found = self.filter(Q(notice__submission=submission) | Q(unit__in=listed))
        return found.select_related("unit__area__parent", "entered_by", "answered_by", "notice")


class PublicObjection(models.Model):
    """What somebody outside holds against a unit of a list, or against the list; who that is, ``PublicObjector`` says."""

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections", verbose_name="公示")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="public_objections", verbose_name="申报单位"
    )
    criterion = models.CharField("标准", max_length=10, blank=True)
    way = models.CharField("方式", max_length=12, choices=ObjectionWay)
    received_on = models.DateField("收到日期")
    text = models.TextField("异议内容")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间", default=now, editable=False)
    answer = models.TextField("答复", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = PublicObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示异议"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="public_objection_says", violation_error_message="请写明异议内容。"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="public_objection_answer_whole",
                violation_error_message="答复须有内容、答复人和时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.area.full_name if self.unit else '名单'}的公示异议"

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.notice.submission.county


class PublicObjector(models.Model):
    """Who objected: kept apart, and read only by those who handle objections, each look in the audit trail."""

    objection = models.OneToOneField(PublicObjection, models.PROTECT, related_name="objector", verbose_name="公示异议")
    name = models.CharField("姓名", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示异议人"

    def __str__(self) -> str:
        return str(self.objection)
