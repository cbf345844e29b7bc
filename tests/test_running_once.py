"""Which tests a second run leaves out, and in which order several processes take them up."""

from pathlib import Path
from types import ModuleType, SimpleNamespace

from accounts.posts import ROLE_GRANTS, Post
from tests import costly_first, running_once

NAMES = {
    "pure": {},
    "asks the database": {"fixtures": ["db"]},
    "starts processes": {"module": SimpleNamespace(subprocess=None)},
    "any database": {"marks": ["any_database"], "fixtures": ["db"]},
    "browser": {"marks": ["browser"], "fixtures": ["live_server"]},
    "journey": {"marks": ["browser", "journey"], "fixtures": ["live_server"]},
    "old kernel": {"marks": ["browser", "old_kernels"], "fixtures": ["live_server"]},
}
CONFIG = SimpleNamespace(hook=SimpleNamespace(pytest_deselected=lambda items: None))


class Item:
    """As much of a test as is asked."""

    def __init__(self, nodeid: str, marks=(), fixtures=(), module=None, path: str = "") -> None:
        self.nodeid, self.marks, self.fixturenames, self.path = nodeid, marks, fixtures, Path(path)
        self.module = module or ModuleType("one")

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self.marks else None


def left(items: list[Item]) -> list[str]:
    running_once.leave_out(CONFIG, items)
    return [item.nodeid for item in items]


def test_first_run_leaves_nothing_out(monkeypatch):
    monkeypatch.delenv(running_once.SECOND, raising=False)
    assert left([Item(name, **asks) for name, asks in NAMES.items()]) == list(NAMES)


def test_second_run_has_what_the_database_bears_on(monkeypatch):
    monkeypatch.setenv(running_once.SECOND, "1")
    assert left([Item(name, **asks) for name, asks in NAMES.items()]) == [
        "asks the database",
        "starts processes",
        "journey",
    ]


def test_second_run_asks_one_post_of_each_kind(monkeypatch):
    monkeypatch.delenv(running_once.SECOND, raising=False)
    assert running_once.one_of_each(Post, str) == list(Post)

    monkeypatch.setenv(running_once.SECOND, "1")
    scopes = {ROLE_GRANTS[post].scope_kind for post in Post}
    assert len(running_once.one_of_each(Post, lambda post: 200)) == len(scopes)
    assert running_once.one_of_each(Post, str) == list(Post)


def test_longest_modules_come_first_and_stay_whole():
    many = [Item(f"many {number}", fixtures=["db"], path="a.py") for number in range(3)]
    pages = [Item(f"pages {number}", marks=["browser"], path="z.py") for number in range(2)]
    items = [pages[0], *many, pages[1], Item("pure", path="b.py")]

    costly_first.sort(items)

    assert [item.nodeid for item in items] == ["pages 0", "pages 1", "many 0", "many 1", "many 2", "pure"]
