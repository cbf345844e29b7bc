"""Back to an earlier version, with the data: ``downgrade v1 [--backup DIR --consent 同意降级]``."""

from pathlib import Path

from django.core.management import CommandError, call_command

from accounts.actions import COMMAND_LINE
from accounts.audit import record
from common.commands import SpeakingCommand
from common.exceptions import Refused
from upkeep.downgrading import VERSIONS, downgrade, losses

CONSENT = "同意降级"


class Command(SpeakingCommand):
    help = "降级：列出旧版本容纳不下、将丢失的内容；同意后先备份，再把数据库改回旧版本的格式。请先停止门户。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("version", choices=list(VERSIONS), help="旧版本")
        parser.add_argument("--backup", metavar="DIR", type=Path, help="降级前的备份存放在何处")
        parser.add_argument("--consent", default="", metavar=CONSENT, help="同意丢失所列内容")

        parser.add_argument("--in-clear", action="store_true", help="备份不加密")

    def handle(self, *, version: str, backup: Path | None, consent: str, in_clear: bool, **options) -> None:
        try:
            lost = losses(version)
            self.stdout.write(f"{version} 没有以下内容，降级后丢失：" if lost else f"降级到 {version} 不丢失内容。")
            for loss in lost:
                self.stdout.write(f"  {loss}")
            if consent != CONSENT or backup is None:
                raise Refused(f"未作任何改动。同意降级的，加上 --backup DIR --consent {CONSENT} 再次执行。")
            call_command("backup", str(backup), in_clear=in_clear, stdout=self.stdout)
            record(
                action="portal.downgrade",
                by=COMMAND_LINE,
                detail={"version": version, "rows": sum(loss.rows for loss in lost)},
            )
            downgrade(version)
        except Refused as problem:
            raise CommandError(str(problem), returncode=1) from problem
        self.stdout.write(f"数据库已改回 {version} 的格式：请换上 {version} 的程序后启动。")
