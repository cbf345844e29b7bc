"""The workbook of a return as it comes back: which one it is, and what stands in its rows. Nothing is guessed."""

from pathlib import Path

from openpyxl.utils import get_column_letter

from areas.package.tables import PackageSheet, Unreadable
from areas.package.values import folded, quoted
from returns.entry.saving import EXPLANATION
from returns.figures import FIGURES, NAMES
from returns.models import Return
from workbooks import layout
from workbooks.lines import WorkbookContent, content
from workbooks.models import Issued
from workbooks.opening import chosen, header, opened, stamp_of

AGAIN = "请在季报页面重新下载工作簿，填好后再上传。"

_FIELDS = dict(zip((figure.label for figure in FIGURES), NAMES, strict=True)) | {layout.EXPLANATION: EXPLANATION}


def read(path: Path, name: str, quarterly_return: Return) -> tuple[WorkbookContent, Issued]:
    """What the file says for this return, and as which workbook it went out; Unreadable with the sentence to show."""
    sheets, notices = opened(path, name, layout.SHEET)
    sheet = chosen(sheets, layout.SHEET, layout.STAMP_LABELS, notices)
    issued = _recognised(sheet, quarterly_return)
    found = content(sheet, notices, layout.NAME, _FIELDS)
    _read_locked(sheet, found)
    _unaltered(sheet, quarterly_return)
    return found, issued


def _read_locked(sheet: PackageSheet, found: WorkbookContent) -> None:
    """Last quarter's figures as the file shows them, so that a change there can be named; a column may be gone."""
    number, headings = header(sheet, (layout.CODE, FIGURES[0].label), layout.HEADERS)
    places = {
        layout.before(name): headings.index(folded(label))
        for name, label in zip(NAMES, layout.BEFORE, strict=True)
        if headings.count(folded(label)) == 1
    }
    found.letters |= {name: get_column_letter(place + 1) for name, place in places.items()}
    rows = {row: cells for row, cells in sheet.rows if row > number}
    for line in found.lines:
        cells = rows[line.row]
        line.locked = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}


def _recognised(sheet: PackageSheet, quarterly_return: Return) -> Issued:
    """The workbook as it was issued for this return; else Unreadable says which one it is."""
    stamp = stamp_of(sheet, layout.STAMP_LABELS)
    if not stamp:
        raise Unreadable(f"表里没有校验号，认不出是哪个单位、哪个季度的工作簿：{AGAIN}")
    issued = Issued.objects.filter(pk=stamp[layout.STAMP].upper()).select_related("quarterly_return__township").first()
    if issued is None:
        raise Unreadable(f"校验号{quoted(stamp[layout.STAMP])}不是本系统发出的：{AGAIN}")
    other = issued.quarterly_return
    if other.township_id != quarterly_return.township_id:
        raise Unreadable(
            f"这是{other.township.name}的工作簿，不是{quarterly_return.township.name}的：请选本单位的文件。"
        )
    if other.period != quarterly_return.period:
        raise Unreadable(
            f"这是{other.quarter.label}的工作簿，现在填的是{quarterly_return.quarter.label}：请选对季度，或重新下载{quarterly_return.quarter.label}的工作簿。"
        )
    if other.pk != quarterly_return.pk:
        raise Unreadable(
            f"这是第 {other.revision} 版的工作簿，现在填的是第 {quarterly_return.revision} 版（更正）：请下载这一版的工作簿再填。"
        )
    if issued.template != layout.TEMPLATE:
        raise Unreadable(
            f"工作簿是旧模板（第 {issued.template} 版，现用第 {layout.TEMPLATE} 版）：请重新下载，把数字抄到新的工作簿里再上传。"
        )
    return issued


def _unaltered(sheet: PackageSheet, quarterly_return: Return) -> None:
    """Unreadable when what the stamp says beside its number is no longer what was written there."""
    stamp = stamp_of(sheet, layout.STAMP_LABELS)
    expected = dict(
        zip(
            layout.STAMP_LABELS,
            (quarterly_return.township_id, quarterly_return.period, str(quarterly_return.revision)),
            strict=False,
        )
    )
    for label, value in expected.items():
        if stamp.get(label, value) != value:
            raise Unreadable(f"表里的{label}被改成了{quoted(stamp[label])}，与校验号不符（应为 {value}）：{AGAIN}")
