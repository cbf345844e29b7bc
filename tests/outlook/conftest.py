"""A district whose lights are stored as they were, quarter by quarter, without judging anything."""

from datetime import date, datetime
from math import ceil

import pytest
from django.core.cache import cache
from django.utils import timezone

from acceptance import plan as plans
from acceptance.models import Judgement, MilestoneVerdict
from acceptance.rules import VERSION
from areas.vocabulary import AreaKind
from common.periods import Quarter

COUNTY = "441802"
FIRST = Quarter(2017, 1)
TOWNS = {
    f"{COUNTY}103": (226, (40, 74, 125, 165, 175, 201, 212)),
    f"{COUNTY}105": (85, (17, 27, 37, 59, 71, 79, 81)),
    f"{COUNTY}106": (156, (40, 68, 98, 126, 142, 153, 155)),
    f"{COUNTY}107": (229, (6, 14, 35, 62, 87, 121, 143)),
}
STREETS = {
    f"{COUNTY}006": (125, (63, 78, 98, 118, 123, 124, 124)),
    f"{COUNTY}007": (62, (13, 18, 23, 28, 34, 60, 61)),
    f"{COUNTY}008": (97, (39, 51, 69, 83, 91, 96, 96)),
}
KEYS = {"T09": 0.4, "T10": 0.6, "T11": 0.9, "T12": 1.0}
STREET_KEYS = {"T03": 0.6, "T04": 1.0}


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


@pytest.fixture
def store(make_area, worker_asleep):
    """Store the lights of courses: by scope the total and how many had passed at the end of each quarter."""
    now = timezone.make_aware(datetime(2018, 10, 1))
    version = plans.version(plans.current())

    def stored(courses: dict, keys: dict[str, float], kind=AreaKind.TOWN) -> None:
        dues = {each.key: each.due for each in plans.current().milestones}
        Judgement.objects.update_or_create(
            county=COUNTY,
            defaults={"plan": version, "engine": VERSION, "last_period": str(Quarter(2018, 4)), "judged_at": now},
        )
        for code, (total, passed) in courses.items():
            make_area(code, f"街镇{code[-3:]}", kind=kind)
            for key, share in keys.items():
                needed = ceil(share * total)
                MilestoneVerdict.objects.bulk_create(
                    MilestoneVerdict(
                        county=COUNTY, period=str(FIRST.plus(at)), plan=version, judged_at=now, key=key, area_id=code,
                        basis="approved", due=str(dues[key]), scored=True, held=each >= needed,
                        status="met" if each >= needed else "pending" if FIRST.plus(at) < dues[key] else "missed",
                        passed=each, failed=total - each, unknown=0, total=total, needed=needed,
                        missing=max(0, needed - each), digest="",
                    )
                    for at, each in enumerate(passed)
                )  # fmt: skip

    return stored


@pytest.fixture
def district(store):
    store(TOWNS, KEYS)
    store(STREETS, STREET_KEYS, AreaKind.STREET)


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setattr("acceptance.verdicts.views.today", lambda: date(2018, 10, 10))
