"""What every command has to load before it begins."""

import subprocess
import sys

from django.conf import settings

DEAR = ("scipy.stats",)
"""Packages that take half a second to load, and of which the portal needs little that is not to be had elsewhere."""

SCRIPT = f"""
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
import qingcheng_fiber.urls
print(*(name for name in {DEAR} if name in sys.modules))
"""


def test_start_loads_nothing_dear():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
