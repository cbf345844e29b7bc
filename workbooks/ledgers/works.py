"""Ledger workbooks read and written as background jobs: for those that are too large for a request."""

from datetime import date

from django.urls import reverse

from areas.package.tables import Unreadable
from common.clock import today
from common.exceptions import Refused
from jobs.work import Finished, Progress, Refusal, work
from proposals import proofs
from proposals.actions import Why
from workbooks.ledgers import actions, selecting, writing
from workbooks.ledgers.declared import LEDGERS, WorkbookUnit
from workbooks.ledgers.models import LedgerUpload
from workbooks.ledgers.preview import Findings

_STEPS = {"正在读取": 0, "正在检查": 1, "正在推算": 2, "正在写入": 3}


def _say(progress: Progress, steps: int):
    def say(text: str) -> None:
        progress.tell(done=_STEPS[text[:4]], total=steps, saying=f"{text} ……")

    return say


def _upload(progress: Progress, pk: int) -> LedgerUpload:
    upload = LedgerUpload.objects.visible_to(progress.by).filter(pk=pk).first()
    if upload is None or upload.has_expired:
        raise Refusal("本次上传已过保留期，未读取：请重新上传工作簿。")
    return upload


@work(label="检查台账工作簿", unit="步", again="请重新上传工作簿。")
def examine(progress: Progress, *, upload: int, since: str = "") -> Finished:
    """Read an upload and keep its preview."""
    taken = _upload(progress, upload)
    try:
        day = date.fromisoformat(since) if since else None
        found = actions.examine(taken, by=progress.by, since=day, say=_say(progress, 3))
    except Unreadable as reason:
        taken.delete()
        raise Refusal(f"未读取该文件。{reason}") from None
    said = f"读到 {found.rows} 行：新增 {found.added} 行，改动 {found.changed} 行，有错 {found.wrong_rows} 行。尚未提交，请核对后确认。"
    return Finished(said, link=reverse("ledgers:preview", args=[upload]))


@work(label="提交台账", unit="步", again="请回到预览页面重新确认。")
def confirm(progress: Progress, *, upload: int, digest: str, why: dict[str, str], held: list[str]) -> Finished:
    """Do what a preview showed."""
    taken = _upload(progress, upload)
    address, files = reverse("ledgers:preview", args=[upload]), proofs.held(held, progress.by)
    try:
        found = actions.confirm(
            upload=taken, digest=digest, by=progress.by, why=Why(**why), files=files, say=_say(progress, 4)
        )
    except actions.LedgerChanged as reason:
        seen = _upload(progress, upload)
        actions.examine(seen, by=progress.by, since=Findings.from_json(seen.findings).since_day)
        return Finished(f"{reason}", link=address)
    except Refused as reason:
        return Finished(f"未提交：{reason}", link=address)
    if found is None:
        return Finished("本工作簿已提交，未重复提交。", link=address)
    return Finished(f"已提交：{found.outcome}", link=address)


@work(label="台账工作簿", unit="行", again="请重新下载。")
def write(progress: Progress, *, ledger: str, query: str) -> Finished:
    """The workbook of a ledger of many rows."""
    declared, unit = LEDGERS[ledger], WorkbookUnit.of(progress.by)
    chosen = selecting.chosen(declared, query, progress.by)
    progress.tell(saying=f"正在生成 {chosen.count} 行 ……")
    on = today()
    content = actions.issue(ledger=declared, rows=chosen.rows, condition=chosen.condition, on=on, by=progress.by)
    name = writing.file_name(declared, unit, on)
    (progress.folder / name).write_bytes(content)
    return Finished(f"已生成，共 {chosen.count} 行。", file=name)
