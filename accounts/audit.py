"""The audit trail (审计记录): who did what, when, from where; append-only and hash-chained."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from accounts import archives
from accounts.hooks import BEFORE_ENTRIES
from accounts.models import AuditArchive, AuditEntry, AuditHead, User
from accounts.tallies import Repetitions, Told
from areas.models import Area
from common import clock

OK, REFUSED, FAILED = "ok", "refused", "failed"

current_address: ContextVar[str] = ContextVar("current_address", default="")
"""The address of the request being answered; set by ``accounts.middleware.address``."""


current_looks: ContextVar[list | None] = ContextVar("current_looks", default=None)
"""What the page that is being made shows of others' personal data; None outside a request."""

is_told: ContextVar[bool] = ContextVar("is_told", default=False)
"""Whether an entry already says that the request being answered was refused or failed."""


def record(
    *, action: str, by, subject: models.Model | None = None, detail: dict | None = None, request=None, result: str = OK
) -> AuditEntry:
    """Add an entry to the trail, in the caller's transaction: undone with it, kept with it.

    ``action`` is written ``what.verb``; ``by`` is a user, or a word where there is none (a command);
    ``detail`` gives changes as ``{"field": [before, after]}``. Call it last: from here to the end of
    the transaction nobody else can add an entry, which is what keeps the chain in one piece.
    """
    return record_each([(subject, detail)], action=action, by=by, request=request, result=result)[0]


def record_each(
    told: Sequence[tuple[models.Model | None, dict | None]], *, action: str, by, request=None, result: str = OK
) -> list[AuditEntry]:
    """Add an entry for each subject with its detail, of one act on all of them, as ``record`` does; the queries do not grow."""
    person, at = by if isinstance(by, User) else None, clock.real_now()
    if result != OK:
        is_told.set(True)
    said = {
        "by": person,
        "username": person.username if person else _clean(str(by or ""))[:50],
        "address": address_of(request) if request is not None else current_address.get(),
        "action": action,
        "result": result,
        "algorithm": settings.AUDIT_HASH,
    }
    with transaction.atomic(savepoint=False):
        head = held_head()
        for prepare in BEFORE_ENTRIES:
            prepare(head)
        entries, previous = [], head.hash
        for sequence, (subject, detail) in enumerate(told, head.sequence + 1):
            entry = AuditEntry(
                sequence=sequence, at=at, detail=canonical(detail or {}), previous=previous, **_named(subject), **said
            )
            entry.hash = previous = digest(entry)
            entries.append(entry)
        if entries:
            append(entries)
            _advance(head, entries[-1])
    return entries


def append(entries: Sequence[AuditEntry]) -> None:
    """Write entries that continue the chain: the one place where any is written."""
    AuditEntry.objects.bulk_create(entries)


def _named(subject: models.Model | None) -> dict[str, str]:
    """What an entry is about, in its columns."""
    if subject is None:
        return {}
    return {
        "subject_type": subject._meta.label_lower,
        "subject_key": str(subject.pk),
        "subject_name": _clean(str(subject))[:200],
        "area_code": _area_code(subject),
    }


def exported(request, detail: dict) -> None:
    """Record that a list was exported; ``detail`` says which list, in which format and under which filter."""
    record(action="export", by=request.user, request=request, detail=detail)


PAGE_LENGTH = 200


def refused(request, status: int, why: str, row: models.Model | None = None) -> None:
    """Note that something was refused, ``row`` being what stands where nothing was shown (404).

    Thinned (``accounts.tallies``): the first of a person, or of an address, at a page is an entry at once; what
    follows within a minute is a second one, with how many times.
    """
    view = request.resolver_match.view_name if request.resolver_match else ""
    told = _told_of(request, "access.refused", REFUSED, {"status": status, "reason": why}, row)
    REFUSALS.note((_who(request), view, status, why), told)


