"""Put a backup back: ``restore ARCHIVE [--identity FILE]``, or ``restore --from-stream DIR``."""

from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command, get_commands
from django.db import connections

from accounts.actions import COMMAND_LINE
from accounts.audit import record
from common.commands import SpeakingCommand
from common.exceptions import Refused
from reports.certificates import signing
from upkeep.backups import streaming
from upkeep.backups.acting import identities
from upkeep.backups.databases import own_database
from upkeep.backups.drill import VERIFYING
from upkeep.backups.restoring import CONSENT, RESTORED, BackupRestored, Home, restore


class Command(SpeakingCommand):
    help = "恢复：先核对整个备份，再恢复到空的数据库和空的 PORTAL_VAR；恢复后逐表比对并核验。请先停止门户。"
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("archive", nargs="?", metavar="ARCHIVE", type=Path, help="备份文件")
        source.add_argument("--from-stream", metavar="DIR", type=Path, help="连续备份（PORTAL_STREAM_TO）的文件夹")
        parser.add_argument("--identity", metavar="FILE", type=Path, help="加密备份的 age 私钥文件")
        parser.add_argument("--into-nonempty", default="", metavar=CONSENT, help="以备份取代此处现有的数据")
        parser.add_argument(
            "--cluster", metavar="DIR", type=Path, help="PostgreSQL 的连续备份：恢复出的数据目录，须不存在或为空"
        )
        parser.add_argument(
            "--server-user", metavar="用户", default="postgres", help="运行 PostgreSQL 的用户，默认 postgres"
        )

    def handle(self, *, archive: Path | None, from_stream: Path | None, into_nonempty: str, **options) -> None:
        place = Home(own_database(), Path(settings.VAR_DIR))
        try:
            if from_stream:
                self._streamed(from_stream, place, into_nonempty, **options)
                return
            keys = identities(options["identity"])
            restored = restore(archive, place, keys, consent=into_nonempty, before=connections.close_all)
        except Refused as problem:
            raise CommandError(str(problem), returncode=1) from problem
        self._told(restored)
        self._settled(path=str(archive), rows=restored.rows, files=len(restored.manifest["files"]))

    def _told(self, restored: BackupRestored) -> None:
        manifest = restored.manifest
        if restored.differing:
            raise CommandError(f"恢复后有数据表与备份不符：{'、'.join(restored.differing)}。请勿启用。", returncode=1)
        self.stdout.write(
            f"已恢复 {manifest['made_at']} 的备份：数据表 {len(manifest['tables'])} 张 {restored.rows:,} 行，"
            f"文件 {len(manifest['files'])} 个，均与备份一致。"
        )
        self.stdout.write(f"当时的方案、设置和清单在 {Path(settings.VAR_DIR) / RESTORED}，请据以核对环境变量。")
        if manifest["left_out"]:
            self.stdout.write(f"备份中没有这些设置，请另行填写：{'、'.join(manifest['left_out'])}。")
        if restored.aside:
            self.stdout.write(f"原有文件移至 {restored.aside}，确认无误后可删除。")

    def _streamed(
        self, stream: Path, place: Home, consent: str, *, cluster: Path | None, server_user: str, **options
    ) -> None:
        if place.database.vendor == "postgresql":
            if cluster is None:
                raise Refused("PostgreSQL 的连续备份恢复为一个新的数据目录，请用 --cluster 给出。")
            self.stdout.write(streaming.restore_cluster(stream, cluster, place.var, server_user))
            self._ask_for_the_key()
            return
        aside = streaming.restore_file(stream, place, consent=consent, before=connections.close_all)
        self.stdout.write(f"已从连续备份 {stream} 恢复。" + (f"原有文件移至 {aside}。" if aside else ""))
        self._settled(path=str(stream))

    def _settled(self, **detail) -> None:
        """An older database is brought up to date; then it is said that it was restored, and everything verified."""
        call_command("migrate", interactive=False, verbosity=0)
        record(action="backup.restore", by=COMMAND_LINE, detail=detail)
        self._ask_for_the_key()
        for command in filter(get_commands().__contains__, VERIFYING):
            call_command(command, stdout=self.stdout)

    def _ask_for_the_key(self) -> None:
        """Say it where what was restored did not bring the key: another one would sign what the first one vouched for."""
        if not signing.kept_at().exists():
            self.stderr.write(f"注意：恢复之后没有证书签名密钥。{signing.missing()}")
