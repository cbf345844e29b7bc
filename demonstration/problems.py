"""What stands in the way in the demonstration: a fee that was paid back, ducts that were cleared, a gate that stays shut, and what figures find."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from areas.models import Area, Operator
from areas.vocabulary import AreaKind
from common.clock import standing_on
from demonstration.pictures import photo, sheet
from gate.uploads import IncomingFile
from problems import actions, cases, noticing
from problems.actions import ShownFile
from problems.cases import CaseDraft
from problems.drafts import PlaceOf, ProblemDraft
from problems.models import Problem
from problems.vocabulary import (
    CaseAuthority,
    CaseGround,
    CaseOutcome,
    FileRole,
    ProblemAction,
    ProblemKind,
    ProblemSource,
)

STREET, TOWN = "441802006", "441802107"
PEOPLE = ("fengcheng_jb", "feilaixia_jb", "jxj_shy1", "jxj_fzr", "dianxin", "zjj")
REPORTED_ON, TAKEN_ON, ANSWERED_ON, REFUNDED_ON, CLOSED_ON = (
    date(2019, 3, 11), date(2019, 3, 12), date(2019, 3, 22), date(2019, 3, 25), date(2019, 3, 26),
)  # fmt: skip
CLEARED_FROM, CLEARED_ON, SHUT_ON = date(2019, 3, 20), date(2019, 4, 2), date(2019, 4, 3)
FIRM, FEE = "安居物业服务有限公司（演示）", Decimal("12000.00")


def create_problems() -> None:
    """Nothing where somebody has begun already, or the accounts are not there."""
    people = {user.username: user for user in User.objects.select_related("area", "operator")}
    leaves = Area.objects.select_related("parent__parent").order_by("code")
    estate = leaves.filter(kind=AreaKind.COMPOUND, code__startswith=STREET).first()
    village = leaves.filter(kind=AreaKind.NATURAL_VILLAGE, code__startswith=TOWN).first()
    telecom = Operator.objects.filter(code="telecom").first()
    if Problem.objects.exists() or not set(PEOPLE) <= people.keys() or not (estate and village and telecom):
        return
    _fee(estate, telecom, people)
    _ducts(village, telecom, people)
    _gate(estate, people["fengcheng_jb"])
    _monopoly(leaves.filter(kind=AreaKind.COMPOUND, code__startswith=STREET)[1:2], people)
    noticing.notice_in(STREET[:6])


def _step(
    on: date, problem: Problem, action: ProblemAction, text: str, by: User, files: Sequence[ShownFile] = ()
) -> None:
    with standing_on(on):
        problem.refresh_from_db()
        actions.take_step(problem=problem, action=action, version=problem.version, text=text, by=by, files=files)


def _fee(estate: Area, telecom: Operator, people: dict[str, User]) -> None:
    """A fee that a firm asked for, passed to the department, paid back and closed."""
    place = PlaceOf.of_area(estate)
    bureau, head = people["jxj_shy1"], people["jxj_fzr"]
    text = "物业要求先交进场费，否则不准施工人员进入小区。"
    draft = ProblemDraft(ProblemKind.FEE, place, text, ProblemSource.CITIZEN, telecom, FIRM)
    case = CaseDraft(CaseGround.BEYOND_RULES, FIRM, "进场费", telecom.name, FEE, "林某（演示）")
    receipt = ShownFile(FileRole.PROOF, IncomingFile("收据.jpg", sheet("fee")))
    with standing_on(REPORTED_ON):
        problem = cases.open_case(draft=draft, case=case, by=people["fengcheng_jb"], files=[receipt])
    _step(TAKEN_ON, problem, ProblemAction.ACCEPT, "", bureau)
    with standing_on(TAKEN_ON):
        referral = cases.refer(problem=problem, authority=CaseAuthority.HOUSING, on=TAKEN_ON, by=bureau)
    with standing_on(ANSWERED_ON):
        said = {"text": "已约谈该物业，责令退还。", "paper": "清城建函〔2019〕12号（演示）"}
        cases.answer(referral=referral, on=ANSWERED_ON, by=people["zjj"], **said)
    with standing_on(REFUNDED_ON):
        refunded = {"outcome": CaseOutcome.REFUNDED, "refund": FEE, "refunded_on": REFUNDED_ON}
        cases.conclude(problem=problem, by=bureau, **refunded)
    slip = ShownFile(FileRole.PROOF, IncomingFile("退款凭证.jpg", sheet("refund")))
    _step(REFUNDED_ON, problem, ProblemAction.SOLVE, "进场费已全额退还，施工人员已进场。", bureau, [slip])
    _step(CLOSED_ON, problem, ProblemAction.CLOSE, "", head)


def _ducts(village: Area, telecom: Operator, people: dict[str, User]) -> None:
    """Ducts that the operator has cleared: waits to be closed."""
    draft = ProblemDraft(
        ProblemKind.DUCT,
        PlaceOf.of_area(village),
        "村口至祠堂一段管道堵塞，光缆无法穿放。",
        ProblemSource.FIELD,
        telecom,
    )
    with standing_on(CLEARED_FROM):
        files = [_photo("before", CLEARED_FROM, FileRole.BEFORE)]
        problem = actions.open_problem(draft=draft, by=people["feilaixia_jb"], files=files)
    _step(CLEARED_FROM, problem, ProblemAction.ACCEPT, "", people["dianxin"])
    files = [_photo("after", CLEARED_ON, FileRole.AFTER)]
    _step(CLEARED_ON, problem, ProblemAction.SOLVE, "管道已疏通，光缆已穿放。", people["dianxin"], files)


def _photo(seed: str, on: date, role: FileRole) -> ShownFile:
    at = timezone.make_aware(datetime.combine(on, time(10, 30)))
    return ShownFile(role, IncomingFile(f"{role.label}.jpg", photo(f"ducts {seed}", at, (113.2, 23.9))))


def _gate(estate: Area, by: User) -> None:
    draft = ProblemDraft(ProblemKind.ACCESS, PlaceOf.of_area(estate), "业委会尚未同意在楼道布放分纤箱。", firm=FIRM)
    with standing_on(SHUT_ON):
        actions.open_problem(draft=draft, by=by)


def _monopoly(estates: Sequence[Area], people: dict[str, User]) -> None:
    """A firm that lets one operator in: taken up, and passed to the market's authority, which has not answered yet."""
    for estate in estates:
        text = "开发商与一家运营企业签订排他协议，其他企业不能进入小区施工。"
        draft = ProblemDraft(ProblemKind.MONOPOLY, PlaceOf.of_area(estate), text, ProblemSource.CITIZEN, firm=FIRM)
        with standing_on(CLEARED_FROM):
            problem = cases.open_case(
                draft=draft, case=CaseDraft(CaseGround.MONOPOLY, FIRM, "排他协议"), by=people["fengcheng_jb"]
            )
        _step(SHUT_ON, problem, ProblemAction.ACCEPT, "", people["jxj_shy1"])
        with standing_on(SHUT_ON):
            cases.refer(problem=problem, authority=CaseAuthority.MARKET, on=SHUT_ON, by=people["jxj_shy1"])
