"""The files on which a proposal rests: looked at before it is sent, kept with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from accounts import audit
from common import clock
from common.exceptions import Refused
from evidence.keeping import SoundFile, checked, let_go
from gate.uploads import IncomingFile
from proposals.models import HeldProof, Proof, Proposal
from witness.sealing import seal

MOST = 6
"""Files of one proposal."""
HELD_DAYS = 2
"""Files that were chosen and never sent are let go after so many days."""


def sound(files: Iterable[IncomingFile]) -> list[SoundFile]:
    """The uploaded files, looked at; Refused with a sentence when one must not be kept, or there are too many."""
    taken = [checked(file.data, file.name) for file in files]
    if len(taken) > MOST:
        raise Refused(f"一份申请最多附 {MOST} 个文件，这次有 {len(taken)} 个。")
    return taken


def attach(proposal: Proposal, files: Sequence[SoundFile], by, seen: Mapping[str, Any] | None = None) -> list[Proof]:
    """Keep the files with the proposal, each once; ``seen`` is when and where the phone says that they were taken.

    NoSpace when the disk is full; in the transaction that stores the proposal.
    """
    by_digest = {file.digest: file for file in files}
    found = [
        Proof.objects.create(proposal=proposal, by=by, **(file.keep(Proof) | dict(seen or {})))
        for file in by_digest.values()
    ]
    _tell(proposal, found, by)
    return found


def _tell(proposal: Proposal, found: Sequence[Proof], by) -> None:
    """Seal the files, and tell the trail of them; the proposal itself was told before."""
    if found:
        seal(*found)
        detail = {"file": [each.name for each in found], "sha256": [each.digest for each in found]}
        audit.record(action="proposal.attach", by=by, subject=proposal, detail=detail)


# ------------------------------------------------ chosen on a page, not sent yet


@transaction.atomic
def hold(file: IncomingFile, by) -> HeldProof:
    """Keep an uploaded file for the page on which it was chosen. Refused when it must not be kept, NoSpace when it cannot.

    What the same person chose days ago and never sent is let go.
    """
    [taken] = sound([file])
    old = HeldProof.objects.filter(by=by, at__lt=clock.real_now() - timedelta(days=HELD_DAYS))
    digests = list(old.values_list("digest", flat=True))
    old.delete()
    let_go(HeldProof, digests)
    return HeldProof.objects.create(by=by, **taken.keep(HeldProof))


def held(numbers: Iterable[str], by) -> list[HeldProof]:
    """The named files, as far as the person holds them, each once."""
    keys = {int(number) for number in numbers if number.isdecimal() and len(number) <= 15}
    return list(HeldProof.objects.filter(by=by, pk__in=keys))


def adopt(proposal: Proposal, files: Sequence[HeldProof], by) -> list[Proof]:
    """The held files become the proposal's, each content once; in the transaction that stores the proposal."""
    known = set(proposal.proofs.values_list("digest", flat=True))
    fresh = {file.digest: file for file in files if file.digest not in known}
    names = HeldProof.file_fields()
    found = [
        Proof.objects.create(proposal=proposal, by=by, **{name: getattr(file, name) for name in names})
        for file in fresh.values()
    ]
    HeldProof.objects.filter(pk__in=[file.pk for file in files]).delete()
    _tell(proposal, found, by)
    return found
