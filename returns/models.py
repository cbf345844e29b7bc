"""What is reported: one return a quarter of each street and town, a line for each village."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area
from areas.periods import Quarter
from returns.check_models import Checking, CheckTerms
from returns.count_models import OperatorCount
from returns.figures import BY_NAME, NAMES

__all__ = [
    "AT_BUREAU",
    "EDITABLE",
    "FIGURES",
    "WITH_TOWNSHIP",
    "CheckTerms",
    "Checking",
    "FigureEntry",
    "LineStatus",
    "Move",
    "Objection",
    "OperatorCount",
    "Return",
    "ReturnLine",
    "Round",
    "State",
    "Unlock",
    "Urge",
    "Why",
]


class State(models.TextChoices):
    """Where a return stands."""

    DRAFT = "draft", "草稿"
    SIGNING = "signing", "待签发"
    SUBMITTED = "submitted", "已报送"
    REVIEWING = "reviewing", "审核中"
    PASSED = "passed", "待审定"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审核"
    SUPERSEDED = "superseded", "已被更正"
    DISCARDED = "discarded", "已撤销"


AT_BUREAU = (State.SUBMITTED, State.REVIEWING, State.PASSED)
"""In these states the bureau has it and has not decided."""

EDITABLE = (State.DRAFT, State.RETURNED)
"""In these states the township may change figures."""

WITH_TOWNSHIP = (*EDITABLE, State.SIGNING)
"""In these states it is not reported yet."""


class LineStatus(models.TextChoices):
    """What a line's figures may be used for: approved ones for every verdict, submitted ones where reported count."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已报送"
    APPROVED = "approved", "已审核"
    SUPERSEDED = "superseded", "已被更正"
    DISCARDED = "discarded", "已撤销"


FIGURES = NAMES
"""The five figures of a line, in the order of the form."""


def _figure(name: str) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(BY_NAME[name].label, null=True, blank=True)


class ReturnQuerySet(models.QuerySet):
    def with_submission(self) -> "ReturnQuerySet":
        """Each with ``submitted_at``, when it was last submitted; None when it was not, or a package brought it in."""
        submissions = Move.objects.filter(owner=models.OuterRef("pk"), action="submit").order_by("-pk")
        return self.annotate(submitted_at=models.Subquery(submissions.values("at")[:1]))

    def corrections_in_effect(self, code: str, period: str = "") -> "ReturnQuerySet":
        """The approved corrections that bear on the area ``code``, each with ``approved_at``, the latest last.

        Without ``period`` those of every quarter.
        """
        approvals = Move.objects.filter(owner=models.OuterRef("pk"), to_state=State.APPROVED).order_by("-pk")
        held = self.filter(state=State.APPROVED, corrects__isnull=False)
        held = held.filter(period=period) if period else held
        bearing = held.filter(township_id=code[:9]) if len(code) >= 9 else held.filter(county=code)
        approved_at = models.Subquery(approvals.values("at")[:1])
        return bearing.annotate(approved_at=approved_at).select_related("township").order_by("approved_at", "pk")

    def standing(self) -> "ReturnQuerySet":
        """Without corrections that were begun by mistake and discarded."""
        return self.exclude(state=State.DISCARDED)

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
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField("版本号", default=0, help_text="每次改动加一，用来发现过期的页面")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

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
                condition=~Q(state=State.DISCARDED),
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
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def is_with_township(self) -> bool:
        return self.state in WITH_TOWNSHIP

    @property
    def correction(self) -> "Return | None":
        """The revision that corrects this one, unless it was discarded; only what was approved can have one."""
        if self.state not in (State.APPROVED, State.SUPERSEDED):
            return None
        return self.corrections.standing().first()

    def has_hand_of(self, user) -> bool:
        """Whether ``user`` entered, signed or submitted figures of this return, or of a revision that it builds on."""
        same = {"owner__township_id": self.township_id, "owner__period": self.period}
        return (
            self.was_entered_by(user) or Move.objects.filter(by=user, action__in=["hand_up", "submit"], **same).exists()
        )

    def was_entered_by(self, user) -> bool:
        """Whether ``user`` typed a figure of the township's quarter, in whichever revision."""
        same = {"line__owner__township_id": self.township_id, "line__owner__period": self.period}
        return FigureEntry.objects.filter(by=user, **same).exists()

    @property
    def sent_back(self) -> "Move | None":
        """The latest step by which the bureau sent this revision back; None when it never did."""
        return self.moves.filter(action="send_back").select_related("by").last()


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
        """The same for several quarters at once; by the village's code and the period."""
        known = self.filter(status__in=[LineStatus.APPROVED, LineStatus.SUBMITTED])
        lines = known.filter(area__code__startswith=township, period__in=[str(quarter) for quarter in quarters])
        approved_last = sorted(lines, key=lambda line: line.status == LineStatus.APPROVED)
        return {(line.area_id, line.period): line for line in approved_last}

    def visible_to(self, user) -> "ReturnLineQuerySet":
        return self.filter(user.scope.areas("area__code"))


