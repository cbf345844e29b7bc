"""A drill: a backup restored into a fresh place, every table and file of it compared, the verifications run there."""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import get_commands

from upkeep.backups.archive import Identity
from upkeep.backups.databases import Database, own_database
from upkeep.backups.making import FILES
from upkeep.backups.restoring import RESTORED, Home, differing, restore

VERIFYING = ("verify_audit", "verify_all")
"""Commands that are run on what was restored, where the portal has them."""


@dataclass
class DrillOutcome:
    """What was compared, in seconds how long restoring and verifying took, and what did not hold."""

    manifest: dict[str, Any]
    files: int
    restoring: float = 0.0
    verifying: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.manifest["tables"].values())


def drill(archive: Path, identities: list[Identity], folder: Path | None = None) -> DrillOutcome:
    """Restore an archive beside the portal, which goes on; Refused where it cannot be restored at all."""
    with (
        tempfile.TemporaryDirectory(prefix="portal-drill-", dir=folder) as scratch,
        own_database().beside(Path(scratch)) as database,
    ):
        place = Home(database, Path(scratch) / "var")
        began = time.perf_counter()
        restored = restore(archive, place, identities)
        outcome = DrillOutcome(restored.manifest, 0, restoring=time.perf_counter() - began)
        outcome.problems += [f"数据表 {name} 与备份不符" for name in _tables(outcome.manifest, database)]
        outcome.files, wrong = _files(outcome.manifest, place.var)
        outcome.problems += [f"文件 {name} 与备份不符" for name in wrong]
        began = time.perf_counter()
        outcome.problems += _verified(place)
        outcome.verifying = time.perf_counter() - began
        return outcome


def _tables(manifest: dict[str, Any], database: Database) -> list[str]:
    return differing(manifest["tables"], database.tables())


def _files(manifest: dict[str, Any], var: Path) -> tuple[int, list[str]]:
    """How many files were compared by their digests, and which are not as they were; one too many is wrong, too."""
    expected = {
        name.removeprefix(f"{FILES}/"): said["sha256"]
        for name, said in manifest["files"].items()
        if name.startswith(f"{FILES}/")
    }
    there = {path.relative_to(var).as_posix(): path for path in var.rglob("*") if path.is_file()}
    found = {name: _digest(path) for name, path in there.items() if not name.startswith(f"{RESTORED}/")}
    return len(found), sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verified(place: Home) -> list[str]:
    """What the portal's own verifications say of the place, each run as on a server that stands there."""
    environment = {**os.environ, "DATABASE_URL": place.database.url, "PORTAL_VAR": str(place.var)}
    environment["DJANGO_SETTINGS_MODULE"] = "qingcheng_fiber.settings"
    problems = []
    for command in filter(get_commands().__contains__, VERIFYING):
        done = subprocess.run(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), command],
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
        )
        if done.returncode:
            problems.append(f"{command}：{(done.stderr or done.stdout).strip()[-300:]}")
    return problems
