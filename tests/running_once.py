"""What runs on one database only, where .ci/run has every test run on SQLite and then what the database bears on, on PostgreSQL.

- A test that asks for no database. That it needs none is read off what it asks for, not off a mark that somebody could
  forget: without asking for the database a test is refused it, by pytest-django whatever would connect, here whatever
  would ask which database it is; the processes that it starts are told of one that nobody can reach. A module that
  starts processes itself runs on both.
- A test whose browser only looks. That it made the portal write nothing, the run before has noted; how pages are read
  from either database is asked by tests/test_reading.py and tests/test_urls.py, every one of them.
- A test of a page's scripts (marks ``scripts`` and ``old_kernels``), for which the portal is but what answers.
"""

import os
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

ASKING = {"db", "transactional_db", "live_server", "django_db_setup", "django_db_reset_sequences"}
"""Fixtures by which a test asks for the database; or else by its mark."""
NOTES = "QCF_NOTES"
"""The variable that names the file in which a run notes which tests made the portal write, for the run after it."""
BEFORE = "QCF_RUN_BEFORE"
"""The variable that names the notes of a run of all tests on another database; then what need not run again is left out."""


def needs_no_database(item: pytest.Item) -> bool:
    """Whether the test asks for no database, and its module starts no process itself."""
    is_marked = any(map(item.get_closest_marker, ("django_db", "browser")))
    return not is_marked and not ASKING.intersection(item.fixturenames) and not hasattr(item.module, "subprocess")


def only_looks(item: pytest.Item, wrote: set[str]) -> bool:
    """Whether the test drives a browser that writes nothing, or tries but the scripts of a page."""
    if not item.get_closest_marker("browser"):
        return False
    return any(map(item.get_closest_marker, ("scripts", "old_kernels"))) or item.nodeid not in wrote


def is_second() -> bool:
    """Whether all tests have run on another database before."""
    return bool(os.environ.get(BEFORE))


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take away the tests that need not run again, if this is the second run."""
    if not is_second():
        return
    wrote = set(Path(os.environ[BEFORE]).read_text(encoding="utf-8").splitlines())
    gone = [item for item in items if needs_no_database(item) or only_looks(item, wrote)]
    left = set(gone)
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=gone)


def note(item: pytest.Item, method: str) -> None:
    """That the browser of a test asked the portal with this method."""
    if os.environ.get(NOTES) and method not in ("GET", "HEAD"):
        with Path(os.environ[NOTES]).open("a", encoding="utf-8") as file:
            file.write(f"{item.nodeid}\n")


def refuse(patch: pytest.MonkeyPatch) -> None:
    """From now on nobody learns which database there is."""

    def refused(*_):
        raise AssertionError("A test reaches for the database that it has not asked for: use the fixture db.")

    patch.setattr(ConnectionHandler, "__getitem__", refused)
    patch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
