"""Records of measures: seen by the posts of the district and by the township that entered them, changed by nobody else."""

from accounts.posts import Post, Power
from areas.models import Area
from evidence.keeping import keep
from measures.models import MeasureFile, MeasureRecord
from tests.access_table.row import OWN, Place, Row, World
from tests.evidence.files import PNG

SEEING, ENTERING = {Power.SEE_MEASURES}, {Power.ENTER_MEASURES}


def sent(world: World, place: Place) -> MeasureRecord:
    """A township's plan that was sent: of a kind that is open to no other township."""
    by = world.make_user(Post.CLERK, area=place.area)
    if not Area.objects.filter(code=place.area).exists():
        world.make_area(place.area)
    record = MeasureRecord.objects.create(
        kind="township_plan",
        county=place.county,
        area_id=place.area,
        side=f"area:{place.area}",
        unit="某镇",
        title="推进方案",
        values={"title": "推进方案"},
        state="sent",
    )
    record.versions.create(number=1, values=record.values, by=by)
    record.moves.create(action="begin", to_state="sent", by=by, version=0)
    return record


def of_record(world: World, place: Place) -> list:
    return [sent(world, place).pk]


def of_file(world: World, place: Place) -> list:
    record = sent(world, place)
    kept = keep(PNG, "方案.png", MeasureFile)
    return [MeasureFile.objects.create(record=record, edition=1, by=record.versions.get().by, **kept).pk]


def nothing(world: World, place: Place) -> list:
    return [1]


STEPPING = {Power.RUN_APPRAISALS, Power.FREEZE_APPRAISALS, Power.PUBLISH_APPRAISALS}


def sees(post: Post, place: Place) -> bool:
    if post in (Post.CLERK, Post.TOWNSHIP_HEAD):
        return place == OWN
    return post != Post.OPERATOR and place.county == OWN.county


ROWS = [
    Row("measures:records", SEEING),
    Row("measures:tags", {Power.SEE_PROGRESS}),
    Row("measures:new", ENTERING, lambda world, place: ["no_such_kind"], answer=404),
    Row("measures:record", SEEING, of_record, scoped=sees),
    Row("measures:edit", ENTERING, of_record, scoped=sees, answer=409),
    Row(
        "measures:step",
        {Power.ENTER_MEASURES, Power.CONFIRM_MEASURES},
        of_record,
        scoped=sees,
        method="post",
        answer=422,
    ),
    Row("measures:file", SEEING, of_file, scoped=sees),
    Row("appraisal:appraisals", SEEING, answer=404),
    Row("appraisal:begin", {Power.RUN_APPRAISALS}, method="post", answer=404),
    Row("appraisal:weights", {Power.FREEZE_APPRAISALS}, lambda world, place: ["township"], answer=404),
    Row("appraisal:appraisal", SEEING, nothing, answer=404),
    Row("appraisal:step", STEPPING, nothing, method="post", answer=404),
    Row("appraisal:object", ENTERING, nothing, method="post", answer=404),
    Row("appraisal:answer", {Power.RUN_APPRAISALS}, nothing, method="post", answer=404),
]
"""The appraisal is off in these tests, as it is unless switched on: none of its pages is there (tests/measures/appraisal/)."""
