"""Passing several clean returns at once, with a preview; one with anything odd is read by itself."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import requires
from accounts.posts import ROLE_GRANTS, Power
from common.exceptions import Refused
from entry import threads
from returns import surveying
from returns.checks import ODDITIES
from returns.models import Return, ReturnState
from returns.moves import ReturnAction, passing
from returns.review import decisions
from returns.sheet import ReturnSheet, sheet_of
from returns.surveying import ReturnSurvey

_DEEDS = {ReturnAction.APPROVE: decisions.approve, ReturnAction.PASS: decisions.pass_}

BUREAU_POSTS = [post for post, grants in ROLE_GRANTS.items() if Power.REVIEW_RETURNS in grants.powers]


@dataclass(frozen=True)
class ApprovalCandidate:
    """A submitted return, and why it cannot go with the others (blank: it can)."""

    quarterly_return: Return
    sheet: ReturnSheet
    obstacle: str

    @property
    def key(self) -> str:
        """The return as the page showed it."""
        return f"{self.quarterly_return.pk}-{self.quarterly_return.version}"


@requires(Power.REVIEW_RETURNS)
def batch(request: HttpRequest) -> HttpResponse:
    """The preview of all that waits, and the passing of what is chosen of it."""
    candidates = _candidates(request.user)
    if request.method == "POST":
        return _passed(request, candidates)
    ready = [each for each in candidates if not each.obstacle]
    context = {
        "ready": ready,
        "others": [each for each in candidates if each.obstacle],
        "is_final": passing() == ReturnAction.APPROVE,
    }
    return render(request, "returns/review/batch.html", context)


def _candidates(user) -> list[ApprovalCandidate]:
    waiting = Return.objects.visible_to(user).filter(state=ReturnState.SUBMITTED).select_related("township")
    return [_candidate(quarterly_return, user) for quarterly_return in waiting.order_by("period", "township_id")]


def _candidate(quarterly_return: Return, user) -> ApprovalCandidate:
    sheet = sheet_of(quarterly_return)
    return ApprovalCandidate(quarterly_return, sheet, _obstacle(quarterly_return, sheet, user))


def _obstacle(quarterly_return: Return, sheet: ReturnSheet, user) -> str:
    """All that keeps it from going with the others, what was found on its figures first."""
    if quarterly_return.has_hand_of(user):
        return "有您经手的数字，须由其他审核员办理"
    survey = surveying.lay(sheet)
    odd = sum(bool(row.problems) for row in sheet.rows)
    whole = [problem.gist for problem in sheet.total_problems]
    said = [*whole[:1], *([f"有 {odd} 行须核对"] if odd else [])]
    return "；".join([*said, *_oddest(sheet, survey), *_course_of(quarterly_return)])


def _course_of(quarterly_return: Return) -> list[str]:
    """What in the course of the return asks for a look, whatever its figures."""
    found = []
    if quarterly_return.corrects_id:
        found.append("为更正，须逐份审核")
    if quarterly_return.sent_back:
        found.append("退回后重新报送，须逐份审核")
    if asked := threads.addressed(threads.open_threads("return", str(quarterly_return.pk)), BUREAU_POSTS):
        found.append(f"有 {len(asked)} 条未处理的批注")
    return found


def _oddest(sheet: ReturnSheet, survey: ReturnSurvey) -> list[str]:
    """The oddest row in words, where one stands out."""
    rows = {row.area.code: row for row in sheet.rows if any(each.code == ODDITIES for each in row.problems)}
    for oddity in survey.oddities:
        if oddity.code in rows:
            return [f"最异常的是{rows[oddity.code].area.name}：{oddity.words}"]
    return []


def _passed(request: HttpRequest, candidates: list[ApprovalCandidate]) -> HttpResponse:
    """Each by itself, so that one that somebody else was faster with does not hold up the others."""
    chosen = set(request.POST.getlist("return"))
    ready = [each for each in candidates if each.key in chosen and not each.obstacle]
    passed, refusals = 0, []
    for each in ready:
        try:
            _DEEDS[passing()](
                quarterly_return=each.quarterly_return, version=each.quarterly_return.version, by=request.user
            )
            passed += 1
        except Refused as refusal:
            refusals.append(f"{each.quarterly_return}：{refusal}")
    left = len(chosen) - len(ready)
    if passed:
        messages.success(request, f"已审核通过 {passed} 份季报。")
    if left:
        refusals.append(f"{left} 份在您打开页面之后有变化，未通过，请重新核对。")
    if not chosen:
        refusals.append("未选择季报，未作任何改动。")
    for sentence in refusals:
        messages.error(request, sentence)
    return redirect("returns:batch")
