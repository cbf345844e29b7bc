"""Samples drawn and visited."""

from datetime import date

from django.utils import timezone

from accounts.posts import Post, Power
from inspection.spotcheck.models import HeldPhoto, Item, Sample, SampleFinding
from inspection.spotcheck.photos import Taken, hold, keep
from tests.access_table.row import QUARTER, Place, Row, World
from tests.evidence.files import PNG as PHOTO

SAMPLES, SPOT_CHECKING = {Power.SEE_INSPECTIONS}, {Power.SPOT_CHECK}


def _sample(world: World, place: Place, state: str) -> Sample:
    """A sample of one natural village; a township sees it when it is concluded."""
    by = world.make_user(Post.REVIEWER, area=place.area)
    ended = {"conclusion": "supports", "reason": "合格", "decided_by": by} if state == "concluded" else {}
    area = world.make_area(f"{place.village}201")
    sample = Sample.objects.create(
        township_id=place.area, county=place.county, period=QUARTER, frame="natural_villages", size=1,
        population=[[area.code, "层"]], parts={"层": 1}, population_digest="0" * 64, seed="1", criterion="S14",
        threshold="9/10", drawn_by=by, drawn_at=timezone.now(), state=state, **ended,
    )  # fmt: skip
    Item.objects.create(sample=sample, order=1, key=area.code, stratum="层", name=area.name, area=area)
    return sample


def of_sample(world: World, place: Place) -> list:
    return [_sample(world, place, "open").pk]


def of_concluded_sample(world: World, place: Place) -> list:
    return [_sample(world, place, "concluded").pk]


def of_sheet(world: World, place: Place) -> list:
    return [*of_concluded_sample(world, place), "pdf"]


def of_card(world: World, place: Place) -> list:
    return [*of_sample(world, place), 1]


def of_field_photo(world: World, place: Place) -> list:
    sample = _sample(world, place, "concluded")
    finding = SampleFinding.objects.create(
        item=sample.items.get(), outcome="passed", visited_on=date(2018, 7, 1), by=sample.drawn_by
    )
    taken = [Taken("a.png", PHOTO)]
    return [keep(finding, taken)[0].pk]


def of_held_photo(world: World, place: Place) -> list:
    sample = _sample(world, place, "open")
    hold(item=sample.items.get(), photos=[Taken("a.png", PHOTO)], by=sample.drawn_by)
    return [HeldPhoto.objects.get(item__sample=sample).pk]


ROWS = [
    Row("spotcheck:index", SAMPLES),
    Row("spotcheck:draw", SPOT_CHECKING),
    Row("spotcheck:draw", SPOT_CHECKING, method="post", answer=422),
    Row("spotcheck:field", SPOT_CHECKING),
    Row("spotcheck:pack", SPOT_CHECKING),
    Row("spotcheck:deliveries", SPOT_CHECKING, method="post", answer=422),
    Row("spotcheck:sample", SAMPLES, of_concluded_sample, scoped=True),
    Row("spotcheck:sheet", SAMPLES, of_sheet, scoped=True),
    Row("spotcheck:photo", SAMPLES, of_field_photo, scoped=True),
    Row("spotcheck:original_photo", SAMPLES, of_field_photo, scoped=True),
    Row("spotcheck:held_photo", SPOT_CHECKING, of_held_photo, scoped=True),
    Row("spotcheck:card", SPOT_CHECKING, of_card, scoped=True),
    Row("spotcheck:card", SPOT_CHECKING, of_card, scoped=True, method="post", answer=422),
    Row("spotcheck:conclude", SPOT_CHECKING, of_sample, scoped=True, method="post", answer=422),
    Row("spotcheck:void", SPOT_CHECKING, of_sample, scoped=True, method="post", answer=422),
]
