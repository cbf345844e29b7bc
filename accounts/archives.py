"""Files of archived entries of the audit trail (docs/audit.md): one piece of the chain each, as JSON lines, packed.

Beside each file lies what is signed of it: from which entry to which, the hashes before and after, its SHA-256.
"""

import gzip
import hashlib
import json
import operator
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from accounts.hooks import CHECKING, SIGNING
from accounts.models import AuditArchive, AuditEntry

COLUMNS = tuple(field.attname for field in AuditEntry._meta.concrete_fields)


def folder() -> Path:
    return Path(settings.VAR_DIR) / "audit-archive"


def name_of(first: int, last: int) -> str:
    return f"audit-{first:09d}-{last:09d}.jsonl.gz"


def write(name: str, entries: Iterable[AuditEntry]) -> str:
    """Write the file whole or not at all, down to the disk; its SHA-256 as it was read back."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = (json.dumps(_plain(entry), ensure_ascii=False, separators=(",", ":")) + "\n" for entry in entries)
    draft = folder() / f"{name}.draft"
    with draft.open("wb") as file:
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
            packed.writelines(line.encode() for line in lines)
        _settle(file)
    _put(draft, name)
    return _sha256(folder() / name)


def sign(name: str, payload: Mapping[str, Any]) -> str:
    """What is said of a file, signed as certificates are, and kept beside it; the text of the signed document."""
    (signed,) = SIGNING
    text = json.dumps(signed(payload), ensure_ascii=False, sort_keys=True)
    draft = folder() / f"{name}.json.draft"
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        _settle(file)
    _put(draft, f"{name}.json")
    return text


def said_of(archive: AuditArchive) -> dict[str, Any]:
    """What is signed of an archive."""
    return {
        "first": archive.first_sequence,
        "last": archive.last_sequence,
        "hash_before": archive.hash_before,
        "hash_after": archive.hash_after,
        "file": archive.file,
        "sha256": archive.sha256,
    }


def problem(archive: AuditArchive) -> str:
    """What is wrong with the file of an archive, as a Chinese sentence; '' when it is there, unchanged and signed."""
    path, pieces = folder() / archive.file, f"第 {archive.first_sequence} 至 {archive.last_sequence} 条"
    if not path.is_file():
        return f"{pieces}的归档文件 {archive.file} 不在 {folder()}。"
    if _sha256(path) != archive.sha256:
        return f"{pieces}的归档文件 {archive.file} 被改动过，与登记的 SHA-256 不符。"
    (checked,) = CHECKING
    try:
        payload = checked(json.loads(archive.document))
    except Exception as fault:
        return f"{pieces}的归档登记签名无法验证：{fault}"
    return "" if payload == said_of(archive) else f"{pieces}的归档登记与所签内容不符。"


def entries(archive: AuditArchive) -> Iterator[AuditEntry]:
    """The archived entries, in order. ValueError or OSError where the file cannot be read."""
    with gzip.open(folder() / archive.file, "rt", encoding="utf-8") as lines:
        for line in lines:
            said = json.loads(line)
            yield AuditEntry(**said | {"at": datetime.fromisoformat(said["at"])})


class ArchivedRows:
    """The entries of an archive with conditions on them, asked as a queryset is: by ``filter``, and read through."""

    model = AuditEntry

    def __init__(self, archive: AuditArchive, conditions: tuple[Q, ...] = ()) -> None:
        self._archive, self._conditions = archive, conditions

    def all(self) -> "ArchivedRows":
        return self

    def filter(self, *conditions: Q, **more: Any) -> "ArchivedRows":
        return ArchivedRows(self._archive, (*self._conditions, *conditions, Q(**more)))

    def __iter__(self) -> Iterator[AuditEntry]:
        return (entry for entry in entries(self._archive) if all(holds(each, entry) for each in self._conditions))


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "in": lambda value, among: value in among,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "startswith": lambda value, text: value.startswith(text),
    "icontains": lambda value, text: text.lower() in value.lower(),
}


def holds(condition: Q, entry: AuditEntry) -> bool:
    """Whether a condition on columns of the trail is true of an entry; KeyError for a comparison that is not known here."""
    found = (
        holds(each, entry) if isinstance(each, Q) else _holds(each[0], each[1], entry) for each in condition.children
    )
    is_true = any(found) if condition.connector == Q.OR else all(found)
    return is_true != condition.negated


def _holds(lookup: str, wanted: Any, entry: AuditEntry) -> bool:
    column, _, comparison = lookup.partition("__")
    return _COMPARED[comparison or "exact"](getattr(entry, column), wanted)


def _plain(entry: AuditEntry) -> dict[str, Any]:
    said = {column: getattr(entry, column) for column in COLUMNS}
    return said | {"at": entry.at.astimezone(UTC).isoformat(timespec="microseconds")}


def _settle(file) -> None:
    file.flush()
    os.fsync(file.fileno())


def _put(draft: Path, name: str) -> None:
    """The draft under its name, and the name on the disk."""
    draft.replace(folder() / name)
    if os.name == "posix":
        listing = os.open(folder(), os.O_RDONLY)
        try:
            os.fsync(listing)
        finally:
            os.close(listing)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
