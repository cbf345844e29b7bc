"""An operator's counts of a quarter, for which sheets are brought in."""

from collections.abc import Mapping
from functools import cached_property

from django.urls import reverse

from areas.package.tables import Unreadable
from areas.package.values import quoted
from entry.forms import Values
from returns.counts.count_form import CountForm
from returns.counts.counts import CountStanding, row_fault, sum_faults
from returns.counts.form import CountRow, every
from returns.models import CountDraft
from workbooks import count_workbook
from workbooks.files import AGAIN, STAMP
from workbooks.forms import FormFault, FormRow, UploadForm
from workbooks.models import CountUpload, CountUploadQuerySet, IssuedCounts


class CountUploadForm(UploadForm):
    """Broadband and fibre users of each township and of villages."""

    entry: CountForm

    prefix = "count_"
    stamp_labels, corner = count_workbook.STAMP_LABELS, "街镇、村居"

    def __init__(self, user, county: str, period: str) -> None:
        self.entry = CountForm.opened(user, f"{county}-{period}")
        self.subject = self.operator = self.entry.operator
        self.county, self.quarter, self.by = county, self.entry.quarter, user
        self.owner, self.period = self.operator.pk, period
        self.title = f"{self.operator.name}{self.quarter.label}用户数"
        self.back = reverse("returns:counts", args=self.place)

    @property
    def place(self) -> tuple:
        return (self.county, self.quarter)

    @cached_property
    def _rows(self) -> list[CountRow]:
        return self.entry.rows()

    @cached_property
    def rows(self) -> dict[str, FormRow]:
        towns = {row.area.code: row.area.name for row in self._rows}
        return {
            row.area.code: FormRow(row.area.code, row.area.name, towns.get(row.within, ""), row.figures)
            for row in every(self._rows)
        }

    def faults(self, values: Mapping[str, Values]) -> dict[str, list[FormFault]]:
        whole = {code: row.values for code, row in self.rows.items()} | dict(values)
        standing = {code: CountStanding(draft=CountDraft(**figures)) for code, figures in whole.items()}
        found: dict[str, list[FormFault]] = {}
        for code in values:
            if wrong := row_fault({name: value for name, value in whole[code].items() if not isinstance(value, str)}):
                found.setdefault(code, []).append(FormFault(*wrong, is_error=whole[code][wrong[0]] is not None))
        for town in {code[:9] for code in values} & self.rows.keys():
            for name, message in sum_faults(town, standing).items():
                found.setdefault(town, []).append(FormFault(name, message, is_error=True))
        return found

    def uploads(self) -> CountUploadQuerySet:
        return CountUpload.objects.filter(operator=self.operator, county=self.county, period=self.period)

    def new_upload(self, **fields) -> CountUpload:
        return CountUpload(operator=self.operator, county=self.county, period=self.period, **fields)

    def issue(self) -> tuple[bytes, IssuedCounts]:
        fields = {"operator": self.operator, "county": self.county, "period": self.period, "by": self.by}
        seen = {code: dict(row.values) for code, row in self.rows.items()}
        issued = IssuedCounts.objects.create(**fields, template=count_workbook.TEMPLATE, seen=seen)
        return count_workbook.write(self._rows, issued), issued

    @property
    def detail(self) -> dict[str, str]:
        return {"period": self.period}

    def issued_as(self, stamp: Mapping[str, str]) -> IssuedCounts:
        issued = IssuedCounts.objects.filter(pk=stamp[STAMP].upper()).select_related("operator").first()
        if issued is None:
            raise Unreadable(f"校验号{quoted(stamp[STAMP])}不是本系统发出的：{AGAIN}")
        if issued.operator_id != self.operator.pk:
            raise Unreadable(f"这不是{self.operator.name}的工作簿：请选本企业的文件。")
        if issued.period != self.period or issued.county != self.county:
            raise Unreadable(
                f"这是{issued.quarter.label}（县区 {issued.county}）的工作簿，"
                f"现在填的是{self.quarter.label}（县区 {self.county}）：请选对文件，或重新下载。"
            )
        if issued.template != count_workbook.TEMPLATE:
            raise Unreadable(f"工作簿是旧模板（第 {issued.template} 版，现用第 {count_workbook.TEMPLATE} 版）：{AGAIN}")
        for label, value in count_workbook.stamp_values(issued).items():
            if stamp.get(label, value).upper() != value.upper():
                raise Unreadable(f"表里的{label}被改为{quoted(stamp[label])}，与校验号不符（应为 {value}）：{AGAIN}")
        return issued
