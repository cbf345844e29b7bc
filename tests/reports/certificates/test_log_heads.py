"""The head of the log as a signed file: made by button and command, held against the log again."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.posts import Post
from reports.certificates import signing
from tests.witness.planting import behind_the_portals_back
from witness import tree
from witness.sealing import append

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(settings, tmp_path):
    settings.VAR_DIR, settings.CERTIFICATE_KEY = tmp_path, ""
    append([("areas.operator", str(number), {"rows": {}}) for number in range(3)])


def verified(file) -> tuple[int, str]:
    try:
        call_command("export_head", str(file), verify=True)
    except CommandError as stopped:
        return stopped.returncode, str(stopped)
    return 0, ""


def test_auditor_takes_the_signed_head_along(log, make_user):
    client = Client()
    client.force_login(make_user(Post.AUDITOR))
    found = json.loads(client.post("/certificates/log-head/").content)

    assert signing.verify(found, signing.public_key())["root"] == tree.head().root


def test_file_holds_until_the_log_is_rewritten(log, tmp_path):
    file = tmp_path / "head.json"
    call_command("export_head", str(file))
    append([("areas.operator", "later", {"rows": {}})])
    assert verified(file) == (0, "")

    with behind_the_portals_back() as cursor:
        cursor.execute("UPDATE witness_leaf SET hash = (SELECT hash FROM witness_leaf WHERE sequence = 1)")
        status, said = verified(file)
        assert status == 1 and "不同" in said


def test_file_that_was_changed_is_no_witness(log, tmp_path):
    file = tmp_path / "head.json"
    call_command("export_head", str(file))
    file.write_text(file.read_text("utf-8").replace('"size": 3', '"size": 2'), "utf-8")
    assert verified(file) == (2, "签名不符：文件被改动过，或不是用该密钥签发。")

    file.write_text("x", "utf-8")
    assert verified(file)[0] == 2
