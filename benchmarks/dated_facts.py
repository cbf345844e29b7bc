"""The district judged with dated changes against without, in the same run: all quarters, facts in the database to stored verdicts.

With: every tenth natural village, site and access point holds another value from a day within the quarters on, a tenth
of those sites at another area. Without: the first values alone.
"""

import argparse
import random
import sys
from datetime import date, timedelta

from measuring import machine, ratio, scratch

LIMIT = 1.15
RUNS = 3
FIRST, DAYS = date(2017, 2, 1), 780
EVERY = 10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=1.0, help="share of the district's villages, e.g. 0.1")
    parser.add_argument(
        "--processor", action="store_true", help="hold the limit against processor time: on a shared machine"
    )
    given = parser.parse_args()
    with scratch():
        import county
        from district import judge

        from areas.models import DatedValue

        county.load(given.size)
        without, dated = [], []
        for _ in range(RUNS):
            DatedValue.objects.all().delete()
            without.append(judge())
            count = add_changes()
            dated.append(judge())
        print(machine())
        print(f"{count} dated values")
        cpu = ratio("dated, processor time", min(each.cpu for each in dated), min(each.cpu for each in without), LIMIT)
        wall = ratio("dated, wall time", min(each.wall for each in dated), min(each.wall for each in without), LIMIT)
    return 0 if (cpu if given.processor else wall) else 1


def add_changes() -> int:
    """Changes of one in EVERY natural village, site and access point; the same ones every time."""
    from areas.models import AccessPoint, Area, DatedValue, Site
    from areas.vocabulary import AreaKind

    chance = random.Random(1)
    rows = []

    def change(table: str, key: str, column: str, value: str) -> None:
        day = FIRST + timedelta(days=chance.randrange(DAYS))
        rows.append(DatedValue(table=table, key=key, column=column, effective_on=day, value=value))

    villages = Area.objects.filter(kind=AreaKind.NATURAL_VILLAGE).order_by("code").values_list("code", flat=True)
    for code in list(villages)[::EVERY]:
        change("areas", code, "permanent_households", str(chance.randint(5, 80)))
    sites = list(Site.objects.order_by("site_id").values_list("site_id", "area_id"))
    for place, (key, _) in enumerate(sites[::EVERY]):
        moved = place % EVERY == 0
        change("sites", key, *(("area_code", chance.choice(sites)[1]) if moved else ("setting", "rural")))
    for key in list(AccessPoint.objects.order_by("ap_id").values_list("ap_id", flat=True))[::EVERY]:
        change("access_points", key, "downstream_mbps", chance.choice(("20", "50", "100", "200")))
    DatedValue.objects.bulk_create(rows)
    return len(rows)


if __name__ == "__main__":
    sys.exit(main())
