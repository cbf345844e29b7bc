"""A town whose return is open, for the tests of the entry grid."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

from playwright.sync_api import Page

from accounts.posts import Post
from areas.models import Area
from common.periods import Quarter
from returns import actions
from returns.figures import NAMES
from returns.models import LineStatus, Return, ReturnLine, ReturnState
from tests.browser.hands import until

TOWN = "441802103"
ON, QUARTER = date(2019, 4, 8), Quarter(2019, 1)
BEFORE = (1000, 900, 800, 600, 500)


def standing_of(number: int) -> tuple[int, ...]:
    """What stood in the village of this number last quarter: no two of a town are alike."""
    households = 380 + 97 * number % 640
    users = households * 68 // 100
    return (households, households - 15, households - 40, users, users - 8)


def grown_in(number: int) -> tuple[int, ...]:
    """What stands there now: a little more, as in any quarter, here more than there."""
    households, broadband, fibre, users, fibre_users = standing_of(number)
    return (
        households,
        broadband + number % 3,
        fibre + number % 4,
        users + 1 + number % 5,
        fibre_users + 2 + number % 7,
    )


def a_little_more(number: int) -> tuple[int, ...]:
    """What stands a quarter after BEFORE in the village of this number: nobody repeats a whole return."""
    households, broadband, fibre, users, fibre_users = BEFORE
    return (households, broadband, fibre + number, users + 3 + 2 * number, fibre_users + 2 + 3 * number)


TALL = {"width": 1440, "height": 1600}
"""A window in which the bar at the foot of the grid lies over none of its rows."""


def town(
    make_area, make_user, settings, villages: int = 3, before: tuple | Callable[[int], tuple] | None = None
) -> SimpleNamespace:
    """The people of a town and its open return; with ``before``, one for all villages or by their number, the quarter before."""
    settings.PORTAL_TODAY = ON
    for number in range(1, villages + 1):
        make_area(f"{TOWN}{200 + number}", f"{number}号村")
    area = Area.objects.get(code=TOWN)
    if before:
        _approved_before(before)
    clerk = make_user(Post.CLERK, name="陈经办", username="chen")
    return SimpleNamespace(
        clerk=clerk,
        other=make_user(Post.CLERK, name="赵二", username="zhao"),
        head=make_user(Post.TOWNSHIP_HEAD, name="李镇长"),
        reviewer=make_user(Post.REVIEWER, name="王审核"),
        quarterly_return=actions.open_return(township=area, quarter=QUARTER, on=ON, by=clerk),
    )


def grid_of(place: SimpleNamespace, page: Page, signed_in: Callable) -> Page:
    """The page, on which the clerk has opened the return of the town."""
    page.set_viewport_size(TALL)
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/")
    return page


def _approved_before(figures: tuple | Callable[[int], tuple]) -> None:
    same = {"county": TOWN[:6], "period": str(QUARTER.plus(-1))}
    quarterly_return = Return.objects.create(township_id=TOWN, state=ReturnState.APPROVED, **same)
    for area in Area.objects.filter(parent_id=TOWN):
        stood = figures(int(area.code[-3:]) - 200) if callable(figures) else figures
        named = dict(zip(NAMES, stood, strict=True))
        ReturnLine.objects.create(
            quarterly_return=quarterly_return, area=area, status=LineStatus.APPROVED, **same, **named
        )


def block(rows: int, figures: tuple | Callable[[int], tuple] = BEFORE) -> str:
    """As Excel copies it: a tab between cells, a line a row; large numbers with their comma."""
    found = [figures(number) if callable(figures) else figures for number in range(1, rows + 1)]
    return "".join("\t".join(f"{figure:,}" for figure in row) + "\r\n" for row in found)


def stored(quarterly_return: Return) -> list[tuple]:
    return [tuple(line.figures.values()) for line in quarterly_return.lines.order_by("area_id")]


_QUEUE = """async () => {
    const plain = await new Promise((resolve, reject) => {
        const opening = indexedDB.open("fiber-entry");
        opening.onerror = reject;
        opening.onsuccess = () => {
            const asked = opening.result.transaction("cells").objectStore("cells").getAll();
            asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
        };
    });
    const { reopen } = await import(document.querySelector("link[href*=offline-store]").href);
    const store = await reopen();
    const all = plain.concat(store ? await store.readAll("queue/") : []);
    return all.sort((one, other) => one.at - other.at).map(each => each.text);
}"""
"""What waits on this computer, in clear until the account's key has come, and under it from then on."""


def kept(page: Page, *wanted: str) -> None:
    """Wait until these texts, and no others, are on this computer's disk, the oldest first."""
    until(page, lambda: page.evaluate(_QUEUE) == list(wanted), f"kept on this computer: {wanted}")
