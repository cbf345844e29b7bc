"""A reading writes nothing and judges nothing: every address is asked with GET and HEAD, as every post that may.

What the table of addresses (access_table/) names is made first; then each address is asked before the county was ever
judged, when its verdicts are current, after facts have changed, and when another plan has come into force; as every post
after facts have changed, else as one post of each kind. What shows verdicts says how they stand.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from acceptance.judging import judging
from accounts.posts import Post
from areas import changes
from tests.access_table import ROWS
from tests.access_table.row import OWN, PUBLIC, World
from tests.plans import of_villages
from tests.running_once import first_of_each, one_of_each
from tests.test_urls import expected
from tests.told import is_file

WRITABLE = {
    "django_session": "when a session was last used",
    "accounts_loginsession": "when a login was last used",
    "accounts_auditentry": "that something was exported or downloaded",
    "accounts_audithead": "the head of the audit trail's chain",
    "screens_screen": "when a screen was last seen",
    "inbox_openeditem": "that somebody has opened an item of the inbox",
    "certificates_lookups": "how often an address asks about certificates",
}
"""What a reading may write, and what for."""

VERDICTS = re.compile(r'FROM "acceptance_(verdict|siteverdict|milestoneverdict)"')
PERIODS = re.compile(r'^SELECT DISTINCT "acceptance_\w+"."period" AS')
"""How a query reads verdicts, and one that asks only of which quarters there are any."""

_WRITES = re.compile(r'^\s*(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "(\w+)"')
_OPENS = re.compile(r"^\s*(BEGIN|SAVEPOINT)")


class Asked:
    """What a request asked of the database."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.queries: list[str] = []

    def wrong(self, also: set[str]) -> list[str]:
        """The tables that were written to or held and may not be; else a transaction without anything to write."""
        touched = {found[1] for sql in self.queries if (found := _WRITES.match(sql))} | set(self.held)
        wrong = sorted(touched - WRITABLE.keys() - also)
        return wrong or ([] if touched else [sql for sql in self.queries if _OPENS.match(sql)])

    @property
    def tells(self) -> bool:
        """Whether an entry of the audit trail was written."""
        return any(sql.startswith('INSERT INTO "accounts_auditentry"') for sql in self.queries)

    @property
    def reads_verdicts(self) -> bool:
        return any(VERDICTS.search(sql) and not PERIODS.match(sql) for sql in self.queries)


@contextmanager
def asking(monkeypatch) -> Iterator[Asked]:
    """Keeps what is asked; also what would be held on a database that holds rows."""
    asked, hold = Asked(), QuerySet.select_for_update

    def held(rows, *args, **options):
        asked.held.append(rows.model._meta.db_table)
        return hold(rows, *args, **options)

    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as queries:
        patch.setattr(QuerySet, "select_for_update", held)
        yield asked
    asked.queries = [query["sql"] for query in queries]


@pytest.fixture
def another_plan(settings, tmp_path):
    """From when it is called another plan is in force, with other criteria and milestones."""
    text = settings.PLAN_FILE.read_text(encoding="utf-8")

    def come_into_force() -> None:
        settings.PLAN_FILE = tmp_path / "another.toml"
        settings.PLAN_FILE.write_text(of_villages(text), encoding="utf-8")

    return come_into_force


@pytest.fixture
def world(make_area, make_user) -> World:
    make_area(OWN.area)
    return World(make_area, make_user)


GETS = [row for row in ROWS if row.method == "get"]
WAYS = (("get", {}), ("head", {}), ("get", {"export": "csv"}))
SEEN = {"returns:review": {"returns_return", "returns_move", "witness_leaf", "witness_loghead"}}
"""By address what is written there once, when a reviewer first sees what was submitted."""


def readers(row, world) -> Iterator[tuple[str, Client, bool]]:
    """By post everyone who is answered, and whether she is the first of her kind; of a public address nobody in particular."""
    if row.powers is PUBLIC:
        yield "visitor", Client(), True
        return
    posts = [each for each in Post if expected(row, each, OWN) == row.answer]
    first = first_of_each(posts, lambda _: row.answer)
    for post in one_of_each(posts, lambda _: row.answer):
        client = Client()
        client.force_login(world.make_user(post, area=OWN.area, operator=OWN.operator))
        yield post, client, post in first


@pytest.mark.parametrize("row", GETS, ids=str)
def test_reading_writes_nothing_and_says_when_it_is_behind(row, world, another_plan, monkeypatch, worker_asleep):
    address, data = reverse(row.name, args=row.at(world, OWN)), row.data(world, OWN)
    clients, wrong = list(readers(row, world)), []
    for state in ("never judged", "current", "behind", "by another plan"):
        if state == "current":
            judging.ensure_current(OWN.county)
        elif state == "behind":
            changes.note(OWN.county)
        elif state == "by another plan":
            another_plan()
        for post, client, is_first in clients:
            if state != "behind" and not is_first:
                continue
            for method, more in WAYS if state == "behind" and is_first else WAYS[:1]:
                with asking(monkeypatch) as asked:
                    answer = getattr(client, method)(address, {**data, **more})
                    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                about = f"{post}, {state}, {method} {more or ''}: "
                wrong += [about + table for table in asked.wrong(SEEN.get(row.name, set()))]
                if row.powers is not PUBLIC and is_file(answer) and not asked.tells:
                    wrong.append(about + "hands out a file without an entry in the audit trail")
                if asked.reads_verdicts and not _said(answer, body, state, method):
                    wrong.append(about + "does not say how the verdicts stand")
    assert not wrong


def _said(answer, body: bytes, state: str, method: str) -> bool:
    """Whether the answer says how the verdicts that it shows stand: all in a header, a page in a sentence."""
    is_current = answer.headers.get("X-Verdicts", "").startswith("current")
    if "X-Verdicts" not in answer.headers or is_current != (state == "current"):
        return False
    is_page = answer.headers.get("Content-Type", "").startswith("text/html") and method == "get"
    words = {"never judged": "尚未评定", "current": "", "behind": "正在重新评定", "by another plan": "正在重新评定"}[
        state
    ]
    return not is_page or answer.status_code in (302, 304) or words in body.decode()
