"""The files on which a proposal rests: looked at before it is sent, kept with it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from common.exceptions import Refused
from evidence.keeping import SoundFile, checked
from proposals.models import Proof, Proposal

MOST = 6
"""Files of one proposal."""


def sound(files: Iterable[Any]) -> list[SoundFile]:
    """The uploaded files, looked at; Refused with a sentence when one must not be kept, or there are too many."""
    taken = [checked(file.read(), file.name or "") for file in files]
    if len(taken) > MOST:
        raise Refused(f"一份申请最多附 {MOST} 个文件，这次有 {len(taken)} 个。")
    return taken


def attach(proposal: Proposal, files: Sequence[SoundFile], by, seen: Mapping[str, Any] | None = None) -> list[Proof]:
    """Keep the files with the proposal, each once; ``seen`` is when and where the phone says that they were taken.

    NoSpace when the disk is full; in the transaction that stores the proposal.
    """
    by_digest = {file.digest: file for file in files}
    return [
        Proof.objects.create(proposal=proposal, by=by, **(file.keep(Proof) | dict(seen or {})))
        for file in by_digest.values()
    ]