class ReturnLine(models.Model):
    """The five figures of a village or community; a blank one is missing, never 0."""

    owner = models.ForeignKey(Return, models.CASCADE, related_name="lines", verbose_name="季报")
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
            models.UniqueConstraint(fields=["owner", "area"], name="line_once_in_return"),
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
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "填报记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line_id} {self.figure}"


_DONE = {
    "open": "开始填报",
    "hand_up": "提请签发",
    "hand_back": "退回经办",
    "submit": "报送",
    "withdraw": "撤回",
    "look": "打开审核",
    "take": "受理",
    "pass": "审核通过，报请审定",
    "approve": "审核通过",
    "confirm": "审定",
    "overrule": "退回审核员",
    "send_back": "退回",
    "discard": "撤销更正",
    "correct": "开始更正",
    "supersede": "由更正取代",
    "import": "数据导入",
}


class Move(models.Model):
    """A step in the life of a return: who, when, from, to, and why."""

    owner = models.ForeignKey(Return, models.PROTECT, related_name="moves", verbose_name="季报")
    action = models.CharField("动作", max_length=20)
    from_state = models.CharField("原状态", max_length=12, choices=State, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=State)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", auto_now_add=True)
    reason = models.TextField("原因", blank=True)
    version = models.PositiveIntegerField("版本号", null=True, help_text="这一步之后季报的版本号；导入的没有")

    class Meta:
        verbose_name = verbose_name_plural = "季报流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "version"], name="move_once_a_version"),
            models.CheckConstraint(
                condition=~Q(to_state=State.RETURNED) | ~Q(reason=""),
                name="move_return_needs_reason",
                violation_error_message="退回必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.action}"

    @property
    def past(self) -> str:
        """What was done, in words; a package's step as it calls it."""
        return _DONE.get(self.action, self.action)

    @property
    def receipt_number(self) -> str:
        """What a receipt is asked for by: quarter, township, revision and the step within it."""
        return f"{self.owner.period}-{self.owner.township_id}-{self.owner.revision:02d}-{self.version or 0:04d}"


class Why(models.TextChoices):
    """Why a figure is sent back (退回原因)."""

    MISSING = "missing", "数字缺失"
    JUMP = "jump", "与上季度相差过大"
    OPERATORS = "operators", "与运营企业数据不符"
    DEFINITION = "definition", "口径错误"
    OTHER = "other", "其他"


class Objection(models.Model):
    """A figure that the bureau sent back, and why; only such figures can then be changed."""

    move = models.ForeignKey(Move, models.CASCADE, related_name="objections", verbose_name="退回")
    line = models.ForeignKey(ReturnLine, models.PROTECT, related_name="objections", verbose_name="季报行")
    figure = models.CharField("指标", max_length=40)
    value = models.PositiveIntegerField("退回时的数字", null=True)
    why = models.CharField("原因", max_length=12, choices=Why)
    text = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "退回的数字"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["move", "line", "figure"], name="objection_once_a_figure"),
            models.CheckConstraint(
                condition=~Q(why=Why.OTHER) | ~Q(text=""),
                name="objection_other_is_explained",
                violation_error_message="原因选“其他”时要写明说明。",
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
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="开放人"
    )
    opened_at = models.DateTimeField("开放时间", auto_now_add=True)

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
    at = models.DateTimeField("时间", auto_now_add=True)

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


class Reminder(models.Model):
    """The day's reminder by mail to a person: at most one; not ``sent_at``: it failed, and may be tried again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="收件人")
    on = models.DateField("日期")
    sent_at = models.DateTimeField("发出时间", null=True)
    problem = models.CharField("没有发出的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "邮件提醒"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="reminder_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.on}"
