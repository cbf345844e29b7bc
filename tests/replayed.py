"""What tests bring about again and again: done once in a process, and from then on written as it was written then.

It is done anew wherever anything that could bear on it is not as it was: what the test has written before, what it has
patched and set, who it is of. On SQLite only, where the numbers of rows begin anew in each test, and not where
transactions end. What is brought about may keep files through ``evidence.store``; it changes nothing else outside the database.
"""

import contextlib
import functools
import pickle
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import pytest
from django.db import connection

from evidence import store

_READING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")
_OF_THE_MOMENT = re.compile(r"![A-Za-z0-9]{40}$|md5\$|\d{4}-\d\d-\d\d[ T]\d\d:")
"""Parameters that are others each time: the salt of a password, and when a row was entered."""
_CHAINED = ('INSERT INTO "accounts_auditentry"', 'INSERT INTO "witness_')
"""Where the next row rests on the last one, its moment included."""
_NAMELESS = " at 0x"
"""In the words for a value that are no other's, not even its own the next time."""
_written: list[tuple[str, Any, bool]] = []
"""The statements by which this test has changed the database so far: text, parameters, whether there are many of them."""


@dataclass(frozen=True)
class Brought:
    """What was written and kept on the way, and what came of it, pickled."""

    written: list[tuple[str, Any, bool]]
    kept: list[tuple[str, bytes, str]]
    result: bytes

    def again(self) -> Any:
        for name, data, key in self.kept:
            getattr(store, name)(data, key)
        with connection.cursor() as cursor:
            for statement, parameters, is_many in self.written:
                (cursor.executemany if is_many else cursor.execute)(statement, parameters)
        return pickle.loads(self.result)


_brought: dict[Any, Brought] = {}


def begin() -> None:
    """Note from now on what this thread writes."""

    def noting(execute, sql, parameters, many, context):
        parameters = list(parameters) if many else parameters
        answer = execute(sql, parameters, many, context)
        if not sql.startswith(_READING):
            _written.append((sql, parameters, many))
        return answer

    connection.execute_wrappers.append(noting)


def forget() -> None:
    """A new test begins, and nothing is written yet."""
    _written.clear()


def step(function: Callable) -> Callable:
    """A method that its arguments, words all, and the state of the test determine, whose object has the ``request`` of it;
    without one it is brought about anew.
    """

    @functools.wraps(function)
    def brought(self, *words, **others):
        if others or not self.request or connection.vendor != "sqlite" or not connection.in_atomic_block:
            return function(self, *words, **others)
        state = (function.__name__, words, *_state(self.request))
        if any(_NAMELESS in each for each in state[2:]):
            return function(self, *words)
        if known := _brought.get(state):
            return known.again()
        since = len(_written)
        with _keeping() as kept:
            result = function(self, *words)
        _brought[state] = Brought(_written[since:], kept, pickle.dumps(result))
        return result

    return brought


@contextlib.contextmanager
def _keeping() -> Iterator[list[tuple[str, bytes, str]]]:
    """Inside, what is kept is noted too."""
    kept: list[tuple[str, bytes, str]] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("keep", "keep_shown"):
            patch.setattr(store, name, functools.partial(_noted, kept, name, getattr(store, name)))
        yield kept


def _noted(kept: list, name: str, keep: Callable, data: bytes, key: str) -> Any:
    kept.append((name, data, key))
    return keep(data, key)


def _state(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """All that bears on what comes next."""
    patches = request.getfixturevalue("monkeypatch")
    patched = [f"{_said(owner)}.{name}={_said(getattr(owner, name, None))}" for owner, name, _ in patches._setattr]
    items = [f"{name}={_said(where.get(name))}" for where, name, _ in patches._setitem]
    chosen = [f"{options.options}" for options in request.getfixturevalue("settings")._to_restore]
    chosen = [each for each in chosen if "VAR_DIR" not in each]
    return str(request.path.parent), *patched, *items, *chosen, *map(_fixed, _written)


def _fixed(written: tuple[str, Any, bool]) -> str:
    statement, parameters, _ = written
    if not statement.startswith(_CHAINED):
        parameters = [each for each in parameters or () if not _OF_THE_MOMENT.match(str(each))]
    return f"{statement} {parameters}"


def _said(value: Any) -> str:
    """A value in words that stay the same from test to test; of what has none, words that no other has."""
    if isinstance(value, FunctionType):
        inner = [_said(cell.cell_contents) for cell in value.__closure__ or ()]
        return f"{value.__module__}.{value.__qualname__}:{value.__code__.co_firstlineno}{inner}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_said, value))}]"
    return repr(value)
