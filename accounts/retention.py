"""How long the audit trail is kept in its table (PORTAL_AUDIT_MONTHS), and how what is older leaves it: never without a file.

A piece of the chain is written, read back and signed; then it is registered, which is what the table's triggers ask
before they let a row go; then its rows are thinned out, a batch at a time. Killed at any point, the next run goes on.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import takewhile

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import archives, audit
from accounts.models import AuditArchive, AuditEntry
from common import clock
from common.exceptions import Refused
from common.locking import alone

PIECE = 50_000
"""Entries of a file at most: the auditor opens one in a second."""
BATCH = 5_000


def expires_before(now: datetime, months: int) -> datetime:
    """The moment so many months ago; on the last of the month where that month is shorter."""
    now = timezone.localtime(now)
    total = now.year * 12 + now.month - 1 - months
    day = now.day
    while True:
        try:
            return now.replace(year=total // 12, month=total % 12 + 1, day=day)
        except ValueError:
            day -= 1


def archive_expired(*, by: str, now: datetime | None = None) -> list[AuditArchive]:
    """Archive what is older than the setting says, and thin it out; none where it is 0. Refused where the chain does not hold."""
    if not settings.AUDIT_MONTHS:
        return []
    before = expires_before(now or clock.real_now(), settings.AUDIT_MONTHS)
    with alone(archives.folder() / "lock"):
        made = list(_archived(before, by))
        for archive in AuditArchive.objects.order_by("first_sequence"):
            thin(archive)
    return made


def is_due(now: datetime | None = None) -> bool:
    """Whether there is anything to archive: one query."""
    oldest = AuditEntry.objects.order_by("sequence").first() if settings.AUDIT_MONTHS else None
    return bool(oldest and oldest.at < expires_before(now or clock.real_now(), settings.AUDIT_MONTHS))


def _archived(before: datetime, by: str) -> Iterator[AuditArchive]:
    """Archive piece after piece, up to what stands there at the beginning: each archive is an entry itself."""
    newest = AuditEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    while piece := _piece(before, newest):
        yield _kept(piece, by)


def _piece(before: datetime, newest: int) -> list[AuditEntry]:
    """The next entries to be archived."""
    last = AuditArchive.objects.order_by("-first_sequence").first()
    rows = AuditEntry.objects.filter(sequence__gt=last.last_sequence if last else 0, sequence__lte=newest)
    return list(takewhile(lambda entry: entry.at < before, rows.order_by("sequence")[:PIECE]))


def _kept(piece: Sequence[AuditEntry], by: str) -> AuditArchive:
    """The file of a piece, verified, and its registration; nothing is registered that does not hold."""
    first, last = piece[0], piece[-1]
    _require_whole(piece, first)
    archive = AuditArchive(
        first_sequence=first.sequence,
        last_sequence=last.sequence,
        hash_before=first.previous,
        hash_after=last.hash,
        file=archives.name_of(first.sequence, last.sequence),
    )
    archive.sha256 = archives.write(archive.file, piece)
    _require_whole(list(archives.entries(archive)), first)
    archive.document = archives.sign(archive.file, archives.said_of(archive))
    if problem := archives.problem(archive):
        raise Refused(problem)
    with transaction.atomic():
        archive.save(force_insert=True)
        audit.record(
            action="audit.archive",
            by=by,
            detail={"first": first.sequence, "last": last.sequence, "file": archive.file, "sha256": archive.sha256},
        )
    return archive


def _require_whole(piece: Sequence[AuditEntry], first: AuditEntry) -> None:
    """Refused where the piece does not continue the chain from its first entry on."""
    finding = audit.walked(piece, first.sequence - 1, first.previous)
    if finding.problem:
        raise Refused(f"审计记录未归档，也未删减：{finding.problem}")


def thin(archive: AuditArchive) -> None:
    """Take the rows that an archive holds out of the table; Refused, and none is taken, unless its file holds."""
    rows = AuditEntry.objects.filter(sequence__lte=archive.last_sequence)
    if not rows.exists():
        return
    if problem := archives.problem(archive):
        raise Refused(f"审计记录未删减：{problem}")
    while first := rows.order_by("sequence").values_list("sequence", flat=True).first():
        rows.filter(sequence__lt=first + BATCH).delete()
