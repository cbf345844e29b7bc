"""What runs on one database only, where .ci/run has every test run on SQLite and then what the database bears on, on PostgreSQL.

- A test that asks for no database. That it needs none is read off what it asks for, not off a mark that somebody could
  forget: without asking for the database a test is refused it, by pytest-django whatever would connect, here whatever
  would ask which database it is; the processes that it starts are told of one that nobody can reach. A module that
  starts processes itself runs on both.
- A test that drives a browser, but for the main journeys (mark ``journey``): to a page it is one which database answers, and that
  every page is read and every form sent on either is asked without a browser.
- A test that says that it needs a database and any will do (mark ``any_database``): how processes begin and end, how a paper looks.

- A test that asks nothing that others do not ask (``asked``).

And every address is asked for one post of each kind there (``one_of_each``).
"""

import os
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from accounts.posts import ROLE_GRANTS, Post
from tests import asked

ASKING = {"db", "transactional_db", "live_server", "django_db_setup", "django_db_reset_sequences"}
"""Fixtures by which a test asks for the database; or else by its mark."""
SECOND = "QCF_SECOND_RUN"
"""The variable that says of a run that all tests have run on another database before: the file of what they asked there, or any word."""


def needs_no_database(item: pytest.Item) -> bool:
    """Whether the test asks for no database, and its module starts no process itself."""
    is_marked = any(map(item.get_closest_marker, ("django_db", "browser")))
    return not is_marked and not ASKING.intersection(item.fixturenames) and not hasattr(item.module, "subprocess")


def is_of_the_browser(item: pytest.Item) -> bool:
    """Whether the test drives a browser, and goes none of the main journeys."""
    return bool(item.get_closest_marker("browser")) and not item.get_closest_marker("journey")


def any_will_do(item: pytest.Item) -> bool:
    """Whether the test says that it matters nothing which database it is given."""
    return bool(item.get_closest_marker("any_database"))


def is_second() -> bool:
    """Whether all tests have run on another database before."""
    return bool(os.environ.get(SECOND))


def one_of_each(posts: Iterable[Post], alike: Callable[[Post], Hashable]) -> list[Post]:
    """All posts; on a second database one of those that see the same and get the same, for whom of them it is no database decides."""
    return first_of_each(posts, alike) if is_second() else list(posts)


def first_of_each(posts: Iterable[Post], alike: Callable[[Post], Hashable]) -> list[Post]:
    """One of those posts that see the same and get the same."""
    first: dict[Hashable, Post] = {}
    for post in posts:
        first.setdefault((ROLE_GRANTS[post].scope_kind, alike(post)), post)
    return list(first.values())


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take away the tests that need not run again, if this is the second run."""
    if not is_second():
        return
    left = [item for item in items if not (needs_no_database(item) or is_of_the_browser(item) or any_will_do(item))]
    needless = set(asked.needless(left, asked.read(Path(os.environ[SECOND]))))
    left = [item for item in left if item not in needless]
    gone = set(items).difference(left)
    items[:] = left
    config.hook.pytest_deselected(items=sorted(gone, key=lambda item: item.nodeid))


def refuse(patch: pytest.MonkeyPatch) -> None:
    """From now on nobody learns which database there is."""

    def refused(*_):
        raise AssertionError("A test reaches for the database that it has not asked for: use the fixture db.")

    patch.setattr(ConnectionHandler, "__getitem__", refused)
    patch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
