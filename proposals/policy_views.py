"""The page that says who accepts what, table by table and column, and on which the bureau sets it otherwise."""

from itertools import groupby

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from acceptance import plan
from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import AreaKind
from common.clock import today
from common.exceptions import Refused
from proposals.models import PolicyRule
from proposals.policy import ROW, Policy, PolicyShown, set_level
from proposals.views import POLICY_READERS
from proposals.vocabulary import ApprovalLevel
from workflow.engine import LONGEST_REASON

ROW_PATH = "row"
"""In an address, in place of a column: a row that is added, ended or voided."""


class LevelForm(forms.Form):
    """Another level for a column, and why."""

    level = forms.TypedChoiceField(
        label="审定权限",
        choices=ApprovalLevel.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择审定权限。", "invalid_choice": "没有该权限，请在列表中选择。"},
    )
    reason = forms.CharField(
        label="修改原因",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明修改原因。"},
    )
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        return -1 if number is None else number


@requires(*POLICY_READERS)
@require_GET
def policy(request: HttpRequest) -> HttpResponse:
    """Every row of the table, with what was set before."""
    county = _county(request.user)
    past: dict[tuple[str, str], list[PolicyRule]] = {}
    for rule in PolicyRule.objects.filter(county=county).select_related("by").order_by("-number"):
        past.setdefault((rule.table, rule.column), []).append(rule)
    rows = Policy(county, today()).shown()
    tables = [
        (label, [(row, row.column or ROW_PATH, past.get((row.table, row.column), [])) for row in some])
        for label, some in groupby(rows, key=lambda row: row.table_label)
    ]
    return render(request, "proposals/policy.html", {"tables": tables, "may_set": request.user.may(Power.SET_CHECKS)})


@requires(Power.SET_CHECKS)
def level(request: HttpRequest, table: str, column: str) -> HttpResponse:
    """Set who accepts one column, with the reason."""
    county = Area.objects.get(code=_county(request.user), kind=AreaKind.DISTRICT)
    row = _row_or_404(county.code, table, ROW if column == ROW_PATH else column)
    form, refusal = LevelForm(request.POST or None, initial={"number": row.number}), ""
    if request.method == "POST" and form.is_valid():
        try:
            set_level(county=county, table=table, column=row.column, by=request.user, **form.cleaned_data)
            messages.success(
                request, f"已修改“{row.table_label}·{row.label}”的审定权限；已经提出的申请仍按提出时的权限办理。"
            )
            return redirect("proposals:policy")
        except Refused as reason:
            refusal = str(reason)
    context = {"row": row, "form": form, "refusal": refusal}
    return render(request, "proposals/level.html", context, status=422 if request.method == "POST" else 200)


def _row_or_404(county: str, table: str, column: str) -> PolicyShown:
    for row in Policy(county, today()).shown():
        if (row.table, row.column) == (table, column):
            return row
    raise Http404


def _county(user) -> str:
    return (user.area_id or plan.current().district)[:6]
