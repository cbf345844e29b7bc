"""The way to a title: reports, examination, submission, ratification."""

from collections.abc import Callable
from datetime import date

from accounts.posts import Post, Power
from areas.models import Area
from inspection.models import Publication, UnitObjection
from tests.access_table.row import PUBLIC, Place, Row, World, unchanged
from tests.inspection.making import make_evidence, make_notice, make_public_objection, make_report, make_submission

INSPECTIONS, WRITING, EXAMINING = {Power.SEE_INSPECTIONS}, {Power.WRITE_INSPECTIONS}, {Power.EXAMINE}
DESK = {Power.EXAMINE, Power.CONFIRM_EXAMINATIONS, Power.COMPILE_SUBMISSIONS, Power.SUBMIT_SUBMISSIONS, Power.RATIFY}
COMPILING, PUBLICISING = {Power.COMPILE_SUBMISSIONS}, {Power.PUBLICISE}
RATIFYING, HANDLING = {Power.RATIFY}, {Power.COMPILE_SUBMISSIONS, Power.RATIFY}


def _inspection(world: World, place: Place, state: str):
    return make_report(Area.objects.get(code=place.area), world.make_user(Post.CLERK, area=place.area), state)


def of_inspection(state: str) -> Callable[[World, Place], list]:
    return lambda world, place: [_inspection(world, place, state).pk]


def of_evidence(state: str) -> Callable[[World, Place], list]:
    def made(world: World, place: Place) -> list:
        report = _inspection(world, place, state)
        return [make_evidence(report, world.make_user(Post.CLERK, area=place.area)).pk]

    return made


def of_inspection_unit(world: World, place: Place) -> list:
    return [_inspection(world, place, "submitted").units.get().pk]


def of_objection(world: World, place: Place) -> list:
    unit = _inspection(world, place, "submitted").units.get()
    fields = {"body": "bureau", "code": "text", "text": "改", "by": world.make_user(Post.REVIEWER, area=place.area)}
    return [UnitObjection.objects.create(area=unit.area, unit=unit, **fields).pk]


def of_submission(world: World, place: Place) -> list:
    return [make_submission(place.county).pk]


def of_notice(world: World, place: Place) -> list:
    return [make_notice(place.county, world.make_user(Post.GOVERNMENT, area=place.area)).token]


def of_public_objection(world: World, place: Place) -> list:
    return [make_public_objection(place.county, world.make_user(Post.GOVERNMENT, area=place.area)).pk]


def of_publication(world: World, place: Place) -> list:
    by = world.make_user(Post.REVIEWER, area=place.area)
    fields = {"medium": "press", "outlet": "清远日报", "headline": "提前建成", "published_on": date(2018, 7, 19)}
    return [Publication.objects.create(area_id=place.area, milestone="G04", by=by, **fields).pk]


