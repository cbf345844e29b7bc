"""Handing out workbooks, taking sheets in, and keeping what they say. Each leaves its audit record."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from areas.models import Area
from common import clock
from common.exceptions import Stale
from entry.cells import Fate, save_cells
from workbooks import history
from workbooks.forms import UploadForm
from workbooks.models import RememberedReading, SheetUpload
from workbooks.preview import CONTESTED, preview
from workbooks.reading import SheetContent, recalled, sheet_content, sheets_of, stamp_in, storable
from workbooks.together import PageChanges

PASTED = "粘贴的内容"
_MOST_REMEMBERED = 5
"""Readings that are kept of a form and a unit: the latest."""


@transaction.atomic
def issue(form: UploadForm) -> bytes:
    """The workbook of a form; what it shows is kept, so that its upload can tell what was changed."""
    content, issued = form.issue()
    detail = {"stamp": issued.stamp, **form.detail}
    audit.record(action="workbook.download", by=form.by, subject=form.subject, detail=detail)
    return content


@transaction.atomic
def hand_out_history(*, township: Area, by) -> bytes:
    """The workbook of all returns of a township."""
    quarterly_returns = history.returns_of(township)
    content = history.write(township, quarterly_returns, by=by.name, at=clock.now())
    audit.record(action="workbook.history", by=by, subject=township, detail={"rows": len(quarterly_returns)})
    return content


def take_in(form: UploadForm, source: bytes | str, file_name: str) -> SheetUpload:
    """Keep a file or a pasted block (a str) with what it says; areas.package.tables.Unreadable when it is no table."""
    name = storable(PurePath(file_name).name or "未命名")[-200:]
    sheets = sheets_of(source, name)
    said_by = "" if isinstance(source, str) else name
    stamp = stamp_in(sheets, form.stamp_labels)
    issued = form.issued_as(stamp) if stamp else None
    marks, known = ({}, {}) if issued else recalled(sheets, said_by, form, remembered(form))
    content = sheet_content(sheets, said_by, form, {}, marks, is_ours=bool(issued))
    if known:
        content = sheet_content(sheets, said_by, form, known, marks, content)
        content.recalled = list(known)
    raw = source.encode() if isinstance(source, str) else source
    fields = {
        "issued": issued,
        "by": form.by,
        "file_name": name,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "file": raw,
        "is_pasted": isinstance(source, str),
        "seen": issued.seen if issued else {code: dict(row.values) for code, row in form.rows.items()},
        "answers": known,
        "content": content.as_json(),
    }
    with transaction.atomic():
        upload = form.new_upload(**fields)
        type(upload).objects.filter(confirmed_at=None, expires_at__lt=clock.real_now()).delete()
        upload.save()
        detail = {"file": name, "sha256": upload.sha256}
        audit.record(action="workbook.upload", by=form.by, subject=form.subject, detail=detail)
    return upload


class AnsweredMeanwhile(Stale):
    """A colleague has answered while the sheet was being read: what was said is to be held against that."""


def answer(
    upload: SheetUpload, form: UploadForm, answers: Mapping[str, str], hands: Mapping[str, int] | None = None
) -> SheetContent:
    """Read it again under what the person says of it; nothing of the form changes. Unreadable when nothing is left.

    ``hands`` are the fields that she changed, with her key.
    """
    before = SheetContent.from_json(upload.content)
    said = upload.answers | storable(answers)
    ours = bool(upload.issued_id)
    sheets = sheets_of(upload.source, upload.file_name)
    said_by = "" if upload.is_pasted else upload.file_name
    content = sheet_content(sheets, said_by, form, said, before.remembered, before, is_ours=ours)
    with transaction.atomic():
        held = _hold(upload)
        if held["answers"] != upload.answers:
            raise AnsweredMeanwhile("这份表的读法刚被他人改动。")
        upload.answers, upload.content, upload.hands = said, content.as_json(), held["hands"] | dict(hands or {})
        upload.save(update_fields=["answers", "content", "hands"])
    return content


_SAID = ("answers", "content", "mended", "chosen", "hands")


def _hold(upload: SheetUpload) -> dict[str, Any]:
    """Keep others from the sheet until the transaction ends; what is said of it now.

    Stale when it was kept or given up meanwhile.
    """
    waiting = type(upload).objects.select_for_update().filter(pk=upload.pk, confirmed_at=None)
    if (held := waiting.values(*_SAID).first()) is None:
        raise Stale("未保存：这份表已由他人存为草稿，或已放弃。")
    return held


@transaction.atomic
def mend(upload: SheetUpload, form: UploadForm, posted: Mapping[str, str]) -> PageChanges:
    """Keep what the person has put into cells and which of the contested cells she takes from the file.

    Where a colleague was faster hers is not taken; the answer tells.
    """
    for name, said in _hold(upload).items():
        setattr(upload, name, said)
    shown, mended = preview(upload, form), {code: dict(texts) for code, texts in upload.mended.items()}
    page = PageChanges({name: storable(text) for name, text in posted.items()}, upload.hands, form.by)
    for row, cell in shown.cells_by_row:
        text = page.text(cell.name, f"{row.row.name}{cell.column.label}", cell.text)
        if text is not None:
            mended.setdefault(cell.code, {})[cell.column.name] = text
    upload.mended = mended
    upload.chosen = [
        cell.choice
        for row, cell in shown.cells_by_row
        if cell.state == CONTESTED
        and page.tick(cell.choice, f"{row.row.name}{cell.column.label}改用表里的数字", now=cell.is_chosen)
    ]
    upload.hands |= page.hands
    upload.save(update_fields=["mended", "chosen", "hands"])
    return page


@dataclass(frozen=True)
class Kept:
    """What became of a sheet: rows and cells kept, cells that wait to be mended."""

    rows: int
    cells: int
    left: int


@transaction.atomic
def keep(upload: SheetUpload, form: UploadForm, standing: str) -> Kept:
    """Save as draft what can be saved; what is left stays with the upload, which is done when nothing is.

    ``standing`` is what the page showed: Stale when somebody has changed the form since. Refused when it can no longer be changed.
    """
    form.entry.hold()
    _hold(upload)
    shown = preview(upload, form)
    if shown.standing != standing:
        raise Stale("未保存：您打开本页之后，网上又有改动。下面已按最新的数字重新比较，请重新核对。")
    settled = save_cells(form.entry, [cell.typed for cell in shown.taken])
    saved = [each.cell.code for each in settled if each.fate == Fate.SAVED]
    left = len(shown.left) + len(settled) - len(saved)
    if saved:
        detail = {"sha256": upload.sha256, "rows": len(set(saved))}
        audit.record(action="workbook.confirm", by=form.by, subject=form.subject, detail=detail)
    if not upload.issued_id:
        _remember(upload, form)
    if not left:
        upload.confirmed_at, upload.file = clock.now(), b""
        upload.save(update_fields=["confirmed_at", "file"])
    return Kept(len(set(saved)), len(saved), left)


def remembered(form: UploadForm) -> QuerySet[RememberedReading]:
    """What was said of earlier sheets for this form and unit, the latest first."""
    return RememberedReading.objects.filter(form=form.entry.kind, owner=form.owner).select_related("by")


def _remember(upload: SheetUpload, form: UploadForm) -> None:
    """What the person said of the sheet; in the place of what was said of one with the same headings."""
    mapping = upload.content["mapping"]
    columns = {key for key in upload.answers if key.startswith("column/")}
    if not mapping["answers"] and not columns:
        return
    same = [each.pk for each in remembered(form) if each.mapping["columns"] == mapping["columns"]]
    RememberedReading.objects.filter(pk__in=same).delete()
    fields = {"form": form.entry.kind, "owner": form.owner, "file_name": upload.file_name, "by": form.by}
    RememberedReading.objects.create(**fields, mapping=mapping)
    old = [each.pk for each in remembered(form)[_MOST_REMEMBERED:]]
    RememberedReading.objects.filter(pk__in=old).delete()


def forget(form: UploadForm, pk: int) -> None:
    """Take a remembered reading away; nothing where it is gone, or another unit's."""
    remembered(form).filter(pk=pk).delete()
