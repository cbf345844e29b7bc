"""Problems with what points to them, their steps, words and files; cases of fees and monopolies, and who reported them."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.posts import Post
from accounts.units import Addressee, AddresseeKind
from areas.models import Area, Operator
from common import clock
from common.append_only import AppendOnly
from common.constraints import worded
from evidence.models import KeptPhoto
from problems.sight import ProblemQuerySet
from problems.vocabulary import (
    ENDED,
    TAKEN_UP,
    UNSOLVED,
    CaseAuthority,
    CaseGround,
    CaseOutcome,
    FileRole,
    MemberKind,
    PlaceTable,
    ProblemAction,
    ProblemKind,
    ProblemSource,
    ProblemState,
)

LONGEST_TEXT = 500


def _person(label: str, **options) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **options)


class Problem(models.Model):
    """A problem (问题): what stands in the way, where, which unit and person see to it, and by when.

    ``table`` and ``key`` name the place in the register, ``area`` the area in which it lies. ``mark`` names the cause of one
    that the portal found by itself: there is one problem for each. ``into`` is the problem that it became a part of.
    """

    county = models.CharField("县区编码", max_length=6)
    kind = models.CharField("类别", max_length=12, choices=ProblemKind)
    text = models.CharField("情况", max_length=LONGEST_TEXT)
    source = models.CharField("来源", max_length=12, choices=ProblemSource)
    mark = models.CharField("成因", max_length=120, blank=True)
    table = models.CharField("表", max_length=20, choices=PlaceTable)
    key = models.CharField("编码", max_length=64)
    place = models.CharField("地点", max_length=200)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="所属区域")
    operator = models.ForeignKey(
        Operator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="涉及运营企业"
    )
    firm = models.CharField("物业服务企业", max_length=100, blank=True)
    lon = models.FloatField("经度", null=True, blank=True, help_text="WGS-84，度")
    lat = models.FloatField("纬度", null=True, blank=True, help_text="WGS-84，度")
    to_kind = models.CharField("责任单位类别", max_length=12, choices=AddresseeKind)
    to_area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位所属区域"
    )
    to_operator = models.ForeignKey(
        Operator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任运营企业"
    )
    to_unit = models.CharField("责任单位", max_length=100)
    person = _person("责任人", null=True, blank=True)
    due_on = models.DateField("办理期限", null=True, help_text="空白：工作日表没有那一天")
    opened_by = _person("登记人", null=True)
    opened_at = models.DateTimeField("登记时间", default=clock.now, editable=False)
    solved_by = _person("报告解决的人", null=True)
    into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", verbose_name="并入的问题")
    state = models.CharField("状态", max_length=12, choices=ProblemState, default=ProblemState.OPEN)
    version = models.PositiveIntegerField("版本号", default=0)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["county", "state", "due_on"], name="problem_county_state"),
            models.Index(fields=["table", "key"], name="problem_of_thing"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="problem_has_text", violation_error_message="请填写问题情况。"
            ),
            models.UniqueConstraint(
                fields=["county", "mark"],
                condition=~Q(mark="") & ~Q(state=ProblemState.WITHDRAWN),
                name="problem_once_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(to_kind=AddresseeKind.OPERATOR, to_operator__isnull=False, to_area__isnull=True)
                | (~Q(to_kind=AddresseeKind.OPERATOR) & Q(to_operator__isnull=True, to_area__isnull=False)),
                name="problem_unit_fits",
                violation_error_message="责任单位与类别不符。",
            ),
            models.CheckConstraint(
                condition=Q(state=ProblemState.MERGED, into__isnull=False)
                | (~Q(state=ProblemState.MERGED) & Q(into__isnull=True)),
                name="problem_merged_has_target",
                violation_error_message="并入的问题须写明并入哪一个。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}：{self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("problems:problem", args=[self.pk])

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.area_id

    @property
    def unit(self) -> Addressee:
        return Addressee(AddresseeKind(self.to_kind), self.to_area_id, self.to_operator_id, self.to_unit)

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    def is_overdue(self, on: date) -> bool:
        return self.state in UNSOLVED and self.due_on is not None and self.due_on < on

    def is_handled_by(self, user) -> bool:
        """Whether it is the unit of ``user`` that has to see to it."""
        unit = Addressee.of(user)
        return unit is not None and unit.key == self.unit.key

    def is_closed_by(self, user) -> bool:
        """Whether ``user`` may judge that it is solved: never who solved it, and of another unit, but within the bureau of another person.

        Where figures say that it is solved, the person who had it stands for who solved it.
        """
        solver = self.solved_by_id or self.person_id
        if user.pk == solver or not user.scope.holds(self.area_id):
            return False
        return not self.is_handled_by(user) or self.to_kind == AddresseeKind.BUREAU

    def is_steered_by(self, user) -> bool:
        """Whether ``user`` may say whose it is: the unit that has it, and the bureau of its district."""
        is_bureau = user.post in (Post.REVIEWER, Post.BUREAU_HEAD) and user.scope.holds(self.area_id)
        return is_bureau or self.is_handled_by(user)

    def is_written_by(self, user) -> bool:
        return self.opened_by_id is not None and self.opened_by_id == user.pk

    def is_withdrawn_by(self, user) -> bool:
        """Whether ``user`` may take it back: who wrote it down, while nobody has taken it up; never a part split off another one."""
        if not self.is_written_by(user) or self.source == ProblemSource.PART:
            return False
        return not self.moves.filter(action__in=TAKEN_UP).exists()


class ProblemMember(models.Model):
    """What points to a problem: a sample, an order, a site …; ``over_at`` says since when the figures tell that it is over."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="members", verbose_name="问题")
    kind = models.CharField("类别", max_length=12, choices=MemberKind)
    key = models.CharField("编码", max_length=130)
    name = models.CharField("名称", max_length=200)
    words = models.CharField("情况", max_length=500, blank=True)
    since = models.DateTimeField("列入时间", default=clock.now, editable=False)
    over_at = models.DateTimeField("已消除时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题所含对象"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["problem", "kind", "key"], name="problem_member_once")]
        indexes = [models.Index(fields=["kind", "key"], name="problem_member_key")]

    def __str__(self) -> str:
        return self.name


