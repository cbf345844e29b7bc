"""The copy in which tests.mutation works holds what it needs, wherever files have moved to."""

import os
import subprocess
import sys

from tests import mutation


def test_copy_has_every_file_and_its_tests_are_found(tmp_path):
    """A file that moved is missed by ``prepare``, one that is imported besides by whoever collects the tests there."""
    mutation.prepare(tmp_path, mutation.TARGETS)
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:django", "tests"]
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")
    }
    collected = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    assert collected.returncode == 0, collected.stdout[-2000:]
    assert all(f"{name}::" in collected.stdout for name in mutation.TESTS if "/test_" in name)
