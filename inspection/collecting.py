"""Adding evidence to a draft and taking it out: content, size, number and quota are checked, and a scanner may refuse."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from accounts import audit
from common.exceptions import Refused
from evidence import keeping
from evidence.keeping import MEGABYTE, SoundFile
from inspection.models import Evidence, Report
from inspection.reporting import drafted, edit_evidence
from inspection.vocabulary import EvidenceKind

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
    file = _checked(given)
    with transaction.atomic():
        held = edit_evidence(report=report, by=by)
        _require_room(held, len(given.data), file.digest)
        return _kept(held, given, file, by)


def _kept(report: Report, given: EvidenceUpload, file: SoundFile, by) -> Evidence:
    """The file on the disk and its row; where the row is refused the file goes again."""
    fields = file.keep(Evidence)
    try:
        with transaction.atomic():
            return _row(report, given, fields, by)
    except BaseException:
        keeping.drop(Evidence, file.digest)
        raise


def _checked(given: EvidenceUpload) -> SoundFile:
    if given.kind not in EvidenceKind.values:
        raise Refused("请选择佐证材料的类别。")
    file = keeping.checked(given.data, given.name)
    if given.kind == EvidenceKind.PHOTO and not file.is_picture:
        raise Refused("现场照片须为 JPEG 或 PNG 图片；PDF 请选“证明文件”。")
    if (given.kind == EvidenceKind.SPEED_TEST) != (given.mbps is not None):
        raise Refused("测速记录须填写实测下行速率，其他材料不填。")
    if given.mbps is not None and not 0 < given.mbps <= FASTEST_MBPS:
        raise Refused(f"实测下行速率应在 1 至 {FASTEST_MBPS:,} 兆之间。")
    return file


def _require_room(report: Report, size: int, value: str) -> None:
    """How many files a report holds, and how much; the report's row is held, so two uploads are counted one by one."""
    if report.evidence.filter(digest=value).exists():
        raise Refused("该文件已在本报告内，无须重复上传。")
    if report.evidence.count() >= settings.EVIDENCE_FILES:
        raise Refused(f"一份报告最多 {settings.EVIDENCE_FILES} 个文件，请合并后上传。")
    held = report.evidence.aggregate(total=Sum("size"))["total"] or 0
    if held + size > settings.EVIDENCE_REPORT_MB * MEGABYTE:
        raise Refused(f"一份报告的佐证材料合计不能超过 {settings.EVIDENCE_REPORT_MB} MB。")


def _row(report: Report, given: EvidenceUpload, fields: dict, by) -> Evidence:
    codes = {unit.area_id for unit in drafted(report)}
    if given.code and given.code not in codes:
        raise Refused("所选单位不在本报告内，请重新选择。")
    evidence = Evidence.objects.create(
        report=report,
        area_id=given.code or None,
        kind=given.kind,
        caption=" ".join(given.caption.split())[:100],
        mbps=given.mbps,
        by=by,
        **fields,
    )
    detail = {"file": evidence.name, "sha256": evidence.digest}
    audit.record(action="evidence.add", by=by, subject=report, detail=detail)
    return evidence


@transaction.atomic
def remove(*, evidence: Evidence, by) -> None:
    """Take a file out of a draft; it leaves the disk when no other report names it."""
    report = edit_evidence(report=evidence.report, by=by)
    value, name = evidence.digest, evidence.name
    if Evidence.objects.filter(pk=evidence.pk).delete()[0]:
        keeping.let_go(Evidence, [value])
        audit.record(action="evidence.remove", by=by, subject=report, detail={"file": name, "sha256": value})