class ProblemMove(models.Model):
    """A step in the life of a problem: who (nobody: the figures), when, from, to, and what was said; ``to_unit``: to whom it went."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="moves", verbose_name="问题")
    action = models.CharField("动作", max_length=12, choices=ProblemAction)
    from_state = models.CharField("原状态", max_length=12, choices=ProblemState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=ProblemState)
    by = _person("经手人", null=True)
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.TextField("说明", blank=True)
    to_unit = models.CharField("责任单位", max_length=100, blank=True)
    due_on = models.DateField("办理期限", null=True)
    version = models.PositiveIntegerField("版本号")

    class Meta:
        verbose_name = verbose_name_plural = "问题流转"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["problem", "version"], name="problem_move_once_a_version"),
            worded(
                Q(
                    action__in=(
                        ProblemAction.HAND_OVER, ProblemAction.SOLVE, ProblemAction.SEND_BACK, ProblemAction.MERGE,
                        ProblemAction.SPLIT, ProblemAction.WITHDRAW,
                    )
                ),
                "reason",
                name="problem_move_has_reason",
                sentence="转办、报告解决、退回、并入、拆分和撤回必须写明情况。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.problem_id} {self.action}"

    @property
    def subject(self) -> Problem:
        return self.problem

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return self.get_action_display()

    @property
    def is_late(self) -> bool:
        """Whether it was reported solved after the day that held then."""
        return (
            self.action == ProblemAction.SOLVE
            and self.due_on is not None
            and timezone.localtime(self.at).date() > self.due_on
        )


class ProblemNote(models.Model):
    """What somebody said about a problem, to whoever sees it."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="notes", verbose_name="问题")
    text = models.CharField("内容", max_length=LONGEST_TEXT)
    by = _person("留言人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "问题留言"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="problem_note_has_text", violation_error_message="请填写留言内容。"
            )
        ]

    def __str__(self) -> str:
        return f"{self.problem}的留言"


