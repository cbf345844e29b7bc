"""Take in a visit: what was found, its photos, and what it would change."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts import audit
from common.exceptions import Refused
from evidence.keeping import SoundFile, checked
from field.drafts import drafts_of
from field.models import Visit, VisitPhoto
from field.snapshots import Snapshot, moment
from field.things import Destination
from field.vocabulary import MOST_PHOTOS
from proposals.actions import Why, propose
from proposals.drafts import ItemDraft
from proposals.models import Proposal
from proposals.proofs import attach
from proposals.sketching import sketch
from proposals.vocabulary import Door, ProposalState, ReasonCode


@transaction.atomic
def visit(*, thing: Destination, said: dict, photos: Sequence[Snapshot], number: uuid.UUID, by) -> Visit:
    """Keep the visit with its photos, and propose what was found otherwise.

    Refused or Differs when it cannot be taken as it is, and then nothing is kept; PermissionDenied for a post that keeps
    no register.
    """
    visited_at = moment(said["at"])
    drafts = drafts_of(thing, said, timezone.localtime(visited_at).date())
    pictures = _pictures(photos)
    proposal = _proposed(thing, drafts, said, pictures, by) if drafts else None
    row = Visit.objects.create(
        number=number,
        table=thing.table,
        key=thing.key,
        name=thing.name,
        area_id=thing.area_code,
        found=said["found"],
        note=said["note"],
        accuracy_m=said["accuracy"],
        proposal=proposal,
        by=by,
        visited_at=visited_at,
    )
    for photo, picture in pictures:
        fields = picture.keep(VisitPhoto) | photo.seen | {"accuracy_m": photo.accuracy_m}
        VisitPhoto.objects.create(visit=row, **fields)
    audit.record(action="field.visit", by=by, subject=row, detail={"found": row.found, "photos": len(pictures)})
    return row


Pictures = Sequence[tuple[Snapshot, SoundFile]]


def _proposed(thing: Destination, drafts: Sequence[ItemDraft], said: dict, pictures: Pictures, by) -> Proposal | None:
    """The proposal; None where the drafts change nothing. Refused with all that is wrong with them."""
    found = sketch(drafts=drafts, by=by)
    if found.errors:
        raise Refused(" ".join(dict.fromkeys(problem.message for problem in found.errors)))
    proposal, _ = propose(
        drafts=drafts,
        by=by,
        source=Door.FIELD,
        why=Why(said["reason_code"] or ReasonCode.SURVEYED, said["note"]),
        title=f"走村：{thing.name}",
        has_proof=bool(pictures),
        found=found,
        attach=lambda proposal: _attach(proposal, pictures, by),
    )
    return proposal


def _attach(proposal: Proposal, pictures: Pictures, by) -> None:
    for photo, picture in pictures:
        attach(proposal, [picture], by, photo.seen)


def _pictures(photos: Sequence[Snapshot]) -> list[tuple[Snapshot, SoundFile]]:
    if len(photos) > MOST_PHOTOS:
        raise Refused(f"一次走访最多 {MOST_PHOTOS} 张照片。")
    by_digest = {}
    for photo in photos:
        picture = _picture(photo)
        by_digest[picture.digest] = (photo, picture)
    return list(by_digest.values())


def _picture(photo: Snapshot) -> SoundFile:
    try:
        picture = checked(photo.data, photo.name)
    except Refused as refusal:
        raise Refused(f"照片“{photo.name}”：{refusal}") from None
    if not picture.is_picture:
        raise Refused(f"“{photo.name}”不是照片，请上传 JPEG 或 PNG 图片。")
    return picture


def outcome(row: Visit) -> tuple[str, str]:
    """What becomes of the visit, and the sentence that its visitor is told."""
    if row.proposal is None:
        return "accepted", "已收到：与台账一致。"
    if row.proposal.state == ProposalState.SETTLED:
        return "accepted", "已收到，台账已更新。"
    return "proposed", "已收到，变更申请待区经信局审定。"
