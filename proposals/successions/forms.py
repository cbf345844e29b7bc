"""The forms of the six acts: one form, with the fields that its act needs."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from django import forms

from areas.models import Area
from areas.vocabulary import AreaKind
from common.clock import today
from common.filters import DayField
from common.forms import CountField
from proposals.successions import planning
from proposals.successions.planning import IN_PLACE, Asked, Heir, SuccessionAct

MOST_PARTS = 4
"""Parts of a split that the form has room for."""
_ENDINGS = {SuccessionAct.TO_COMMUNITY: ("村", "社区"), SuccessionAct.TO_STREET: ("镇", "街道")}


def codes_in(text: str) -> list[str]:
    """The codes that were typed, each once, whatever stands between them."""
    return list(dict.fromkeys(re.findall(r"[0-9]+", text)))


class StartForm(forms.Form):
    """Which act, of which areas."""

    act = forms.ChoiceField(label="事项", choices=SuccessionAct)
    origins = forms.CharField(
        label="原单位编码",
        max_length=400,
        help_text="9、12 或 15 位；合并几个单位的，用空格隔开。从区域的页面进来时已经填好",
    )


class SuccessionForm(forms.Form):
    """What an act needs to know."""

    on = DayField(label="生效日期", help_text="原单位自该日起不再单列；可为将来的日期，到期自动生效")
    document = forms.CharField(label="依据", max_length=200, help_text="撤并文件的文号或名称")

    def __init__(self, *args, act: SuccessionAct, origins: Sequence[Area], to: str = "", **options):
        super().__init__(*args, **options)
        self.act, self.origins = act, list(origins)
        self.area = self.origins[0]
        self.is_village = self.area.kind == AreaKind.NATURAL_VILLAGE
        self._day = self._typed_day() or self.area.valid_to or today()
        self.fields["on"].initial = self._day
        self.part_fields: list[str] = []
        if act == SuccessionAct.MERGE:
            self._merging(to)
        elif act == SuccessionAct.SPLIT:
            self._splitting()
        else:
            self._renaming()
        self.fields["carries_title"] = forms.BooleanField(
            label="原单位的称号由承接单位承继", required=False, initial=act != SuccessionAct.SPLIT,
            help_text="按撤并文件。不勾选的，称号留在原单位名下；沿用原编码的，称号不受影响",
        )  # fmt: skip
        self.fields["reason"] = forms.CharField(
            label="说明", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
        )

    def _typed_day(self) -> date | None:
        """The day as it was typed, for what may be chosen on it; None where there is none yet."""
        try:
            return self.fields["on"].clean(self.data.get("on")) if self.is_bound else None
        except forms.ValidationError:
            return None

    # ------------------------------------------------ the fields of each act

    def _new(self, prefix: str, whose: str, *, required: bool, code: str = "", name: str = "") -> None:
        self.fields[f"{prefix}name"] = forms.CharField(
            label=f"{whose}名称", max_length=100, required=required, initial=name
        )
        self.fields[f"{prefix}code"] = forms.CharField(
            label=f"{whose}编码", max_length=15, required=required, initial=code
        )
        if self.is_village:
            self.fields[f"{prefix}households"] = CountField(
                label=f"{whose}常住户数", min_value=0, max_value=100_000, required=False
            )

    def _suggested(self, offset: int = 0) -> str:
        """The next unused code beside the area, or one of those that follow."""
        code = planning.unused_code(self.area.code[:-3], self.area.code)
        following = f"{self.area.code[:-3]}{int(code[-3:]) + offset:03d}" if code else ""
        return following if len(following) == len(self.area.code) else ""

    def _merging(self, to: str) -> None:
        found = planning.candidates(self.area, self._day)
        by_parent = groupby(found, key=lambda each: each.parent.name if each.parent else "")
        groups = [(name, [(each.code, f"{each.name}（{each.code}）") for each in rows]) for name, rows in by_parent]
        self.fields["to"] = forms.ChoiceField(
            label="并入", required=False, choices=[("", "新设的单位（在下面填写）"), *groups], initial=to,
            help_text="已有的单位；几个单位合并为一个新单位的，选“新设的单位”",
        )  # fmt: skip
        self._new("new_", "新单位", required=False, code=self._suggested())
        if self.is_village:
            self.fields["new_households"].label = "承接自然村当日起的常住户数"
            self.fields["new_households"].help_text = "留空：并入已有自然村的，户数不变；新设的，为各村之和"

    def _splitting(self) -> None:
        for number in range(1, MOST_PARTS + 1):
            self._new(f"part{number}_", f"第 {number} 个单位", required=number <= 2, code=self._suggested(number - 1))
        children, sites = planning.members(self.area, self._day)
        choices = [("", "请选择"), *((str(number), f"第 {number} 个") for number in range(1, MOST_PARTS + 1))]
        for key, label in [
            *((each.code, f"{each.name}（{each.code}）") for each in children),
            *((each.site_id, f"点位 {each.name}（{each.site_id}）") for each in sites),
        ]:
            self.fields[f"goes-{key}"] = forms.ChoiceField(label=f"{label}归", choices=choices)
            self.part_fields.append(f"goes-{key}")

    def _renaming(self) -> None:
        name = self.area.name
        if self.act in _ENDINGS:
            old, new = _ENDINGS[self.act]
            name = f"{name.removesuffix(old)}{new}"
        may_keep = self.act in IN_PLACE
        self.fields["name"] = forms.CharField(
            label="新名称" if may_keep else "名称",
            max_length=100,
            initial="" if self.act == SuccessionAct.RENAME else name,
        )
        self.fields["code"] = forms.CharField(
            label="新编码", max_length=15, required=not may_keep,
            help_text="留空：编码不变，名称和类型自生效日期起变更" if may_keep else "下级的编码随之改变",
        )  # fmt: skip

    # ------------------------------------------------ what was said

    def clean(self) -> dict:
        said = super().clean()
        for name, value in list(said.items()):
            if name.endswith("code") and value and (not value.isdecimal() or len(value) != len(self.area.code)):
                self.add_error(name, f"编码应为 {len(self.area.code)} 位数字。")
        if self.act == SuccessionAct.MERGE and not said.get("to"):
            for name in ("new_name", "new_code"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, "没有选已有的单位：请填写新单位。")
        return said

    @property
    def asked(self) -> Asked:
        """The act as it was asked for; of a form that is valid."""
        said = self.cleaned_data
        return Asked(
            act=self.act,
            day=said["on"],
            document=" ".join(said["document"].split()),
            origins=self.origins,
            heirs=self._heirs,
            name=said.get("name", ""),
            carries_title=said["carries_title"],
            parts=self._parts,
        )

    @property
    def _heirs(self) -> list[Heir]:
        said = self.cleaned_data
        if self.act == SuccessionAct.MERGE:
            if said["to"]:
                return [Heir(said["to"], "", said.get("new_households"))]
            return [self._heir("new_")]
        if self.act == SuccessionAct.SPLIT:
            return [self._heir(f"part{number}_") for number in self._numbers]
        return [Heir(said["code"], said["name"])] if said["code"] else []

    def _heir(self, prefix: str) -> Heir:
        said = self.cleaned_data
        return Heir(said[f"{prefix}code"], said[f"{prefix}name"], said.get(f"{prefix}households"))

    @property
    def _numbers(self) -> list[int]:
        """The parts that have a name."""
        return [number for number in range(1, MOST_PARTS + 1) if self.cleaned_data[f"part{number}_name"]]

    @property
    def _parts(self) -> dict[str, str]:
        """By code or site number the code of the part that was chosen."""
        said, numbers = self.cleaned_data, self._numbers if self.act == SuccessionAct.SPLIT else []
        codes = {str(number): said[f"part{number}_code"] for number in numbers}
        return {name.removeprefix("goes-"): codes.get(said[name], "") for name in self.part_fields}


class UndoForm(forms.Form):
    document = forms.CharField(label="撤销的依据", max_length=200)
    reason = forms.CharField(label="撤销的原因", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