class ProblemFile(KeptPhoto):
    """A photo before or after, a contract or receipt, an answer; once it is there it stays."""

    place = "problem-"

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="files", verbose_name="问题")
    role = models.CharField("内容", max_length=10, choices=FileRole)
    by = _person("上传人")
    at = models.DateTimeField("上传时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "问题材料"
        ordering = ["pk"]

    @property
    def area_code(self) -> str:
        return self.problem.area_id


class FeeCase(models.Model):
    """A case of a fee or a monopoly: who asked whom for what, how much (yuan), against which ground, and what became of it."""

    problem = models.OneToOneField(Problem, models.PROTECT, related_name="case", verbose_name="问题")
    ground = models.CharField("违反的规定", max_length=12, choices=CaseGround)
    asked_by = models.CharField("收费方", max_length=100)
    asked_of = models.CharField("被收费方", max_length=100, blank=True)
    asked_for = models.CharField("收费名目", max_length=200)
    amount = models.DecimalField("金额", max_digits=12, decimal_places=2, null=True, blank=True, help_text="元")
    outcome = models.CharField("处理结果", max_length=12, choices=CaseOutcome, blank=True)
    refund = models.DecimalField("退还金额", max_digits=12, decimal_places=2, null=True, blank=True, help_text="元")
    refunded_on = models.DateField("退还日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "收费和垄断案件"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="case_amount_is_some",
                violation_error_message="金额应大于 0；没有金额的留空。",
            ),
            models.CheckConstraint(
                condition=Q(refund__isnull=True, refunded_on__isnull=True)
                | Q(refund__gt=0, refunded_on__isnull=False, outcome=CaseOutcome.REFUNDED),
                name="case_refund_whole",
                violation_error_message="退还须有金额和日期，处理结果为已退还。",
            ),
            models.CheckConstraint(
                condition=Q(refund__isnull=True) | Q(amount__isnull=True) | Q(refund__lte=models.F("amount")),
                name="case_refund_within",
                violation_error_message="退还金额不能大于收费金额。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.problem)

    @property
    def area_code(self) -> str:
        return self.problem.area_id


class CaseReferral(models.Model):
    """A case passed to an authority (移送), when, by when an answer is due, and what it answered.

    ``paper`` is the number (文号) of its answer, ``outcome`` and refund what it says became of the case. ``is_own``: its own people
    wrote the answer; else the unit that has the case did on its behalf.
    """

    case = models.ForeignKey(FeeCase, models.PROTECT, related_name="referrals", verbose_name="案件")
    authority = models.CharField("主管部门", max_length=10, choices=CaseAuthority)
    sent_by = _person("移送人")
    sent_on = models.DateField("移送日期")
    due_on = models.DateField("反馈期限", null=True)
    answer = models.CharField("反馈", max_length=LONGEST_TEXT, blank=True)
    answered_on = models.DateField("反馈日期", null=True, blank=True)
    answered_by = _person("登记反馈的人", null=True, blank=True)
    paper = models.CharField("反馈文号", max_length=60, blank=True)
    outcome = models.CharField("反馈的处理结果", max_length=12, choices=CaseOutcome, blank=True)
    refund = models.DecimalField(
        "反馈的退还金额", max_digits=12, decimal_places=2, null=True, blank=True, help_text="元"
    )
    refunded_on = models.DateField("反馈的退还日期", null=True, blank=True)
    is_own = models.BooleanField("由该部门自行反馈", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "案件移送"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "authority"],
                condition=Q(answered_on__isnull=True),
                name="case_referral_once",
                violation_error_message="已移送该部门，尚未反馈。",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True, answered_by__isnull=True)
                | ~Q(answer="") & Q(answered_on__isnull=False, answered_by__isnull=False),
                name="case_answer_whole",
                violation_error_message="反馈须有内容、日期和登记人。",
            ),
            models.CheckConstraint(
                condition=Q(refund__isnull=True, refunded_on__isnull=True)
                | Q(refund__gt=0, refunded_on__isnull=False, outcome=CaseOutcome.REFUNDED),
                name="case_answer_refund_whole",
                violation_error_message="退还须有金额和日期，处理结果为已退还。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}（{self.get_authority_display()}）"

    @property
    def area_code(self) -> str:
        return self.case.area_code

    def is_overdue(self, on: date) -> bool:
        return self.answered_on is None and self.due_on is not None and self.due_on < on


class ProblemReporter(models.Model):
    """Who reported a problem (反映人): kept apart, read only by those whom the case concerns, each look in the audit trail."""

    problem = models.OneToOneField(Problem, models.PROTECT, related_name="reporter", verbose_name="问题")
    name = models.CharField("反映人", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "反映人"

    def __str__(self) -> str:
        return str(self.problem)


PROTECTED = (
    AppendOnly("problems_problemmove", "problems_move", "问题的流转只能增加，不能修改或删除。"),
    AppendOnly("problems_problemnote", "problems_note", "问题的留言只能增加，不能修改或删除。"),
    AppendOnly("problems_problemfile", "problems_file", "问题的材料只能增加，不能修改或删除。"),
)
"""Append-only in the database itself."""
