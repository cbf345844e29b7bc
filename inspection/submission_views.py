"""Submissions: what the bureau compiles and signs, what the government decides, and the batch that is announced."""

from collections import Counter
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from acceptance.verdicts.lookups import county_of
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from inspection import compiling, government, notices
from inspection.choosing import UnitChoice
from inspection.desk.views import DESK_READERS
from inspection.hands import ASKED, Apart
from inspection.models import Entry, InspectionMove, PublicObjection, Submission
from inspection.moves import MOVES
from inspection.naming import units_called
from inspection.pages import (
    DECISION_TONES,
    crumbs,
    numbers,
    posted_text,
    refused,
    shown_objections,
    submission_mark,
    submission_or_404,
)
from inspection.paper_views import links
from inspection.vocabulary import Decision, Hand, InspectionAction

_WHERE = "inspection:submission"


@requires(Power.SEE_INSPECTIONS)
def submissions(request: HttpRequest) -> HttpResponse:
    """All submissions and batches of the county; a township sees the announced ones."""
    rows = Submission.objects.visible_to(request.user).prefetch_related("entries")
    context = {
        "rows": [(row, submission_mark(row)) for row in rows],
        "may_compile": request.user.may(Power.COMPILE_SUBMISSIONS),
        "crumbs": crumbs(("汇总与通报", "")),
    }
    return render(request, "inspection/submissions.html", context)


@requires(Power.COMPILE_SUBMISSIONS)
def compile_(request: HttpRequest) -> HttpResponse:
    """Choose among the passed units: one by one, or a group at once; nothing is chosen in advance."""
    county = county_of(request.user)
    passed = compiling.awaiting(county)
    refusal, status = "", 200
    if request.method == "POST" and not UnitChoice(request, passed, "unit").is_asked:
        wanted = numbers(request.POST.getlist("unit"))
        try:
            units = [unit for unit in passed if unit.pk in wanted]
            if len(units) != len(set(wanted)):
                raise Stale("所选单位部分已不在“审核通过”状态，请核对后重新选择。")
            submission = compiling.compile_(county=county, units=units, by=request.user)
            messages.success(request, "已汇总，请核对汇总意见后上报。")
            return redirect(_WHERE, submission.pk)
        except Refused as refused_:
            refusal, status = str(refused_), 409 if isinstance(refused_, Stale) else 422
            passed = compiling.awaiting(county)
    apart = Apart(passed, request.user)
    units = apart.free(Hand.COMPILING)
    context = {
        "units": units,
        "groups": UnitChoice(request, units, "unit").groups,
        "bar": apart.bar(Hand.COMPILING),
        "refusal": refusal,
        "drafts": compiling.drafts(county),
        "crumbs": crumbs(("汇总", "")),
    }
    return render(request, "inspection/compile.html", context, status=status)


@requires(Power.SEE_INSPECTIONS)
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """A submission: its list, the opinions, and what this user may do with it."""
    submission = submission_or_404(request, pk)
    if request.method == "POST":
        return _post(request, submission)
    return _page(request, submission)


def _page(request: HttpRequest, submission: Submission, refusal: str = "", status: int = 200) -> HttpResponse:
    entries = list(
        submission.entries.select_related("unit__area", "unit__report__township", "unit__frozen").order_by(
            "unit__area_id"
        )
    )
    units_called(entry.unit for entry in entries)
    is_inside, opinions = request.user.scope.holds(submission.county), _opinions(entries)
    held = shown_objections(request.user, [entry.unit for entry in entries]) if is_inside else {}
    public = notices.by_unit(notices.objections_to(submission) if is_inside else [])
    others = (
        compiling.awaiting(submission.county) if MOVES.allows(InspectionAction.EDIT, submission, request.user) else []
    )
    apart = Apart([*(entry.unit for entry in entries), *others], request.user)
    bars = {action: _bar(action, submission, apart, entries, request.user) for action in InspectionAction}
    proposer = (
        government.proposer(submission) if MOVES.allows(InspectionAction.DECIDE, submission, request.user) else None
    )
    if MOVES.allows(InspectionAction.SUBMIT, submission, request.user) and not bars[InspectionAction.SUBMIT]:
        bars[InspectionAction.SUBMIT] = compiling.own_list(submission, request.user)
    if proposer == request.user:
        bars[InspectionAction.DECIDE] = government.OWN_PROPOSAL
    may = {
        action.value: MOVES.allows(action, submission, request.user) and not bars[action] for action in InspectionAction
    }
    context = {
        "submission": submission,
        "mark": submission_mark(submission),
        "rows": [_row(entry, opinions.get(entry.unit_id, []), public.get(entry.unit_id, [])) for entry in entries],
        "ticked": _ticked(request, entries),
        "proposer": proposer,
        "proposed": Counter(Decision(each[0]).label for each in submission.proposed.values()).items(),
        "notice": notices.standing(submission),
        "notice_days": notices.required_days(),
        "is_undecided": submission.state in MOVES[InspectionAction.DECIDE].sources,
        "obstacle": government.obstacle(submission, today()) if may["decide"] else "",
        "public_objections": [each for found in public.values() for each in found],
        "basis": government.basis_of(submission),
        "may_handle": any(request.user.may(power) for power in notices.HANDLING),
        "statistics": _counted(entries),
        "objections": [each for shown in held.values() for each in shown],
        "may_read_desk": is_inside and any(map(request.user.may, DESK_READERS)),
        "others": [unit for unit in others if may["edit"] and apart.is_free(unit, Hand.COMPILING)],
        "bar": next(filter(None, bars.values()), ""),
        "opinion": posted_text(request, "opinion") if request.method == "POST" and may["edit"] else submission.opinion,
        "reason": posted_text(request, "reason"),
        "moves": list(submission.moves.select_related("by")),
        "may": may,
        "refusal": refusal,
        "documents": links(submission, request.user),
        "is_inside": is_inside,
        "crumbs": crumbs(("汇总与通报", reverse("inspection:submissions")), (str(submission), "")),
    }
    return render(request, "inspection/submission.html", context, status=status)


