"""Handing out the workbook of a ledger, taking one in, confirming it. Each leaves its audit record."""

import hashlib
import tempfile
from datetime import date
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from acceptance import packages
from accounts import audit
from accounts.models import User
from common import clock
from common.exceptions import Refused
from workbooks.ledgers import declared, preview, writing
from workbooks.ledgers.declared import LEDGERS, WorkbookLedger, WorkbookUnit
from workbooks.ledgers.models import LedgerUpload, LedgerWorkbook
from workbooks.ledgers.preview import Findings, Say


class LedgerChanged(Refused):
    """The ledger has changed since the preview, so that confirming would write something else."""


@transaction.atomic
def issue(*, ledger: WorkbookLedger, rows: QuerySet, condition: str, on: date, by: User) -> bytes:
    """The workbook of a ledger with ``rows`` of it, for the unit of ``by``."""
    unit, count = WorkbookUnit.of(by), rows.count()
    issued = LedgerWorkbook.objects.create(
        ledger=ledger.key, area=unit.area, operator=unit.operator, template=declared.TEMPLATE, day=on,
        condition=condition[:500], rows=count, by=by,
    )  # fmt: skip
    content = writing.write(ledger, unit, issued, rows)
    detail = {"list": ledger.title, "stamp": issued.stamp, "rows": count, "condition": condition}
    audit.record(action="ledger.download", by=by, detail=detail)
    return content


@transaction.atomic
def take_in(*, ledger: WorkbookLedger, file, by: User) -> LedgerUpload:
    """Keep an uploaded file until it is confirmed; it is not read yet."""
    LedgerUpload.objects.filter(confirmed_at=None, expires_at__lt=clock.real_now()).delete()
    unit, content = WorkbookUnit.of(by), file.read()
    name = (Path(file.name or "").name or "未命名")[-200:].replace("\0", "")
    upload = LedgerUpload.objects.create(
        ledger=ledger.key, area=unit.area, operator=unit.operator, by=by, file_name=name,
        sha256=hashlib.sha256(content).hexdigest(), content=content,
    )  # fmt: skip
    detail = {"list": ledger.title, "file": name, "sha256": upload.sha256}
    audit.record(action="ledger.upload", by=by, detail=detail)
    return upload


def examine(upload: LedgerUpload, *, by: User, say: Say = lambda text: None) -> Findings:
    """Read the file, and keep on the upload what confirming it would do now; Unreadable when it is refused."""
    content, checked = _checked(upload, by=by, say=say)
    found = preview.findings_of(checked, content, upload.issued.rows)
    LedgerUpload.objects.filter(pk=upload.pk).update(issued=upload.issued, findings=found.as_json())
    upload.findings = found.as_json()
    return found


def _checked(upload: LedgerUpload, *, by: User, say: Say) -> tuple[preview.LedgerContent, packages.Loading]:
    ledger, unit = LEDGERS[upload.ledger], WorkbookUnit(upload.area, upload.operator)
    say("正在读取文件")
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        ending = ".csv" if upload.file_name.lower().endswith((".csv", ".txt")) else ".xlsx"
        path = Path(folder) / f"{ledger.title}台账{ending}"
        path.write_bytes(upload.content)
        content, upload.issued = preview.read(path, upload.file_name, ledger, unit)
    return content, preview.checked(content, ledger, upload.operator_id, by=by, say=say)


def confirm(*, upload: LedgerUpload, digest: str, by: User, say: Say = lambda text: None) -> Findings | None:
    """Write what the preview with ``digest`` showed: the rows without an error. None when that was done before.

    Moved when the ledger has changed meanwhile; nothing is written then.
    """
    try:
        return _confirmed(upload, digest, by, say)
    except IntegrityError:
        raise LedgerChanged("没有写入：同时有人在写入相同编号的行。请重新预览后再确认。") from None


@transaction.atomic
def _confirmed(upload: LedgerUpload, digest: str, by: User, say: Say) -> Findings | None:
    content = bytes(upload.content)
    waiting = LedgerUpload.objects.filter(pk=upload.pk, confirmed_at=None)
    if not waiting.update(confirmed_at=clock.now(), content=b""):
        return None
    upload.content = content
    read, checked = _checked(upload, by=by, say=say)
    found = preview.findings_of(checked, read, upload.issued.rows)
    if found.digest != digest:
        raise LedgerChanged("没有写入：您打开这一页之后，台账又有改动。下面已按最新的台账重新比较，请再核对一次。")
    say(f"正在写入 {found.added + found.changed} 行")
    detail = {"list": LEDGERS[upload.ledger].title, "sha256": upload.sha256}
    packages.store_loaded(checked, action="ledger.confirm", detail=detail)
    LedgerUpload.objects.filter(pk=upload.pk).update(findings=found.as_json())
    return found
