"""Reports with bad units planted among the good: how many reach a plaque the old way and the new, and at what effort.

The old way: no evidence, no sample, everything passed together when the verdict is met. The new way: evidence by rule
with its doubts, a sample by the plan's rule, the desk with its risk, two people. What the portal does is the portal's own
code on rows of its own; what a fault leaves behind, and what people make of it, is presumed (``planting/presumptions.py``),
in good faith and pessimistically.

Beside it what as many of the reviewer's minutes find that are spent on visits to units drawn at random alone.
"""

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measuring import machine, ratio, scratch, timed, within

REPORTS, PESSIMISTS = 1_000, 250
LIMIT, LIMIT_PESSIMISTIC = 0.6, 0.9
LIMIT_RANDOM = 1.0
MOST_SENT_BACK = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=REPORTS)
    parser.add_argument("--pessimists", type=int, default=PESSIMISTS, help="reports presumed pessimistically")
    parser.add_argument("--seed", type=int, default=2018)
    parser.add_argument("--objected", type=float, default=0.0, help="share of bad units to which the public objects")
    given = parser.parse_args(arguments)
    with scratch():
        from planting.presumptions import PESSIMISTIC, STATED

        stand_on_the_quarter()
        with timed() as taken:
            held = [
                judge(STATED, given.reports, given.seed, given.objected, LIMIT),
                judge(PESSIMISTIC, given.pessimists, given.seed + 1, given.objected, LIMIT_PESSIMISTIC, 50),
            ]
        print(f"\n{machine()}; {taken.cpu:.0f} s of processor time")
    return int(not all(held))


def stand_on_the_quarter() -> None:
    """The portal on the day after the quarter, under the district's plan with this quarter as its only one."""
    from django.conf import settings

    from planting.counties import QUARTER, TODAY

    text = Path(settings.PLAN_FILE).read_text("utf-8")
    text = re.sub(r'^(due|first_period) = "\d{4}Q\d"', rf'\1 = "{QUARTER}"', text, flags=re.MULTILINE)
    target = Path(tempfile.mkdtemp()) / "plan.toml"
    target.write_text(text, "utf-8")
    settings.PLAN_FILE, settings.PORTAL_TODAY = str(target), TODAY


def judge(presumed, reports: int, seed: int, objected: float, limit: float, first_county: int = 0) -> bool:
    """Run and print one set of presumptions; whether its limits are kept."""
    outcome = run(presumed, reports, seed, objected, first_county)
    return report(presumed.name, outcome, limit)


def run(presumed, reports: int, seed: int, objected: float = 0.0, first_county: int = 0):
    from dataclasses import replace

    from planting.counties import TOWNS, CountyPlanting
    from planting.deciding import Outcome, decide

    people, outcome = replace(presumed.people, objected=objected), Outcome()
    for number, first in enumerate(range(0, reports, TOWNS)):
        county = CountyPlanting(first_county + number, min(TOWNS, reports - first), presumed, seed).report()
        outcome.reports += decide(county, people, random.Random(f"{seed}/people/{number}"))
    return outcome


def report(name: str, outcome, limit: float) -> bool:
    from planting.deciding import reached, reached_at_random, stops
    from planting.presumptions import PlantedKind

    count = len(outcome.reports)
    print(f"\n{name}: {count} reports, {sum(len(each.units) for each in outcome.reports)} units")
    print(f"{'planted':22}{'bad':>6}{'old':>8}{'new':>8}{'95 %':>16}{'at random':>11}  stopped by")
    for kind in (*PlantedKind, None):
        units = outcome.planted(kind)
        low, high = outcome.interval(kind)
        told = ", ".join(f"{stop} {number}" for stop, number in stops(units).most_common())
        print(
            f"{kind or 'all':22}{len(units):6}{1:8.1%}{reached(units):8.1%}{f'{low:.1%}–{high:.1%}':>16}"
            f"{reached_at_random(units):11.1%}  {told}"
        )
    resting = outcome.resting()
    print(f"{'resting on these':22}{len(resting):6}{1:8.1%}{reached(resting):8.1%}")
    units, good = outcome.planted(), outcome.good()
    back = 100 * (1 - reached(good))
    whole = sum(len(each.units) for each in outcome.reports)
    for who, of in (("reviewer", "reviewer"), ("head and government", "others"), ("reviewer, the old way", "old")):
        minutes = outcome.minutes(of)
        print(f"minutes of the {who}: {minutes / count:.0f} a report, {minutes / whole:.1f} a unit")
    print(f"good units sent back: {stops(good).total()} of {len(good)}; {stops(good)}")
    return all(
        [
            ratio("bad units with a plaque, new against old", reached(units), 1.0, limit),
            ratio("… against as many minutes of visits at random", reached(units), reached_at_random(units), LIMIT_RANDOM),
            within("good units sent back", back, MOST_SENT_BACK, unit="%"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
