"""Fetch the front-end libraries, as ``demo`` and ``test`` do by themselves."""

from django.core.management.base import BaseCommand

from devtools import frontend


class Command(BaseCommand):
    help = "取前端库，放到 static/vendor；已有且版本相同时什么也不做。正式部署在 collectstatic 之前运行。"
    requires_system_checks = ()

    def handle(self, **options) -> None:
        fetched = frontend.prepare()
        self.stdout.write("前端库已取到 static/vendor。" if fetched else "前端库已经齐全。")
