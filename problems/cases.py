"""Cases of fees and monopolies (M10, M13): opened, passed to an authority, answered, brought to an outcome; who reported them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet, Sum

from accounts import audit
from accounts.models import User
from accounts.posts import Power
from accounts.units import AddresseeKind
from common import clock
from common.exceptions import Refused, Stale
from problems import actions
from problems.actions import ShownFile
from problems.authorities import authority_of
from problems.drafts import ProblemDraft
from problems.kinds import due_in
from problems.masking import masked
from problems.models import LONGEST_TEXT, CaseReferral, FeeCase, Problem, ProblemReporter
from problems.vocabulary import ENDED, CaseAuthority, CaseGround, CaseOutcome
from witness.sealing import seal

REFERRAL = "referral"
"""How the plan's file calls the time that an authority has for its answer."""


@dataclass(frozen=True)
class CaseDraft:
    """Who asked whom for what; ``amount`` in yuan, None where none was named; who reported it, both blank where nobody said."""

    ground: CaseGround
    asked_by: str
    asked_for: str
    asked_of: str = ""
    amount: Decimal | None = None
    reporter: str = ""
    phone: str = ""


@transaction.atomic
def open_case(
    *, draft: ProblemDraft, case: CaseDraft, by: User, files: Sequence[ShownFile] = (), is_apart: bool = False
) -> Problem:
    """Write down a problem that is a case. AlreadyOpen where the same is open, unless it ``is_apart``."""
    problem = actions.open_problem(draft=draft, by=by, files=files, is_apart=is_apart)
    row = FeeCase.objects.create(
        problem=problem,
        ground=case.ground,
        asked_by=masked(case.asked_by)[0],
        asked_of=masked(case.asked_of)[0],
        asked_for=masked(case.asked_for)[0],
        amount=case.amount,
    )
    seal(row)
    if case.reporter or case.phone:
        name, phone = masked(case.reporter)[0], masked(case.phone)[0]
        ProblemReporter.objects.create(problem=problem, name=name, phone=phone)
    detail = {"asked_by": row.asked_by, "asked_for": row.asked_for, "amount": _yuan(row.amount), "ground": row.ground}
    audit.record(action="case.open", by=by, subject=row, detail=detail)
    return problem


def _yuan(amount: Decimal | None) -> str:
    """Exact, as it was typed; blank where none was named."""
    return "" if amount is None else f"{amount:.2f}"


def may_handle(problem: Problem, user: User) -> bool:
    """Whether the person's unit has the case, and it is open."""
    return problem.is_open and user.may(Power.HANDLE_PROBLEMS) and problem.is_steered_by(user)


def _require(problem: Problem, by: User) -> FeeCase:
    """The case, held with its problem until the transaction ends; Refused to who does not handle it, Stale once it is closed."""
    if not by.may(Power.HANDLE_PROBLEMS) or not actions.hold(problem).is_steered_by(by):
        raise Refused("该案件不由您的单位办理。")
    return _held(problem)


def _held(problem: Problem) -> FeeCase:
    """The case, held with its problem; Stale once that is closed."""
    held = actions.hold(problem)
    if not held.is_open:
        raise Stale(f"未办理：该案件{held.get_state_display()}。")
    return FeeCase.objects.select_for_update().get(problem=held)


@transaction.atomic
def refer(*, problem: Problem, authority: str, on: date, by: User) -> CaseReferral:
    """Pass a case to an authority; its time begins with the day. Refused where it has it already."""
    case = _require(problem, by)
    if authority not in CaseAuthority.values:
        raise Refused("请选择主管部门。")
    if on > clock.today():
        raise Refused(f"移送日期不能晚于今天（{clock.today()}）。")
    try:
        with transaction.atomic():
            row = CaseReferral.objects.create(
                case=case, authority=authority, sent_by=by, sent_on=on, due_on=due_in(REFERRAL, on)
            )
    except IntegrityError:
        raise Refused(f"已移送{CaseAuthority(authority).label}，尚未反馈。") from None
    seal(row)
    audit.record(action="case.refer", by=by, subject=row, detail={"authority": row.authority, "due_on": row.due_on})
    return row


@dataclass(frozen=True)
class CaseResult:
    """What became of a case, as an authority answers or the unit that has it concludes; ``refund`` in yuan, blank: not said yet."""

    outcome: str = ""
    refund: Decimal | None = None
    refunded_on: date | None = None

    def require_fitting(self, case: FeeCase) -> None:
        """Refused where outcome, amount and day do not fit each other or the case."""
        is_refunded = self.outcome == CaseOutcome.REFUNDED
        if is_refunded != (self.refund is not None) or is_refunded != (self.refunded_on is not None):
            raise Refused("已退还的，请填写退还金额和日期；其他结果不填。")
        if self.refund is not None and case.amount is not None and self.refund > case.amount:
            raise Refused(f"退还金额 {self.refund:.2f} 元大于收费金额 {case.amount:.2f} 元，请核对。")
        if self.refunded_on is not None and self.refunded_on > clock.today():
            raise Refused(f"退还日期不能晚于今天（{clock.today()}）。")


