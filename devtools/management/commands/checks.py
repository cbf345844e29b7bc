"""Every check of the code that is not a test; changes nothing."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.management.utils import get_random_secret_key

from devtools import frontend

TOOLS = Path(sys.executable).parent
PORTAL = (sys.executable, "manage.py")
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def checks() -> dict[str, tuple]:
    """The name of each check and its command."""
    templates = sorted(
        str(path.relative_to(settings.BASE_DIR)) for path in settings.BASE_DIR.glob("templates/**/*.html")
    )
    return {
        "lint": (sys.executable, "-m", "ruff", "check", "--quiet", "--output-format=concise"),
        "format": (sys.executable, "-m", "ruff", "format", "--check", "--quiet", "--output-format=concise"),
        "templates": (shutil.which("djade", path=TOOLS), "--check", *templates),
        "imports": (sys.executable, "-c", LINT_IMPORTS),
        "types": (sys.executable, "-m", "mypy"),
        **checks_of_scripts(),
        "migrations": (*PORTAL, "makemigrations", "--check", "--dry-run"),
        "production settings": (*PORTAL, "check", "--deploy", "--fail-level", "WARNING"),
    }


def checks_of_scripts() -> dict[str, tuple]:
    """Their lint, with the parse check, and their types; none where a wheelhouse stands for the registries."""
    if not frontend.ESLINT.exists():
        return {}
    node = frontend.node()
    return {
        "scripts": (*node, str(frontend.ESLINT), "--max-warnings=0", "static", "tests/scripts", "eslint.config.js"),
        "types of scripts": (*node, str(frontend.TSC), "-p", "."),
    }


class Command(BaseCommand):
    help = "运行全部代码检查（测试除外），不改动任何文件。"
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("names", nargs="*", help=f"只运行这几项：{'、'.join(checks())}；不写就全部运行")

    def handle(self, *, names: list[str], **options) -> None:
        if unknown := set(names) - checks().keys():
            raise CommandError(f"没有这样的检查：{'、'.join(sorted(unknown))}。")
        frontend.prepare(for_tests=True)
        chosen = {name: command for name, command in checks().items() if not names or name in names}
        failed = [name for name, command in chosen.items() if not self._passes(name, command)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(chosen)} checks failed: {', '.join(failed)}")
        if not frontend.ESLINT.exists():
            self.stdout.write("not checked: the scripts (their tools are not in a wheelhouse)")
        self.stdout.write(f"{len(chosen)} checks passed")

    def _passes(self, name: str, command: tuple) -> bool:
        start = time.monotonic()
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=_environment(name), capture_output=True, text=True, encoding="utf-8"
        )
        self.stdout.write(f"{'failed' if done.returncode else 'ok':6}  {time.monotonic() - start:5.1f} s  {name}")
        if done.returncode:
            self.stdout.write(done.stdout + done.stderr)
        return not done.returncode


def _environment(name: str) -> dict[str, str]:
    if name != "production settings":
        return dict(os.environ)
    production = {"PORTAL_MODE": "production", "PORTAL_SECRET_KEY": get_random_secret_key()}
    return {**os.environ, **production, "PORTAL_ALLOWED_HOSTS": "portal.example.gov.cn"}
