"""Photos from the field: checked by content and size, kept beside the evidence, outside the web root, under their digest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction

from accounts import audit
from common.digests import digest, holds
from common.exceptions import Refused
from inspection import store
from inspection.collecting import FULL, MEGABYTE, scanned
from inspection.files import PICTURES, kind_of, safe_name
from inspection.spotcheck.models import HeldPhoto, Item, Photo, Picture, SampleFinding

MOST = 6
"""Photos of one finding."""


@dataclass(frozen=True)
class Taken:
    """An uploaded photo, before it is stored."""

    name: str
    data: bytes


def faults(photos: Sequence[Taken], held: int = 0) -> list[str]:
    """Why photos cannot be taken: none at all, too large, or too many together with the ``held`` ones."""
    found = [fault for photo in photos if (fault := _fault(photo))]
    return [*found, f"一次最多传 {MOST} 张照片。"] if len(photos) + held > MOST else found


def require_sound(photos: Sequence[Taken], held: int = 0) -> None:
    """Refused with the first sentence when something is wrong with them."""
    for fault in faults(photos, held):
        raise Refused(fault)


def _fault(photo: Taken) -> str:
    """Why a file is not kept; blank when it is sound."""
    if len(photo.data) > settings.EVIDENCE_MB * MEGABYTE:
        return f"照片“{photo.name}”超过 {settings.EVIDENCE_MB} MB，请调低相机的像素后重拍。"
    try:
        is_picture = kind_of(photo.data).media_type in PICTURES
    except Refused as refusal:
        return f"“{photo.name}”：{refusal}"
    return scanned(photo.data, photo.name) if is_picture else f"“{photo.name}”不是照片，请上传 JPEG 或 PNG 图片。"


def digest_of(photo: Taken | Picture) -> str:
    return photo.digest if isinstance(photo, Picture) else digest(photo.data)[1]


def keep(finding: SampleFinding, photos: Iterable[Taken]) -> list[Photo]:
    """The files on the disk, then their rows; NoSpace when the disk is full."""
    return [Photo.objects.create(finding=finding, **_stored(photo)) for photo in photos]


@transaction.atomic
def hold(*, item: Item, photos: Iterable[Taken], by) -> None:
    """Keep for the finder what is sound of the photos that he chose on a card that was refused."""
    held = {photo.digest for photo in held_by(item, by)}
    for photo in photos:
        if _fault(photo) or len(held) >= MOST:
            continue
        fields = _stored(photo)
        if fields["digest"] not in held:
            HeldPhoto.objects.create(item=item, by=by, **fields)
            held.add(fields["digest"])
            audit.record(action="spot_check.hold", by=by, subject=item, detail={"sha256": fields["digest"]})


def held_by(item: Item, by) -> list[HeldPhoto]:
    return list(HeldPhoto.objects.filter(item=item, by=by))


def claim(finding: SampleFinding, held: Sequence[HeldPhoto]) -> list[Photo]:
    """Held photos become those of the finding; their files stay where they are."""
    names = [field.name for field in Picture._meta.get_fields()]
    rows = [Photo.objects.create(finding=finding, **{name: getattr(photo, name) for name in names}) for photo in held]
    HeldPhoto.objects.filter(pk__in=[photo.pk for photo in held]).delete()
    return rows


def drop(held: Sequence[HeldPhoto]) -> None:
    """Let held photos go; a file leaves the disk when nobody names it any more."""
    values = [photo.digest for photo in held]
    HeldPhoto.objects.filter(pk__in=[photo.pk for photo in held]).delete()
    transaction.on_commit(lambda: _remove(values))


def _remove(values: Iterable[str]) -> None:
    for value in values:
        store.drop(_place(value), partial(_is_named, value))


def _is_named(value: str) -> bool:
    """The held ones are asked first: one that becomes a finding's meanwhile is met among those."""
    return any(model.objects.filter(digest=value).exists() for model in (HeldPhoto, Photo))


def _stored(photo: Taken) -> dict:
    """The fields of a picture whose file lies on the disk."""
    algorithm, value = digest(photo.data)
    try:
        store.keep(photo.data, _place(value))
    except OSError as error:
        if store.is_full(error):
            raise store.NoSpace(FULL) from error
        raise
    media_type = kind_of(photo.data).media_type
    return {
        "name": safe_name(photo.name, media_type),
        "media_type": media_type,
        "size": len(photo.data),
        "algorithm": algorithm,
        "digest": value,
    }


def read(photo: Picture) -> bytes:
    """The photo as it was taken; Damaged when it is gone or changed."""
    try:
        data = store.path_of(_place(photo.digest)).read_bytes()
    except OSError as error:
        raise store.Damaged(f"照片“{photo}”读不出来，请联系系统管理员。") from error
    if not holds(data, photo.algorithm, photo.digest):
        raise store.Damaged(f"照片“{photo}”与上传时的摘要不符，已被改动，请联系系统管理员。")
    return data


def _place(value: str) -> str:
    """Apart from the evidence, whose files go when no report names them any more."""
    return f"field-{value}"
