"""What leaders see, and the big screen."""

from accounts.posts import Post, Power
from areas.models import Area, Operator
from reports.screens.models import Screen
from tests.access_table.row import PUBLIC, SIGNED_IN, Place, Row, World, of_area

PROGRESS, SCREENS = {Power.SEE_PROGRESS}, {Power.RUN_SCREENS}


def of_operator(world: World, place: Place) -> list:
    return [Operator.objects.get_or_create(code=place.operator, defaults={"name": place.operator})[0].code]


def of_screen(world: World, place: Place) -> list:
    area = Area.objects.get(pk=place.county)
    return [
        Screen.objects.create(name="大厅", area=area, created_by=world.make_user(Post.BUREAU_HEAD, area=area.pk)).pk
    ]


def of_screen_token(world: World, place: Place) -> list:
    return [Screen.objects.get(pk=of_screen(world, place)[0]).token]


ROWS = [
    Row("screens:index", SCREENS),
    Row("screens:withdraw", SCREENS, of_screen, method="post", answer=302, scoped=True),
    Row("screens:screen", PUBLIC, of_screen_token),
    Row("screens:figures", PUBLIC, of_screen_token),
    Row("home", SIGNED_IN),
    Row("progress", PROGRESS),
    Row("milestone", PROGRESS, lambda world, place: ["T09"]),
    Row("townships", PROGRESS),
    Row("situation", PROGRESS, of_area, scoped=True),
    Row("operator", {Power.SEE_NETWORK}, of_operator),
    Row("map", PROGRESS),
    Row("issue_brief", {Power.SUBMIT_SUBMISSIONS, Power.SIGN_INSPECTIONS}, method="post", answer=302),
    Row("brief", PROGRESS, lambda world, place: ["docx"]),
    Row("map_data", PROGRESS),
]
