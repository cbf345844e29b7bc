"""``manage.py help`` against that of an empty Django project with the same installed framework, by the same interpreter.

They run by turns, as often as ``--rounds`` says; the medians are compared. Beside it stands the command as it is typed, with the
system's own Python, which goes over to .venv.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import ROOT, ratio

LIMIT_TIMES = 2.0
SETTINGS = """
SECRET_KEY = "empty"
INSTALLED_APPS = {apps!r}
MIDDLEWARE = {middleware!r}
LANGUAGE_CODE = "zh-hans"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "empty.sqlite3"}}}}
"""
MANAGE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--processor", action="store_true", help="hold the limit against processor time")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        empty_project(Path(folder))
        pythons = {"ours": sys.executable, "empty": sys.executable, "typed": shutil.which("python3") or sys.executable}
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in pythons}
        for _ in range(given.rounds + 1):
            for name, python in pythons.items():
                took[name].append(timed([python, "manage.py", "help"], Path(folder) if name == "empty" else ROOT))
    # The first round writes what Python compiles.
    wall, processor = (
        {name: statistics.median(each[clock] for each in rounds[1:]) for name, rounds in took.items()}
        for clock in (0, 1)
    )
    ratio("as typed", wall["typed"], wall["empty"], LIMIT_TIMES)
    kept = ratio("help", wall["ours"], wall["empty"], LIMIT_TIMES)
    kept_by_processor = ratio("help, processor time", processor["ours"], processor["empty"], LIMIT_TIMES)
    return not (kept_by_processor if given.processor else kept)


def empty_project(folder: Path) -> None:
    """Everything that the portal installs but is not its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingcheng_fiber.settings")
    from django.conf import settings

    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    installed, through = (
        [name for name in names if name.partition(".")[0] not in rooms]
        for names in (settings.INSTALLED_APPS, settings.MIDDLEWARE)
    )
    (folder / "settings.py").write_text(SETTINGS.format(apps=installed, middleware=through), encoding="utf-8")
    (folder / "manage.py").write_text(MANAGE, encoding="utf-8")


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds by the clock on the wall and of the processor."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, processor


if __name__ == "__main__":
    sys.exit(main())
