"""The page on which the bureau records into what an area went, and takes a wrong record back."""

from itertools import groupby

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area, Succession
from areas.vocabulary import SuccessionKind
from common.clock import today
from common.exceptions import Refused
from common.filters import DayField
from register import overview, succession
from register.views import area_or_404


class SuccessionForm(forms.Form):
    """Into what, how, since when, by which paper."""

    successor = forms.ChoiceField(label="承接单位", help_text="同一街镇、同一级的单位；跨街镇的只限村、社区和街镇")
    kind = forms.ChoiceField(label="方式", choices=SuccessionKind)
    on = DayField(label="撤并日期", help_text="原单位自这一天起不再单列")
    document = forms.CharField(label="依据", max_length=200, help_text="撤并文件的文号或名称，或者原因")
    carries_title = forms.BooleanField(
        label="原称号由承接单位承继", required=False, help_text="按撤并文件；不勾选的，查验页只说明撤并，不说承继"
    )

    def __init__(self, *args, area: Area, **options):
        super().__init__(*args, **options)
        self.found = {each.code: each for each in succession.candidates(area, area.valid_to or today())}
        by_parent = groupby(self.found.values(), key=lambda each: each.parent.name if each.parent else "")
        groups = [(name, [(each.code, f"{each.name}（{each.code}）") for each in rows]) for name, rows in by_parent]
        self.fields["successor"].choices = [("", "请选择"), *groups]
        self.fields["on"].initial = area.valid_to

    def clean_successor(self) -> Area:
        return self.found[self.cleaned_data["successor"]]


class RevokeForm(forms.Form):
    reason = forms.CharField(label="撤回的原因", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


@requires(Power.RECORD_SUCCESSIONS)
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Record a succession; where there is one, what it says, and taking it back."""
    area = area_or_404(request.user, code)
    recorded = Succession.objects.filter(area=area).select_related("successor", "by").first()
    form = _form(request, area, recorded)
    if request.method == "POST" and form.is_valid():
        try:
            said = _done(area, recorded, form, request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("areas:area", code=area.code)
    context = {
        "area": area,
        "recorded": recorded,
        "form": form,
        "crumbs": overview.crumbs(area, request.user.scope, "登记撤并"),
    }
    return render(request, "register/succession.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, area: Area, recorded: Succession | None) -> forms.Form:
    given = request.POST if request.method == "POST" else None
    return RevokeForm(given) if recorded else SuccessionForm(given, area=area)


def _done(area: Area, recorded: Succession | None, form: forms.Form, by) -> str:
    if recorded:
        succession.revoke(succession=recorded, by=by, **form.cleaned_data)
        return f"已撤回{area.name}的撤并登记。"
    row = succession.record(area=area, today=today(), by=by, **form.cleaned_data)
    return f"已登记：{area.name}{row.words}。"
