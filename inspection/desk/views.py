"""The desk as pages: all units of a report or a submission, one of them at a glance, and what is decided together."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.http import NoSuchRow
from inspection import examining, government, notices
from inspection.desk import looking
from inspection.desk.glance import CheckRow, UnitGlance
from inspection.desk.rows import Desk, DeskFilter, DeskRow, counted
from inspection.examining import Found
from inspection.hands import Apart
from inspection.models import Report, Submission, Unit
from inspection.pages import (
    address,
    crumbs,
    numbers,
    posted_text,
    refused,
    report_crumb,
    report_or_404,
    submission_or_404,
)
from inspection.vocabulary import CheckFinding, CriterionReturnReason, Hand, InspectionAction

DESK_READERS = (
    Power.RATIFY,
    Power.EXAMINE,
    Power.CONFIRM_EXAMINATIONS,
    Power.COMPILE_SUBMISSIONS,
    Power.SUBMIT_SUBMISSIONS,
)
"""Who reads the desk of a submission."""
FILTERS = ("state", "title", "village", "risk", "text")
_LOOKED = {"look": "已查看。", "return": "已记为拟退回，审定时一并退回。"}


def desk_address(subject: Report | Submission, **query: str) -> str:
    """The desk of a report or submission; what is blank is left out of the query."""
    name = "inspection:submission_desk" if isinstance(subject, Submission) else "inspection:desk"
    said = urlencode({key: value for key, value in query.items() if value})
    return reverse(name, args=[subject.pk]) + (f"?{said}" if said else "")


def way_on(request: HttpRequest, subject: Report | Submission) -> str:
    """The desk with its filters as they were, at the unit that the form names as the next one."""
    kept = {name: request.GET.get(name, "") for name in FILTERS}
    return desk_address(subject, **kept, unit=posted_text(request, "next"))


@requires(Power.EXAMINE, Power.CONFIRM_EXAMINATIONS)
def report_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """The units of a report, for reviewer and head."""
    return desk_response(request, Desk(request.user, report_or_404(request, pk)))


@requires(*DESK_READERS)
def submission_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """The units of a submission, for the government; the bureau reads."""
    submission = submission_or_404(request, pk)
    if request.method == "POST":
        return _look(request, submission)
    return desk_response(request, Desk(request.user, submission))


def desk_response(
    request: HttpRequest, desk: Desk, *, pk: int | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The desk with the unit ``pk`` chosen, else the one that the address names, else the next that waits."""
    form = DeskFilter(request.GET, desk.rows)
    rows = form.kept(desk.rows)
    row = _chosen(request, desk, rows, pk)
    context = {
        "desk": desk,
        "subject": desk.subject,
        "form": form,
        "rows": rows,
        "blocks": desk.blocks(rows),
        "query": urlencode(form.chosen),
        "reset": desk_address(desk.subject) if form.chosen else "",
        "refusal": refusal,
        "high": [each for each in desk.rows if each.risk.is_high],
        "crumbs": _crumbs(desk),
        **(_unit_context(request, desk, rows, row) if row else {"row": None}),
    }
    return render(request, "inspection/desk/desk.html", context, status=status)


def _crumbs(desk: Desk) -> list[tuple[str, str]]:
    if desk.is_submission:
        way = (str(desk.subject), reverse("inspection:submission", args=[desk.subject.pk]))
        return crumbs(("汇总与通报", reverse("inspection:submissions")), way, ("审核台", ""))
    return crumbs(report_crumb(desk.subject), ("审核台", ""))


def _chosen(request: HttpRequest, desk: Desk, rows: list[DeskRow], pk: int | None) -> DeskRow | None:
    asked = [pk] if pk is not None else numbers([request.GET.get("unit", "")])
    if not asked:
        return desk.next_to(rows)
    found = next((row for row in desk.rows if row.unit.pk == asked[0]), None)
    if found is None:
        raise NoSuchRow(behind=Unit.objects.filter(pk=asked[0]))
    return found


