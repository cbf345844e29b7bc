"""Collect all that an installation without network needs."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from devtools import frontend, virtualenv


class Command(BaseCommand):
    help = "为不能联网的机器制作安装目录：运行和测试所需的全部 wheel 和前端库。须与目标机器同系统、同 Python 版本。"
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=settings.BASE_DIR / "wheelhouse")

    def handle(self, *, directory: Path, **options) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        wheels = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
        locked = ["--require-hashes", "-r", str(virtualenv.LOCKS[1]), "-w", str(directory)]
        if subprocess.run([*wheels, *locked], stdout=sys.stderr).returncode:
            raise CommandError("没有做成（经过见上）。请检查网络后重试。")
        for lock in virtualenv.LOCKS:
            (directory / lock.name).write_text(_with_built(lock, directory), encoding="utf-8")
        frontend.pack(directory / frontend.PACKED)
        count = len(list(directory.glob("*.whl")))
        self.stdout.write(f"已放入 {directory}：{count} 个 wheel 和 {frontend.PACKED}。")
        self.stdout.write(
            "请把它拷到目标机器上，放在 manage.py 旁边并取名 wheelhouse（或用 QCF_WHEELHOUSE 指明位置）。"
        )


def _with_built(lock: Path, directory: Path) -> str:
    """The lock with the hash of every wheel that was built here, from a source whose hash was checked."""
    text = lock.read_text(encoding="utf-8")
    for wheel in directory.glob("*.whl"):
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        name = re.escape(wheel.name.split("-")[0]).replace("_", "[-_.]")
        if digest not in text:
            text = re.sub(rf"^({name}==.* \\\n)", rf"\1    --hash=sha256:{digest} \\\n", text, flags=re.M | re.I)
    return text
