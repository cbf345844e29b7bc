"""What every command of manage.py waits for: nothing that only some of them need."""

import os
import re
import subprocess
import sys

from devtools.virtualenv import ROOT

HEAVY = (
    "chinese_calendar cryptography docx granian highspy hypothesis numpy openpyxl PIL playwright pypdf pypinyin pyproj "
    "pytest python_calamine scipy segno shapely typst zxingcpp"
).split()


RUN = """
import atexit, runpy, sys
sys.argv = ["manage.py", *sys.argv[1:]]
atexit.register(lambda: print(*sys.modules, f"keeps-bytecode={not sys.dont_write_bytecode}", sep="\\n", file=sys.stderr))
runpy.run_path("manage.py", run_name="__main__")
"""


def modules_of(*command: str) -> set[str]:
    """The modules that are there after a command of manage.py on a machine that is set to keep no bytecode."""
    python = [sys.executable, "-c", RUN, *command]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "qingcheng_fiber.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(python, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def test_help_reads_neither_heavy_modules_nor_pages():
    read = modules_of("help")
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert "acceptance.models" in read
    assert "keeps-bytecode=True" in read
    assert not {name.partition(".")[0] for name in read} & set(HEAVY)
    assert not [name for name in read if name.split(".")[0] in rooms and re.search(r"views$|\.urls$", name)]
