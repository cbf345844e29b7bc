"""Chromium against the running portal: ``page``, ``signed_in``, ``axe`` and ``shot``.

QCF_BROWSER=required makes a missing Chromium a failure instead of a skip; QCF_SHOTS names a directory for
screenshots, which are taken only when it is set; QCF_CHROMIUM names the browser when it is not on the path.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from qingcheng_fiber.frontend import AXE

WIDTHS = (1440, 1024, 390)
NARROWEST = 320
"""Pages reflow down to this width without scrolling sideways (WCAG 1.4.10)."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
REQUIRED = os.environ.get("QCF_BROWSER") == "required"
SHOTS = os.environ.get("QCF_SHOTS")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items) -> None:
    """Whatever stands in this directory drives the browser, and needs the database as the server sees it."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    named = os.environ.get("QCF_CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = chromium()
    if executable is None:
        reason = "no Chromium on this machine (set QCF_CHROMIUM, or install chromium)"
        pytest.fail(reason) if REQUIRED else pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, in which Django would refuse to touch the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
        # While the loop runs, Django keeps connections apart for it, which nobody else would close.
        connections.close_all()


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """A page of a fresh browser at 1440 px; addresses are relative. Any error of a script or the CSP fails the test."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if _is_fault(said) else None)
    under_way = _under_way(page)
    yield page
    _come_to_rest(page, under_way)
    context.close()
    assert not errors


def _under_way(page: Page) -> set:
    """The requests of the page that are not answered yet."""
    requests: set = set()
    page.on("request", lambda request: requests.add(request))
    page.on("requestfinished", lambda request: requests.discard(request))
    page.on("requestfailed", lambda request: requests.discard(request))
    return requests


def _come_to_rest(page: Page, under_way: set) -> None:
    """A page that saves by itself sends nothing more; what it has sent is answered before the database is emptied."""
    if page.is_closed():
        return
    page.context.set_offline(True)
    for _ in range(50):
        if not under_way:
            return
        page.wait_for_timeout(100)


def _is_fault(said) -> bool:
    """Whether a line of the console tells of a fault; that of an expected 403 or 404 does not."""
    return said.type == "error" and "Failed to load resource" not in said.text


@pytest.fixture
def signed_in(live_server) -> Callable:
    """``signed_in(page, user)``: the page's browser has a session of the user, without the login form."""

    def sign_in(page: Page, user) -> Page:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    return sign_in


@pytest.fixture
def axe() -> Callable:
    """``axe(page)``: axe-core finds nothing on the page as it stands."""

    def look(page: Page) -> None:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("tags => axe.run({runOnly: tags})", AXE_TAGS)["violations"]
        assert not found, "\n".join(
            f"{rule['id']}: {rule['help']}: " + "; ".join(node["html"] for node in rule["nodes"]) for rule in found
        )

    return look


@pytest.fixture
def shot() -> Callable:
    """``shot(page, "name")``: the whole page at 1440, 1024 and 390 px, into QCF_SHOTS; nothing when that is not set.

    At each width, and at 320 px, the page must not be wider than its window, whether the shot is kept or not.
    """

    def take(page: Page, name: str) -> None:
        before = page.viewport_size
        for width in (*WIDTHS, NARROWEST):
            page.set_viewport_size({"width": width, "height": 900})
            if SHOTS and width in WIDTHS:
                Path(SHOTS).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is too wide at {width} px"
        page.set_viewport_size(before)

    return take
