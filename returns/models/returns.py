"""A return of a street or town for a quarter: its lines, who typed them, the steps of its life, what was sent back."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat

from areas.models import Area
from common import clock
from common.append_only import AppendOnly
from common.constraints import worded
from common.periods import Quarter
from returns.figures import BY_NAME, NAMES
from returns.models.vocabulary import (
    CORRECTING,
    EDITABLE,
    REPORTED,
    WITH_TOWNSHIP,
    ExplanationReason,
    FigureReturnReason,
    LineStatus,
    ReturnAction,
    ReturnState,
    ReturnStatus,
)


class ReturnQuerySet(models.QuerySet):
    def with_submission(self) -> "ReturnQuerySet":
        """Each with ``submitted_at``, when it was last submitted; None when it was not, or a package brought it in."""
        submissions = ReturnMove.objects.filter(quarterly_return=models.OuterRef("pk"), action="submit").order_by("-pk")
        return self.annotate(submitted_at=models.Subquery(submissions.values("at")[:1]))

    def corrections_in_effect(self, code: str, period: str = "") -> "ReturnQuerySet":
        """The approved corrections that bear on the area ``code``, each with ``approved_at``, the latest last.

        Without ``period`` those of every quarter.
        """
        approvals = ReturnMove.objects.filter(
            quarterly_return=models.OuterRef("pk"), to_state=ReturnState.APPROVED
        ).order_by("-pk")
        held = self.filter(state=ReturnState.APPROVED, corrects__isnull=False)
        held = held.filter(period=period) if period else held
        bearing = held.filter(township_id=code[:9]) if len(code) >= 9 else held.filter(county=code)
        approved_at = models.Subquery(approvals.values("at")[:1])
        return bearing.annotate(approved_at=approved_at).select_related("township").order_by("approved_at", "pk")

    def with_status(self) -> "ReturnQuerySet":
        """Each with ``status_code``, how it stands as a ReturnStatus; the one place that says so.

        Nothing is begun before a figure is typed; an approved one tells of the correction under way.
        """
        correction = Return.objects.standing().filter(corrects=OuterRef("pk")).order_by("pk").values("state")[:1]
        typed = Q(*[(f"lines__{name}__isnull", False) for name in NAMES], _connector=Q.OR)
        has_figures = Exists(Return.objects.filter(typed, pk=OuterRef("pk")))
        is_first = Q(corrects__isnull=True)
        found = Case(
            When(state__in=[ReturnState.SUPERSEDED, ReturnState.DISCARDED], then=F("state")),
            When(
                Q(state=ReturnState.APPROVED, correcting__isnull=False), then=Concat(Value(CORRECTING), F("correcting"))
            ),
            When(is_first & Q(state=ReturnState.DRAFT) & ~has_figures, then=Value(ReturnStatus.NOT_BEGUN)),
            When(is_first | Q(state=ReturnState.APPROVED), then=F("state")),
            default=Concat(Value(CORRECTING), F("state")),
            output_field=CharField(),
        )
        return self.annotate(correcting=Subquery(correction)).annotate(status_code=found)

    def with_first_report(self) -> "ReturnQuerySet":
        """Each first revision with ``is_reported``, whether it ever was, and ``reported_at``, when for the first time.

        A later submission, of a correction or after it came back, does not count; None for what a package reported.
        """
        first = ReturnMove.objects.filter(quarterly_return=OuterRef("pk"), to_state__in=REPORTED).order_by("pk")
        moment = Case(When(action="submit", then=F("at")))
        reported = Exists(first) | Q(state__in=[*REPORTED, ReturnState.SUPERSEDED])
        return self.filter(corrects__isnull=True).annotate(
            is_reported=Case(When(reported, then=Value(True)), default=Value(False)),
            reported_at=Subquery(first.annotate(moment=moment).values("moment")[:1]),
        )

    def standing(self) -> "ReturnQuerySet":
        """All returns except discarded corrections."""
        return self.exclude(state=ReturnState.DISCARDED)

    def visible_to(self, user) -> "ReturnQuerySet":
        return self.filter(user.scope.areas("township__code"))


class Return(models.Model):
    """The figures of a street or town for a quarter (季报); a correction is a new revision that names the old one."""

    township = models.ForeignKey(Area, models.PROTECT, related_name="returns", verbose_name="街镇")
    county = models.CharField("县区编码", max_length=6)
    period = models.CharField("季度", max_length=6)
    revision = models.PositiveSmallIntegerField("版次", default=1)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name="更正的版次"
    )
    reason = models.TextField("更正原因", blank=True)
    explanation = models.CharField("对合计的说明", max_length=500, blank=True)
    state = models.CharField("状态", max_length=12, choices=ReturnState, default=ReturnState.DRAFT)
    version = models.PositiveIntegerField("版本号", default=0, help_text="每次改动加一，用来发现过期的页面")
    created_at = models.DateTimeField("建立时间", default=clock.now, editable=False)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季报"
        ordering = ["-period", "township_id", "-revision"]
        indexes = [models.Index(fields=["county", "period"], name="return_county_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["township", "period", "revision"],
                name="return_revision_unique",
                violation_error_message="该街镇本季度已有这一版次的季报。",
            ),
            models.CheckConstraint(
                condition=Q(revision=1, corrects__isnull=True)
                | Q(revision__gt=1, corrects__isnull=False) & ~Q(reason=""),
                name="return_correction_names_old",
                violation_error_message="更正必须写明被更正的版次和原因。",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=~Q(state=ReturnState.DISCARDED),
                name="return_one_correction",
                violation_error_message="这一版季报已经在更正。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.township.name}{self.quarter.label}季报"

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)

    @property
    def status(self) -> ReturnStatus:
        """How it stands; read with it (``with_status``), else asked for."""
        code = getattr(self, "status_code", None) or Return.objects.with_status().get(pk=self.pk).status_code
        return ReturnStatus(code)

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def is_with_township(self) -> bool:
        return self.state in WITH_TOWNSHIP

    @property
    def correction(self) -> "Return | None":
        """The revision that corrects this one, unless it was discarded; only what was approved can have one."""
        if self.state not in (ReturnState.APPROVED, ReturnState.SUPERSEDED):
            return None
        return self.corrections.standing().first()

    def has_hand_of(self, user) -> bool:
        """Whether ``user`` entered, signed or submitted figures of this return, or of a revision that it builds on."""
        same = {"quarterly_return__township_id": self.township_id, "quarterly_return__period": self.period}
        return (
            self.was_entered_by(user)
            or ReturnMove.objects.filter(by=user, action__in=["hand_up", "submit"], **same).exists()
        )

    def was_entered_by(self, user) -> bool:
        """Whether ``user`` typed a figure of the township's quarter, in whichever revision."""
        same = {"township_id": self.township_id, "period": self.period}
        return Return.objects.filter(lines__entries__by=user, **same).exists()

    @property
    def sent_back(self) -> "ReturnMove | None":
        """The latest step by which the bureau sent this revision back; None when it never did."""
        return self.moves.filter(action="send_back").select_related("by").last()


