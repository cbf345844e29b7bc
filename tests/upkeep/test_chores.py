"""What the worker tidies up."""

import os
from datetime import date

import pytest

from accounts.posts import Post
from gate.models import UploadDay
from upkeep import chores


@pytest.mark.django_db
def test_what_broke_off_and_what_is_over_goes(settings, tmp_path, make_user):
    settings.VAR_DIR = tmp_path
    part = tmp_path / "evidence" / "ab" / ".part-1"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x")
    os.utime(part, (0, 0))
    UploadDay.objects.create(day=date(2018, 1, 1), user=make_user(Post.CLERK))
    chores.tidy.__wrapped__()

    assert not part.exists() and not UploadDay.objects.exists()
