"""One changed figure, order, site or access point, until its verdicts can be read: in a district, and among many counties."""

import argparse
import random
import statistics
import sys
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

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

        from acceptance import judging

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
    return {kind: measure(change) for kind, change in changes().items()}


def measure(change: Callable[[random.Random], str]) -> list:
    """The change saved with its notes, judged again, and the verdicts on its village read, many times."""
    from county import DISTRICT
    from django.db import transaction

    from acceptance import judging
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


def changes() -> dict[str, Callable[[random.Random], str]]:
    """Kinds of changes; each makes one, notes it as the portal does, and says where."""
    from county import DISTRICT

    from acceptance import impact
    from acceptance.nearness import Point
    from areas.changes import note_area
    from areas.models import AccessPoint, ServiceOrder, Site
    from returns.models import LineStatus, ReturnLine

    lines = list(ReturnLine.objects.filter(county=DISTRICT, period="2018Q2", status=LineStatus.APPROVED))
    orders = list(ServiceOrder.objects.filter(county=DISTRICT).order_by("pk"))
    sites = list(Site.objects.filter(county=DISTRICT, lon__isnull=False).order_by("pk"))
    points = list(AccessPoint.objects.filter(county=DISTRICT).order_by("pk"))

    def figure(chance: random.Random) -> str:
        line = chance.choice(lines)
        line.fibre_users = chance.randint(0, line.broadband_users)
        line.save()
        note_area(line.area_id, line.period)
        return line.area_id

    def order(chance: random.Random) -> str:
        changed = chance.choice(orders)
        impact.note_orders([changed])
        changed.completed_on, changed.cancelled_on = changed.accepted_on + timedelta(days=chance.randint(5, 120)), None
        changed.save()
        impact.note_orders([changed])
        return changed.area_id

    def site(chance: random.Random) -> str:
        changed = chance.choice(sites)
        changed.lon += 0.001
        changed.save()
        impact.note_sites([changed], only_place=True)
        return changed.area_id

    def added(chance: random.Random) -> str:
        near = chance.choice(sites)
        place = {"lon": near.lon + chance.uniform(-0.005, 0.005), "lat": near.lat + chance.uniform(-0.005, 0.005)}
        point = AccessPoint.objects.create(
            ap_id=f"new-{uuid4()}",
            operator=points[0].operator,
            downstream_mbps=100,
            tv_only=False,
            opened_on=date(2019, 1, 15),
            county=DISTRICT,
            **place,
        )
        impact.note_access_points([(None, Point.of(point))])
        return near.area_id

    def moved(chance: random.Random) -> str:
        return _changed(chance, lambda point: {"lon": point.lon + 0.002})

    def closed(chance: random.Random) -> str:
        return _changed(chance, lambda point: {"closed_on": max(point.opened_on, date(2019, 2, 1))})

    def _changed(chance: random.Random, values: Callable) -> str:
        point = chance.choice(points)
        was = Point.of(point)
        for name, value in values(point).items():
            setattr(point, name, value)
        point.save()
        impact.note_access_points([(was, Point.of(point))])
        return point.township_id or ""

    return {
        "a figure of a return": figure,
        "an order": order,
        "a site moved": site,
        "an access point added": added,
        "an access point moved": moved,
        "an access point closed": closed,
    }


if __name__ == "__main__":
    sys.exit(main())
