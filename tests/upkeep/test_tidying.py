"""What the worker tidies up, once an hour."""

import os
from datetime import date

import pytest

from accounts.posts import Post
from gate.models import UploadDay
from jobs.hooks import CHORES
from upkeep import tidying


@pytest.mark.django_db
def test_worker_sweeps_once_an_hour(settings, tmp_path, make_user, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(tidying, "_done", [float("-inf")])
    part = tmp_path / "evidence" / "ab" / ".part-1"
    part.parent.mkdir(parents=True)

    def left() -> tuple[bool, int]:
        part.write_bytes(b"x")
        os.utime(part, (0, 0))
        UploadDay.objects.create(day=date(2018, 1, 1), user=make_user(Post.CLERK))
        tidying.tidy()
        return part.exists(), UploadDay.objects.count()

    assert tidying.tidy in CHORES
    assert left() == (False, 0)
    assert left() == (True, 1)
    monkeypatch.setattr(tidying.time, "monotonic", lambda: tidying._done[0] + tidying.EVERY_S + 1)
    tidying.tidy()
    assert not part.exists()
