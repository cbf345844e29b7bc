"""How often a chore is done."""

import pytest

from jobs import hooks


def test_chore_is_done_at_first_and_then_once_in_so_many_seconds(monkeypatch):
    done, moment = [], [100.0]
    monkeypatch.setattr(hooks, "monotonic", lambda: moment[0])
    hourly, once = (hooks.every(seconds)(lambda: done.append(moment[0])) for seconds in (3600, float("inf")))
    for moment[0] in (100.0, 3699.0, 3700.0, 9000.0):
        hourly()
    once(), once()

    assert done == [100.0, 3700.0, 9000.0, 9000.0]


def test_chore_that_failed_is_done_again(monkeypatch):
    asked = []

    @hooks.every(3600)
    def failing():
        asked.append(1)
        if len(asked) == 1:
            raise OSError

    with pytest.raises(OSError):
        failing()
    failing(), failing()

    assert len(asked) == 2
