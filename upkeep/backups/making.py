"""A backup: database, files, plan and settings as of one moment, in one archive that was read back before it counts."""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from django.apps import apps
from django.conf import settings
from django.utils.crypto import salted_hmac

from common import clock
from common.exceptions import Refused
from common.locking import alone
from evidence.models import KeptFile
from evidence.store import is_full
from upkeep.backups.archive import ArchiveWriter, Identity, Recipient, encrypting, opened, read
from upkeep.backups.databases import DatabaseSnapshot, Tables, own_database
from upkeep.backups.thinning import ArchiveName, Keeping, superfluous

FILES, PLAN, NAMED = "files", "plan", "named"
"""Folders of an archive: what lies in PORTAL_VAR, the plan with its text and clauses, files that settings name."""
NOT_KEPT = {"jobs", "test", "metrics", "restored", "stream"}
"""Folders of PORTAL_VAR that hold what is made again, or are themselves copies."""
ASIDE = "before-restore-"
_PASSING = re.compile(r"\..*|.*\.lock|.*\.draft|.*\.sqlite3(-wal|-shm|-journal)?|" + ASIDE + ".*")
_SECRET = re.compile("PASSWORD|SECRET|TOKEN|DATABASE_URL|REPLICA_URL|CREDENTIAL")


@dataclass(frozen=True)
class BackupMade:
    """The archive, its size in bytes, and what its manifest says."""

    path: Path
    size: int
    manifest: dict[str, Any]

    @property
    def missing(self) -> list[str]:
        """Files that the database names and the disk has not."""
        return self.manifest["missing"]

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.manifest["tables"].values())


def mark() -> str:
    """By which an installation knows its own archives."""
    return salted_hmac("upkeep.backups", "").hexdigest()[:8]


def make(folder: Path, recipients: list[Recipient]) -> BackupMade:
    """Write an archive into ``folder``, read it back, and give it its name; nothing is left of one that fails.

    Refused with a sentence, where the disk is full too. One whose evidence is not all there is named incomplete.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(var() / "backup.lock", waiting="另一个备份正在进行，等待其结束……"):
            _sweep(folder)
            with tempfile.TemporaryDirectory(prefix=_draft_prefix(), dir=folder) as scratch:
                return _made(folder, Path(scratch), recipients)
    except (OSError, sqlite3.Error, psycopg2.Error) as error:
        raise Refused(f"备份未完成，未留下不完整的文件：{reason(error)}。") from error


def reason(error: Exception) -> str:
    """Why the disk or the database did not do it."""
    if (isinstance(error, OSError) and is_full(error)) or "disk is full" in str(error):
        return "磁盘已满，请清理磁盘，或换一个文件夹"
    if isinstance(error, OSError):
        return f"{error.filename or '文件'} 无法读写（{error.strerror or error}）"
    return f"数据库未应答（{str(error).strip()}）"


def _made(folder: Path, scratch: Path, recipients: list[Recipient]) -> BackupMade:
    # The private key of this one is forgotten with this function: it reads back what was encrypted.
    proof = Identity.generate()
    draft = scratch / "archive"
    at = clock.real_now()
    with open(draft, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as target:
        with (
            encrypting(target, [*recipients, proof.to_public()])
            if recipients
            else contextlib.nullcontext(target) as stream
        ):
            manifest = _written(ArchiveWriter(stream), scratch, {"made_at": at.isoformat()}, bool(recipients))
        target.flush()
        os.fsync(target.fileno())
    with opened(draft, [proof]) as stream:
        if read(stream) != manifest:
            raise Refused("备份写入后复读不符，已丢弃：请检查磁盘。")
    path = folder / str(ArchiveName(mark(), at, not manifest["missing"], bool(recipients)))
    draft.rename(path)
    _to_disk(folder)
    return BackupMade(path, path.stat().st_size, manifest)


def _written(archive: ArchiveWriter, scratch: Path, said: dict[str, Any], is_encrypted: bool) -> dict[str, Any]:
    """Files first and once more after the snapshot: what it names was there before it, or has come since.

    A file that is let go between stays in the archive, one too many, which harms nothing.
    """
    _add_files(archive)
    with own_database().snapshot(scratch) as snapshot:
        _add_files(archive)
        archive.add(snapshot.file.name, snapshot.file)
        _add_plan(archive)
        said |= description(snapshot, is_encrypted)
        said["missing"] = sorted(_named(snapshot, said["tables"]) - _kept(archive))
    return archive.finish(said)


def _add_files(archive: ArchiveWriter) -> None:
    for path in files(var()):
        name = f"{FILES}/{path.relative_to(var()).as_posix()}"
        if name not in archive.files:
            # One that is let go at this moment is not missed, unless the snapshot names it.
            with contextlib.suppress(FileNotFoundError):
                archive.add(name, path)


def _add_plan(archive: ArchiveWriter) -> None:
    plan = Path(settings.PLAN_FILE)
    for path in [plan, *(plan.parent / name for name in ("plan_clauses.csv", "实施方案.txt"))]:
        if path.exists():
            archive.add(f"{PLAN}/{path.name}", path)
    if settings.CERTIFICATE_KEY:
        archive.add(f"{NAMED}/PORTAL_CERTIFICATE_KEY", Path(settings.CERTIFICATE_KEY))


def var() -> Path:
    return Path(settings.VAR_DIR)


def files(root: Path) -> Iterator[Path]:
    """All files below PORTAL_VAR that are to be kept, in order: whatever a room keeps there, without locks and drafts."""
    for place, folders, names in os.walk(root, followlinks=True):
        is_top = Path(place) == root
        folders[:] = sorted(name for name in folders if (is_kept(name) if is_top else not _PASSING.fullmatch(name)))
        for name in sorted(names):
            path = Path(place) / name
            if not _PASSING.fullmatch(name) and not ArchiveName.parsed(name) and path.is_file():
                yield path


def is_kept(folder: str) -> bool:
    """Whether a folder of PORTAL_VAR by this name holds what is to be kept."""
    return folder not in NOT_KEPT and not _PASSING.fullmatch(folder)


def description(snapshot: DatabaseSnapshot, is_encrypted: bool) -> dict[str, Any]:
    """What a manifest says besides its files: the portal's version, its settings, and the tables of the snapshot."""
    kept, left_out = _settings(os.environ, is_encrypted)
    return {
        "mark": mark(),
        "vendor": own_database().vendor,
        "server": snapshot.server,
        "version": version(),
        "migrations": sorted(f"{app}.{name}" for app, name in snapshot.rows("SELECT app, name FROM django_migrations")),
        "settings": kept,
        "left_out": left_out,
        "tables": snapshot.tables(),
    }