def looked(*, what: str, people: Sequence[str] = (), subject: models.Model | None = None) -> None:
    """Note that the page that is being made shows others' personal data: ``what`` it is, and whose.

    The entry is written with the answer, by ``accounts.middleware.RefusalsAndLooks``; the same again within an hour is
    counted. Outside a request nobody looks, and nothing is noted.
    """
    looks = current_looks.get()
    if looks is not None:
        looks.append((what, tuple(sorted(set(people))), subject))


def note_looks(request, looks: Sequence[tuple[str, tuple[str, ...], models.Model | None]]) -> None:
    """Write down the looks of an answered request, thinned."""
    for what, people, subject in dict.fromkeys(looks):
        detail = {"what": what} | ({"people": list(people)} if people else {})
        told = _told_of(request, "personal.look", OK, detail, subject)
        LOOKS.note((_who(request), what, people, subject), told)


def _who(request) -> str:
    """The person, or for a visitor the address."""
    return request.user.get_username() if request.user.is_authenticated else address_of(request)


def _told_of(request, action: str, result: str, detail: dict, subject: models.Model | None) -> Told:
    by = request.user if request.user.is_authenticated else ""
    said = {**detail, "page": request.path[:PAGE_LENGTH]}
    return Told(action, result, by, address_of(request), said, subject)


def _write(told: Told, times: int) -> None:
    """Write down what was told; how many times, where it is more than once."""
    token = current_address.set(told.address)
    try:
        detail = told.detail if times == 1 else {**told.detail, "times": times}
        record(action=told.action, by=told.by, subject=told.subject, detail=detail, result=told.result)
    finally:
        current_address.reset(token)


LOOKS_TOLD_APART = 10_000
"""Within an hour: of logins, not of visitors, and whose data were looked at is what the entry is for."""

REFUSALS = Repetitions(seconds=60, write=_write)
LOOKS = Repetitions(seconds=3600, write=_write, most=LOOKS_TOLD_APART)


def held_head() -> AuditHead:
    """The end of the chain, locked until the transaction ends (on SQLite the whole database is)."""
    only = AuditHead.objects.select_for_update().filter(pk=AuditHead.ONLY)
    for head in only:
        return head
    AuditHead.objects.get_or_create(pk=AuditHead.ONLY)
    return only.get()


def _advance(head: AuditHead, entry: AuditEntry) -> None:
    moved = AuditHead.objects.filter(pk=head.pk, sequence=head.sequence).update(
        sequence=entry.sequence, hash=entry.hash
    )
    if not moved:
        raise RuntimeError("The audit chain moved under its lock.")


def address_of(request) -> str:
    """The client's IP address; X-Forwarded-For is believed only from proxies in settings.PROXIES."""
    address = request.META.get("REMOTE_ADDR") or ""
    for said in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if address not in settings.PROXIES or not said.strip():
            break
        address = said.strip()
    return address[:45]


