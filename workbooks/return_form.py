"""A return, for which sheets are brought in."""

from collections.abc import Mapping
from functools import cached_property

from areas.package.tables import Unreadable
from areas.package.values import quoted
from entry.forms import Values
from returns import explanations
from returns.entry.return_form import ReturnForm
from returns.entry.saving import EXPLANATION
from returns.figures import NAMES
from returns.pages import address
from returns.review.objections import unlocked_cells
from returns.sheet import ReturnSheet, SheetRow, sheet_of
from workbooks import layout, return_writing
from workbooks.forms import FormFault, FormRow, UploadForm
from workbooks.models import Issued, Upload, UploadQuerySet

AGAIN = "请在季报页面重新下载工作簿，填好后再上传。"


class ReturnUploadForm(UploadForm):
    """The five figures and the sentence of each village."""

    entry: ReturnForm

    stamp_labels, corner = layout.STAMP_LABELS, "村居"

    def __init__(self, user, pk: int) -> None:
        self.entry = ReturnForm.opened(user, str(pk))
        self.subject = self.quarterly_return = self.entry.quarterly_return
        self.owner, self.period = self.quarterly_return.township_id, self.quarterly_return.period
        self.title = f"{self.quarterly_return.township.name}{self.quarterly_return.quarter.label}季报"
        self.back, self.by = address(self.quarterly_return), user

    @property
    def place(self) -> tuple:
        return (self.quarterly_return.pk,)

    @cached_property
    def _sheet(self) -> ReturnSheet:
        return sheet_of(self.quarterly_return)

    @cached_property
    def rows(self) -> dict[str, FormRow]:
        unlocked, town = unlocked_cells(self.quarterly_return), self.quarterly_return.township.name
        return {
            row.area.code: FormRow(
                row.area.code,
                row.area.name,
                town,
                {**row.figures, EXPLANATION: row.explanation},
                _locked(row, unlocked),
            )
            for row in self._sheet.rows
        }

    def faults(self, values: Mapping[str, Values]) -> dict[str, list[FormFault]]:
        found = {}
        for row in self._sheet.rows:
            if row.area.code in values:
                figures = {name: value for name, value in values[row.area.code].items() if not isinstance(value, str)}
                found[row.area.code] = [
                    FormFault(each.figure, each.message, each.is_error) for each in row.found(figures)
                ]
        return found

    def unfit(self, name: str, text: str) -> str:
        return explanations.HOLLOW if name == EXPLANATION and explanations.is_hollow(text) else ""

    def shown_before(self) -> Mapping[str, tuple[str, Values]]:
        before = {row.area.code: row.previous or dict.fromkeys(NAMES) for row in self._sheet.rows}
        return {
            label: (name, {code: figures[name] for code, figures in before.items()})
            for label, name in zip(layout.BEFORE, NAMES, strict=True)
        }

    def uploads(self) -> UploadQuerySet:
        return Upload.objects.filter(quarterly_return=self.quarterly_return)

    def new_upload(self, **fields) -> Upload:
        return Upload(quarterly_return=self.quarterly_return, **fields)

    def issue(self) -> tuple[bytes, Issued]:
        fields = {"quarterly_return": self.quarterly_return, "template": layout.TEMPLATE, "by": self.by}
        issued = Issued.objects.create(**fields, seen={code: dict(row.values) for code, row in self.rows.items()})
        return return_writing.write(self._sheet, issued), issued

    @property
    def detail(self) -> dict[str, str]:
        return {}

    def issued_as(self, stamp: Mapping[str, str]) -> Issued:
        number = stamp[layout.STAMP]
        issued = Issued.objects.filter(pk=number.upper()).select_related("quarterly_return__township").first()
        if issued is None:
            raise Unreadable(f"校验号{quoted(number)}不是本系统发出的：{AGAIN}")
        own, other = self.quarterly_return, issued.quarterly_return
        if other.township_id != own.township_id:
            raise Unreadable(f"这是{other.township.name}的工作簿，不是{own.township.name}的：请选本单位的文件。")
        if other.period != own.period:
            raise Unreadable(
                f"这是{other.quarter.label}的工作簿，现在填的是{own.quarter.label}："
                f"请选对季度，或重新下载{own.quarter.label}的工作簿。"
            )
        if other.pk != own.pk:
            raise Unreadable(
                f"这是第 {other.revision} 版的工作簿，现在填的是第 {own.revision} 版（更正）：请下载这一版的工作簿再填。"
            )
        if issued.template != layout.TEMPLATE:
            raise Unreadable(
                f"工作簿是旧模板（第 {issued.template} 版，现用第 {layout.TEMPLATE} 版）："
                "请重新下载，将数字抄录到新的工作簿后再上传。"
            )
        written = (own.township_id, own.period, str(own.revision))
        for label, value in zip(layout.STAMP_LABELS, written, strict=False):
            if stamp.get(label, value) != value:
                raise Unreadable(f"表里的{label}被改为{quoted(stamp[label])}，与校验号不符（应为 {value}）：{AGAIN}")
        return issued


def _locked(row: SheetRow, unlocked) -> dict[str, str]:
    """Why cells of a row cannot be changed: it was decided on, or the bureau sent back others."""
    if row.is_locked:
        state = row.line.get_status_display() if row.line else "锁定"
        return dict.fromkeys((*NAMES, EXPLANATION), f"本行{state}，锁定不能修改")
    if unlocked is None:
        return {}
    return {
        name: "本次未退回该数字，不能修改"
        for name, value in row.figures.items()
        if value is not None and (row.area.code, name) not in unlocked
    }
