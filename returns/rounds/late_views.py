"""The pages of reporting late: the clerk asks, the bureau answers in one click."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import requires
from accounts.contacts import BUREAU, contacts
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.exceptions import Refused, Stale
from common.filters import DayField
from common.forms import posted_version
from common.http import get_object_or_404
from common.periods import Quarter
from returns.models import LateRequest, LateRequestAction, LateRequestState, Round
from returns.rounds import late, rounds


class LateForm(forms.Form):
    """Until when a township asks to report, and why."""

    reason = forms.CharField(
        label="申请补报的原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明原因。"},
    )
    until = DayField(label="申请补报至", error_messages={"required": "请填写申请补报至哪一天。"})


def panel(round_: Round | None, township: Area, user, on: date) -> dict:
    """What a page says on which a township is refused: its latest request, else the form to ask with; {} where it is not."""
    if round_ is None or not rounds.is_locked(township.code, round_.quarter, on):
        return {}
    latest = LateRequest.objects.filter(round=round_, township=township).last()
    return {
        "round": round_,
        "request": latest,
        "is_open": latest is not None and latest.state == LateRequestState.OPEN,
        "answer": latest.answer if latest else None,
        "form": LateForm(initial={"until": late.usual_until(on)}) if user.may(Power.ENTER_RETURNS) else None,
        "contacts": contacts(user, {BUREAU}).get(BUREAU, ()),
    }


def round_of(township: Area, quarter: Quarter) -> Round | None:
    return Round.objects.filter(county=township.county, period=str(quarter)).first()


@requires(Power.ENTER_RETURNS)
def ask(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Ask for leave to report one's own township's quarter late."""
    townships = Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS)
    township = get_object_or_404(townships, pk=request.user.area_id)
    round_ = get_object_or_404(Round.objects.visible_to(request.user), period=str(quarter))
    form, refusal = LateForm(request.POST or None, initial={"until": late.usual_until(today())}), ""
    if request.method == "POST" and form.is_valid():
        try:
            asked = late.ask(round_=round_, township=township, on=today(), by=request.user, **form.cleaned_data)
            messages.success(request, "已申请补报，区经信局答复后在“待办”中通知您。")
            return redirect("returns:late", asked.pk)
        except Refused as reason:
            refusal = str(reason)
    said = {"act": "申请补报", "cancel": reverse("inbox:index"), "refusal": refusal}
    return leave_page(request, {"round": round_, "township": township, "form": form, **said})


def leave_page(request: HttpRequest, context: Mapping) -> HttpResponse:
    """The form for leave to report late, of who asks for it and of who gives it; 422 where what was posted did not do."""
    return render(request, "returns/rounds/leave.html", context, status=422 if request.method == "POST" else 200)


_TAKEN = {
    LateRequestAction.GRANT: "已允许{name}补报{quarter}季报。",
    LateRequestAction.REFUSE: "已答复{name}：不予允许补报。",
    LateRequestAction.WITHDRAW: "已撤回补报申请。",
}


@requires(Power.ENTER_RETURNS, Power.RUN_ROUNDS)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A request: the bureau grants or refuses it, the clerk withdraws it; a click made twice is made once."""
    seen = LateRequest.objects.visible_to(request.user).select_related("round", "township", "by")
    asked = get_object_or_404(seen, pk=pk)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            action = _take(request, asked)
            told = _TAKEN[action].format(name=asked.township.name, quarter=asked.round.quarter.label)
            messages.success(request, told)
            return redirect("inbox:index")
        except Refused as reason:
            refusal, status, asked = str(reason), 409 if isinstance(reason, Stale) else 422, seen.get(pk=pk)
    return render(request, "returns/rounds/late.html", _context(request, asked, refusal), status=status)


def _context(request: HttpRequest, asked: LateRequest, refusal: str) -> dict:
    return {
        "asked": asked,
        "answer": asked.answer,
        "until": max(asked.until, today()),
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "may_answer": late.LATE_MOVES.allows(LateRequestAction.GRANT, asked, request.user),
        "may_withdraw": late.LATE_MOVES.allows(LateRequestAction.WITHDRAW, asked, request.user),
        "moves": asked.moves.select_related("by"),
        "contacts": contacts(request.user, {BUREAU, asked.township_id}),
        "side": asked.township_id if request.user.may(Power.RUN_ROUNDS) else BUREAU,
    }


def _take(request: HttpRequest, asked: LateRequest) -> LateRequestAction:
    """Take the decision that was posted; Refused when it is none, Stale when somebody else was faster."""
    action, version, by = _decision(request), posted_version(request), request.user
    try:
        if action == LateRequestAction.GRANT:
            until = _day(request.POST.get("until", ""))
            late.grant(request=asked, version=version, until=until, on=today(), by=by)
        elif action == LateRequestAction.REFUSE:
            late.refuse(request=asked, version=version, reason=request.POST.get("reason", ""), by=by)
        else:
            late.withdraw(request=asked, version=version, by=by)
    except Stale:
        if not late.repeated(asked, action, version, by):
            raise
    return action


def _decision(request: HttpRequest) -> LateRequestAction:
    said = request.POST.get("decision", "")
    if said not in _TAKEN:
        raise Refused("请选择允许、不予允许或撤回。")
    return LateRequestAction(said)


def _day(text: str) -> date:
    try:
        return DayField().clean(text)
    except forms.ValidationError as problem:
        raise Refused(problem.messages[0]) from None
