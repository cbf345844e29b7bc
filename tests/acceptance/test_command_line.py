"""Slips on the command line: a Chinese sentence on standard error, status 2, nothing on standard output."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from common.commands import in_chinese

ROOT = Path(settings.BASE_DIR)

SLIPS = [
    ("the following arguments are required: period", "缺少参数 period"),
    ("argument --basis: invalid choice: 'x' (choose from 'approved', 'reported')", "参数 --basis 不能是“x”"),
    ("argument --area: expected one argument", "参数 --area 后面缺少内容"),
    ("unrecognized arguments: --foo", "无法识别的参数 --foo"),
    ("something that argparse never said", "something that argparse never said"),
]


@pytest.mark.parametrize(("said", "expected"), SLIPS)
def test_slip_is_told_in_chinese(said, expected):
    assert in_chinese(said).startswith(expected)


def test_missing_argument_ends_with_status_2():
    ended = subprocess.run(
        [sys.executable, "manage.py", "evaluate"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "缺少参数 period" in ended.stderr


def test_wrong_plan_ends_with_status_2_line_and_reason(tmp_path):
    wrong = tmp_path / "plan.toml"
    wrong.write_text(
        Path(settings.PLAN_FILE).read_text(encoding="utf-8").replace('"90%"', '"190%"', 1), encoding="utf-8"
    )
    ended = subprocess.run(
        [sys.executable, "manage.py", "evaluate", "2018Q2", "--format", "json"],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False, env={**os.environ, "DJANGO_SETTINGS_MODULE": "qingcheng_fiber.settings", "PORTAL_PLAN": str(wrong)},
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "threshold = '190%'" in ended.stderr
    assert "行：" in ended.stderr