ROWS = [
    Row("inspection:index", INSPECTIONS),
    Row("inspection:new", WRITING),
    Row("inspection:new", WRITING, method="post", answer=422),
    Row("inspection:report", INSPECTIONS, of_inspection("submitted"), scoped=True),
    Row("inspection:report", WRITING, of_inspection("draft"), scoped=True, method="post", data=unchanged, answer=302),
    Row("inspection:units", WRITING, of_inspection("draft"), scoped=True),
    Row("inspection:units", WRITING, of_inspection("draft"), scoped=True, method="post", data=unchanged, answer=422),
    Row(
        "inspection:move",
        {Power.WRITE_INSPECTIONS, Power.SIGN_INSPECTIONS, Power.EXAMINE},
        of_inspection("submitted"),
        scoped=True,
        method="post",
        answer=422,
    ),
    Row("inspection:desk", EXAMINING, of_inspection("submitted"), scoped=True),
    Row("inspection:desk_batch", EXAMINING, of_inspection("submitted"), scoped=True),
    Row("inspection:desk_batch", EXAMINING, of_inspection("submitted"), scoped=True, method="post", answer=409),
    Row("inspection:second_opinion", EXAMINING, of_inspection_unit, scoped=True, method="post", answer=422),
    Row(
        "inspection:objection",
        {Power.EXAMINE, Power.CONFIRM_EXAMINATIONS, Power.RATIFY},
        of_objection,
        scoped=True,
        method="post",
        answer=422,
    ),
    Row("inspection:submission_desk", DESK, of_submission),
    Row("inspection:submission_desk", DESK, of_submission, method="post", answer=422),
    Row("inspection:submission_batch", {Power.RATIFY}, of_submission),
    Row("inspection:submission_batch", {Power.RATIFY}, of_submission, method="post", answer=409),
    Row("inspection:follow", WRITING, of_inspection("submitted"), scoped=True, method="post", answer=409),
    Row("inspection:add_evidence", WRITING, of_inspection("draft"), scoped=True),
    Row("inspection:add_evidence", WRITING, of_inspection("draft"), scoped=True, method="post", answer=422),
    Row("inspection:arrange_evidence", WRITING, of_inspection("draft"), scoped=True, method="post", answer=302),
    Row("inspection:take_over", WRITING, of_inspection("draft"), scoped=True, method="post", answer=422),
    Row("inspection:make_statistics", WRITING, of_inspection("draft"), scoped=True, method="post", answer=302),
    Row("inspection:evidence_picture", INSPECTIONS, of_evidence("submitted"), scoped=True),
    Row("inspection:evidence", INSPECTIONS, of_evidence("submitted"), scoped=True),
    Row("inspection:remove_evidence", WRITING, of_evidence("draft"), scoped=True, method="post", answer=302),
    Row("inspection:unit", INSPECTIONS, of_inspection_unit, scoped=True),
    Row("inspection:archive", {Power.EXPORT}, of_inspection_unit, scoped=True, method="post"),
    Row("inspection:examine", EXAMINING, of_inspection_unit, scoped=True, answer=302),
    Row("inspection:examine", EXAMINING, of_inspection_unit, scoped=True, method="post", answer=422),
    Row(
        "inspection:report_draft",
        INSPECTIONS,
        lambda world, place: [*of_inspection("submitted")(world, place), "pdf"],
        scoped=True,
    ),
    Row("inspection:submission_draft", INSPECTIONS, lambda world, place: [*of_submission(world, place), "pdf"]),
    Row("inspection:submissions", INSPECTIONS),
    Row("inspection:compile", COMPILING),
    Row("inspection:compile", COMPILING, method="post", answer=422),
    Row("inspection:submission", INSPECTIONS, of_submission),
    Row("inspection:submission", INSPECTIONS, of_submission, method="post", answer=422),
    Row("inspection:basis", RATIFYING, of_submission),
    Row("inspection:basis", RATIFYING, of_submission, method="post", answer=422),
    Row("inspection:basis_file", INSPECTIONS, of_submission, answer=404),
    Row("inspection:public_objections", HANDLING, of_submission),
    Row("inspection:public_objections", HANDLING, of_submission, method="post", answer=422),
    Row("inspection:answer_objection", HANDLING, of_public_objection, scoped=True, method="post", answer=422),
    Row("inspection:objector", HANDLING, of_public_objection, scoped=True, method="post"),
    Row("notices:index", PUBLIC),
    Row("notices:notice", PUBLIC, of_notice),
    Row("notices:paper", PUBLIC, of_notice),
    Row("inspection:hands", INSPECTIONS),
    Row("inspection:hands", {Power.LOOSEN_HANDS}, method="post", answer=422),
    Row("inspection:early", INSPECTIONS),
    Row("inspection:publication", PUBLICISING, of_publication, scoped=True),
    Row("inspection:publication", PUBLICISING, of_publication, scoped=True, method="post", answer=422),
    Row("inspection:publish", PUBLICISING, lambda world, place: [place.area, "G04"], answer=404),
    Row("inspection:publish", PUBLICISING, lambda world, place: [place.area, "G04"], method="post", answer=404),
]
