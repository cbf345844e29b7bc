"""Handing out the workbook of a ledger, taking one in, confirming it. Each leaves its audit record."""

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.models import User
from areas.package.tables import Unreadable
from common import clock
from common.exceptions import Refused, Stale
from gate.uploads import IncomingFile
from proposals.actions import Why, propose
from proposals.models import HeldProof
from proposals.proofs import adopt
from proposals.sketching import MOST_ITEMS, Say, Sketch, sketch
from proposals.vocabulary import Door
from workbooks.ledgers import declared, preview, writing
from workbooks.ledgers.declared import LEDGERS, WorkbookLedger, WorkbookUnit
from workbooks.ledgers.incoming import IncomingRows, incoming
from workbooks.ledgers.models import LedgerUpload, LedgerWorkbook
from workbooks.ledgers.preview import Findings


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
def take_in(*, ledger: WorkbookLedger, file: IncomingFile, by: User) -> LedgerUpload:
    """Keep an uploaded file until it is confirmed; it is not read yet."""
    LedgerUpload.objects.filter(confirmed_at=None, expires_at__lt=clock.real_now()).delete()
    unit, content = WorkbookUnit.of(by), file.data
    name = Path(file.name).name or "未命名"
    upload = LedgerUpload.objects.create(
        ledger=ledger.key, area=unit.area, operator=unit.operator, by=by, file_name=name,
        sha256=hashlib.sha256(content).hexdigest(), content=content,
    )  # fmt: skip
    detail = {"list": ledger.title, "file": name, "sha256": upload.sha256}
    audit.record(action="ledger.upload", by=by, detail=detail)
    return upload


def examine(
    upload: LedgerUpload, *, by: User, since: date | None = None, say: Say = lambda text: None, at_once: bool = False
) -> Findings:
    """Read the file, and keep on the upload what confirming it would do now; Unreadable when it is refused.

    ``since``: what may change on a day is a change from then on, not a correction. TooManyAtOnce where somebody waits for
    it (``at_once``) and should not.
    """
    content, rows = _compared(upload, since, say, at_once=at_once)
    if len(rows.drafts) > MOST_ITEMS:
        raise Unreadable(
            f"本工作簿改动或新增 {len(rows.drafts)} 处，一次最多 {MOST_ITEMS} 处：请分成几份上传，不在文件里的行保持不变。"
        )
    try:
        found, _ = _looked_at(upload, content, rows, since, by, say)
    except Refused as reason:
        raise Unreadable(str(reason)) from None
    LedgerUpload.objects.filter(pk=upload.pk).update(issued=upload.issued, findings=found.as_json())
    upload.findings = found.as_json()
    return found


def _compared(
    upload: LedgerUpload, since: date | None, say: Say, *, at_once: bool = False
) -> tuple[preview.LedgerContent, IncomingRows]:
    """The rows of the file, beside what is stored of them."""
    ledger, unit = LEDGERS[upload.ledger], WorkbookUnit(upload.area, upload.operator)
    say("正在读取文件")
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        ending = ".csv" if upload.file_name.lower().endswith((".csv", ".txt")) else ".xlsx"
        path = Path(folder) / f"{ledger.title}台账{ending}"
        path.write_bytes(upload.content)
        content, upload.issued = preview.read(path, upload.file_name, ledger, unit, at_once=at_once)
    rows = incoming(
        content.sheet, ledger, upload.operator_id, since=since, marks=content.marks, problems=content.problems
    )
    return content, rows


def _looked_at(
    upload: LedgerUpload,
    content: preview.LedgerContent,
    rows: IncomingRows,
    since: date | None,
    by: User,
    say: Say,
    effect: dict | None = None,
) -> tuple[Findings, Sketch]:
    """What the rows would do; an ``effect`` that is known already is not worked out again."""
    found = sketch(drafts=rows.drafts, by=by, with_effect=effect is None, say=say)
    found.effect = found.effect if effect is None else effect
    rows.take(found.errors, as_errors=True)
    rows.take(found.warnings, as_errors=False)
    rows.report.sort()
    return preview.findings_of(rows, found, content, upload.issued.rows, since), found


def confirm(
    *,
    upload: LedgerUpload,
    digest: str,
    by: User,
    why: Why,
    files: Sequence[HeldProof] = (),
    say: Say = lambda text: None,
) -> Findings | None:
    """Do what the preview with ``digest`` showed, but for rows with an error; None when that was done before.

    What nobody has to accept is written, the rest waits. Refused without a reason or proof that is needed; LedgerChanged
    when the ledger has changed meanwhile; nothing is done then.
    """
    try:
        return _confirmed(upload, digest, by, why, files, say)
    except Stale as reason:
        raise LedgerChanged(str(reason)) from None


@transaction.atomic
def _confirmed(
    upload: LedgerUpload, digest: str, by: User, why: Why, files: Sequence[HeldProof], say: Say
) -> Findings | None:
    content, seen = bytes(upload.content), Findings.from_json(upload.findings)
    waiting = LedgerUpload.objects.filter(pk=upload.pk, confirmed_at=None)
    if not waiting.update(confirmed_at=clock.now(), content=b""):
        return None
    upload.content = content
    read, rows = _compared(upload, seen.since_day, say)
    found, made = _looked_at(upload, read, rows, seen.since_day, by, say, seen.effect_today)
    if found.digest != digest:
        raise LedgerChanged("未提交：您打开本页之后，台账又有改动。下面已按最新的台账重新比较，请重新核对。")
    say(f"正在写入 {found.added + found.changed} 行")
    title = LEDGERS[upload.ledger].title
    proposal, _ = propose(
        drafts=rows.drafts,
        by=by,
        source=Door.WORKBOOK,
        why=why,
        title=f"{title}台账工作簿：新增 {found.added} 行，改动 {found.changed} 行",
        has_proof=bool(files),
        found=made,
        attach=lambda proposal: adopt(proposal, files, by),
    )
    found.proposal = proposal and proposal.pk
    detail = {"list": title, "sha256": upload.sha256, "created": found.added, "changed": found.changed}
    audit.record(action="ledger.confirm", by=by, subject=proposal, detail=detail)
    LedgerUpload.objects.filter(pk=upload.pk).update(findings=found.as_json())
    return found
