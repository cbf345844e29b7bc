"""Problems: seen by whoever reads the area, and by the unit and the operator that they are addressed to."""

from datetime import date
from urllib.parse import urlencode

from accounts.posts import Post, Power
from accounts.units import AddresseeKind
from areas.models import Area
from evidence.keeping import keep
from problems.models import CaseReferral, FeeCase, Problem, ProblemFile
from tests.access_table.row import OWN, QUARTER, Place, Row, World
from tests.evidence.files import PNG

SEEING, HANDLING = {Power.SEE_PROBLEMS}, {Power.HANDLE_PROBLEMS}
ANSWERING = {Power.HANDLE_PROBLEMS, Power.ANSWER_REFERRALS}
STEPPING = {Power.HANDLE_PROBLEMS, Power.CLOSE_PROBLEMS}


def written(world: World, place: Place) -> Problem:
    """A problem of the place's operator in its village."""
    if not Area.objects.filter(code=place.village).exists():
        world.make_area(place.village)
    by = world.make_user(Post.OPERATOR, operator=place.operator)
    problem = Problem.objects.create(
        county=place.county, kind="duct", text="管道不通", source="hand", table="areas", key=place.village, place="某村",
        area_id=place.village, operator_id=place.operator, to_kind=AddresseeKind.OPERATOR, to_operator_id=place.operator,
        to_unit="某企业", opened_by=by,
    )  # fmt: skip
    problem.moves.create(action="open", to_state="open", by=by, version=0)
    return problem


def of_problem(world: World, place: Place) -> list:
    return [written(world, place).pk]


def of_file(world: World, place: Place) -> list:
    problem = written(world, place)
    kept = keep(PNG, "a.png", ProblemFile)
    return [ProblemFile.objects.create(problem=problem, role="before", by=problem.opened_by, **kept).pk]


def of_case(world: World, place: Place) -> list:
    """A case that the place's operator sees to."""
    problem = written(world, place)
    FeeCase.objects.create(problem=problem, ground="unmarked", asked_by="某物业", asked_for="进场费")
    return [problem.pk]


def of_bureau_case(world: World, place: Place) -> list:
    """A case that the bureau of the place's county sees to."""
    [pk] = of_case(world, place)
    bureau = {"to_kind": AddresseeKind.BUREAU, "to_area_id": place.county, "to_operator": None, "to_unit": "区经信局"}
    Problem.objects.filter(pk=pk).update(**bureau)
    return [pk]


def is_handler(post: Post, place: Place) -> bool:
    """Who may see who reported it: the unit that sees to it."""
    return post in (Post.REVIEWER, Post.BUREAU_HEAD) and place.county == OWN.county


def of_referral(world: World, place: Place) -> list:
    [pk] = of_case(world, place)
    problem = Problem.objects.get(pk=pk)
    sent = {"sent_by": problem.opened_by, "sent_on": date(2018, 7, 2)}
    return [CaseReferral.objects.create(case=problem.case, authority="housing", **sent).pk]


def no_gap(world: World, place: Place) -> dict:
    """A figure of which nothing can be listed, whoever asks."""
    return {"of": "points", "query": urlencode({"period": QUARTER})}


def in_sight(post: Post, place: Place) -> bool:
    """As whatever lies in the network; an authority sees no problem that was not passed to it."""
    if post in (Post.CLERK, Post.TOWNSHIP_HEAD):
        return place == OWN
    if post == Post.OPERATOR:
        return place.operator == OWN.operator
    return post != Post.AUTHORITY and place.county == OWN.county


ROWS = [
    Row("problems:index", SEEING),
    Row("problems:new", HANDLING),
    Row("problems:new", HANDLING, method="post", answer=422),
    Row("problems:work_list", HANDLING, method="post", data=no_gap, answer=422),
    Row("problems:problem", SEEING, of_problem, scoped=in_sight),
    Row("problems:step", STEPPING, of_problem, scoped=in_sight, method="post", answer=422),
    Row("problems:merge", HANDLING, of_problem, scoped=in_sight, method="post", answer=422),
    Row("problems:split", HANDLING, of_problem, scoped=in_sight, method="post", answer=422),
    Row("problems:note", HANDLING, of_problem, scoped=in_sight, method="post", answer=422),
    Row("problems:attach", HANDLING, of_problem, scoped=in_sight, method="post", answer=422),
    Row("problems:field", HANDLING),
    Row("problems:pack", HANDLING),
    Row("problems:deliveries", HANDLING, method="post", answer=422),
    Row("problems:fees", SEEING),
    Row("problems:new_case", HANDLING),
    Row("problems:new_case", HANDLING, method="post", answer=422),
    Row("problems:refer", HANDLING, of_case, scoped=in_sight, method="post", answer=422),
    Row("problems:answered", ANSWERING, of_referral, scoped=in_sight, method="post", answer=422),
    Row("problems:outcome", HANDLING, of_case, scoped=in_sight, method="post", answer=422),
    Row("problems:reporter", HANDLING, of_bureau_case, scoped=is_handler, method="post"),
    Row("problems:file", SEEING, of_file, scoped=in_sight),
    Row("problems:original", SEEING, of_file, scoped=in_sight, method="post"),
]
