"""The picture of the progress page that README.md shows, taken from the demonstration."""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

PORTAL = (sys.executable, "manage.py")
POST = "区领导"
PAGE = "/progress/?period=2018Q4"
WIDTH, HEIGHT = 1280, 800
COLOURS = 128
"""Enough for a page of few colours, at a third of the size."""
PATIENCE_S = 60


class Command(BaseCommand):
    help = "从演示数据给进度页拍一张照片，存为 docs/progress.png，供 README.md 使用（需要 Chromium）。"
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("target", nargs="?", type=Path, default=settings.BASE_DIR / "docs" / "progress.png")

    def handle(self, *, target: Path, **options) -> None:
        with tempfile.TemporaryDirectory(prefix="picture-") as folder, demonstration(folder) as (address, account):
            picture = taken(address, *account)
        target.write_bytes(few_colours(picture))
        self.stdout.write(f"{target}：{target.stat().st_size // 1024} KB")


@contextmanager
def demonstration(folder: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """A portal with demonstration data and nothing else: its address, and the name and password of an account."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"PORTAL_MODE": "demonstration", "PORTAL_VAR": folder}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    prepared = subprocess.run(
        [*PORTAL, "demo", "--no-serve"], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    accounts = [line.split() for line in prepared.stdout.splitlines() if POST in line]
    if not accounts:
        raise CommandError(f"演示没有准备好：{prepared.stderr}")
    server = subprocess.Popen([*PORTAL, "serve", address, "--processes", "1"], cwd=settings.BASE_DIR, env=environment)
    try:
        _wait_for(f"http://{address}/accounts/login/")
        yield f"http://{address}", (accounts[0][0], accounts[0][1])
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            urlopen(address).close()
            return
        except OSError as problem:
            if time.monotonic() > deadline:
                raise CommandError(f"门户没有启动：{problem}") from None
            time.sleep(0.5)


def taken(address: str, name: str, password: str) -> bytes:
    """A PNG of the page as somebody sees it who has just logged in."""
    from playwright.sync_api import sync_playwright

    browser_path = os.environ.get("QCF_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        raise CommandError("未找到 Chromium，请安装，或用 QCF_CHROMIUM 指明位置。")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, base_url=address, locale="zh-CN", reduced_motion="reduce"
        )
        page.goto("/accounts/login/")
        page.locator("input[name=username]").fill(name)
        page.locator("input[name=password]").fill(password)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        page.goto(PAGE, wait_until="networkidle")
        picture = page.screenshot()
        browser.close()
    return picture


def few_colours(picture: bytes) -> bytes:
    from PIL import Image

    small = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(small, "PNG", optimize=True)
    return small.getvalue()
