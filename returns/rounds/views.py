"""The bureau's pages of a round: open a quarter, see who has reported, urge, let a township be late."""

import json
from collections.abc import Mapping
from datetime import date

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.exceptions import Refused
from common.filters import DayField
from common.http import get_object_or_404
from common.listing import answer
from common.periods import Quarter
from returns.models import Round, Urge
from returns.rounds import calendar, late, rounds, urge_mail
from returns.rounds.late_views import leave_page
from returns.rounds.pages import LISTING, Timeliness, burden, side_by_side, townships

COMPARED = 6
"""The rounds that stand side by side, the latest ones."""


class RoundForm(forms.Form):
    """A quarter to open, chosen among those that have begun on the day, with its last day."""

    quarter = forms.TypedChoiceField(
        label="季度",
        coerce=Quarter.parse,
        error_messages={"required": "请选择季度。", "invalid_choice": "请从列表中选择季度。"},
    )
    due = DayField(label="截止日期", error_messages={"required": "请填写截止日期。"})
    note = forms.CharField(label="填报要求", max_length=500, required=False)
    early_reason = forms.CharField(
        label="提前开放原因", max_length=500, required=False, help_text="季度尚未结束的必填，各街镇可见"
    )

    def __init__(self, *args, on: date, dues: Mapping[str, date], **options) -> None:
        """``dues``: the rounds so far, by period."""
        super().__init__(*args, **options)
        quarters = calendar.openable(on)
        self.fields["quarter"].choices = [(str(each), _standing(each, on, dues.get(str(each)))) for each in quarters]
        usual = {str(each): f"{dues.get(str(each)) or calendar.due_on(each):%Y-%m-%d}" for each in quarters}
        self.fields["quarter"].widget.attrs["data-dues"] = json.dumps(usual)
        self.fields["due"].help_text = f"应晚于季末，通常为季末后 {settings.RETURN_DUE_DAYS} 天"
        self.initial.setdefault("due", usual.get(self.initial.get("quarter", "")))

    def clean(self) -> dict:
        """Say at the field that the day does not fit the quarter chosen."""
        quarter, due = self.cleaned_data.get("quarter"), self.cleaned_data.get("due")
        if quarter and due and (fault := calendar.fault_of_due(due, quarter)):
            self.add_error("due", fault)
        return self.cleaned_data


def _standing(quarter: Quarter, on: date, due: date | None) -> str:
    """A quarter with what is to be known before it is opened."""
    said = [] if calendar.has_ended(quarter, on) else ["尚未结束"]
    said += [f"已开放，截止 {due:%Y-%m-%d}"] if due else []
    return quarter.label + (f"（{'，'.join(said)}）" if said else "")


class UnlockForm(forms.Form):
    """Until when a township may be late, and why."""

    until = DayField(label="补报截止日期", error_messages={"required": "请填写补报截止日期。"})
    reason = forms.CharField(
        label="原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明原因。"},
    )


@requires(Power.SEE_RETURNS)
def index(request: HttpRequest) -> HttpResponse:
    """The rounds so far; for the bureau, the form that opens one."""
    return _index(request, _form(request, initial={"quarter": str(calendar.reporting_quarter(today()))}))


def _form(request: HttpRequest, *args, **options) -> RoundForm:
    dues = {each.period: each.due for each in Round.objects.visible_to(request.user)}
    return RoundForm(*args, on=today(), dues=dues, **options)


def _index(request: HttpRequest, form: RoundForm, refusal: str = "", status: int = 200) -> HttpResponse:
    rounds_ = list(Round.objects.visible_to(request.user).select_related("opened_by"))
    compared = sorted(rounds_, key=lambda each: each.period)[-COMPARED:]
    context = {
        "rounds": rounds_,
        "compared": compared,
        "standings": side_by_side(request.user, compared, today()),
        "form": form,
        "refusal": refusal,
        "may_run": request.user.may(Power.RUN_ROUNDS),
        "today": today(),
    }
    return render(request, "returns/rounds/rounds.html", context, status=status)


@requires(Power.RUN_ROUNDS)
@require_POST
def open_(request: HttpRequest) -> HttpResponse:
    """Open a quarter, or move its due date; every township gets its return."""
    form = _form(request, request.POST)
    if not form.is_valid():
        return _index(request, form, status=422)
    wanted = form.cleaned_data
    try:
        round_ = rounds.open_round(county=request.user.area_id[:6], on=today(), by=request.user, **wanted)
    except Refused as refusal:
        return _index(request, form, str(refusal), 422)
    messages.success(request, f"已开放{round_.quarter.label}填报，截止 {round_.due:%Y-%m-%d}。")
    return redirect("returns:round", round_.quarter)


@requires(Power.SEE_RETURNS)
def round_(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """How far the round is: who has reported, how complete, whether in time."""
    found = _found(request, quarter)
    rows = townships(request.user, found, today())
    may_run = request.user.may(Power.RUN_ROUNDS)
    behind = list(rows.filter(timeliness__in=[Timeliness.OPEN, Timeliness.OVERDUE])) if may_run else []
    urges = Urge.objects.filter(round=found, township__in=rows.values("pk")).select_related("township", "by")
    context = {"round": found, "may_run": may_run, "behind": behind, "urges": list(urges), "burden": burden(rows)}
    return answer(request, LISTING, rows, today=today(), **context)


def _found(request: HttpRequest, quarter: Quarter) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user), period=str(quarter))


def _township(request: HttpRequest, code: str) -> Area:
    return get_object_or_404(Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS), code=code)


@requires(Power.RUN_ROUNDS)
@require_POST
def urge(request: HttpRequest, quarter: Quarter, code: str) -> HttpResponse:
    """Ask a township for its return; a second click on the same day changes nothing."""
    found, township = _found(request, quarter), _township(request, code)
    try:
        is_new = rounds.urge(round_=found, township=township, on=today(), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        mails = urge_mail.mail_urge(round_=found, township=township, by=request.user) if is_new else 0
        told = f"已催办{township.name}{f'，并发邮件给 {mails} 人' if mails else ''}。"
        messages.success(request, told if is_new else f"今天已催办{township.name}。")
    return redirect("returns:round", quarter)


@requires(Power.RUN_ROUNDS)
def unlock(request: HttpRequest, quarter: Quarter, code: str) -> HttpResponse:
    """Let a township report after the due date."""
    found, township = _found(request, quarter), _township(request, code)
    form, refusal = UnlockForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            given = late.give_leave(round_=found, township=township, on=today(), by=request.user, **form.cleaned_data)
            messages.success(request, f"已允许{township.name}补报至 {given.until:%Y-%m-%d}。")
            return redirect("returns:round", quarter)
        except Refused as reason:
            refusal = str(reason)
    said = {"act": "允许补报", "cancel": reverse("returns:round", args=[quarter]), "refusal": refusal}
    return leave_page(request, {"round": found, "township": township, "form": form, **said})