def _ticked(request: HttpRequest, entries: list[Entry]) -> set[int]:
    """The units that stand ticked: those of the list, or as they were ticked when the form was refused."""
    if request.POST.get("action") == InspectionAction.EDIT:
        return {*numbers(request.POST.getlist("unit")), *numbers(request.POST.getlist("added"))}
    return {entry.unit_id for entry in entries}


def _bar(action: InspectionAction, submission: Submission, apart: Apart, entries: list[Entry], user) -> str:
    """Why a step is not the user's though it is the post's; it is asked of the units that still stand in the submission."""
    if not MOVES.allows(action, submission, user):
        return ""
    return apart.bar(ASKED.get(action), [entry.unit for entry in entries if entry.decision != Decision.RETURNED])


def _counted(entries: list[Entry]) -> list[tuple[str, int]]:
    """How many units of each title are proposed or ratified, and how many were returned."""
    standing = [entry.unit for entry in entries if entry.decision != Decision.RETURNED]
    returned = len(entries) - len(standing)
    return compiling.statistics(standing) + ([("退回", returned)] if returned else [])


def _opinions(entries: list[Entry]) -> dict[int, list[InspectionMove]]:
    """The reviewer's decision on each unit, and the head's where one confirmed it, by primary key."""
    passing = [
        InspectionAction.PASS,
        InspectionAction.PASS_SHORT,
        InspectionAction.VET_PASS,
        InspectionAction.VET_PASS_SHORT,
    ]
    asked = [*passing, InspectionAction.CONFIRM_PASS]
    units = [entry.unit_id for entry in entries]
    moves = InspectionMove.objects.filter(unit_id__in=units, action__in=asked).select_related("by").order_by("pk")
    found: dict[int, list[InspectionMove]] = {}
    for move in moves:
        found[move.unit_id] = [move] if move.action in passing else [*found.get(move.unit_id, ()), move]
    return found


def _row(entry: Entry, opinions: list[InspectionMove], public: list[PublicObjection]) -> dict:
    """A unit in the list: what was found and decided; ``public`` are objections from outside."""
    return {
        "entry": entry,
        "unit": entry.unit,
        "opinions": opinions,
        "public": public,
        "tone": DECISION_TONES[entry.decision],
    }


def _post(request: HttpRequest, submission: Submission) -> HttpResponse:
    action = request.POST.get("action", "")
    if action not in _DEEDS:
        return _page(request, submission, "无法识别所选的办理事项，请重新选择。", 422)
    deed, said = _DEEDS[action]
    version = posted_version(request)
    try:
        deed(request, submission, version)
    except Stale as stale:
        if not _repeated(request, submission, action, version):
            return refused(request, stale, reverse(_WHERE, args=[submission.pk]), "查看现在的汇总")
    except Refused as refusal:
        return _page(request, submission_or_404(request, submission.pk), str(refusal), 422)
    messages.success(request, said)
    return redirect(_WHERE, submission.pk)


def _repeated(request: HttpRequest, submission: Submission, action: str, version: int) -> bool:
    """Whether this very form has been posted before: the same step, and nothing else written in it."""
    step = submission.moves.filter(version=version + 1, by=request.user, action=action).first()
    if step is None:
        return False
    if action == InspectionAction.EDIT:
        kept, held = _ticked(request, []), {unit.pk for unit in submission.units.all()}
        now = submission_or_404(request, submission.pk)
        return (now.opinion, held) == (posted_text(request, "opinion").replace("\r\n", "\n").strip(), kept)
    return step.reason == posted_text(request, "reason").replace("\r\n", "\n").strip()


def _edit(request: HttpRequest, submission: Submission, version: int) -> None:
    compiling.edit(
        submission=submission,
        version=version,
        opinion=posted_text(request, "opinion"),
        kept=numbers(request.POST.getlist("unit")),
        added=numbers(request.POST.getlist("added")),
        by=request.user,
    )


def _with_reason(deed: Callable) -> Callable:
    return lambda request, submission, version: deed(
        submission=submission, version=version, reason=posted_text(request, "reason"), by=request.user
    )


def _on_the_day(deed: Callable) -> Callable:
    return lambda request, submission, version: deed(
        submission=submission, version=version, on=today(), by=request.user
    )


_DEEDS: dict[str, tuple[Callable, str]] = {
    InspectionAction.EDIT: (_edit, "已保存。"),
    InspectionAction.SUBMIT: (_on_the_day(compiling.submit), "已上报区政府。"),
    InspectionAction.RECALL: (_with_reason(compiling.recall), "已撤回，可以继续修改。"),
    InspectionAction.ABANDON: (_with_reason(compiling.abandon), "已撤销，各单位仍为审核通过。"),
    InspectionAction.NOTICE: (_on_the_day(government.notice), "已公示。"),
    InspectionAction.ANNOUNCE: (_on_the_day(government.announce), "已通报。"),
}
