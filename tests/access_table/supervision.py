"""Followed matters: seen by the author's side, the unit addressed, leaders and government, auditors; thresholds by their owner."""

from datetime import date
from urllib.parse import urlencode

from accounts.posts import Post, Power
from accounts.units import AddresseeKind
from areas.models import Area
from supervision.models import Matter, Threshold
from supervision.vocabulary import Crossing
from tests.access_table.row import OWN, QUARTER, Place, Row, World

SEEING = {Power.SEE_MATTERS, Power.READ_AUDIT_TRAIL}
SETTING = {Power.SEE_PROGRESS}


def written(world: World, place: Place) -> Matter:
    """A remark of the bureau's head to the township of the place."""
    by = world.make_user(Post.BUREAU_HEAD, area=place.area)
    if not Area.objects.filter(code=place.area).exists():
        world.make_area(place.area)
    matter = Matter.objects.create(
        county=place.county,
        text="请抓紧",
        author=by,
        author_post=by.post,
        to_kind=AddresseeKind.TOWNSHIP,
        to_area_id=place.area,
        to_unit="某镇",
        due_on=date(2019, 4, 30),
    )
    matter.moves.create(action="write", to_state="issued", by=by, version=0)
    return matter


def of_matter(world: World, place: Place) -> list:
    return [written(world, place).pk]


def sees_matter(post: Post, place: Place) -> bool:
    if post == Post.AUDITOR:
        return True
    if post in (Post.CLERK, Post.TOWNSHIP_HEAD):
        return place == OWN
    return post not in (Post.OPERATOR, Post.LEAD_UNIT) and place.county == OWN.county


def of_threshold(world: World, place: Place) -> list:
    """Somebody else's, which nobody but he sees."""
    by = world.make_user(Post.LEADER, area=place.area)
    kept = {"of": "sites", "question": {"area": place.county}, "area_id": place.county, "title": "点位", "part": "全部"}
    bound = {"unit": "个", "crossing": Crossing.BELOW, "bound": 3}
    return [Threshold.objects.create(user=by, **kept, **bound).pk]


def nothing_typed(world: World, place: Place) -> dict:
    return {"of": "points", "query": urlencode({"period": QUARTER})}


ROWS = [
    Row("supervision:matters", SEEING),
    Row("supervision:matter", SEEING, of_matter, scoped=sees_matter),
    Row(
        "supervision:step",
        {Power.WRITE_REMARKS, Power.HANDLE_MATTERS},
        of_matter,
        scoped=sees_matter,
        method="post",
        answer=422,
    ),
    Row("supervision:write", {Power.WRITE_REMARKS}, method="post", data=nothing_typed, answer=422),
    Row("supervision:thresholds", SETTING),
    Row("supervision:set_threshold", SETTING, method="post", data=nothing_typed, answer=422),
    Row("supervision:remove_threshold", SETTING, of_threshold, method="post", answer=404),
    Row("supervision:threshold_noted", SETTING, of_threshold, method="post", answer=404),
]
