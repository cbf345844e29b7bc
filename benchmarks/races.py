"""Ten people decide at once on one thing by the forms that they opened before, over every decision of the portal: exactly one is taken.

On PostgreSQL, where threads truly meet; on SQLite writers queue.
"""

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--races", type=int, default=1000)
    parser.add_argument(
        "--database", help="address of a PostgreSQL server's database (default: DATABASE_URL, else SQLite)"
    )
    given = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    if given.database:
        os.environ["DATABASE_URL"] = given.database
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    from tests import kept_database
    from tests.simulation import races, running

    setup_test_environment()
    began, bad, run = time.monotonic(), 0, 0
    with kept_database.in_use(connection), running.county_built() as var:
        for number, (name, scene) in enumerate(races.SCENES.items()):
            times = len(range(number, given.races, len(races.SCENES)))
            with races.standing(scene, var) as (business, own):
                found = [wrong for _ in range(times) for wrong in races.race(scene, business, own)]
            run, bad = run + times, bad + len(found)
            print(f"{name}: {times} races of {races.RIVALS}, {len(found)} wrong", *found[:3], sep="\n  ", flush=True)
        print(f"{run} races on {connection.vendor} in {time.monotonic() - began:.0f} s, {bad} wrong, limit 0")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
