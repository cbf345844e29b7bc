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
from dataclasses import replace
from pathlib import Path

from measuring import machine, ratio, scratch, timed, within

REPORTS, PESSIMISTS = 1_000, 250
LIMIT = 0.67
"""Of the bad units that have a plaque the old way. Less than a third stopped is not worth thirty times the minutes."""
LIMIT_PESSIMISTIC = 0.95
"""… where little is thought of all of it: still better than nothing, by more than chance does."""
LIMIT_RANDOM = 0.9
"""Of those that are left where a reviewer spends the same minutes on visits to units drawn at random, and reads nothing."""
LIMIT_RANDOM_PESSIMISTIC = 1.1
"""… where little is thought of it: no worse than such visits, but for what chance does to a few hundred units."""
MOST_SENT_BACK = 10.0
"""Percent of the good units; more, and townships learn that honest evidence is as likely to come back as bad."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=REPORTS)
    parser.add_argument("--pessimists", type=int, default=PESSIMISTS, help="reports presumed pessimistically")
    parser.add_argument("--seed", type=int, default=2018)
    parser.add_argument("--objected", type=float, default=0.0, help="share of bad units to which the public objects")
    given = parser.parse_args(arguments)
    with scratch(), tempfile.TemporaryDirectory() as folder:
        from django.conf import settings
        from planting.presumptions import PESSIMISTIC, STATED

        stand_on_the_quarter(settings, Path(folder))
        with timed() as taken:
            stated = run(STATED, given.reports, given.seed, given.objected)
            pessimistic = run(PESSIMISTIC, given.pessimists, given.seed, given.objected, counties(given.reports))
        held = [
            report("as stated", stated, LIMIT, LIMIT_RANDOM),
            report("pessimistic", pessimistic, LIMIT_PESSIMISTIC, LIMIT_RANDOM_PESSIMISTIC),
        ]
        print(f"\n{machine()}; {taken.cpu:.0f} s of processor time")
    return int(not all(held))


def counties(reports: int) -> int:
    """How many counties hold so many reports."""
    from planting.counties import TOWNS

    return -(-reports // TOWNS)


def stand_on_the_quarter(settings, folder: Path) -> None:
    """The portal on the day of the reports, under the district's plan with this quarter as its only one."""
    from planting.counties import QUARTER, TODAY

    text = Path(settings.PLAN_FILE).read_text("utf-8")
    text = re.sub(r'^(due|first_period) = "\d{4}Q\d"', rf'\1 = "{QUARTER}"', text, flags=re.MULTILINE)
    target = folder / "plan.toml"
    target.write_text(text, "utf-8")
    settings.PLAN_FILE, settings.PORTAL_TODAY = str(target), TODAY


def run(presumed, reports: int, seed: int, objected: float = 0.0, first_county: int = 0):
    """So many reports, of whole counties, decided. Counties that are there already must not be made again."""
    from planting.counties import TOWNS, CountyPlanting
    from planting.deciding import Outcome, decide

    people, outcome = replace(presumed.people, objected=objected), Outcome()
    for number, first in enumerate(range(0, reports, TOWNS), first_county):
        county = CountyPlanting(number, min(TOWNS, reports - first), presumed, seed).report()
        outcome.reports += decide(county, people, random.Random(f"{seed}/people/{number}"))
    return outcome


def report(name: str, outcome, limit: float, limit_random: float) -> bool:
    """Print what became of the units, and the minutes; whether the limits are kept."""
    from planting.deciding import reached, reached_at_random

    print(f"\n{name}: {len(outcome.reports)} reports, {len(outcome.units)} units")
    _print_bad(outcome)
    _print_good(outcome)
    _print_minutes(outcome)
    bad, good = outcome.planted(), outcome.good()
    new, other = 100 * reached(bad), 100 * reached_at_random(bad)
    held = [
        ratio("bad units with a plaque, the new way against the old", new, 100, limit, unit="%"),
        ratio("… against as many minutes of visits at random", new, other, limit_random, unit="%"),
        within("good units sent back", 100 * (1 - reached(good)), MOST_SENT_BACK, unit="%"),
    ]
    return all(held)


def _print_bad(outcome) -> None:
    from planting.deciding import reached, reached_at_random, stops
    from planting.presumptions import PlantedKind

    print(f"{'with a plaque':22}{'bad':>6}{'old':>9}{'new':>8}{'95 %':>15}{'at random':>11}  stopped by")
    for kind in (*PlantedKind, None):
        units, (low, high) = outcome.planted(kind), outcome.interval(kind)
        told = ", ".join(f"{stop} {count}" for stop, count in stops(units).most_common())
        print(
            f"{kind or 'all planted':22}{len(units):6}{1:9.1%}{reached(units):8.1%}{f'{low:.1%}–{high:.1%}':>15}"
            f"{reached_at_random(units):11.1%}  {told}"
        )
    resting = outcome.resting()
    print(f"{'resting on planted':22}{len(resting):6}{1:9.1%}{reached(resting):8.1%}")


def _print_good(outcome) -> None:
    from planting.deciding import stops

    good, clean = outcome.good(), outcome.clean()
    told = ", ".join(f"{stop} {count}" for stop, count in stops(good).most_common())
    bad = sum(each.reported.is_bad for each in clean)
    print(f"good units sent back falsely: {stops(good).total()} of {len(good)} ({told})")
    print(f"on the clean block: {len(clean)} of {len(outcome.units)} units, {bad} of them bad ({bad / len(clean):.1%})")


def _print_minutes(outcome) -> None:
    reports, units = len(outcome.reports), len(outcome.units)
    for who, of in (("reviewer", "reviewer"), ("head and government", "others"), ("reviewer, old way", "old")):
        minutes = outcome.minutes(of)
        print(f"minutes, {who}: {minutes / reports:.0f} a report, {minutes / units:.1f} a unit")


if __name__ == "__main__":
    sys.exit(main())
