"""What a person does at a page and how a test waits for what comes of it; and one who counts what she does."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as TookTooLong

ACTION_MS = 60_000
"""The longest that an action may take: a click, the page that it opens, an answer of the portal."""
SIGN_MS = 30_000
"""The longest that a sign of it may keep us waiting. Ceilings both: they cost nothing while things work."""
_LOOK_AGAIN_MS = 50


def follow(page: Page, target: str | Locator) -> None:
    """Click what opens a page, and wait until that page stands there as a whole."""
    try:
        with page.expect_navigation():
            (page.locator(target).first if isinstance(target, str) else target).click()
    except TookTooLong as error:
        raise AssertionError(f"No page was opened by {target!r}; this is still {page.url}.") from error


def until(page: Page, holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds that no locator shows, such as a row of the database; the page lives meanwhile."""
    for _ in range(SIGN_MS // _LOOK_AGAIN_MS):
        if holds():
            return
        page.wait_for_timeout(_LOOK_AGAIN_MS)
    raise AssertionError(f"Not within {SIGN_MS / 1000:.0f} s: {what}.")


class Hands:
    """Each click counts one; so does each group of keys, which is what is typed or pressed without looking up.

    To walk to a control with Tab and press it is one group: the eye finds it, the fingers go there.
    A paste is counted apart, as the plan of this portal counts it. ``screens`` are the pages opened.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.count, self.pastes, self.screens = page, 0, 0, 0
        page.on("framenavigated", self._arrived)

    def _arrived(self, frame) -> None:
        if frame == self.page.main_frame and "#" not in frame.url:
            self.screens += 1

    def leave(self) -> tuple[int, int]:
        """She is done: how many screens, how many interactions."""
        self.page.remove_listener("framenavigated", self._arrived)
        return self.screens, self.count

    def click(self, selector: str) -> None:
        self.page.click(selector)
        self.count += 1

    def follow(self, selector: str) -> None:
        """A click that opens a page."""
        follow(self.page, selector)
        self.count += 1

    def type(self, text: str) -> None:
        """A group of keys into what has the focus."""
        self.page.keyboard.type(text)
        self.count += 1

    def press(self, *keys: str) -> None:
        """A group of keys, such as Shift and the arrows that make one selection."""
        for key in keys:
            self.page.keyboard.press(key)
        self.count += 1

    def walk_and_press(self, text: str, key: str = "Enter") -> None:
        """With Tab to the control with this text, and press it: one group, the mouse stays where it is."""
        for _ in range(400):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.textContent.trim()").startswith(text):
                self.page.keyboard.press(key)
                self.count += 1
                return
        raise AssertionError(f"No way to “{text}” with Tab.")

    def paste(self, text: str) -> None:
        """Ctrl+V of what another program copied."""
        put_on_clipboard(self.page, text)
        self.page.keyboard.press("Control+v")
        self.pastes += 1


def put_on_clipboard(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def clipboard(page: Page) -> str:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page.evaluate("() => navigator.clipboard.readText()")