def canonical(detail: dict) -> str:
    """Canonical JSON: equal details give equal text, so that it can be hashed."""
    return _clean(json.dumps(detail, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _clean(text: str) -> str:
    """Without what a database may refuse: NUL and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _area_code(subject: models.Model) -> str:
    """The area a subject belongs to, '' when to none: accounts are the administrators' matter, wherever users sit."""
    if isinstance(subject, User):
        return ""
    if isinstance(subject, Area):
        return subject.code
    for name in ("area_id", "township_id", "area_code"):
        if isinstance(code := getattr(subject, name, None), str):
            return code
    return ""


def digest(entry: AuditEntry) -> str:
    """The hash over all that the entry says and the hash before it."""
    said = [
        entry.sequence,
        timezone.localtime(entry.at, timezone.get_fixed_timezone(0)).isoformat(timespec="microseconds"),
        entry.by_id,
        entry.username,
        entry.address,
        entry.action,
        entry.subject_type,
        entry.subject_key,
        entry.subject_name,
        entry.area_code,
        entry.detail,
        entry.result,
        entry.algorithm,
        entry.previous,
    ]
    return hashlib.new(entry.algorithm, json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class ChainVerification:
    """What a verification found: how many entries hold, the last hash, and where it breaks ('' when nowhere)."""

    count: int
    last_hash: str
    problem: str = ""


def verified() -> ChainVerification:
    """Read the whole chain, archives and table, and say whether it holds; at the first break, where and how."""
    sequence, previous = 0, ""
    for archive in AuditArchive.objects.order_by("first_sequence"):
        finding = _of_archive(archive, sequence, previous)
        if finding.problem:
            return finding
        sequence, previous = finding.count, finding.last_hash
    finding = walked(_entries(sequence), sequence, previous)
    if finding.problem:
        return finding
    sequence, previous = finding.count, finding.last_hash
    head = AuditHead.objects.filter(pk=AuditHead.ONLY).first() or AuditHead()
    if (head.sequence, head.hash) != (sequence, previous):
        return ChainVerification(
            sequence,
            previous,
            f"链尾登记为第 {head.sequence} 条，实际最后一条是第 {sequence} 条：末尾的记录被删除或增补。",
        )
    return ChainVerification(sequence, previous)


def walked(entries: Iterable[AuditEntry], sequence: int, previous: str) -> ChainVerification:
    """Whether the entries continue the chain after the entry ``sequence`` with the hash ``previous``."""
    for entry in entries:
        problem = _break(entry, sequence + 1, previous)
        if problem:
            return ChainVerification(sequence, previous, problem)
        sequence, previous = entry.sequence, entry.hash
    return ChainVerification(sequence, previous)


def _of_archive(archive: AuditArchive, sequence: int, previous: str) -> ChainVerification:
    """Whether an archive continues the chain, its file is whole, and what is left of it in the table says the same."""
    if problem := archives.problem(archive):
        return ChainVerification(sequence, previous, problem)
    left = dict(AuditEntry.objects.filter(sequence__lte=archive.last_sequence).values_list("sequence", "hash"))
    try:
        kept = list(archives.entries(archive))
    except (OSError, ValueError) as fault:
        return ChainVerification(sequence, previous, f"归档文件 {archive.file} 无法读取：{fault}")
    finding = walked(kept, sequence, previous)
    if finding.problem:
        return finding
    if (finding.count, finding.last_hash) != (archive.last_sequence, archive.hash_after):
        return ChainVerification(sequence, previous, f"归档文件 {archive.file} 与其登记的起止不符。")
    differing = [entry.sequence for entry in kept if left.get(entry.sequence, entry.hash) != entry.hash]
    if differing:
        return ChainVerification(differing[0] - 1, "", f"第 {differing[0]} 条与归档文件 {archive.file} 中的不符。")
    return finding


def holds(hash_: str) -> bool:
    """Whether an entry with this hash is in the chain, in the table or in an archive."""
    if AuditEntry.objects.filter(hash=hash_).exists():
        return True
    return any(entry.hash == hash_ for archive in AuditArchive.objects.all() for entry in archives.entries(archive))


def _entries(after: int) -> Iterator[AuditEntry]:
    return AuditEntry.objects.filter(sequence__gt=after).order_by("sequence").iterator(chunk_size=2000)


def _break(entry: AuditEntry, expected: int, previous: str) -> str:
    if entry.sequence != expected:
        return f"第 {expected} 条缺失，其后是第 {entry.sequence} 条：中间的记录被删除。"
    if entry.previous != previous:
        return f"第 {entry.sequence} 条记载的上一条摘要与第 {expected - 1} 条不符：链在此处断开。"
    try:
        matches = digest(entry) == entry.hash
    except ValueError:
        return f"第 {entry.sequence} 条的摘要算法“{entry.algorithm}”本机不支持，无法验证。"
    return "" if matches else f"第 {entry.sequence} 条的内容与其摘要不符：该条被改动过。"
