"""The page of the checks: what is compared, by which bounds, from which quarter it blocks; the bureau may set others."""

from collections.abc import Callable, Iterable
from typing import Any

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


class BoundForm(forms.Form):
    """Another bound of a check, and why; of the returns' checks as of the register's (``findings``)."""

    bound = forms.IntegerField(
        min_value=0,
        error_messages={"required": "请填写界限。", "invalid": "界限应是整数。", "min_value": "界限不能是负数。"},
    )
    reason = forms.CharField(
        label="修改原因",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明修改原因。"},
    )
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, shown: Any, data=None, **initial: Any) -> None:
        super().__init__(data, initial={"number": shown.number, **initial})
        limit = shown.check.bound
        self.fields["bound"].label = f"{limit.label}（{limit.unit}）"
        self.fields["bound"].help_text = f"{limit.least} 至 {limit.most}；声明时的界限是 {limit.default}。"

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        return -1 if number is None else number


class TermsForm(BoundForm):
    """New terms of a check of returns, and why."""

    blocks_from = forms.CharField(
        label="自哪个季度起要求说明",
        max_length=6,
        required=False,
        help_text="例如 2019Q2：此前的季度只提示，不要求说明。留空：一直要求说明。",
        error_messages={"max_length": "季度应写作 2019Q2 的形式，或者留空。"},
    )
    field_order = ("bound", "blocks_from", "reason", "number")

    def __init__(self, shown: CheckShown, data=None) -> None:
        super().__init__(shown, data, bound=shown.terms.bound, blocks_from=shown.terms.blocks_from)

    def clean_blocks_from(self) -> str:
        return self.cleaned_data["blocks_from"].strip().upper()


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
    return terms_page(
        request, code, shown_in=check_terms.shown_checks, form_of=TermsForm, save=check_terms.set_terms,
        done="口径；已报送的季报仍按报送时的口径", back="returns:checks", template="returns/checks/check_terms.html",
    )  # fmt: skip


def terms_page(
    request: HttpRequest,
    code: str,
    *,
    shown_in: Callable[[str], Iterable[Any]],
    form_of: Callable[..., BoundForm],
    save: Callable[..., Any],
    done: str,
    back: str,
    template: str,
) -> HttpResponse:
    """Set the terms of one of the checks that ``shown_in`` tells of the bureau's county, and say that it is ``done``."""
    county = Area.objects.get(code=request.user.area_id[:6], kind=AreaKind.DISTRICT)
    shown = _found(shown_in(county.code), code)
    form, refusal = form_of(shown, request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            save(county=county, code=code, by=request.user, **form.cleaned_data)
            messages.success(request, f"已修改“{shown.check.name}”的{done}。")
            return redirect(back)
        except Refused as reason:
            refusal = str(reason)
    context = {"shown": _found(shown_in(county.code), code), "form": form, "refusal": refusal}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _found(shown: Iterable[Any], code: str) -> Any:
    """The check, if its terms can be set at all."""
    for each in shown:
        if each.check.code == code and each.check.bound:
            return each
    raise Http404
