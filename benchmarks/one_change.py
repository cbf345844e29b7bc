"""One changed figure, order, site or access point until its verdicts can be read, against its rows in plain SQL.

Plain SQL writes the very rows of the fact and of the verdicts that the change led to, in one transaction, and reads the
same verdicts back. With ``--counties`` the same changes are made among so many counties as well.
"""

import argparse
import random
import statistics
import sys
from collections.abc import Callable

from measuring import Timing, machine, ratio_line, scratch, timed

LIMIT, AMONG_LIMIT = 8, 1.3
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
    print("processor time" if processor else "wall time")
    exceeded = False
    for kind, runs in alone.items():
        ours, plain = (median(some, processor) for some in zip(*runs, strict=True))
        print(ratio_line(f"{kind}, district, against plain SQL", ours, plain, LIMIT, unit="ms"))
        exceeded |= ours > LIMIT * plain
        if among:
            there, _ = (median(some, processor) for some in zip(*among[kind], strict=True))
            print(ratio_line(f"{kind}, {counties} counties against one", there, ours, AMONG_LIMIT, unit="ms"))
            exceeded |= there > AMONG_LIMIT * ours
    return 1 if exceeded else 0


def median(runs: list[Timing], processor: bool) -> float:
    """Milliseconds."""
    return 1000 * statistics.median(run.cpu if processor else run.wall for run in runs)


def measure_all() -> dict[str, list]:
    from changes import Changes

    made = Changes()
    return {kind: measure(change, made) for kind, change in made.kinds.items()}


def measure(change: Callable[[random.Random], str], made) -> list[tuple[Timing, Timing]]:
    """The change saved with its notes, judged again, and the verdicts on its village read, many times; each beside plain SQL."""
    from county import DISTRICT
    from django.db import transaction
    from plain_rows import PlainRows

    from acceptance.judging import judging

    chance, runs = random.Random(1), []
    for _ in range(WARM_UP + CHANGES):
        rows = PlainRows()
        with timed() as ours:
            with transaction.atomic():
                village = change(chance)[:12]
            judging.ensure_current(DISTRICT)
            read_back(village)
        rows.take(made.touched)
        with timed() as plain:
            rows.write()
            rows.read_back(village)
        runs.append((ours, plain))
    return runs[WARM_UP:]


def read_back(village: str) -> None:
    """The verdicts on a village and on its sites of a quarter."""
    from county import DISTRICT

    from acceptance.models import SiteVerdict, Verdict

    list(Verdict.objects.standing().filter(area_id=village))
    list(SiteVerdict.objects.standing().filter(county=DISTRICT, period="2019Q1", area_code=village))


if __name__ == "__main__":
    sys.exit(main())