def _unit_context(request: HttpRequest, desk: Desk, rows: list[DeskRow], row: DeskRow) -> dict:
    """What the chosen unit shows, and what of it may be decided."""
    glance, next_row = UnitGlance(request.user, row), desk.next_to(rows, row.unit.pk)
    may = glance.shown.may
    return {
        "row": row,
        "unit": row.unit,
        "report": row.unit.report,
        "glance": glance,
        "shown": glance.shown,
        "checks": [CheckRow(each, found_of(request, each.key)) for each in glance.shown.criteria],
        "next": next_row.unit.pk if next_row else "",
        "findings": CheckFinding.choices,
        "reasons": CriterionReturnReason.choices,
        "typed": _typed(request, row),
        "may_rule": not desk.is_submission and desk.is_reviewing and may["return"],
        "may_confirm": not desk.is_submission and (may["confirm_pass"] or may["confirm_refusal"]),
        "is_passing": "pass" in request.GET and row.risk.is_clean,
        "bar": Apart([row.unit], request.user).bar(Hand.RATIFYING) if desk.is_ratifying else glance.shown.bar,
        "look": row.look,
        "concerned": request.POST.getlist("criteria") or (row.decision.criteria if row.is_set_aside else ()),
    }


def _typed(request: HttpRequest, row: DeskRow) -> dict[str, str]:
    """What was typed; before that why the unit is to be returned, where the person or a colleague said so already."""
    names = ("text", "sampling", "reason", "ground", "code")
    if request.method == "POST" or not row.is_set_aside:
        return {name: posted_text(request, name) for name in names}
    return dict.fromkeys(names, "") | {"reason": row.decision.reason, "code": row.decision.code}


def found_of(request: HttpRequest, key: str) -> Found:
    """What was chosen of a criterion; nothing before that."""
    typed = Found(*(posted_text(request, f"{name}-{key}") for name in ("finding", "why", "remark")))
    return Found(examining.finding_of(typed), typed.why, typed.remark)


