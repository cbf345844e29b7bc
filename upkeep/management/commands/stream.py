"""Protect continuously: ``stream`` runs beside the server (``serve`` starts it), ``stream --base`` takes a base of PostgreSQL."""

import signal
import sys
import threading
from pathlib import Path

from django.core.management import CommandError

from common.commands import SpeakingCommand
from common.exceptions import Refused
from common.locking import alone
from upkeep.backups.acting import leave_trace
from upkeep.backups.making import var
from upkeep.backups.streaming import stream, take_base, target
from upkeep.models import UpkeepKind


class Command(SpeakingCommand):
    help = "连续备份：把数据库日志和新文件不断写到 PORTAL_STREAM_TO；设置了该变量时 serve 会自己启动它。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--beside", action="store_true", help="标准输入关闭时结束（由 serve 使用）")
        parser.add_argument("--base", action="store_true", help="只做一份 PostgreSQL 的基础备份")

    def handle(self, *, beside: bool, base: bool, **options) -> None:
        try:
            to = target()
            if base:
                self.stdout.write(f"基础备份：{take_base(to)}")
                return
            with alone(var() / "stream.lock", waiting="另一个连续备份正在进行，等待其结束……"):
                self._stream(to, beside)
        except (Refused, OSError) as problem:
            leave_trace(UpkeepKind.STREAM, "backup.stream", ok=False, problem=str(problem))
            raise CommandError(str(problem), returncode=1) from problem

    def _stream(self, to: Path, beside: bool) -> None:
        over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
        if beside:
            threading.Thread(target=_end_with_input, args=[over], daemon=True).start()
        stream(to, over, lambda: leave_trace(UpkeepKind.STREAM, "backup.stream", ok=True, path=str(to)))


def _end_with_input(over: threading.Event) -> None:
    sys.stdin.buffer.read()
    over.set()