def answers_itself(referral: CaseReferral, user: User) -> bool:
    """Whether the person belongs to the authority that the case was passed to."""
    return authority_of(user) == referral.authority and user.scope.holds(referral.area_code)


@transaction.atomic
def answer(
    *,
    referral: CaseReferral,
    text: str,
    on: date,
    by: User,
    files: Sequence[ShownFile] = (),
    paper: str = "",
    result: CaseResult | None = None,
) -> CaseReferral:
    """Write down what the authority answered, once, by its own people or on its behalf by the unit that has the case.

    Stale where somebody did.
    """
    problem, is_own = referral.case.problem, answers_itself(referral, by)
    case = _held(problem) if is_own else _require(problem, by)
    result = result or CaseResult()
    result.require_fitting(case)
    text, _ = masked(text.replace("\r\n", "\n").strip())
    if not text:
        raise Refused("请填写反馈内容。")
    if len(text) > LONGEST_TEXT:
        raise Refused(f"反馈内容有 {len(text)} 字，最多 {LONGEST_TEXT} 字，请删减。")
    if not referral.sent_on <= on <= clock.today():
        raise Refused(f"反馈日期应在移送日期（{referral.sent_on}）和今天之间。")
    said = {
        "answer": text, "answered_on": on, "answered_by": by, "paper": masked(paper.strip())[0], "is_own": is_own, **vars(result),
    }  # fmt: skip
    if not CaseReferral.objects.filter(pk=referral.pk, answered_on=None).update(**said):
        raise Stale("该部门的反馈已登记，请核对。")
    referral.refresh_from_db()
    seal(referral)
    if files:
        actions.add_files(problem=problem, files=files, by=by)
    detail = {
        "answer": text, "answered_on": on, "paper": referral.paper, "outcome": referral.outcome, "refund": _yuan(referral.refund),
        "is_own": is_own,
    }  # fmt: skip
    audit.record(action="case.answer", by=by, subject=referral, detail=detail)
    return referral


@transaction.atomic
def conclude(*, problem: Problem, outcome: str, refund: Decimal | None, refunded_on: date | None, by: User) -> FeeCase:
    """What became of a case, with what was paid back and when. Refused where these do not fit."""
    case = _require(problem, by)
    if outcome not in CaseOutcome.values:
        raise Refused("请选择处理结果。")
    CaseResult(outcome, refund, refunded_on).require_fitting(case)
    before = case.outcome
    case.outcome, case.refund, case.refunded_on = outcome, refund, refunded_on
    case.save(update_fields=["outcome", "refund", "refunded_on"])
    seal(case)
    detail = {"outcome": [before, outcome], "refund": _yuan(refund), "refunded_on": refunded_on}
    audit.record(action="case.conclude", by=by, subject=case, detail=detail)
    return case


# ------------------------------------------------ who reported it


def may_see_reporter(problem: Problem, user: User) -> bool:
    """Whom the case concerns: the unit that has it, unless that is an operator (often a party to it), and who wrote it down."""
    has_it = problem.is_handled_by(user) and problem.to_kind != AddresseeKind.OPERATOR
    return user.may(Power.HANDLE_PROBLEMS) and (has_it or problem.is_written_by(user))


@transaction.atomic
def reporter(*, problem: Problem, by: User) -> ProblemReporter | None:
    """Who reported it, None where nobody said; the look is told to the audit trail, without the name."""
    if not may_see_reporter(problem, by):
        raise PermissionDenied("反映人只由办理单位和登记人查看。")
    found = ProblemReporter.objects.filter(problem=problem).first()
    audit.record(action="case.look", by=by, subject=problem)
    return found


# ------------------------------------------------ statistics


@dataclass(frozen=True)
class CaseSum:
    """The cases of a firm, or at an estate: how many, open ones among them, yuan asked and paid back."""

    value: str
    """The firm or place as it is kept; blank where none was named."""
    count: int
    open: int
    amount: Decimal
    refund: Decimal

    @property
    def name(self) -> str:
        return self.value or "（未填）"


def sums(problems: QuerySet, by: str) -> list[CaseSum]:
    """The cases among problems by a column of them, those with most first; one query."""
    rows = problems.filter(case__isnull=False).order_by().values(by)
    found = rows.annotate(
        count=Count("pk"),
        open=Count("pk", filter=~Q(state__in=ENDED)),
        amount=Sum("case__amount"),
        refund=Sum("case__refund"),
    )
    zero = Decimal(0)
    return [
        CaseSum(row[by], row["count"], row["open"], row["amount"] or zero, row["refund"] or zero)
        for row in found.order_by("-count", by)
    ]
