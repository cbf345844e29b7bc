"""Back to an earlier version: what is lost is said, and nothing is done without a backup and a word of consent.

That the earlier version starts on what is left, with all its rows, is in ``tests/test_migrations.py``.
"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, User
from accounts.posts import Post
from common.exceptions import Refused
from tests.upkeep.backups.conftest import doomed
from upkeep.downgrading import Loss, losses, targets
from upkeep.management.commands import downgrade as command
from upkeep.models import UpkeepEvent

__all__ = ["doomed"]


def test_unknown_version_is_refused(db):
    with pytest.raises(Refused, match="没有版本 v0，可以降级到：v1"):
        targets("v0")


def test_losses_name_tables_and_columns_that_say_something(make_user):
    make_user(Post.REVIEWER, phone="0763-3366001")
    make_user(Post.REVIEWER)
    UpkeepEvent.objects.create(kind="backup", ok=True)

    said = [str(loss) for loss in losses("v1")]

    assert "用户（accounts_user）“办公电话”一列：1 行" in said
    assert "维护记录（upkeep_upkeepevent）全部：1 行" in said
    assert not [each for each in said if each.endswith("：0 行") or "accounts_auditentry" in each]


def test_downgrade_asks_for_consent_and_makes_a_backup_first(doomed, make_user, tmp_path, monkeypatch):
    make_user(Post.CLERK)
    done = []
    monkeypatch.setattr(command, "losses", lambda version: [Loss("a_b", "表", "", 3)])
    monkeypatch.setattr(command, "downgrade", lambda version: done.append((version, User.objects.count())))
    folder = tmp_path / "backups"

    for options in (
        [],
        ["--consent", "同意降级"],
        ["--backup", str(folder)],
        ["--backup", str(folder), "--consent", "yes"],
    ):
        said = StringIO()
        with pytest.raises(CommandError, match="未作任何改动"):
            call_command("downgrade", "v1", *options, stdout=said)
        assert "表（a_b）全部：3 行" in said.getvalue()
    assert done == [] and not folder.exists()
    call_command("downgrade", "v1", "--backup", str(folder), "--consent", "同意降级", stdout=StringIO())

    assert done == [("v1", 1)] and len(list(folder.iterdir())) == 1
    assert AuditEntry.objects.latest("pk").facts == {"version": "v1", "rows": 3}


def test_no_downgrade_without_a_good_backup(doomed, tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(command, "losses", lambda version: [])
    monkeypatch.setattr(command, "downgrade", done.append)
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="备份未完成"):
        call_command("downgrade", "v1", "--backup", str(tmp_path / "file"), "--consent", "同意降级", stdout=StringIO())
    assert done == []
