"""The page of the checks: what is compared, by which bounds, from which quarter it blocks; the bureau may set others."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import AreaKind
from common.exceptions import Refused
from returns.checks import terms as check_terms
from returns.checks.terms import CheckShown
from workflow.engine import LONGEST_REASON


class TermsForm(forms.Form):
    """New terms of a check, and why."""

    bound = forms.IntegerField(
        min_value=0,
        error_messages={"required": "请填写界限。", "invalid": "界限应是整数。", "min_value": "界限不能是负数。"},
    )
    blocks_from = forms.CharField(
        label="自哪个季度起要求说明",
        max_length=6,
        required=False,
        help_text="例如 2019Q2：此前的季度只提示，不要求说明。留空：一直要求说明。",
        error_messages={"max_length": "季度应写作 2019Q2 的样子，或者留空。"},
    )
    reason = forms.CharField(
        label="修改原因",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明修改原因。"},
    )
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, shown: CheckShown, data=None) -> None:
        terms = {"bound": shown.terms.bound, "blocks_from": shown.terms.blocks_from, "number": shown.number}
        super().__init__(data, initial=terms)
        limit = shown.check.bound
        self.fields["bound"].label = f"{limit.label}（{limit.unit}）"
        self.fields["bound"].help_text = f"{limit.least} 至 {limit.most}；声明时的界限是 {limit.default}。"

    def clean_blocks_from(self) -> str:
        return self.cleaned_data["blocks_from"].strip().upper()

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        return -1 if number is None else number


@requires(Power.SEE_RETURNS)
def checks(request: HttpRequest) -> HttpResponse:
    """Every check with its terms, and those that held before."""
    context = {
        "checks": check_terms.shown_checks(request.user.area_id[:6]),
        "may_set": request.user.may(Power.SET_CHECKS),
    }
    return render(request, "returns/checks/checks.html", context)


@requires(Power.SET_CHECKS)
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Give one check other terms, with the reason."""
    county = Area.objects.get(code=request.user.area_id[:6], kind=AreaKind.DISTRICT)
    shown = _found(county.code, code)
    form, refusal = TermsForm(shown, request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            check_terms.set_terms(county=county, code=code, by=request.user, **form.cleaned_data)
            messages.success(request, f"已修改“{shown.check.name}”的口径；已经报送的季报仍按报送时的口径。")
            return redirect("returns:checks")
        except Refused as reason:
            refusal = str(reason)
    context = {"shown": _found(county.code, code), "form": form, "refusal": refusal}
    return render(request, "returns/checks/check_terms.html", context, status=422 if request.method == "POST" else 200)


def _found(county: str, code: str) -> CheckShown:
    """The check, if its terms can be set at all."""
    for each in check_terms.shown_checks(county):
        if each.check.code == code and each.check.bound:
            return each
    raise Http404
