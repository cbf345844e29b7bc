""".venv/bin/python -m tests.reference.compare --seeds 0:500 [--changes] [--exports] [--other-readings] [--shrink]

Compares the portal with the reference on one random package after another, each in a transaction that is rolled back,
on the database that DATABASE_URL names, or on a new one in the temporary folder.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path


def say(*lines: str, sep: str = "\n") -> None:
    sys.stdout.write(sep.join(lines) + "\n")
    sys.stdout.flush()


def _prepare(other_readings: bool = False) -> None:
    """Django on its own scratch database, migrated."""
    scratch = Path(tempfile.mkdtemp(prefix="reference-"))
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{scratch / 'compare.sqlite3'}")
    os.environ.setdefault("PORTAL_VAR", str(scratch))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingcheng_fiber.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    from tests.reference import comparing

    if other_readings:
        comparing.PLAN = comparing.OTHER_READINGS
        settings.PLAN_FILE = scratch / "plan.toml"
        original = Path("acceptance/plans/qingcheng-2017.toml").read_text(encoding="utf-8")
        settings.PLAN_FILE.write_text(comparing.other_readings(original), encoding="utf-8")
    call_command("migrate", verbosity=0)


def _rolled_back(action: Callable[[Path], list[str]]) -> list[str]:
    """What ``action`` finds in a transaction that is undone; an exception is a finding too."""
    from django.db import transaction

    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        try:
            found = action(Path(folder) / "package")
        except BaseException as error:  # SystemExit as well: a command that gave up
            if isinstance(error, KeyboardInterrupt):
                raise
            found = ["".join(traceback.format_exception(error)[-3:])]
        transaction.set_rollback(True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0:100", help="first:last, the last excluded")
    parser.add_argument(
        "--shrink", action="store_true", help="print the smallest package that still shows a difference"
    )
    parser.add_argument("--changes", action="store_true", help="packages with changes and successions")
    parser.add_argument("--exports", action="store_true", help="compare what was exported and imported again")
    parser.add_argument("--other-readings", action="store_true", help="under a plan file with other readings")
    options = parser.parse_args()
    _prepare(options.other_readings)
    first, last = map(int, options.seeds.split(":"))
    bad, began = [], time.monotonic()
    for seed in range(first, last):
        found = (_through_export if options.exports else _at_once)(seed, options.changes)
        if not found:
            continue
        bad.append(seed)
        say(f"seed {seed}: {len(found)} differences", *found[:8], sep="\n  ")
        if options.shrink:
            _print_smallest(seed, options.changes)
    say(f"{last - first} seeds in {time.monotonic() - began:.0f} s; differing: {bad or 'none'}")
    return 1 if bad else 0


def _at_once(seed: int, dated: bool) -> list[str]:
    from tests.reference import comparing

    return _rolled_back(lambda folder: comparing.compare_seed(seed, folder, dated))


def _through_export(seed: int, dated: bool) -> list[str]:
    from tests.reference import comparing

    with tempfile.TemporaryDirectory() as kept:
        return [
            line
            for step in (comparing.exports, comparing.compare_whole_export, comparing.compare_part_export)
            for line in _rolled_back(lambda _, step=step: step(seed, Path(kept), dated))
        ]


def _print_smallest(seed: int, dated: bool) -> None:
    from tests.reference import comparing
    from tests.reference.packages import random_package

    package = random_package(seed, dated=dated)
    asked = comparing.questions(package, seed)

    def found(smaller: dict) -> list[str]:
        codes = {row["code"] for row in smaller["areas"]}
        still_asked = [question for question in asked if question["area"] in codes]
        return _rolled_back(lambda folder: comparing.compare(smaller, still_asked, folder))

    if not found(package):
        say("  only with the rows shuffled and disguised")
        return
    smallest = comparing.minimise(package, lambda smaller: bool(found(smaller)))
    say(*found(smallest)[:5], json.dumps(smallest, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    sys.exit(main())
