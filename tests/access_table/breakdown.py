"""Breakdowns: of one's district; a township and an operator see signed ones that give them a target."""

from acceptance import plan as plans
from accounts.posts import Post, Power
from areas.models import Area, Operator
from breakdown.models import Breakdown
from breakdown.vocabulary import BreakdownState, LineLevel
from tests.access_table.row import OWN, Place, Row, World, of_area

SEEING, READING = {Power.SEE_MATTERS}, {Power.SEE_PROGRESS}


def signed(world: World, place: Place) -> Breakdown:
    by = world.make_user(Post.BUREAU_HEAD, area=place.area)
    if not Area.objects.filter(code=place.area).exists():
        world.make_area(place.area)
    Operator.objects.get_or_create(code=place.operator, defaults={"name": "某企业"})
    version = plans.version(plans.current())
    found = Breakdown.objects.create(
        county=place.county, milestone="T12", plan=version, number=1, base="2018Q2", quarters=["2018Q3"], needed=0,
        drafted_by=by, state=BreakdownState.ISSUED,
    )  # fmt: skip
    said = {"area_id": place.area, "base": 0, "total": 3, "needed": 3, "targets": {"2018Q3": 3}, "person": by}
    found.lines.create(number=1, level=LineLevel.TOWNSHIP, unit="某镇", **said)
    found.lines.create(number=2, level=LineLevel.OPERATOR, unit="某企业", operator_id=place.operator, **said)
    found.moves.create(action="draft", to_state="draft", by=by, version=0)
    return found


def of_breakdown(world: World, place: Place) -> list:
    return [signed(world, place).pk]


def of_letter(world: World, place: Place) -> list:
    return [signed(world, place).pk, place.area, "docx"]


def sees(post: Post, place: Place) -> bool:
    if post in (Post.CLERK, Post.TOWNSHIP_HEAD, Post.OPERATOR):
        return place == OWN
    return place.county == OWN.county


ROWS = [
    Row("breakdown:index", SEEING),
    Row("breakdown:draft", {Power.BREAK_DOWN}, method="post", answer=422),
    Row("breakdown:breakdown", SEEING, of_breakdown, scoped=sees),
    Row("breakdown:edit", {Power.BREAK_DOWN}, of_breakdown, scoped=sees, method="post", answer=409),
    Row(
        "breakdown:step",
        {Power.BREAK_DOWN, Power.SIGN_BREAKDOWNS},
        of_breakdown,
        scoped=sees,
        method="post",
        answer=422,
    ),
    Row("breakdown:accept", {Power.ACCEPT_LETTERS}, of_breakdown, scoped=sees, method="post", answer=302),
    Row("breakdown:letter", READING, of_letter, scoped=sees),
    Row("breakdown:township", READING, of_area, scoped=True),
]
