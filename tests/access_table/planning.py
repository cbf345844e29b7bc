"""Build plans: asked for by the district's posts, signed by the bureau, their tasks seen by whoever has them."""

import hashlib
from datetime import UTC, date, datetime

from accounts.posts import Post, Power
from areas.models import Area, Operator
from jobs.models import Job, seat_of
from planning.models import BuildPlan, PlanTask
from planning.runs import plan_least
from tests.access_table.row import NETWORK, QUARTER, Place, Row, World

ASKING = {Power.MAKE_PLANS}
SEEING = {Power.SEE_NETWORK}


def answer_for(place: Place) -> dict:
    """A plan of one new access point."""
    figures = {"passed": 0, "needed": 1}
    return {
        "plan": "qingcheng-2017",
        "period": QUARTER,
        "basis": "approved",
        "target": {"area": place.area},
        "status": "optimal",
        "objective": "fewest",
        "places": "sites",
        "value": {"new": 1, "upgrade": 0, "open": 0, "orders": 0},
        "bound": {"new": 1, "upgrade": 0, "open": 0, "orders": 0},
        "actions": [{"action": "new", "operator": place.operator, "lon": 113.1, "lat": 23.7, "sites": []}],
        "before": {"outcome": "short", "missing": 1} | figures,
        "after": {"outcome": "met", "missing": 0} | figures | {"passed": 1},
        "beyond_building": [],
    }


def of_plan(world: World, place: Place) -> list:
    """A signed plan with one task, in the place's township and of its operator."""
    by = world.make_user(Post.BUREAU_HEAD, area=place.area)
    if not Area.objects.filter(code=place.area).exists():
        world.make_area(place.area)
    operator, _ = Operator.objects.get_or_create(code=place.operator, defaults={"name": place.operator})
    plan = BuildPlan.objects.create(
        name="方案",
        county=place.county,
        area_id=place.area,
        period=QUARTER,
        basis="approved",
        objective="fewest",
        places="sites",
        answer=answer_for(place),
        facts_at=datetime(2018, 7, 1, tzinfo=UTC),
        facts_digest=hashlib.sha256(b"").hexdigest(),
        due_on=date(2018, 12, 31),
        signed_by=by,
    )
    PlanTask.objects.create(
        plan=plan, number=1, action="new", operator=operator, township_id=place.area, place="某处", lon=113.1, lat=23.7
    )
    return [plan.pk]


def of_sheet(world: World, place: Place) -> list:
    return [*of_plan(world, place), "docx"]


def of_run(world: World, place: Place) -> list:
    """Somebody else's: only whoever asked sees the answer."""
    by = world.make_user(Post.REVIEWER, area=place.area)
    asked = {"asked": {"area": place.area, "period": QUARTER}}
    work = {"work": plan_least.path, "arguments": asked, "title": "测算", "unit": "步"}
    return [Job.objects.create(by=by, seat=seat_of(by), **work).pk]


ROWS = [
    Row("planning:index", SEEING),
    Row("planning:ask", ASKING),
    Row("planning:ask", ASKING, method="post", answer=422),
    Row("planning:run", ASKING, of_run, answer=404),
    Row("planning:sign", {Power.SIGN_PLANS}, of_run, method="post", answer=404),
    Row("planning:price", ASKING, of_run, method="post", answer=404),
    Row("planning:curve", ASKING, of_run, answer=404),
    Row("planning:facts", ASKING),
    Row("planning:compare", ASKING),
    Row("planning:plan", ASKING, of_plan, scoped=True),
    Row("planning:withdraw", {Power.SIGN_PLANS}, of_plan, method="post", scoped=True, answer=422),
    Row("planning:tasks", SEEING, of_plan, scoped=NETWORK),
    Row("planning:task_sheet", SEEING, of_sheet, scoped=NETWORK),
]
