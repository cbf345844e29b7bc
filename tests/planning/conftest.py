"""A small judged district, and a core whose answers are known: the pages are tested without solving anything."""

import pytest

from planning import runs
from planning.question import CannotPlan
from tests.judged_district import ON, district, enter, judged  # noqa: F401
from tests.scenes import FAR, TOWN

QUARTER = "2018Q2"


def answer(**changes) -> dict:
    """A plan for the town of tests/scenes.py: one new point at 黄岗聚居点, and the late order of mobile."""
    value = {"new": 1, "upgrade": 0, "open": 0, "orders": 1}
    plan = {
        "plan": "qingcheng-2017",
        "period": QUARTER,
        "basis": "approved",
        "target": {"area": TOWN},
        "status": "optimal",
        "objective": "fewest",
        "places": "sites",
        "value": value,
        "bound": value,
        "actions": [
            {"action": "new", "operator": "telecom", "lon": 113.15, "lat": 23.7, "sites": ["S-2"]},
            {"action": "orders", "operator": "mobile", "area_code": FAR, "orders": ["GD-2"], "sites": []},
        ],
        "before": {"outcome": "short", "passed": 1, "needed": 2, "missing": 1},
        "after": {"outcome": "met", "passed": 2, "needed": 2, "missing": 0},
        "beyond_building": [],
    }
    return plan | changes


def impossible() -> dict:
    beyond = [{"why": "no_coordinates", "site_id": "S-6"}, {"why": "returns_missing", "area_code": f"{TOWN}201"}]
    return answer(status="impossible", value=None, bound=None, after=None, actions=[], beyond_building=beyond)


@pytest.fixture
def day(settings):
    """The portal stands in the summer of 2018."""
    settings.PORTAL_TODAY = ON


class Core:
    """Stands for the solver: what it was asked, what it answers or refuses."""

    def __init__(self) -> None:
        self.asked: list = []
        self.answer = answer()
        self.refusal = ""

    def solved(self, about) -> tuple[dict, tuple]:
        self.asked.append(about.question)
        if self.refusal:
            raise CannotPlan(self.refusal)
        return self.answer, ()


@pytest.fixture
def core(monkeypatch):
    made = Core()
    monkeypatch.setattr(runs, "solved", made.solved)
    return made
