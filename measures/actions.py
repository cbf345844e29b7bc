"""What is done to records of measures: entered, changed, sent, confirmed, each in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from acceptance import plan
from areas.models import Area, Site
from common.exceptions import Refused
from evidence import keeping
from evidence.keeping import SoundFile
from measures.kinds import MeasureKind
from measures.models import MeasureFile, MeasureMove, MeasureRecord, MeasureVersion
from measures.moves import RECORDS
from measures.sides import side_name, side_of
from measures.values import changed, words_of
from measures.vocabulary import Belongs, MeasureAction, MeasureState
from witness.sealing import seal

STEPS = (
    MeasureAction.SEND,
    MeasureAction.CONFIRM,
    MeasureAction.SEND_BACK,
    MeasureAction.DISCARD,
    MeasureAction.VOID,
)
"""What can be done on a record's page; values are changed in the form."""
MOST_FILES = 20
_OWN = "{record}由您登记，须由另一人办理。"


@dataclass(frozen=True)
class TypedMeasure:
    """What somebody typed of a record: ``values`` as they are kept, to what it belongs, and a file with it."""

    values: Mapping[str, Any]
    area: Area | None = None
    site: Site | None = None
    file: SoundFile | None = field(default=None, repr=False)


def begin(*, kind: MeasureKind, given: TypedMeasure, by) -> MeasureRecord:
    """Begin a record, as a draft. Refused where the same stands already."""
    record = MeasureRecord(kind=kind.key, side=side_of(by), unit=side_name(by))
    RECORDS.permit(MeasureAction.BEGIN, record, by)
    for name, value in _belonging(kind, given, by).items():
        setattr(record, name, value)
    _fill(record, given.values)

    def write(file: Mapping[str, Any]) -> None:
        record.save()
        _version(record, by)
        _attach(record, file, by)
        RECORDS.record(RECORDS.log(record, MeasureAction.BEGIN, "", by), title=record.title)

    return _kept(record, given, write)


def _belonging(kind: MeasureKind, given: TypedMeasure, by) -> dict[str, Any]:
    """To what the record belongs."""
    if kind.belongs == Belongs.OPERATOR:
        return {"operator_id": by.operator_id, "county": plan.current().district}
    area = given.area if kind.has_subject_typed else by.area
    if area is None:
        raise Refused(f"请填写所属{kind.belongs.label}。")
    return {"area": area, "site": given.site, "county": area.county}


def _fill(record: MeasureRecord, values: Mapping[str, Any]) -> None:
    """Put values into a record, with what lists and constraints take from them."""
    kind = record.declared
    record.values = dict(values)
    title = words_of(kind.field(kind.title_field), values.get(kind.title_field))
    record.title = title or f"{kind.title}（未命名）"
    record.on = values.get(kind.day_field) or None
    record.identity = _identity(record)


def _identity(record: MeasureRecord) -> str:
    """What may stand once, as a digest; blank where many may, or what names it is not filled in yet."""
    once = record.declared.once
    if once is None or any(record.values.get(name) in (None, "") for name in once):
        return ""
    subject = (record.area_id, record.site_id and record.site.site_id, record.operator_id)
    return sha256(repr((subject, [str(record.values[name]) for name in once])).encode()).hexdigest()


def _kept(record: MeasureRecord, given: TypedMeasure, write: Callable[[Mapping[str, Any]], None]) -> MeasureRecord:
    """Write rows, and tell in a sentence where the same stands already; a file that is nobody's in the end does not stay."""
    twin = MeasureRecord.objects.filter(kind=record.kind, identity=record.identity)
    twin = twin.exclude(identity="").exclude(state=MeasureState.VOID).exclude(pk=record.pk)
    if twin.exists():
        raise Refused(f"{record.subject}的{record.declared.title}“{record.title}”已经登记过，请在原记录上修改或更正。")
    fields = given.file.keep(MeasureFile) if given.file else {}
    try:
        with transaction.atomic():
            write(fields)
    except IntegrityError:
        raise Refused(f"{record.declared.title}“{record.title}”刚由他人登记，请核对后在原记录上修改。") from None
    finally:
        if given.file:
            keeping.drop(MeasureFile, given.file.digest)
    return record


def _attach(record: MeasureRecord, fields: Mapping[str, Any], by) -> None:
    if not fields or record.files.filter(digest=fields["digest"]).exists():
        return
    if record.files.count() >= MOST_FILES:
        raise Refused(f"一条记录最多 {MOST_FILES} 个附件，请合并后上传。")
    seal(MeasureFile.objects.create(record=record, edition=record.edition, by=by, **fields))


def _version(record: MeasureRecord, by, reason: str = "") -> None:
    seal(
        MeasureVersion.objects.create(record=record, number=record.edition, values=record.values, by=by, reason=reason)
    )


def change(*, record: MeasureRecord, version: int, given: TypedMeasure, by, reason: str = "") -> MeasureRecord:
    """Change the values of a draft or of what came back, or correct, with a reason, what was confirmed; a new version each time.

    Stale where somebody was faster. What is corrected is to be confirmed anew, and until then counts as it was confirmed.
    """
    is_confirmed = record.state == MeasureState.CONFIRMED
    action = MeasureAction.CORRECT if is_confirmed else MeasureAction.REVISE
    move = RECORDS.permit(action, record, by)
    reason = RECORDS.require_reason(move, reason)
    before = dict(record.values)
    _fill(record, given.values)
    if not changed(record.declared, before, record.values) and not given.file:
        raise Refused("内容没有变化，未保存。")
    if is_confirmed:
        _require_whole(record, bool(given.file))
    record.edition += 1
    fields = {name: getattr(record, name) for name in ("values", "title", "on", "identity", "edition")}

    def write(file: Mapping[str, Any]) -> None:
        step = RECORDS.advance(record, move, version, by, reason, **fields)
        _version(record, by, reason)
        _attach(record, file, by)
        RECORDS.record(step, title=record.title, edition=record.edition)

    return _kept(record, given, write)


def _require_whole(record: MeasureRecord, brings_file: bool = False) -> None:
    """Refused while something is blank that is needed."""
    kind = record.declared
    missing = kind.missing(record.values)
    if kind.needs_file and not brings_file and not record.files.exists():
        missing.append("附件")
    if missing:
        raise Refused(f"{record}尚缺：{'、'.join(missing)}。请补齐后报送。")


@transaction.atomic
def take_step(*, record: MeasureRecord, action: MeasureAction, version: int, text: str, by) -> MeasureMove:
    """Take a record one step further. Refused where something is blank, a reason is missing, or it is the person's own."""
    move = RECORDS.permit(action, record, by)
    if move.by_others and record.versions.filter(by=by).exists():
        raise Refused(_OWN.format(record=record))
    if action == MeasureAction.SEND:
        _require_whole(record)
    more = {"confirmed_values": record.values} if action == MeasureAction.CONFIRM else {}
    reason = RECORDS.require_reason(move, text)
    return RECORDS.record(RECORDS.advance(record, move, version, by, reason, **more), title=record.title)
