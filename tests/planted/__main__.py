"""Whether the tests of docs/security.md notice that a lock is gone: ``.venv/bin/python -m tests.planted [ROW or plant …]``.

Each fault is planted alone in a copy of the portal (var/planted/); every test that it names must fail there, and pass
without it. Those of PostgreSQL are tried where DATABASE_URL names a server. Ends with 1 when one was not seen.
"""

import argparse
import sys
import time
from collections.abc import Iterator

from common.locking import alone
from tests.planted.bench import BENCH, FAILED, databases, lay, tried, unsound
from tests.planted.faults import FAULTS
from tests.planted.plant import Plant
from tests.planted.threats import BESIDES, THREATS

Rows = dict[str, list[Plant]]


def chosen(words: list[str]) -> Rows:
    """The plants by their rows: all, or those whose own name or whose row's contains one of the words."""
    every = {**FAULTS, **THREATS, **BESIDES}
    found = {row: [each for each in plants if _is_meant(row, each, words)] for row, plants in every.items()}
    return {row: plants for row, plants in found.items() if plants}


def _is_meant(row: str, plant: Plant, words: list[str]) -> bool:
    return not words or any(word.lower() in row.lower() or word == plant.name for word in words)


def told(rows: Rows, *, is_sure: bool) -> Iterator[tuple[str, bool | None]]:
    """A line for each plant, and whether it was seen; None where its database is not here."""
    bench, here = lay(), databases()
    planted = [each for plants in rows.values() for each in plants if each.on in here]
    bad = set() if is_sure else unsound(planted, bench)
    for row, plants in rows.items():
        for plant in plants:
            if plant.on in here:
                yield _line(row, plant, bench, bad)
            else:
                yield f"left out  {row}: {plant.name} (DATABASE_URL names no PostgreSQL)", None


def _line(row: str, plant: Plant, bench, bad: set[str]) -> tuple[str, bool]:
    began = time.monotonic()
    with plant.standing_in(bench):
        outcome = tried(plant.tests, bench, plant.on)
    missed = [f"{test} {end}" for test, end in outcome.ends.items() if end != FAILED]
    missed += [f"{test} does not pass without the plant" for test in plant.tests if test in bad]
    lines = [
        f"{'NOT SEEN' if missed else 'failed  '}  {row}: {plant.name} in {plant.file} on {plant.on}, {time.monotonic() - began:.0f} s"
    ]
    lines += [f"          {each}" for each in missed or plant.tests]
    return "\n".join([*lines, f"          {outcome.said[:300]}"]), not missed


def main() -> int:
    asked = argparse.ArgumentParser(prog=".venv/bin/python -m tests.planted", description=__doc__)
    asked.add_argument("words", nargs="*", help="parts of rows' names, or plants; all unless given")
    asked.add_argument("--sure", action="store_true", help="do not try the tests without any plant first")
    given = asked.parse_args()
    seen: list[bool | None] = []
    with alone(BENCH.parent / "planted.lock", waiting="another planting is under way …"):
        for line, is_seen in told(chosen(given.words), is_sure=given.sure):
            print(line, flush=True)
            seen.append(is_seen)
    print(f"{len(seen)} plants: {seen.count(True)} seen, {seen.count(False)} not seen, {seen.count(None)} left out")
    return 1 if False in seen or True not in seen else 0


if __name__ == "__main__":
    sys.exit(main())
