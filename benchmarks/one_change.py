"""One changed figure, order, site or access point, until its verdicts can be read: in a district, and among many counties."""

import argparse
import random
import statistics
import sys
from collections.abc import Callable

from measuring import limit_line, machine, scratch, timed

LIMIT_MS, LIMIT_TIMES = 50, 2
CHANGES = 15
WARM_UP = 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=1.0, help="share of the district's villages, e.g. 0.1")
    parser.add_argument("--counties", type=int, default=1, help="counties in the same database, e.g. 100")
    parser.add_argument(
        "--processor", action="store_true", help="hold the limits against processor time: on a shared machine"
    )
    given = parser.parse_args()
    with scratch():
        import county

        from acceptance.judging import judging

        county.load(given.size)
        judging.ensure_current(county.DISTRICT)
        alone = measure_all()
        among = {}
        if given.counties > 1:
            county.multiply(given.counties, lambda text: print(text, end="\r", file=sys.stderr))
            among = measure_all()
        print(machine())
        return report(alone, among, given.counties, given.processor)


def report(alone: dict[str, list], among: dict[str, list], counties: int, processor: bool) -> int:
    print("processor time" if processor else "wall time, with processor time beside it")
    exceeded = False
    for kind, runs in alone.items():
        taken, beside = median(runs, processor)
        print(limit_line(f"{kind}, district", taken, LIMIT_MS), beside)
        exceeded |= taken > LIMIT_MS
        if among:
            there, beside = median(among[kind], processor)
            print(limit_line(f"{kind}, {counties} counties", there, LIMIT_TIMES * LIMIT_MS), beside)
            exceeded |= there > LIMIT_TIMES * LIMIT_MS
    return 1 if exceeded else 0


def median(runs: list, processor: bool) -> tuple[float, str]:
    """Milliseconds that count, and those beside them."""
    wall, cpu = (1000 * statistics.median(times) for times in ([run.wall for run in runs], [run.cpu for run in runs]))
    return (cpu, f"(wall {wall:.1f} ms)") if processor else (wall, f"(processor {cpu:.1f} ms)")


def measure_all() -> dict[str, list]:
    from changes import Changes

    return {kind: measure(change) for kind, change in Changes().kinds.items()}


def measure(change: Callable[[random.Random], str]) -> list:
    """The change saved with its notes, judged again, and the verdicts on its village read, many times."""
    from county import DISTRICT
    from django.db import transaction

    from acceptance.judging import judging
    from acceptance.models import SiteVerdict, Verdict

    chance, runs = random.Random(1), []
    for _ in range(WARM_UP + CHANGES):
        with timed() as taken:
            with transaction.atomic():
                village = change(chance)[:12]
            judging.ensure_current(DISTRICT)
            list(Verdict.objects.standing().filter(area_id=village))
            list(SiteVerdict.objects.standing().filter(county=DISTRICT, period="2019Q1", area_code=village))
        runs.append(taken)
    return runs[WARM_UP:]


if __name__ == "__main__":
    sys.exit(main())
