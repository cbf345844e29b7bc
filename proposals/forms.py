"""The page on which one thing is changed, as a form: made of the declared columns, filled with what stands today."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from areas import coordinates
from areas.package.registry import CHANGING
from areas.package.values import Day, Flag, ListedValue, NumberValue, OperatorCode, PackageColumn, Text, Whole, plain
from areas.vocabulary import Datum
from common.exceptions import Refused
from common.filters import DayField
from common.forms import PlainField
from proposals import places, proofs
from proposals.actions import Why
from proposals.drafts import ENDS, ItemDraft
from proposals.subjects import Subject, area_code_of, operators
from proposals.vocabulary import Act, ReasonCode

PLACE = "place"
"""The one box in which longitude and latitude are typed or pasted."""
CHANGE, CORRECT = "change", "correct"
NATURES = ((CHANGE, "情况变化，自某日起"), (CORRECT, "原登记有误"))
_YES_NO = (("1", "是"), ("0", "否"))
_SPOT = ("lon", "lat")

SUGGESTED: Mapping[str, ReasonCode] = {
    "name": ReasonCode.MISENTERED,
    "area_code": ReasonCode.MISENTERED,
    "downstream_mbps": ReasonCode.WORKS,
    "tv_only": ReasonCode.WORKS,
    "ports_total": ReasonCode.REPORTED,
    "ports_used": ReasonCode.REPORTED,
    "completed_on": ReasonCode.REPORTED,
    "cancelled_on": ReasonCode.REPORTED,
}
"""The usual reason by column, of others a look at the place; what became different on a day had not been entered wrongly."""


class _Files(forms.FileInput):
    allow_multiple_selected = True


class WhyForm(forms.Form):
    """Why something is proposed, and what it rests on."""

    reason_code = forms.ChoiceField(
        label="原因类别",
        choices=[("", "请选择"), *ReasonCode.choices],
        required=False,
        error_messages={"invalid_choice": "请从列表中选择原因类别。"},
    )
    reason = forms.CharField(
        label="说明", required=False, widget=forms.Textarea({"rows": 2, "cols": False, "maxlength": 500})
    )
    document = forms.CharField(
        label="依据（文件名称或文号）",
        required=False,
        max_length=200,
        help_text="改变往季结果、或使单位退出分母的，必须写明依据，或者上传照片、扫描件。",
    )
    proofs = forms.FileField(
        label="照片、扫描件",
        required=False,
        widget=_Files({"multiple": True, "accept": "image/jpeg,image/png,application/pdf"}),
        help_text=f"JPEG、PNG 或 PDF，最多 {proofs.MOST} 个；已选的无须重选。",
    )

    @property
    def why(self) -> Why:
        return Why(*(self.cleaned_data[name] for name in ("reason_code", "reason", "document")))

    def place(self, sentence: str) -> None:
        """Put a refusal of the reason to the field that it is about."""
        if "依据" in sentence:
            self.add_error("document", sentence)
        else:
            self.add_error("reason" if "写明原因" in sentence or "字" in sentence else "reason_code", sentence)


class NatureForm(forms.Form):
    """Whether many things became different on a day, or had been entered wrongly."""

    nature = forms.ChoiceField(
        label="修改原因", choices=NATURES, widget=forms.RadioSelect,
        error_messages={
            "required": "请选择：情况变化，或原登记有误。",
            "invalid_choice": "请选择：情况变化，或原登记有误。",
        },
    )  # fmt: skip
    on = DayField(label="起始日期（情况变化的）", required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("nature") == CHANGE and not said.get("on") and "on" not in self.errors:
            self.add_error("on", "请填写变更的起始日期。")
        return said

    @property
    def since(self) -> date | None:
        """The day of the change; None of a correction."""
        return self.cleaned_data["on"] if self.cleaned_data.get("nature") == CHANGE else None


class ThingForm(WhyForm):
    """The fields of a row; ``act`` says what is done to it, ``asked`` are the columns for which the page was opened."""

    def __init__(
        self, subject: Subject, act: str, asked: Sequence[str], data: Any = None, *, user, given: Mapping
    ) -> None:
        self.subject, self.act, self._user = subject, act, user
        self.remarks: list[str] = []
        self.columns = [] if act in (Act.END, Act.VOID) else self._own_columns()
        self.asked = self._opened(asked)
        super().__init__(data, initial=self._shown(given), auto_id="%s")
        own = self._act_fields() | {name: self._field(name) for name in self.columns}
        self.fields: dict[str, forms.Field] = own | dict(self.fields)
        first = [name for name in self.asked if not (subject.is_new and self.initial.get(name))]
        if first and data is None:
            self.fields[first[0]].widget.attrs |= {"autofocus": True, "data-select": True}

    # ------------------------------------------------ which fields there are

    def _own_columns(self) -> list[str]:
        """The columns that are filled in, with the one box in place of three columns; the key only of a new row."""
        found = []
        for column in self.subject.declared.columns:
            if column.name in self.subject.declared.key and not self.subject.is_new:
                continue
            if column.name == "operator" and (self._user.operator_id or not self.subject.is_new):
                continue
            found.append(PLACE if column.name == "lon" else column.name)
        return [name for name in found if name != "lat"]

    def _opened(self, asked: Sequence[str]) -> list[str]:
        """What stands open at the top: what was asked for, all of a new row."""
        if self.act == Act.ADD:
            return [
                name for name in self.columns if name not in ("valid_to", "closed_on", "completed_on", "cancelled_on")
            ]
        wanted = {PLACE if name in (*_SPOT, PLACE, "datum") else name for name in asked}
        if PLACE in wanted:
            wanted.add("datum")
        return [name for name in self.columns if name in wanted]

    @property
    def folded(self) -> list[str]:
        return [name for name in self.columns if name not in self.asked]

    @property
    def may_change(self) -> bool:
        """Whether there is a choice between a change and a correction."""
        return self.act not in (Act.ADD, Act.END, Act.VOID) and self.subject.table in CHANGING

    @property
    def is_dated_asked(self) -> bool:
        """Whether the choice stands open: what was asked for may change on a day."""
        names = CHANGING.get(self.subject.table, ())
        return self.may_change and (not self.asked or any(name in names for name in self.asked))

    def _act_fields(self) -> dict[str, forms.Field]:
        if self.act == Act.END:
            return {"on": DayField(label="终止日期", required=True, error_messages={"required": "请填写终止的日期。"})}
        if not self.may_change:
            return {}
        nature = forms.ChoiceField(
            label="修改原因", choices=NATURES, required=False, widget=forms.RadioSelect,
            error_messages={"invalid_choice": "请选择：情况变化，或原登记有误。"},
        )  # fmt: skip
        return {"nature": nature, "on": DayField(label="起始日期", required=False)}

    def _field(self, name: str) -> forms.Field:
        if name == PLACE:
            return forms.CharField(
                label="经度、纬度",
                required=False,
                max_length=coordinates.LONGEST,
                widget=forms.TextInput({"autocomplete": "off", "placeholder": "113.05, 23.71"}),
                help_text="可以直接粘贴：113.05, 23.71、度分秒，或地图链接；次序相反的也可识别。",
            )
        column = self.subject.declared.by_name[name]
        return field_of(
            column, "" if name != "area_code" else "areas-near", operators(self._user) if name == "operator" else []
        )

    # ------------------------------------------------ what they show

    def _shown(self, given: Mapping[str, str]) -> dict[str, Any]:
        """What stands today, with what the address gives in its place."""
        texts = dict(self.subject.texts)
        if self.subject.is_new:
            texts[self.subject.declared.key[0]] = self.subject.key
        shown = {name: texts.get(name, "") for name in self.columns} | {PLACE: spot_text(texts)}
        shown |= {name: given[name] for name in self.columns if name in given}
        if {"lon", "lat"} <= given.keys():
            shown[PLACE] = f"{given['lon']}, {given['lat']}"
        if self.act in (CHANGE, CORRECT):
            shown["nature"] = self.act
        shown["on"] = given.get("on", "")
        shown["reason_code"] = given.get("reason_code") or self._suggested()
        return shown | {name: given[name] for name in ("reason", "document") if name in given}

    def _suggested(self) -> str:
        if self.act in (Act.END, Act.VOID):
            return ReasonCode.WORKS if self.act == Act.END and self.subject.table == "access_points" else ""
        if self.act == Act.ADD:
            return ReasonCode.REPORTED if self.subject.table == "service_orders" else ReasonCode.BUILT
        found: set[str] = {SUGGESTED.get(name, ReasonCode.SURVEYED) for name in self.asked if name != "datum"}
        if self.act == CHANGE:
            found = {"" if reason == ReasonCode.MISENTERED else reason for reason in found}
        return found.pop() if len(found) == 1 else ""

    @property
    def seen(self) -> list[tuple[str, str]]:
        """What the page shows of the row, to be sent along: names of hidden fields and values."""
        return [(f"seen-{name}", text) for name, text in self.subject.texts.items()] if not self.subject.is_new else []

    @property
    def choice_words(self) -> list[str]:
        """Which dated values a correction would touch: 常住户数自 2018-07-01 起的值."""
        by_name = self.subject.declared.by_name
        return [f"“{by_name[name].label}”更正的是自 {day} 起的值。" for name, day in self.subject.since.items()]

    # ------------------------------------------------ what was typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("area_code"):
            try:
                cleaned["area_code"] = area_code_of(cleaned["area_code"], self._user)
            except Refused as refusal:
                self.add_error("area_code", str(refusal))
        if PLACE in self.columns and PLACE in cleaned:
            self._read_place(cleaned)
        self._ask_nature(cleaned)
        return cleaned

    def _read_place(self, cleaned: dict[str, Any]) -> None:
        """The pair of the one box as columns; what was put right is remarked."""
        text = cleaned[PLACE].strip()
        if text == spot_text(self.subject.texts):
            cleaned |= {name: self.subject.texts.get(name, "") for name in _SPOT}
            return
        if not text:
            cleaned |= dict.fromkeys(_SPOT, "")
            return
        try:
            found = coordinates.read(text)
        except coordinates.NoCoordinates as problem:
            self.add_error(PLACE, str(problem))
            return
        cleaned |= {"lon": plain(found.lon), "lat": plain(found.lat), "datum": found.datum or cleaned.get("datum", "")}
        if found.remark:
            self.remarks.append(f"经度、纬度：{found.remark}，取经度 {plain(found.lon)}、纬度 {plain(found.lat)}。")
        if found.datum and found.datum != self.data.get("datum"):
            self.remarks.append(f"坐标系按所写的 {Datum(found.datum).label}。")
        elif not found.datum and cleaned["datum"] not in ("", Datum.WGS84, Datum.CGCS2000):
            said = Datum(cleaned["datum"]).label
            self.remarks.append(f"坐标按 {said} 换算：手机或测量仪上读来的一般是 WGS-84，请核对坐标系。")

    def _ask_nature(self, cleaned: dict[str, Any]) -> None:
        if not self.may_change or self.errors:
            return
        dated = [name for name in self.changed(cleaned) if name in CHANGING[self.subject.table]]
        if dated and not cleaned.get("nature"):
            self.add_error("nature", "请选择：情况变化（自某日起），或原登记有误。")
        elif dated and cleaned["nature"] == CHANGE and not cleaned.get("on"):
            self.add_error("on", "请填写变更的起始日期。")

    @property
    def _names(self) -> list[str]:
        """The columns of the row that the page fills in."""
        names = [name for name in self.columns if name != PLACE]
        return [*names, *_SPOT] if PLACE in self.columns else names

    def changed(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        """The texts that differ from what the page showed; a field that was not sent is left alone."""
        sent = [name for name in self._names if (PLACE if name in _SPOT else name) in self.data]
        typed = {name: text_of(cleaned[name]) for name in sent if name in cleaned}
        return {name: text for name, text in typed.items() if text != self.saw(name)}

    def saw(self, name: str) -> str:
        """What the page showed in a column; what stands today where it does not say."""
        return str(self.data.get(f"seen-{name}", self.subject.texts.get(name, "")))

    def drafts(self) -> list[ItemDraft]:
        """What was asked for: a change and corrections apart, corrections by the day of the value that they replace."""
        subject, cleaned = self.subject, self.cleaned_data
        if self.act == Act.ADD:
            return [self._added()]
        if self.act in (Act.END, Act.VOID):
            on = cleaned.get("on") if self.act == Act.END else None
            seen = {ENDS[subject.table]: self.saw(ENDS[subject.table])} if on else None
            return [ItemDraft(subject.table, subject.key, Act(self.act), {}, on, seen)]
        texts = self.changed(cleaned)
        if not _SPOT_COLUMNS.isdisjoint(texts):
            texts |= {name: text_of(cleaned.get(name, "")) for name in places.COLUMNS if name in cleaned}
        groups: dict[tuple[Act, date | None], dict[str, str]] = {}
        for name, text in texts.items():
            groups.setdefault(self._how(name), {})[name] = text
        return [
            ItemDraft(
                subject.table, subject.key, act, values, on, {name: self.saw(name) for name in self._told(values, on)}
            )
            for (act, on), values in groups.items()
        ]

    def _told(self, names: Iterable[str], on: date | None) -> list[str]:
        """The columns of which the page showed what a draft replaces: not where it begins before the value of today."""
        since = self.subject.since
        return [name for name in names if on is None or name not in since or since[name] <= on]

    def _how(self, name: str) -> tuple[Act, date | None]:
        if self.cleaned_data.get("nature") == CHANGE and name in CHANGING[self.subject.table]:
            return Act.CHANGE, self.cleaned_data["on"]
        return Act.CORRECT, self.subject.since.get(name)

    def _added(self) -> ItemDraft:
        key = self.subject.declared.key[0]
        texts = {name: text_of(self.cleaned_data[name]) for name in self._names if name in self.cleaned_data}
        if self._user.operator_id and "operator" in self.subject.declared.by_name:
            texts["operator"] = self._user.operator_id
        given = {name: text for name, text in texts.items() if text and name != key}
        return ItemDraft(self.subject.table, texts.get(key, ""), Act.ADD, given)

    def place_errors(self, column: str, message: str) -> None:
        """An error of the check at the field of its column."""
        field = PLACE if column in _SPOT and PLACE in self.fields else column
        if column in (ENDS.get(self.subject.table), "") and self.act == Act.END:
            field = "on"
        if not column and "on" in self.fields and "天起" in message:
            field = "on"
        self.add_error(field if field in self.fields else None, message)


_SPOT_COLUMNS = frozenset(places.COLUMNS)


def spot_text(texts: Mapping[str, str]) -> str:
    return f"{texts['lon']}, {texts['lat']}" if texts.get("lon") and texts.get("lat") else ""


def field_of(column: PackageColumn, suggestions: str = "", choices: Sequence[tuple[str, str]] = ()) -> forms.Field:
    """The field of a declared column; the check of the whole says what is wrong with a value."""
    kind, label = column.kind, f"{column.label}（{column.unit}）" if column.unit else column.label
    if isinstance(kind, OperatorCode):
        return _choice(label, [("", "请选择"), *choices])
    if isinstance(kind, ListedValue):
        blank = [] if column.required or column.blank else [("", "空白")]
        return _choice(label, [*([("", "请选择")] if column.required else blank), *kind.labels.items()])
    if isinstance(kind, Flag):
        return _choice(label, [*([("", "请选择")] if column.required else []), *_YES_NO])
    if isinstance(kind, Day):
        return DayField(label=label, required=False)
    attrs: dict[str, Any] = {"autocomplete": "off"}
    if isinstance(kind, Whole | NumberValue):
        attrs["inputmode"] = "decimal" if isinstance(kind, NumberValue) else "numeric"
    if isinstance(kind, Text):
        attrs["maxlength"] = kind.longest
    if suggestions:
        attrs["list"] = suggestions
    return PlainField(label=label, required=False, widget=forms.TextInput(attrs), plainly=column.plainly)


def _choice(label: str, choices: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    errors = {"invalid_choice": "没有该选项，请在列表中选择。"}
    return forms.ChoiceField(label=label, choices=choices, required=False, error_messages=errors)


def text_of(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).strip()
