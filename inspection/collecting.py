"""Adding evidence to a draft and taking it out: content, size, number and quota are checked, and a scanner may refuse."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.module_loading import import_string

from accounts import audit
from common.digests import digest
from common.exceptions import Refused
from inspection import store
from inspection.files import PICTURES, MediaType, kind_of, safe_name
from inspection.models import Evidence, Report
from inspection.reporting import drafted, edit_evidence
from inspection.vocabulary import EvidenceKind

MEGABYTE = 1024 * 1024
FASTEST_MBPS = 100_000


@dataclass(frozen=True)
class EvidenceUpload:
    """A file as it was uploaded, with what the township says about it; ``code`` blank: of the whole report."""

    name: str
    data: bytes
    kind: str
    caption: str = ""
    code: str = ""
    mbps: int | None = None


def add(*, report: Report, given: EvidenceUpload, by) -> Evidence:
    """Keep a file as evidence; Refused with a sentence, NoSpace when the disk is full. Nothing is left of a refused one."""
    try:
        content = _checked(given)
        algorithm, value = digest(given.data)
        with transaction.atomic():
            held = edit_evidence(report=report, by=by)
            _require_room(held, len(given.data), value)
            return _kept(held, given, content, algorithm, value, by)
    except OSError as error:
        if store.is_full(error):
            raise store.NoSpace(FULL) from error
        raise


FULL = "服务器的磁盘已满，文件没有保存。请联系系统管理员清理后再传；报告文字不受影响。"


def _kept(report: Report, given: EvidenceUpload, content: MediaType, algorithm: str, value: str, by) -> Evidence:
    """The file on the disk and its row; where the row is refused the file goes again."""
    is_new = store.keep(given.data, value)
    try:
        with transaction.atomic():
            return _row(report, given, content, algorithm, value, by)
    except BaseException:
        if is_new:
            _let_go(value)
        raise


def _let_go(value: str) -> None:
    """A file leaves the disk when no report names it."""
    store.drop(value, Evidence.objects.filter(digest=value).exists)


def _checked(given: EvidenceUpload) -> MediaType:
    if not given.data:
        raise Refused("文件是空的，请重新选择。")
    if len(given.data) > settings.EVIDENCE_MB * MEGABYTE:
        raise Refused(f"文件超过 {settings.EVIDENCE_MB} MB，请压缩或拆分后再传。")
    if given.kind not in EvidenceKind.values:
        raise Refused("请选择佐证材料的类别。")
    content = kind_of(given.data)
    if given.kind == EvidenceKind.PHOTO and content.media_type not in PICTURES:
        raise Refused("现场照片要用 JPEG 或 PNG 图片；PDF 请选“证明文件”。")
    if (given.kind == EvidenceKind.SPEED_TEST) != (given.mbps is not None):
        raise Refused("测速记录要填写实测下行速率，其他材料不填。")
    if given.mbps is not None and not 0 < given.mbps <= FASTEST_MBPS:
        raise Refused(f"实测下行速率应在 1 至 {FASTEST_MBPS:,} 兆之间。")
    if refusal := scanned(given.data, given.name):
        raise Refused(refusal)
    return content


def scanned(data: bytes, name: str) -> str:
    """What the installation's scanner says of a file (EVIDENCE_SCAN); blank where it has none or finds nothing."""
    if settings.EVIDENCE_SCAN is None:
        return ""
    scan: Callable[[Path, str], str] = import_string(settings.EVIDENCE_SCAN)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        return scan(path, name)


def _require_room(report: Report, size: int, value: str) -> None:
    """How many files a report holds, and how much; the report's row is held, so two uploads are counted one by one."""
    if report.evidence.filter(digest=value).exists():
        raise Refused("这个文件已经在这份报告里，不用重复上传。")
    if report.evidence.count() >= settings.EVIDENCE_FILES:
        raise Refused(f"一份报告最多 {settings.EVIDENCE_FILES} 个文件，请合并后再传。")
    held = report.evidence.aggregate(total=Sum("size"))["total"] or 0
    if held + size > settings.EVIDENCE_REPORT_MB * MEGABYTE:
        raise Refused(f"一份报告的佐证材料合计不能超过 {settings.EVIDENCE_REPORT_MB} MB。")


def _row(report: Report, given: EvidenceUpload, content: MediaType, algorithm: str, value: str, by) -> Evidence:
    codes = {unit.area_id for unit in drafted(report)}
    if given.code and given.code not in codes:
        raise Refused("选的单位不在这份报告里，请重新选择。")
    evidence = Evidence.objects.create(
        report=report,
        area_id=given.code or None,
        kind=given.kind,
        caption=" ".join(given.caption.split())[:100],
        mbps=given.mbps,
        name=safe_name(given.name, content.media_type),
        media_type=content.media_type,
        size=len(given.data),
        algorithm=algorithm,
        digest=value,
        by=by,
    )
    audit.record(action="evidence.add", by=by, subject=report, detail={"file": evidence.name, "sha256": value})
    return evidence


@transaction.atomic
def remove(*, evidence: Evidence, by) -> None:
    """Take a file out of a draft; it leaves the disk when no other report names it."""
    report = edit_evidence(report=evidence.report, by=by)
    value, name = evidence.digest, evidence.name
    if Evidence.objects.filter(pk=evidence.pk).delete()[0]:
        transaction.on_commit(lambda: _let_go(value))
        audit.record(action="evidence.remove", by=by, subject=report, detail={"file": name, "sha256": value})
