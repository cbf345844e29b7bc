"""Write the lock files: what the pinned packages need in turn, with the hashes of every file that may be installed."""

import subprocess
import sys

from django.core.management.base import BaseCommand, CommandError

from devtools.virtualenv import LOCKS, REQUIREMENTS, ROOT, uv, uv_environment

OLDEST_PYTHON = "3.11"


class Command(BaseCommand):
    help = "按 requirements.txt 和 requirements-test.txt 重写两个锁定文件（增加或更换一个包之后运行）。"
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--upgrade", action="store_true", help="间接依赖也换成最新的；不加时未变的保持原版本")

    def handle(self, *, upgrade: bool, **options) -> None:
        anew = ["--upgrade"] if upgrade else []
        _compile([REQUIREMENTS[0].name], LOCKS[0].name, anew)
        _compile([file.name for file in REQUIREMENTS], LOCKS[1].name, ["--constraint", LOCKS[0].name, *anew])
        self.stdout.write("、".join(lock.name for lock in LOCKS) + " 已写好；下一个命令会按它们安装。")


def _compile(sources: list[str], lock: str, options: list[str]) -> None:
    """For every system and every Python that the portal runs on; no address of a registry gets into the file."""
    universal = ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-annotate", "--quiet"]
    command = [*uv(), "pip", "compile", *sources, "--output-file", lock, *universal, *options]
    # Only the main registry has the files for every system.
    environment = {name: value for name, value in uv_environment().items() if name not in ("UV_INDEX", "UV_FIND_LINKS")}
    environment["UV_CUSTOM_COMPILE_COMMAND"] = "python3 manage.py lock"
    if subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr).returncode:
        raise CommandError(f"{lock} 没有写成（经过见上）。")