def _settings(environment: Mapping[str, str], is_encrypted: bool) -> tuple[dict[str, str], list[str]]:
    """The variables that the portal reads, of which some are left out, and the names of those whose values are for nobody to read."""
    ours = {
        name: value for name, value in sorted(environment.items()) if value and re.match("PORTAL_|DATABASE_URL$", name)
    }
    left_out = [] if is_encrypted else [name for name in ours if _SECRET.search(name)]
    return {name: value for name, value in ours.items() if name not in left_out}, left_out


def version() -> str:
    """Which version of the portal this is, as git says it; blank where there is no git."""
    asked = ["git", "-C", str(settings.BASE_DIR), "describe", "--tags", "--always", "--long", "--dirty"]
    with contextlib.suppress(OSError):
        return subprocess.run(asked, capture_output=True, text=True).stdout.strip()
    return ""


def _named(snapshot: DatabaseSnapshot, tables: Tables) -> set[str]:
    """The names of all files of evidence that the snapshot's rows name."""
    models = [model for model in apps.get_models() if issubclass(model, KeptFile)]
    return {
        _evidence(f"{model.place}{digest}")
        for model in models
        if model._meta.db_table in tables
        for (digest,) in snapshot.rows(f'SELECT DISTINCT digest FROM "{model._meta.db_table}"')
    }


def _evidence(key: str) -> str:
    return f"evidence/{key[:2]}/{key}"


def _kept(archive: ArchiveWriter) -> set[str]:
    return {name.removeprefix(f"{FILES}/") for name in archive.files}


def thin(folder: Path, keeping: Keeping) -> list[str]:
    """Remove the archives of this installation that need not be kept; their names."""
    there = [path.name for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
    names = superfluous(there, mark(), keeping, clock.now().tzinfo)
    for name in names:
        (folder / name).unlink()
    return names


def _draft_prefix() -> str:
    return f".portal-{mark()}-"


def _sweep(folder: Path) -> None:
    """Remove what a backup of ours left that was killed: nobody else writes here while we hold the lock."""
    for path in folder.glob(f"{_draft_prefix()}*"):
        shutil.rmtree(path, ignore_errors=True)


def _to_disk(folder: Path) -> None:
    """A new name is kept by its folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
