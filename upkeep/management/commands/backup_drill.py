"""Show that a backup can be restored: ``backup_drill [ARCHIVE] [--identity FILE]``."""

import tempfile
import time
from pathlib import Path

from django.core.management import CommandError

from common.commands import SpeakingCommand
from upkeep.backups.acting import identities, leave_trace, named, traced_failure
from upkeep.backups.drill import DrillOutcome, drill
from upkeep.backups.making import make
from upkeep.models import UpkeepKind


class Command(SpeakingCommand):
    help = "恢复演练：把备份恢复到临时的数据库和文件夹，逐表逐文件比对并核验，然后清除；门户照常运行。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("archive", nargs="?", metavar="ARCHIVE", type=Path, help="备份文件；不填则现做一份")
        parser.add_argument("--identity", metavar="FILE", type=Path, help="加密备份的 age 私钥文件")
        parser.add_argument(
            "--scratch", metavar="DIR", type=Path, help="临时文件放在何处，空间须够存放备份和恢复出的数据"
        )

    def handle(self, *, archive: Path | None, identity: Path | None, scratch: Path | None, **options) -> None:
        with traced_failure(UpkeepKind.DRILL, "backup.drill"):
            keys = identities(identity)
            if archive:
                outcome = drill(archive, keys, scratch)
            else:
                with tempfile.TemporaryDirectory(prefix="portal-drill-", dir=scratch) as folder:
                    began = time.perf_counter()
                    made = make(Path(folder), [])
                    self.stdout.write(f"备份用时 {time.perf_counter() - began:.1f} 秒，{made.size:,} 字节。")
                    outcome = drill(made.path, keys, scratch)
        self._told(outcome)

    def _told(self, outcome: DrillOutcome) -> None:
        tables = len(outcome.manifest["tables"])
        problems = outcome.problems + [f"备份缺少材料 {name}" for name in outcome.manifest["missing"]]
        leave_trace(
            UpkeepKind.DRILL,
            "backup.drill",
            ok=not problems,
            rows=outcome.rows,
            files=outcome.files,
            seconds=round(outcome.restoring, 1),
            problem="；".join(problems)[:500],
        )
        self.stdout.write(
            f"恢复用时 {outcome.restoring:.1f} 秒，核验用时 {outcome.verifying:.1f} 秒；"
            f"比对数据表 {tables} 张 {outcome.rows:,} 行、文件 {outcome.files} 个。"
        )
        if problems:
            raise CommandError(f"演练未通过：{named(problems)}。", returncode=1)
        self.stdout.write("演练通过：全部一致。")
