"""The forms of a plan: what is asked, and by which name and day it is signed. Chinese answers to whatever cannot be."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from acceptance.judging import standing
from acceptance.models import Basis
from acceptance.wording import milestone_title
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.filters import DayField
from common.forms import CountField
from planning.asking import PlanAsked, parse_pin
from planning.models import BuildPlan, PlanObjective, PlanPlaces

LIMITS = ((60, "1 分钟"), (300, "5 分钟"), (900, "15 分钟"))
"""How long a solver may take, in seconds."""
MOST_NEW = 9_999
_NO_CHOICE = "没有该选项，请在列表中选择。"
_SCOPES = {"district": (AreaKind.DISTRICT,), "street": (AreaKind.STREET,), "town": (AreaKind.TOWN,)}


class BuildQuestionForm(forms.Form):
    """What a plan is to reach and with what: the quarters, areas, milestones and operators to choose from are the user's."""

    area = forms.ChoiceField(label="范围")
    milestone = forms.ChoiceField(label="目标", required=False)
    period = forms.ChoiceField(label="季度")
    basis = forms.ChoiceField(label="口径", choices=Basis.choices)
    objective = forms.ChoiceField(label="以何者最少", choices=PlanObjective.choices)
    places = forms.ChoiceField(
        label="新建位置", choices=PlanPlaces.choices, help_text="任意位置的测算较慢，位置由系统在点位之间选定。"
    )
    operators = forms.MultipleChoiceField(
        label="新建由哪些运营企业承担",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选：全部运营企业。",
    )
    at_most = CountField(
        label="新建不超过（个）", unit="个", required=False, min_value=0, max_value=MOST_NEW, help_text="空白为不限。"
    )
    is_robust = forms.BooleanField(
        label="任一新建接入点失效时仍须达标", required=False, help_text="新建的接入点会多一些。"
    )
    time_limit = forms.TypedChoiceField(
        label="最长测算时间", choices=LIMITS, coerce=int, help_text="到时未证明最少的，给出已得方案及其差距上限。"
    )

    def __init__(self, user, data, *, initial=None) -> None:
        super().__init__(data, initial=initial)
        self.user, self.given = user, data if data is not None else initial
        self.standing = standing.of(user.scope.area[:6])
        self.plan = self.standing.plan
        self.fields["area"].choices = _areas(user, self._given("area"))
        self.fields["milestone"].choices = [
            ("", "称号标准（硬性标准全部达到）"),
            *((each.key, f"{each.key} {milestone_title(each)}") for each in self.plan.milestones),
        ]
        self.fields["period"].choices = [(str(each), each.label) for each in reversed(self.standing.quarters)]
        self.fields["operators"].choices = list(Operator.objects.order_by("code").values_list("code", "name"))
        for field in self.fields.values():
            if "invalid_choice" in field.error_messages:
                field.error_messages["invalid_choice"] = _NO_CHOICE

    def _given(self, name: str) -> str:
        return str((self.given or {}).get(name, "") or "")

    @property
    def pins(self) -> list[str]:
        """The actions that must or must not be there, as they were sent; blank ones say nothing."""
        given = self.given.getlist("pins") if hasattr(self.given, "getlist") else (self.given or {}).get("pins", ())
        return [pin for pin in given if pin]

    def clean_milestone(self) -> str:
        key, code = self.cleaned_data["milestone"], self.cleaned_data.get("area", "")
        area = Area.objects.filter(code=code).first()
        if area is None:
            return key
        if key and area.kind not in _SCOPES[self.plan.milestone(key).scope]:
            scope = "、".join(kind.label for kind in _SCOPES[self.plan.milestone(key).scope])
            raise ValidationError(f"{key} 的范围是{scope}，{area.name}是{area.get_kind_display()}：请另选范围或目标。")
        if not key and area.kind not in self.plan.titles:
            raise ValidationError(f"{area.name}是{area.get_kind_display()}，方案未设称号：请另选范围或目标。")
        return key

    def clean_objective(self) -> str:
        objective = self.cleaned_data["objective"]
        if objective == PlanObjective.COST and self.plan.costs is None:
            raise ValidationError("方案文件未列各项单价（[costs] 一节），不能按投资最少测算：请选择建设数量最少。")
        return objective

    def clean(self) -> dict[str, Any]:
        for pin in self.pins:
            try:
                parse_pin(pin)
            except ValueError as refusal:
                self.add_error(None, f"措施的取舍无法识别：{refusal}请在测算结果中重新选择。")
        return super().clean()

    def asked(self) -> PlanAsked:
        """The question; only of a valid form."""
        given = self.cleaned_data
        return PlanAsked(**{**given, "operators": tuple(given["operators"]), "pins": tuple(self.pins)})


def _areas(user, chosen: str) -> list[tuple[str, str]]:
    """The district, its townships, and the area beneath them that was chosen elsewhere, if the user may see it."""
    wanted = Q(kind__in=(AreaKind.DISTRICT, *TOWNSHIPS)) | Q(code=chosen.replace("\0", ""))
    found = Area.objects.visible_to(user).filter(wanted).select_related("parent").order_by("code")
    return [(each.code, each.full_name) for each in found]


class WithdrawPlanForm(forms.Form):
    """Why a signed plan is withdrawn."""

    reason = forms.CharField(label="撤回原因", max_length=500, widget=forms.Textarea(attrs={"rows": 2, "cols": False}))


class SignPlanForm(forms.Form):
    """By which name a plan is kept, and by when it is to be built."""

    name = forms.CharField(label="方案名称", max_length=60)
    due_on = DayField(label="完成期限", help_text="期限内开通、提速或办结的为按期完成。")
    note = forms.CharField(
        label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2, "cols": False})
    )

    def __init__(self, county: str, since: date, data=None, *, initial=None) -> None:
        super().__init__(data, initial=initial)
        self.county, self.since = county, since

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if BuildPlan.objects.filter(county=self.county, name=name).exists():
            raise ValidationError(f"已有名为“{name}”的建设方案：请另取名称。")
        return name

    def clean_due_on(self) -> date:
        due_on = self.cleaned_data["due_on"]
        if due_on <= self.since:
            raise ValidationError(f"完成期限须晚于方案所据季度的末日（{self.since.isoformat()}）。")
        return due_on
