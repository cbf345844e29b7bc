"""The lines of a return: five figures a village, who typed them, and which of them were sent back."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area
from common import clock
from common.constraints import worded
from common.periods import Quarter
from returns.figures import BY_NAME, NAMES
from returns.models.returns import Return, ReturnMove
from returns.models.vocabulary import FigureReturnReason, LineStatus

FIGURES = NAMES
"""The five figures of a line, in the order of the form."""


def _figure(name: str) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(BY_NAME[name].label, null=True, blank=True)


class ReturnLineQuerySet(models.QuerySet):
    def usable(self, basis: str) -> "ReturnLineQuerySet":
        """The lines that a verdict on the basis ``approved`` or ``reported`` may read, one an area and period at most.

        Under ``reported`` a submitted line stands before the approved one that it corrects. ValueError for another
        basis.
        """
        approved = self.filter(status=LineStatus.APPROVED)
        if basis == "approved":
            return approved
        if basis != "reported":
            raise ValueError(f"没有“{basis}”这种口径：应为 approved（已审核）或 reported（含已报送）。")
        submitted = ReturnLine.objects.filter(
            status=LineStatus.SUBMITTED, area_id=models.OuterRef("area_id"), period=models.OuterRef("period")
        )
        return self.filter(Q(status=LineStatus.SUBMITTED) | Q(status=LineStatus.APPROVED) & ~models.Exists(submitted))

    def last_known(self, township: str, quarter: Quarter) -> dict[str, "ReturnLine"]:
        """Each village's line of ``quarter`` that was approved or, where none is, submitted; by the village's code."""
        return {code: line for (code, _), line in self.known_in(township, [quarter]).items()}

    def known_in(self, township: str, quarters: Iterable[Quarter]) -> dict[tuple[str, str], "ReturnLine"]:
        """Each village's line that was approved or, where none is, submitted; by the village's code and the period."""
        known = self.filter(status__in=[LineStatus.APPROVED, LineStatus.SUBMITTED])
        lines = known.filter(area__code__startswith=township, period__in=[str(quarter) for quarter in quarters])
        approved_last = sorted(lines, key=lambda line: line.status == LineStatus.APPROVED)
        return {(line.area_id, line.period): line for line in approved_last}

    def visible_to(self, user) -> "ReturnLineQuerySet":
        return self.filter(user.scope.areas("area__code"))


class ReturnLine(models.Model):
    """The five figures of a village or community; a blank one is missing, never 0."""

    quarterly_return = models.ForeignKey(
        Return, models.CASCADE, related_name="lines", verbose_name="季报", db_column="owner_id"
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="return_lines", verbose_name="村居")
    county = models.CharField("县区编码", max_length=6)
    period = models.CharField("季度", max_length=6)
    status = models.CharField("状态", max_length=12, choices=LineStatus, default=LineStatus.DRAFT)
    households = _figure("households")
    broadband_covered_households = _figure("broadband_covered_households")
    fibre_covered_households = _figure("fibre_covered_households")
    broadband_users = _figure("broadband_users")
    fibre_users = _figure("fibre_users")
    explanation = models.CharField("说明", max_length=500, blank=True)
    version = models.PositiveIntegerField("版本号", default=0)

    objects = ReturnLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季报行"
        ordering = ["area_id"]
        indexes = [models.Index(fields=["county", "period", "status"], name="line_county_period_status")]
        constraints = [
            models.UniqueConstraint(fields=["quarterly_return", "area"], name="line_once_in_return"),
            models.UniqueConstraint(
                fields=["area", "period"],
                condition=Q(status=LineStatus.APPROVED),
                name="line_one_approved",
                violation_error_message="该村居本季度已有一行审核通过的数字。",
            ),
            models.UniqueConstraint(
                fields=["area", "period"],
                condition=Q(status__in=[LineStatus.DRAFT, LineStatus.SUBMITTED]),
                name="line_one_open",
                violation_error_message="该村居本季度已有一行填报中的数字。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[LineStatus.DRAFT, LineStatus.DISCARDED])
                | Q(
                    households__isnull=False,
                    broadband_covered_households__isnull=False,
                    fibre_covered_households__isnull=False,
                    broadband_users__isnull=False,
                    fibre_users__isnull=False,
                ),
                name="line_complete_once_reported",
                violation_error_message="报送前五个数字都要填齐。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.period}"

    @property
    def figures(self) -> dict[str, int | None]:
        return {name: getattr(self, name) for name in NAMES}

    @property
    def is_locked(self) -> bool:
        """Reported or approved already, also where its return is still a draft (a package brought it in so)."""
        return self.status != LineStatus.DRAFT


class FigureEntry(models.Model):
    """Who changed a figure, when, and what it was before; without a person a data package did."""

    line = models.ForeignKey(ReturnLine, models.CASCADE, related_name="entries", verbose_name="季报行")
    figure = models.CharField("指标", max_length=40)
    before = models.PositiveIntegerField("原值", null=True)
    after = models.PositiveIntegerField("新值", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "填报记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line_id} {self.figure}"


class Objection(models.Model):
    """A figure that the bureau sent back, and why; only such figures can then be changed."""

    move = models.ForeignKey(ReturnMove, models.CASCADE, related_name="objections", verbose_name="退回")
    line = models.ForeignKey(ReturnLine, models.PROTECT, related_name="objections", verbose_name="季报行")
    figure = models.CharField("指标", max_length=40)
    value = models.PositiveIntegerField("退回时的数字", null=True)
    why = models.CharField("原因", max_length=12, choices=FigureReturnReason)
    text = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "退回的数字"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["move", "line", "figure"], name="objection_once_a_figure"),
            worded(
                Q(why=FigureReturnReason.OTHER),
                "text",
                name="objection_other_is_explained",
                sentence="原因选“其他”时要写明说明。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.figure}"

    @property
    def label(self) -> str:
        return BY_NAME[self.figure].label

    @property
    def anchor(self) -> str:
        """The cell on the page of the return."""
        return f"f-{self.line.area_id}-{self.figure}"

    @property
    def sentence(self) -> str:
        """The reason in words: 口径错误：含了集体宿舍."""
        return f"{self.get_why_display()}：{self.text}" if self.text else self.get_why_display()
