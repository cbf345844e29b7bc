"""Chromium against the running portal: ``page``, ``signed_in``, ``axe`` and ``shot``.

QCF_BROWSER=required makes a missing Chromium a failure instead of a skip; QCF_SHOTS names a directory for
screenshots, which are taken only when it is set; QCF_CHROMIUM names the browser when it is not on the path.
How a test waits for what it did: docs/testing.md.
"""

import os
import shutil
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from devtools.frontend import AXE
from tests import running_once
from tests.browser.entry_scene import BEFORE, town
from tests.browser.hands import ACTION_MS, SIGN_MS, until
from tests.browser.killable import Cable, Killable

WIDTHS = (1440, 1024, 390)
NARROWEST = 320
"""Pages reflow down to this width without scrolling sideways (WCAG 1.4.10)."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
WITHOUT_WINDOWS = "chromium-headless-shell"
"""Chromium that has no windows to draw: the same pages for a quarter of the processor's time. A package of its own."""
REQUIRED = os.environ.get("QCF_BROWSER") == "required"
SHOTS = os.environ.get("QCF_SHOTS")
AXE_HOW = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # What is in order is neither listed nor described, nor is a selector made for each fault.
    "resultTypes": ["violations"],
    "selectors": False,
}

expect.set_options(timeout=SIGN_MS)


def pytest_collection_modifyitems(items) -> None:
    """Whatever stands in this directory drives the browser, and needs the database as the server sees it."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    """The whole browser, as it stands in an office."""
    named = os.environ.get("QCF_CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def lighter_chromium() -> str | None:
    """The one for all but what needs the whole browser."""
    return (not os.environ.get("QCF_CHROMIUM") and shutil.which(WITHOUT_WINDOWS)) or chromium()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    if chromium() is None:
        reason = "no Chromium on this machine (set QCF_CHROMIUM, or install chromium)"
        pytest.fail(reason) if REQUIRED else pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, in which Django would refuse to touch the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield playwright
        # While the loop runs, Django keeps connections apart for it, which nobody else would close.
        connections.close_all()


@pytest.fixture(scope="package")
def browsers(playwright: Playwright) -> Iterator[list[Browser]]:
    """Those begun so far; the last one is in use."""
    begun: list[Browser] = []
    yield begun
    for browser in begun:
        browser.close()


@pytest.fixture
def browser(playwright: Playwright, browsers: list[Browser]) -> Browser:
    """One for all tests; should it crash, the test in which it did fails and the next has another."""
    if not browsers or not browsers[-1].is_connected():
        arguments = ["--no-sandbox", "--disable-gpu"]
        browsers.append(playwright.chromium.launch(executable_path=lighter_chromium(), args=arguments))
    return browsers[-1]


@pytest.fixture
def served(live_server) -> Iterator[str]:
    """The address of the portal; before the database is emptied, it has answered whatever the browsers asked.

    A request that outlived its test would write into the emptied database, or hold up the emptying, and fail
    one test after another of the same process.
    """

    yield live_server.url
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as last:
        # Connections are taken in order: when this one is over, each before it has its thread.
        last.shutdown(socket.SHUT_WR)
        last.recv(1)
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            while thread.ident is None:
                time.sleep(0.01)  # Begun, and not yet running.
            thread.join(ACTION_MS / 1000)
            assert not thread.is_alive(), f"The portal does not come to rest:\n{_where(thread)}"


def _where(thread: threading.Thread) -> str:
    return "".join(traceback.format_stack(sys._current_frames()[thread.ident]))


@pytest.fixture
def open_page(browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """``open_page(**options)``: a page of a fresh profile; addresses are relative. A fault of it fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def begin(**options) -> Page:
        # Without motion nothing is looked at half-way, such as a colour on its way to another.
        here = {"base_url": served, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
        context = browser.new_context(**here | options)
        context.set_default_timeout(ACTION_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
        return page

    yield begin
    for context in contexts:
        # A page that saves by itself when it is left sends nothing more.
        context.set_offline(True)
        context.close()
    assert not faults


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page at 1440 px. Any error of a script or the CSP fails the test."""
    return open_page(viewport={"width": 1440, "height": 900})


def _is_fault(said) -> bool:
    """Whether a line of the console tells of a fault; an expected 403 or 404 is none, nor a worker not fetched off line."""
    expected = ("Failed to load resource", "An unknown error occurred when fetching the script")
    return said.type == "error" and not any(each in said.text for each in expected)


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
    """``axe(page)``: axe-core finds nothing on the page as it stands; on a second database nobody looks again."""

    def look(page: Page) -> None:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("how => axe.run(how)", AXE_HOW)["violations"]
        assert not found, "\n".join(
            f"{rule['id']}: {rule['help']}: " + "; ".join(node["html"] for node in rule["nodes"]) for rule in found
        )

    return _nothing if running_once.is_second() else look


@pytest.fixture
def shot() -> Callable:
    """``shot(page, "name")``: the whole page at 1440, 1024 and 390 px, into QCF_SHOTS; nothing when that is not set.

    At each width, and at 320 px, the page must not be wider than its window, whether the shot is kept or not.
    On a second database nobody looks again.
    """

    def take(page: Page, name: str) -> None:
        before = page.viewport_size
        for width in (*WIDTHS, NARROWEST):
            page.set_viewport_size({"width": width, "height": 900})
            if SHOTS and width in WIDTHS:
                Path(SHOTS).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
            _expect_to_fit(page, width, name)
        page.set_viewport_size(before)

    return _nothing if running_once.is_second() else take


def _nothing(*_) -> None:
    """How a page looks has been seen in the run before; the database bears on what it says alone."""


def _expect_to_fit(page: Page, width: int, name: str) -> None:
    def fits() -> bool:
        return page.evaluate("document.documentElement.scrollWidth") <= width

    until(page, fits, f"{name} is no wider than {width} px")


@pytest.fixture
def killable(browser: Browser, tmp_path, served: str) -> Iterator[Killable]:
    """A browser that dies; it is begun by the test."""
    if not hasattr(os, "killpg"):
        pytest.skip("this system has no process groups to kill")
    ours = Killable(browser, chromium(), tmp_path / "profile", served)
    yield ours
    ours.kill()


@pytest.fixture
def cable(served: str, live_server) -> Iterator[Cable]:
    """What leads to the portal, and can be pulled."""
    laid = Cable(live_server.thread.host, live_server.thread.port)
    yield laid
    laid.close()


@pytest.fixture
def session_of() -> Callable:
    """``session_of(user)``: the key of a session of the user.

    Each of a client of its own: logging somebody else in ends the session before, and an answer to whoever still uses
    that one would take the new cookie away.
    """

    def key(user) -> str:
        client = Client()
        client.force_login(user)
        return client.cookies["session"].value

    return key


@pytest.fixture
def place(make_area, make_user, settings):
    """A town of three villages whose return is open, and in which the quarter before was approved."""
    return town(make_area, make_user, settings, before=BEFORE)
