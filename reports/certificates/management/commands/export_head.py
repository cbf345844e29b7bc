"""export_head: the head of the log as a signed file, or whether such a file still stands in the log."""

from pathlib import Path

from django.core.management.base import CommandError

from accounts.actions import COMMAND_LINE
from common.commands import SpeakingCommand
from reports.certificates import log_heads, signing
from witness import receipts


class Command(SpeakingCommand):
    help = "导出存证树根（签名文件），存放到门户之外；--verify 核验以前导出的文件：不符退出码 1，文件无法识别退出码 2。"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="文件")
        parser.add_argument("--verify", action="store_true", help="核验该文件，不导出")
        parser.add_argument("--key", type=Path, metavar="公钥", help="核验所用公钥（PEM）；默认本机现用的")

    def handle(self, *args, file: Path, verify: bool, key: Path | None, **options):
        if verify:
            self._verify(file, key)
        else:
            _, content = log_heads.exported(by=COMMAND_LINE)
            file.write_bytes(content)
            self.stdout.write(f"已写入 {file}。")

    def _verify(self, file: Path, key: Path | None) -> None:
        try:
            head = log_heads.read(file.read_bytes(), key.read_bytes() if key else signing.public_key())
        except (signing.NotSigned, OSError) as problem:
            raise CommandError(str(problem), returncode=2) from None
        found = receipts.checked(head.size, head.root)
        if not found.is_whole:
            raise CommandError(f"不符：{''.join(found.failed)}{receipts.KEEP}", returncode=1)
        self.stdout.write(f"签名相符。{''.join(found.held)}")