_DONE = {
    ReturnAction.SUBMIT: "报送",
    ReturnAction.CORRECT: "开始更正",
    "look": "打开审核",
    "import": "数据导入",
}
"""What was done, where it is not called as the action is, or was none."""


class ReturnMove(models.Model):
    """A step in the life of a return: who, when, from, to, and why."""

    quarterly_return = models.ForeignKey(
        Return, models.PROTECT, related_name="moves", verbose_name="季报", db_column="owner_id"
    )
    action = models.CharField("动作", max_length=20)
    from_state = models.CharField("原状态", max_length=12, choices=ReturnState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=ReturnState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.TextField("原因", blank=True)
    version = models.PositiveIntegerField("版本号", null=True, help_text="这一步之后季报的版本号；导入的没有")

    class Meta:
        db_table = "returns_move"
        verbose_name = verbose_name_plural = "季报流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["quarterly_return", "version"], name="move_once_a_version"),
            worded(
                Q(to_state=ReturnState.RETURNED),
                "reason",
                name="move_return_needs_reason",
                sentence="退回必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarterly_return_id} {self.action}"

    @property
    def subject(self) -> Return:
        return self.quarterly_return

    @property
    def deed(self) -> str:
        """What was done, in words; ValueError for a step that has none."""
        return _DONE.get(self.action) or ReturnAction(self.action).label

    @property
    def receipt_number(self) -> str:
        """What a receipt is asked for by: quarter, township, revision and the step within it."""
        return f"{self.quarterly_return.period}-{self.quarterly_return.township_id}-{self.quarterly_return.revision:02d}-{self.version or 0:04d}"


MOVES_GUARD = AppendOnly("returns_move", "returns_move", "季报流转只能增加，不能修改或删除。")

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
    reason = models.CharField("原因类别", max_length=12, choices=ExplanationReason, blank=True)
    explained = models.JSONField(
        "说明所指的数字", null=True, blank=True, help_text="作出说明时的五项数字和其中所说明的；导入和早先的说明没有"
    )
    taken = models.JSONField("取自来源", default=dict, blank=True, help_text="指标到来源；人工填报的不列")
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
    source = models.CharField("取自来源", max_length=12, blank=True, help_text="经确认采用的建议；空白是人工填报")

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
