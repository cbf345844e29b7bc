"""Photos from the field: checked and kept as all evidence is, of findings and, where a card was refused, of their finder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import transaction

from accounts import audit
from common.digests import digest
from common.exceptions import Refused
from evidence import keeping
from inspection.spotcheck.models import HeldPhoto, Item, Photo, Picture, SampleFinding

MOST = 6
"""Photos of one finding."""


@dataclass(frozen=True)
class Taken:
    """An uploaded photo, before it is stored; ``seen``: when and where it was taken, as far as the phone says so."""

    name: str
    data: bytes
    seen: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def checked(self) -> keeping.SoundFile | Refused:
        """The photo as it may be kept, or why not; read once, however often it is asked."""
        try:
            file = keeping.checked(self.data, self.name)
        except Refused as refusal:
            return Refused(f"“{self.name}”：{refusal}")
        return file if file.is_picture else Refused(f"“{self.name}”不是照片，请上传 JPEG 或 PNG 图片。")

    def keep(self, model: type[Picture]) -> dict:
        """Its file on the disk, and the fields of its row; Refused, or NoSpace when the disk is full."""
        if isinstance(self.checked, Refused):
            raise self.checked
        return self.checked.keep(model) | dict(self.seen)


def faults(photos: Sequence[Taken], held: int = 0) -> list[str]:
    """Why photos cannot be taken: none at all, too large, or too many together with the ``held`` ones."""
    found = [str(photo.checked) for photo in photos if isinstance(photo.checked, Refused)]
    return [*found, f"一次最多传 {MOST} 张照片。"] if len(photos) + held > MOST else found


def require_sound(photos: Sequence[Taken], held: int = 0) -> None:
    """Refused with the first sentence when something is wrong with them."""
    for fault in faults(photos, held):
        raise Refused(fault)


def digest_of(photo: Taken | Picture) -> str:
    return photo.digest if isinstance(photo, Picture) else digest(photo.data)[1]


def keep(finding: SampleFinding, photos: Iterable[Taken]) -> list[Photo]:
    """The files on the disk, then their rows; NoSpace when the disk is full."""
    return [Photo.objects.create(finding=finding, **photo.keep(Photo)) for photo in photos]


@transaction.atomic
def hold(*, item: Item, photos: Iterable[Taken], by) -> None:
    """Keep for the finder what is sound of the photos that he chose on a card that was refused."""
    held = {photo.digest for photo in held_by(item, by)}
    for photo in photos:
        if isinstance(photo.checked, Refused) or len(held) >= MOST or photo.checked.digest in held:
            continue
        row = HeldPhoto.objects.create(item=item, by=by, **photo.keep(HeldPhoto))
        held.add(row.digest)
        audit.record(action="spot_check.hold", by=by, subject=item, detail={"sha256": row.digest})


def held_by(item: Item, by) -> list[HeldPhoto]:
    return list(HeldPhoto.objects.filter(item=item, by=by))


def claim(finding: SampleFinding, held: Sequence[HeldPhoto]) -> list[Photo]:
    """Held photos become those of the finding; their files stay where they are."""
    names = Picture.file_fields()
    rows = [Photo.objects.create(finding=finding, **{name: getattr(photo, name) for name in names}) for photo in held]
    HeldPhoto.objects.filter(pk__in=[photo.pk for photo in held]).delete()
    return rows


def drop(held: Sequence[HeldPhoto]) -> None:
    """Let held photos go; a file leaves the disk when nobody names it any more."""
    HeldPhoto.objects.filter(pk__in=[photo.pk for photo in held]).delete()
    keeping.let_go(HeldPhoto, [photo.digest for photo in held])
