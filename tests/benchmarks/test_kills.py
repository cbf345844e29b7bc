"""The portal is killed under savers, on the database at hand; two hundred times: benchmarks/kills.py."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here"),
]

KILLS = {"sqlite": 4, "postgresql": 2}
"""Each kind of victim once: four that any database sees, and two of PostgreSQL's own."""


def test_nothing_acknowledged_is_lost():
    kills = str(KILLS[connection.vendor])
    command = [sys.executable, "benchmarks/kills.py", "--kills", kills, "--database", connection.vendor]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert f"{kills} kills" in done.stdout and "lost 0, in part 0" in done.stdout
