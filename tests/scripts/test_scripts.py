"""The scripts without a browser: their tests under Node's own runner, beside this file."""

import subprocess
from pathlib import Path

import pytest

from devtools import frontend

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.js")))
def test_scripts_under_node(name):
    if not (frontend.MODULES / "fake-indexeddb").exists():
        pytest.skip(reason="fake-indexeddb is missing: the tools for scripts are not in a wheelhouse")
    command = [*frontend.node(), "--test", "--test-force-exit", "--test-reporter=spec", str(HERE / name)]
    done = subprocess.run(command, cwd=frontend.ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
