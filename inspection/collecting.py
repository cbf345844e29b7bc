"""Adding evidence to a draft, putting it where it belongs, and taking it out: content, size, number and quota are checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from accounts import audit
from common.exceptions import Refused
from evidence import keeping
from evidence.keeping import MEGABYTE, SoundFile
from inspection.matching import Matching
from inspection.models import Evidence, Report
from inspection.reporting import edit_evidence
from inspection.vocabulary import EvidenceKind, UnitState

FASTEST_MBPS = 100_000
LONGEST_REMARK = 200


@dataclass(frozen=True)
class EvidenceUpload:
    """A file as it was uploaded, with what the township says about it.

    ``code`` and ``criterion`` blank: as the file and the plan's rule tell. ``seen`` is when and where a phone says that
    it was taken, where it stands beside the picture.
    """

    name: str
    data: bytes
    kind: str
    caption: str = ""
    code: str = ""
    mbps: int | None = None
    criterion: str = ""
    is_made: bool = False
    seen: Mapping[str, datetime | float | None] = field(default_factory=dict)


def add(*, report: Report, given: EvidenceUpload, by) -> Evidence:
    """Keep a file as evidence; Refused with a sentence, NoSpace when the disk is full. Nothing is left of a refused one."""
    file = _checked(given)
    with transaction.atomic():
        held = edit_evidence(report=report, by=by)
        _require_room(held, len(given.data), file.digest)
        return _kept(held, given, file, by)


def _kept(report: Report, given: EvidenceUpload, file: SoundFile, by) -> Evidence:
    """The file on the disk and its row; where the row is refused the file goes again."""
    fields = file.keep(Evidence) | dict(given.seen)
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
    """How many files a report holds, and how much: so many for each unit, and once more for the whole report.

    The report's row is held, so two uploads are counted one by one.
    """
    if report.evidence.filter(digest=value).exists():
        raise Refused("该文件已在本报告内，无须重复上传。")
    files, megabytes = room(report)
    if report.evidence.count() >= files:
        raise Refused(f"本报告最多 {files:,} 个文件，请合并后上传。")
    held = report.evidence.aggregate(total=Sum("size"))["total"] or 0
    if held + size > megabytes * MEGABYTE:
        raise Refused(f"本报告的佐证材料合计不能超过 {megabytes:,} MB。")


def room(report: Report) -> tuple[int, int]:
    """How many files the report may hold, and how many megabytes."""
    shares = report.units.exclude(state=UnitState.DISCARDED).count() + 1
    return settings.EVIDENCE_FILES * shares, settings.EVIDENCE_UNIT_MB * shares


def _row(report: Report, given: EvidenceUpload, fields: dict[str, Any], by) -> Evidence:
    matching = Matching(report)
    code = given.code or matching.found(given.kind, given.name, fields["taken_lon"], fields["taken_lat"])
    if code and code not in matching.units:
        raise Refused("所选单位不在本报告内，请重新选择。")
    belonging = matching.belonging(code, given.kind, given.criterion)
    evidence = Evidence.objects.create(
        report=report,
        area=belonging.unit and belonging.unit.area,
        criterion=belonging.criterion,
        kind=given.kind,
        is_made=given.is_made,
        caption=" ".join(given.caption.split())[:100],
        mbps=given.mbps,
        by=by,
        **fields,
    )
    detail = {"file": evidence.name, "sha256": evidence.digest}
    audit.record(action="evidence.make" if given.is_made else "evidence.add", by=by, subject=report, detail=detail)
    return evidence


@transaction.atomic
def arrange(*, report: Report, codes: Mapping[int, str], remarks: Mapping[int, str], by) -> int:
    """Put files, by primary key, to other units, and keep what is said about doubts; how many changed.

    Refused when the report is no draft, or lacks a unit.
    """
    held = edit_evidence(report=report, by=by)
    matching = Matching(held)
    if set(codes.values()) - {"", *matching.units}:
        raise Refused("所选单位不在本报告内，请重新选择。")
    changed = 0
    for row in held.evidence.filter(pk__in={*codes, *remarks}).select_related("area__parent"):
        changed += _moved(row, codes.get(row.pk, row.area_id or ""), matching, by) or _explained(
            row, remarks.get(row.pk, row.remark), by
        )
    return changed


def _moved(row: Evidence, code: str, matching: Matching, by) -> bool:
    if code == (row.area_id or ""):
        return False
    belonging = matching.belonging(code, row.kind)
    row.area, row.criterion = belonging.unit and belonging.unit.area, belonging.criterion
    row.save(update_fields=["area", "criterion"])
    where = row.area.full_name if row.area else "整份报告"
    audit.record(action="evidence.arrange", by=by, subject=row.report, detail={"file": row.name, "unit": where})
    return True


def _explained(row: Evidence, remark: str, by) -> bool:
    said = " ".join(remark.split())
    if len(said) > LONGEST_REMARK:
        raise Refused(f"“{row}”的说明有 {len(said)} 字，最多 {LONGEST_REMARK} 字，请删减。")
    if said == row.remark:
        return False
    row.remark = said
    row.save(update_fields=["remark"])
    audit.record(action="evidence.explain", by=by, subject=row.report, detail={"file": row.name, "reason": said})
    return True


@transaction.atomic
def remove(*, evidence: Evidence, by) -> None:
    """Take a file out of a draft; it leaves the disk when no other report names it."""
    report = edit_evidence(report=evidence.report, by=by)
    value, name = evidence.digest, evidence.name
    if Evidence.objects.filter(pk=evidence.pk).delete()[0]:
        keeping.let_go(Evidence, [value])
        audit.record(action="evidence.remove", by=by, subject=report, detail={"file": name, "sha256": value})


# ------------------------------------------------ several at once


@dataclass(frozen=True)
class Outcome:
    """What became of several files: what was kept, and of what was refused the name and why."""

    kept: list[Evidence]
    refused: list[tuple[str, str]]


def add_all(*, report: Report, given: Iterable[EvidenceUpload], by) -> Outcome:
    """Keep each file by itself, so that none is lost with another; NoSpace ends it, and what was kept stays."""
    outcome = Outcome([], [])
    for each in given:
        try:
            outcome.kept.append(add(report=report, given=each, by=by))
        except Refused as refusal:
            outcome.refused.append((each.name, str(refusal)))
    return outcome
