"""The portal with demonstration data, from nothing to a page in the browser."""

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from areas.models import Area
from areas.vocabulary import AreaKind
from qingcheng_fiber.serving import DEFAULT_ADDRESS, parsed, refuse_if_taken, serve


class Command(BaseCommand):
    help = "演示：准备前端库、数据库、演示数据和演示账号，然后启动门户。再次运行不会改动已有的数据。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("address", nargs="?", default=DEFAULT_ADDRESS, help=f"主机:端口，默认 {DEFAULT_ADDRESS}")
        parser.add_argument("--no-serve", action="store_true", help="只准备，不启动")

    def handle(self, *, address: str, no_serve: bool, **options) -> None:
        host, port = parsed(address)
        if settings.PRODUCTION:
            raise CommandError("生产模式（PORTAL_MODE=production）下不能运行演示。")
        if not no_serve:
            refuse_if_taken(host, port)
        # Thousands of lines of the import would hide the steps.
        logging.getLogger().setLevel(max(logging.getLogger().level, logging.WARNING))
        self._prepare()
        self._show_accounts()
        if no_serve:
            self.stdout.write(
                "\n准备完毕，没有启动。启动门户：python3 manage.py demo，或 python3 manage.py runserver。"
            )
            return
        self.stdout.write(f"\n门户地址：http://{host}:{port}/　按 Ctrl-C 停止。")
        self.stdout.flush()
        # One process: SQLite has one writer anyway.
        serve(host, port)
        self.stdout.write("已停止。")

    def _prepare(self) -> None:
        with self._step("数据库结构"):
            call_command("migrate", verbosity=0, interactive=False)
        self._refuse_foreign_data()
        if not Area.objects.exists():
            self._load()
        with self._step("演示账号"):
            from demonstration.accounts import create_accounts

            self.accounts = create_accounts()
        with self._step("填报期"):
            from demonstration.rounds import create_rounds

            create_rounds()
        with self._step("评定结果"):
            from acceptance.judging.judging import ensure_current

            for district in Area.objects.filter(kind=AreaKind.DISTRICT):
                ensure_current(district.code)
        with self._step("抽查"):
            from demonstration.certificates import create_certificates, create_spot_checks

            create_spot_checks()
        with self._step("达标验收"):
            from demonstration.inspections import create_inspections

            create_inspections()
        with self._step("授牌"):
            create_certificates()

        with self._step("运营企业数据和季报更正"):
            from demonstration.counts import create_counts
            from demonstration.reporting import create_reporting

            create_counts()
            create_reporting()
            for district in Area.objects.filter(kind=AreaKind.DISTRICT):
                ensure_current(district.code)
        with self._step("台账问题"):
            from demonstration.findings import create_findings

            create_findings()
        with self._step("建设方案和批示"):
            from demonstration.following import create_following

            create_following()
        with self._step("措施台账"):
            from demonstration.measures import create_measures

            create_measures()
        with self._step("问题台账"):
            from demonstration.problems import create_problems

            create_problems()
        with self._step("存证"):
            from witness.sealing import begin

            begin()

    def _refuse_foreign_data(self) -> None:
        """Known passwords must not get into a database that people work in."""
        from demonstration.accounts import demo_accounts

        users = get_user_model().objects
        names = [account.username for account in demo_accounts()]
        if users.exists() and not users.filter(username__in=names).exists():
            raise CommandError("该数据库中已有正式账号，不能用于演示。请不设 DATABASE_URL 后运行，或指向空的数据库。")

    def _load(self) -> None:
        from demonstration.package import build_package

        with tempfile.TemporaryDirectory() as directory:
            folder = Path(directory) / "demonstration"
            folder.mkdir()
            with self._step("生成演示数据包"):
                build_package(folder)
            with self._step("导入演示数据包"):
                call_command("import_package", folder, document="演示数据（系统生成）", stdout=StringIO())

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        """Say that a step began, and when it has ended how long it took."""
        self.stdout.write(f"{name} ……")
        self.stdout.flush()
        start = time.monotonic()
        yield
        self.stdout.write(f"  {name}完成，{time.monotonic() - start:.1f} 秒")

    def _show_accounts(self) -> None:
        self.stdout.write("\n演示账号（用户名　密码　岗位　单位）：")
        for account in self.accounts:
            self.stdout.write(f"  {account.username:<16} {account.password:<16} {account.post.label}　{account.unit}")
