"""Which tests no database bears on; where every test runs on two of them, those need to run on one only.

That a test needs none is read off what it asks for, not off a mark that somebody could forget: without asking for the
database a test is refused it, by pytest-django whatever would connect, here whatever would ask which database it is; the
processes that it starts are told of one that nobody can reach. A module that starts processes itself runs on both.
"""

import os

import pytest
from django.db.utils import ConnectionHandler

ASKING = {"db", "transactional_db", "live_server", "django_db_setup", "django_db_reset_sequences"}
"""Fixtures by which a test asks for the database; or else by its mark."""
LEFT_OUT = "QCF_WITHOUT_DATABASE"
"""The variable by which .ci/run leaves such tests out where they have run already: ``left out``."""


def needs_no_database(item: pytest.Item) -> bool:
    """Whether the test asks for no database, and its module starts no process itself."""
    is_marked = any(map(item.get_closest_marker, ("django_db", "browser")))
    return not is_marked and not ASKING.intersection(item.fixturenames) and not hasattr(item.module, "subprocess")


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take away the tests that need no database, if they are to be left out."""
    if os.environ.get(LEFT_OUT) != "left out":
        return
    gone = [item for item in items if needs_no_database(item)]
    items[:] = [item for item in items if not needs_no_database(item)]
    config.hook.pytest_deselected(items=gone)


def refuse(patch: pytest.MonkeyPatch) -> None:
    """From now on nobody learns which database there is."""

    def refused(*_):
        raise AssertionError("A test reaches for the database that it has not asked for: use the fixture db.")

    patch.setattr(ConnectionHandler, "__getitem__", refused)
    patch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
