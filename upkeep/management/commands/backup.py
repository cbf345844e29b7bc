"""Write a backup: ``backup DIR [--recipient age1… | --in-clear] [--keep-days 7 --keep-weeks 4 --keep-months 12]``."""

from pathlib import Path

from django.core.management import CommandError

from common.commands import SpeakingCommand
from upkeep.backups.acting import SHOWN, leave_trace, named, recipients, traced_failure
from upkeep.backups.making import BackupMade, make, thin
from upkeep.backups.thinning import Keeping
from upkeep.models import UpkeepKind


class Command(SpeakingCommand):
    help = (
        "备份：数据库、佐证材料、密钥、方案和设置写成一个文件并复读核对；门户照常运行。退出码 1：未完成，或有材料缺失。"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="存放备份的文件夹，应在另一块磁盘上")
        parser.add_argument(
            "--recipient",
            action="append",
            default=[],
            metavar="公钥",
            help="以 age 公钥加密，可给多个，默认为 PORTAL_BACKUP_RECIPIENTS；私钥不应放在服务器上",
        )
        parser.add_argument("--in-clear", action="store_true", help="不加密")
        for name, what in (("days", "日"), ("weeks", "周"), ("months", "月")):
            parser.add_argument(
                f"--keep-{name}", type=int, default=0, metavar="N", help=f"只保留最近 N 个有备份的{what}各自最后一份"
            )

    def handle(self, *, folder: Path, recipient: list[str], in_clear: bool, **options) -> None:
        keeping = Keeping(*(max(0, options[f"keep_{name}"]) for name in ("days", "weeks", "months")))
        made = self._made(folder.absolute(), recipient, in_clear)
        if keeping:
            self._thinned(folder, keeping)
        if made.missing:
            raise CommandError(
                f"数据库提到的材料有 {len(made.missing)} 个不在磁盘上：{named(made.missing)}。备份已保留并标为不完整"
                f"（{made.path.name}），不能代替完整的备份：请查明原因后重新备份。",
                returncode=1,
            )

    def _made(self, folder: Path, given: list[str], in_clear: bool) -> BackupMade:
        with traced_failure(UpkeepKind.BACKUP, "backup.make"):
            keys = recipients(given, folder, in_clear=in_clear)
            made = make(folder, keys)
        leave_trace(
            UpkeepKind.BACKUP,
            "backup.make",
            ok=not made.missing,
            size=made.size,
            path=str(made.path),
            rows=made.rows,
            files=len(made.manifest["files"]),
            encrypted=bool(keys),
            absent=made.missing[:SHOWN],
        )
        self._told(made)
        return made

    def _told(self, made: BackupMade) -> None:
        self.stdout.write(
            f"已备份：{made.path}（{made.size:,} 字节），数据表 {len(made.manifest['tables'])} 张 {made.rows:,} 行，"
            f"文件 {len(made.manifest['files'])} 个，已逐一复读核对。"
        )
        if made.manifest["left_out"]:
            self.stdout.write(f"未加密的备份不收入含口令的设置：{'、'.join(made.manifest['left_out'])}，请另行保管。")

    def _thinned(self, folder: Path, keeping: Keeping) -> None:
        with traced_failure(UpkeepKind.THIN, "backup.thin"):
            names = thin(folder, keeping)
        if names:
            leave_trace(UpkeepKind.THIN, "backup.thin", ok=True, path=str(folder), removed=names)
            self.stdout.write(f"已清理旧备份 {len(names)} 份。")
