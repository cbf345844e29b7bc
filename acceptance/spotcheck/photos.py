"""Photos from the field: checked by content and size, kept beside the evidence, outside the web root, under their digest."""

from dataclasses import dataclass

from django.conf import settings

from acceptance.inspection import store
from acceptance.inspection.collecting import FULL, MEGABYTE, scanned
from acceptance.inspection.digests import digest, holds
from acceptance.inspection.files import PICTURES, kind_of, safe_name
from acceptance.inspection.moves import Refused
from acceptance.spotcheck.models import Finding, Photo

MOST = 6
"""Photos of one finding."""


@dataclass(frozen=True)
class Taken:
    """A photo as it was uploaded."""

    name: str
    data: bytes


def require_sound(photos: list[Taken]) -> None:
    """Refused with a sentence when a photo is none, too large, or one of too many."""
    if len(photos) > MOST:
        raise Refused(f"一次最多传 {MOST} 张照片。")
    for photo in photos:
        if len(photo.data) > settings.EVIDENCE_MB * MEGABYTE:
            raise Refused(f"照片“{photo.name}”超过 {settings.EVIDENCE_MB} MB，请调低相机的像素后重拍。")
        if kind_of(photo.data).media_type not in PICTURES:
            raise Refused(f"“{photo.name}”不是照片，请上传 JPEG 或 PNG 图片。")
        if refusal := scanned(photo.data, photo.name):
            raise Refused(refusal)


def keep(finding: Finding, photos: list[Taken]) -> list[Photo]:
    """The files on the disk, then their rows; NoSpace when the disk is full."""
    rows = []
    for photo in photos:
        algorithm, value = digest(photo.data)
        try:
            store.keep(photo.data, _place(value))
        except OSError as error:
            if store.is_full(error):
                raise store.NoSpace(FULL) from error
            raise
        media_type = kind_of(photo.data).media_type
        rows.append(
            Photo.objects.create(
                finding=finding,
                name=safe_name(photo.name, media_type),
                media_type=media_type,
                size=len(photo.data),
                algorithm=algorithm,
                digest=value,
            )
        )
    return rows


def read(photo: Photo) -> bytes:
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
