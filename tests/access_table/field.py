"""The village walk."""

import uuid

from django.utils import timezone

from accounts.posts import Post, Power
from evidence.keeping import keep
from field.models import Visit, VisitPhoto
from tests.access_table.register import of_site
from tests.access_table.row import Place, Row, World
from tests.evidence.files import PNG

KEEPING, SEEING = {Power.KEEP_REGISTRY}, {Power.SEE_REGISTRY}


def of_thing(world: World, place: Place) -> list:
    return ["sites", *of_site(world, place)]


def _visit(world: World, place: Place) -> Visit:
    of_site(world, place)
    by = world.make_user(Post.CLERK, area=place.area)
    return Visit.objects.create(
        number=uuid.uuid4(), table="sites", key="S", name="点位", area_id=place.village, found="here", by=by,
        visited_at=timezone.now(),
    )  # fmt: skip


def of_visit(world: World, place: Place) -> list:
    return [_visit(world, place).pk]


def of_photo(world: World, place: Place) -> list:
    return [VisitPhoto.objects.create(visit=_visit(world, place), **keep(PNG, "a.png", VisitPhoto)).pk]


ROWS = [
    Row("field:index", KEEPING),
    Row("field:pack", KEEPING),
    Row("field:visits", KEEPING, method="post", answer=422),
    Row("field:thing", KEEPING, of_thing, scoped=True),
    Row("field:thing", KEEPING, of_thing, scoped=True, method="post", answer=422),
    Row("field:visit", SEEING, of_visit, scoped=True),
    Row("field:photo", SEEING, of_photo, scoped=True),
]