def _look(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Keep that the person looked at a unit, or that it is to be returned."""
    desk, act = Desk(request.user, submission), posted_text(request, "act")
    unit = next((each for each in desk.units if [each.pk] == numbers([posted_text(request, "unit")])), None)
    if unit is None or act not in _LOOKED:
        return desk_response(request, desk, refusal="无法识别所选的办理事项，请重新选择。", status=422)
    said = {name: posted_text(request, name) for name in ("code", "reason")} | {
        "criteria": request.POST.getlist("criteria")
    }
    try:
        if act == "return" and not said["reason"].strip():
            raise Refused(f"{unit.area.full_name}：退回必须写明原因。")
        version, given = posted_version(request), said if act == "return" else {}
        looking.look(submission=submission, unit=unit, version=version, by=request.user, **given)
    except Stale as stale:
        return refused(request, stale, desk_address(submission), "查看现在的审核台")
    except Refused as refusal:
        return desk_response(request, desk, pk=unit.pk, refusal=str(refusal), status=422)
    messages.success(request, f"{unit.area.full_name}：{_LOOKED[act]}")
    return redirect(way_on(request, submission))


# ------------------------------------------------------------ decided together


@requires(Power.EXAMINE, Power.CONFIRM_EXAMINATIONS)
def report_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass, or confirm, all clean units of a report, on a page with their figures."""
    report = report_or_404(request, pk)
    desk = Desk(request.user, report)
    ask, deed = _BATCHES[desk.is_confirming]
    refusal, status = "", 200
    if request.method == "POST":
        keys = numbers(request.POST.getlist("unit"))
        versions = {key: posted_version(request, f"version-{key}") for key in keys}
        try:
            steps = deed(report=report, versions=versions, by=request.user)
            messages.success(request, f"{len(steps)} 个单位已办理“{steps[0].get_action_display()}”。")
            return redirect(desk_address(report))
        except Stale as stale:
            return refused(request, stale, desk_address(report), "查看现在的审核台")
        except Refused as refused_:
            refusal, status = str(refused_), 422
    found = {unit.pk for unit in ask(report, {row.unit.pk: row.risk for row in desk.rows})}
    rows = [row for row in desk.rows if row.unit.pk in found]
    return _batch_page(request, desk, rows, refusal, status)


_BATCHES: dict[bool, tuple[Callable, Callable]] = {
    False: (examining.clean, examining.rule_clean),
    True: (examining.confirmable, examining.confirm_clean),
}
"""What is asked and what is done, for whom examines and for whom confirms."""


@requires(Power.RATIFY)
def submission_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Ratify a submission: everything but what is to be returned; many units wait for a second person."""
    submission = submission_or_404(request, pk)
    desk, refusal, status = Desk(request.user, submission), "", 200
    if request.method == "POST":
        version = posted_version(request)
        given = {"verdicts": desk.verdicts, "shown": posted_text(request, "shown")}
        try:
            step = government.decide(submission=submission, version=version, on=today(), by=request.user, **given)
            messages.success(request, f"已{step.get_action_display()}。")
            return redirect("inspection:submission", submission.pk)
        except Stale as stale:
            if submission.moves.filter(version=version + 1, by=request.user, action__in=_DECIDED).exists():
                return redirect("inspection:submission", submission.pk)
            return refused(request, stale, reverse("inspection:submission", args=[submission.pk]), "查看现在的汇总")
        except Refused as refused_:
            refusal, status = str(refused_), 422
    rows = [row for row in desk.rows if not row.is_set_aside]
    returned = [row for row in desk.rows if row.is_set_aside]
    return _batch_page(request, desk, rows, refusal, status, returned=returned)


_DECIDED = (InspectionAction.DECIDE, InspectionAction.TURN_DOWN, InspectionAction.PROPOSE)


def _batch_page(
    request: HttpRequest, desk: Desk, rows: list[DeskRow], refusal: str, status: int, **more
) -> HttpResponse:
    where = (
        address(desk.subject) if not desk.is_submission else reverse("inspection:submission", args=[desk.subject.pk])
    )
    name, button, ground = _named(desk, len(rows))
    context = {
        "desk": desk,
        "subject": desk.subject,
        "name": name,
        "button": button,
        "ground": ground,
        "rows": rows,
        "counted": counted(rows),
        "titles": examining.by_title(row.unit for row in rows),
        "high": [row for row in rows if row.risk.is_high],
        "unseen": [row for row in desk.unseen if not row.is_set_aside],
        "proposer": desk.proposer,
        "returned": [],
        "bar": Apart([row.unit for row in rows], request.user).bar(_hand(desk)),
        **(_heard(desk, rows) if desk.is_submission else {"obstacle": "", "basis": None, "public": []}),
        "may_act": _may_act(desk),
        "refusal": refusal,
        "way": desk_address(desk.subject),
        "crumbs": crumbs((str(desk.subject), where), ("审核台", desk_address(desk.subject)), (name, "")),
        **more,
    }
    return render(request, "inspection/desk/batch.html", context, status=status)


def _heard(desk: Desk, rows: list[DeskRow]) -> dict:
    """What the public said of the list, on what the decision rests, and what still stands in its way."""
    submission = desk.subject
    return {
        "obstacle": government.obstacle(submission, today()) if rows else "",
        "basis": government.basis_of(submission),
        "public": notices.objections_to(submission),
        "shown": government.resting_on(submission, desk.verdicts),
    }


def _named(desk: Desk, count: int) -> tuple[str, str, str]:
    """What the decision is called, what its button says, and what it means."""
    if desk.is_submission:
        ground = f"审定通过 {count} 个单位，成为一个批次，编号和日期随即确定；拟退回的回到区经信局。"
        needs_two = government.needs_second(len(desk.rows))
        if needs_two and desk.is_proposed:
            return "审定", "同意并审定", f"{desk.proposer}已提出相同意见。{ground}"
        if needs_two:
            return (
                "审定",
                "提出审定意见",
                f"超过 {settings.INSPECTION_BATCH_ALONE} 个单位，由另一人核对后确认。{ground}",
            )
        return "审定", "确认审定", ground
    if desk.is_confirming:
        return "一并复核", f"{count} 个单位复核同意通过", "审核员拟通过、没有须说明事项的单位，复核同意后即为审核通过。"
    deed = examining.deciding_together(count)
    confirmed = "由负责人复核后生效。" if deed != InspectionAction.PASS else ""
    return "一并通过", f"{count} 个单位{deed.label}", f"没有须说明事项的单位，逐条记为“符合”。{confirmed}"


def _hand(desk: Desk) -> Hand:
    if desk.is_submission:
        return Hand.RATIFYING
    return Hand.CONFIRMING if desk.is_confirming else Hand.EXAMINING


def _may_act(desk: Desk) -> bool:
    """Whether the person decides here now; who proposed waits for another."""
    return (desk.is_ratifying and not desk.is_own_proposal) or desk.is_reviewing or desk.is_confirming
