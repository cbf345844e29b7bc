"""Lives of a small county, one seed each, with faults striking it: after each step all that must hold is asked (docs/simulation.md).

With ``--planted`` instead: how many lives each fault takes that is planted in the portal, until one of them finds it.
"""

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many lives")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument(
        "--database", help="address of a PostgreSQL server's database (default: DATABASE_URL, else SQLite)"
    )
    parser.add_argument(
        "--planted", nargs="*", metavar="FAULT", help="plant these faults, or all; tell when each is found"
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
    from tests.simulation import running

    setup_test_environment()
    with kept_database.in_use(connection), running.county_built() as var:
        seeds = range(given.first, given.first + given.seeds)
        return clean(seeds, var) if given.planted is None else planted(given.planted, seeds, var)


def clean(seeds: range, var: Path) -> int:
    """Run the lives; 1 when something did not hold in one of them."""
    from tests.simulation import life, running

    began, every = time.monotonic(), []
    for told in running.lives(seeds, var):
        every.append(told)
        if told.violation:
            print(f"{told.violation}\n{life.story(told.seed, life.shortest(told, var))}", flush=True)
        elif len(every) % 10 == 0:
            print(f"… {running.account(every)}", flush=True)
    print(f"{running.account(every)}; {time.monotonic() - began:.0f} s")
    return int(any(told.violation for told in every))


def planted(names: list[str], seeds: range, var: Path) -> int:
    """Plant one fault after the other; 1 when the lives do not find one of them."""
    from tests.simulation import running

    missed = 0
    for name in names or running.PLANTED:
        told = running.found_by(name, seeds, var)
        missed += told is None
        how = (
            f"life {told.seed - seeds.start + 1}, step {len(told.steps)}: {told.violation}"[:200]
            if told
            else "NOT FOUND"
        )
        print(f"{name}: {how}", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
