"""A backup put back: everything is verified before anything is touched, and either all of it is there afterwards or nothing has changed."""

import contextlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
from django.db.migrations.loader import MigrationLoader

from common import clock
from common.exceptions import Refused
from upkeep.backups.archive import Identity, opened, read
from upkeep.backups.databases import Database, Tables
from upkeep.backups.making import ASIDE, FILES, NAMED, PLAN, files, reason

CONSENT = "同意覆盖"
RESTORED = "restored"
"""The folder of PORTAL_VAR in which lie the plan, the settings and the manifest of what was restored."""
_DUMPS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_WORKED_IN = ("accounts_user", "accounts_auditentry", "areas_area")
"""Tables that are empty as long as nobody has worked in a database."""


@dataclass
class Home:
    """Where a backup is restored to: a database, and the folder of the portal's own files."""

    database: Database
    var: Path

    def is_empty(self) -> bool:
        """Nobody has worked in the database, and no evidence lies here."""
        used = [table for table in _WORKED_IN if self.database.has(table)]
        kept = [path for path in files(self.var) if path.relative_to(self.var).parts[0] == "evidence"]
        return not kept and not any(self.database.rows(f"SELECT 1 FROM {table} LIMIT 1") for table in used)


@dataclass
class BackupRestored:
    """What was put back, and what of it is not as the manifest says."""

    manifest: dict[str, Any]
    aside: Path | None = None
    differing: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.manifest["tables"].values())


def restore(
    archive: Path, place: Home, identities: list[Identity], *, consent: str = "", before: Callable[[], object] = int
) -> BackupRestored:
    """Put an archive back; ``before`` is called once nothing can refuse any more. Refused with a sentence otherwise."""
    try:
        place.var.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=place.var) as scratch:
            staged = Path(scratch)
            with opened(archive, identities) as stream:
                manifest = read(stream, staged)
            _require_known(manifest, place)
            was_empty = require_empty(place, consent)
            before()
            _keep_aside_what_is_said(manifest, staged)
            aside = put(place, staged / FILES, staged / RESTORED, staged / _DUMPS[manifest["vendor"]])
    except (OSError, sqlite3.Error, psycopg2.Error) as error:
        raise Refused(f"未恢复任何内容：{reason(error)}。") from error
    if was_empty:
        shutil.rmtree(aside)
    return BackupRestored(
        manifest, None if was_empty else aside, differing(manifest["tables"], place.database.tables())
    )


def _require_known(manifest: dict[str, Any], place: Home) -> None:
    """Refused unless this portal, and this database, can hold what the archive holds."""
    if manifest["vendor"] != place.database.vendor:
        raise Refused(
            f"备份来自 {manifest['vendor']}，当前数据库是 {place.database.vendor}：请把 DATABASE_URL 设为同一种数据库后再恢复。"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest["migrations"]) - known):
        made = manifest["version"] or "未注明"
        raise Refused(
            f"备份由更新版本的门户（{made}）制作，有 {len(unknown)} 项数据库变更本版本没有（如 {unknown[0]}）："
            "请先把门户升级到该版本，再恢复。"
        )


def require_empty(place: Home, consent: str) -> bool:
    """Whether nobody has worked here; Refused where somebody has, unless he who asks gives the word of consent."""
    is_empty = place.is_empty()
    if consent != CONSENT and not is_empty:
        raise Refused(
            f"此处已有数据，未作任何改动。确需以备份取代现有数据的，请停止门户，加上 --into-nonempty {CONSENT} 再次执行；"
            "现有数据请先备份。"
        )
    return is_empty


def _keep_aside_what_is_said(manifest: dict[str, Any], staged: Path) -> None:
    """Plan, named files, settings and manifest, for whoever sets the variables."""
    said = staged / RESTORED
    said.mkdir(mode=0o700)
    for name in (PLAN, NAMED):
        if (staged / name).exists():
            (staged / name).rename(said / name)
    lines = [f"{name}={value}" for name, value in manifest["settings"].items()]
    lines += [f"# {name} 未收入备份" for name in manifest["left_out"]]
    for name, text in (("portal.env", "\n".join(lines)), ("manifest.json", json.dumps(manifest, ensure_ascii=False))):
        (said / name).touch(mode=0o600)
        (said / name).write_text(f"{text}\n", "utf-8")


def put(place: Home, tree: Path, said: Path, dump: Path) -> Path:
    """Files and database in their places; the folder with the files that were there before.

    Files are renamed, and renamed back when the database is not loaded.
    """
    tree.mkdir(exist_ok=True)
    said.rename(tree / RESTORED)
    _require_own_folders(place, tree)
    aside = place.var / f"{ASIDE}{clock.real_now():%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    with _undone() as undo:
        for name in sorted({path.name for path in place.var.iterdir()} & _replaced(place, tree)):
            _renamed(place.var / name, aside / name, undo)
        for path in sorted(tree.iterdir()):
            _renamed(path, place.var / path.name, undo)
        place.database.load(dump)
    return aside


def _replaced(place: Home, tree: Path) -> set[str]:
    """The names in PORTAL_VAR that what is restored stands for: all that a backup would keep, and what it brings."""
    kept = {path.relative_to(place.var).parts[0] for path in files(place.var)}
    return kept | {path.name for path in tree.iterdir()}


def _require_own_folders(place: Home, tree: Path) -> None:
    for path in tree.iterdir():
        there = place.var / path.name
        if there.is_symlink() or there.is_mount():
            raise Refused(f"{there} 是链接或挂载点，无法整体替换：请改为把整个 PORTAL_VAR 放在该磁盘上，再恢复。")


@contextlib.contextmanager
def _undone() -> Iterator[list[Callable[[], object]]]:
    """A list of what undoes each step, the last first, should the block fail."""
    undo: list[Callable[[], object]] = []
    try:
        yield undo
    except BaseException:
        for step in reversed(undo):
            step()
        raise


def _renamed(source: Path, target: Path, undo: list[Callable[[], object]]) -> None:
    os.rename(source, target)  # noqa: PTH104
    undo.append(lambda: os.rename(target, source))  # noqa: PTH104


def differing(expected: Tables, found: Tables) -> list[str]:
    """The names of tables that are not in both with the same rows."""
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
