"""What tests ask of the database: noted in the first run, so that a second one on another database need not ask it all again.

All that a database has to do with a test are the statements that it is sent. A second run repeats of those tests that ask nothing
new only as many as it takes to have each statement ENOUGH times, whatever its values; of some it repeats every one (``is_always_asked``).
"""

import functools
import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

import pytest
from django.db import connection

NOTED_IN = "QCF_NOTE_ASKED"
"""The variable that names, in a first run, the file in which it is noted what each test asks."""
ENOUGH = 3
ASKED: dict[str, list[int]] = {}
"""By test the shapes of its statements."""

_NUMBER = re.compile(r"\d+")
_SAVEPOINT = re.compile(r'"s[0-9]+_x[0-9]+"')
_MANY = re.compile(r"(\(?%s\)?)(?:, \(?%s\)?)+")
_ROWS = re.compile(r"(\(%s…\))(?:, \(%s…\))+")
_now: set[int] = set()


@functools.lru_cache(maxsize=100_000)
def shape(statement: str) -> int:
    """A number for the statement, whatever its values and however many there are."""
    text = _SAVEPOINT.sub('"s"', statement)
    text = _ROWS.sub(r"\1", _MANY.sub("%s…", text))
    return crc32(_NUMBER.sub("0", text).encode())


def begin() -> None:
    """Note from now on what this thread asks."""

    def noting(execute, sql, parameters, many, context):
        _now.add(shape(sql))
        return execute(sql, parameters, many, context)

    connection.execute_wrappers.append(noting)


def note(nodeid: str) -> None:
    """What was asked since the last time was asked by this test."""
    ASKED[nodeid] = sorted(_now)
    _now.clear()


def is_noted() -> bool:
    """Whether a second run wants to know what this one asks."""
    return NOTED_IN in os.environ


def write() -> None:
    Path(os.environ[NOTED_IN]).write_text(json.dumps(ASKED), encoding="utf-8")


def read(file: Path) -> dict[str, list[int]]:
    """What a first run noted; nothing when there is no such file."""
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def is_always_asked(item: pytest.Item) -> bool:
    """Whether a test is of what databases do each in their own way: transactions that meet, and whatever names PostgreSQL."""
    is_of_several = {"transactional_db", "live_server"}.intersection(item.fixturenames)
    mark = item.get_closest_marker("django_db")
    return bool(is_of_several or (mark and mark.kwargs.get("transaction")) or _names_a_database(item.path))


@functools.cache
def _names_a_database(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return "postgres" in text.lower() or "vendor" in text


def needless(items: Iterable[pytest.Item], asked: dict[str, list[int]]) -> list[pytest.Item]:
    """Tests that ask nothing that enough others do not ask; those that ask most are taken first."""
    some = [item for item in items if item.nodeid in asked and not is_always_asked(item)]
    often: Counter[int] = Counter()
    gone = []
    for item in sorted(some, key=lambda item: -len(asked[item.nodeid])):
        if all(often[each] >= ENOUGH for each in asked[item.nodeid]):
            gone.append(item)
        else:
            often.update(asked[item.nodeid])
    return gone
