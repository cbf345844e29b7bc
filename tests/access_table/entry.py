"""The entry engine, asked about a return and about an operator's counts."""

from accounts.posts import Power
from areas.models import Operator
from returns.models import ReturnState
from tests.access_table.returns import COUNTING, ENTERING, RETURNS, REVIEWING, made_return, of_return_line, of_round
from tests.access_table.row import NETWORK, QUARTER, Place, Row, World

FILLING = {Power.ENTER_RETURNS}


def of_draft(world: World, place: Place) -> list:
    return ["return", made_return(world, place, ReturnState.DRAFT).pk]


def of_counts(world: World, place: Place) -> list:
    of_round(world, place)
    return ["counts", f"{place.county}-{QUARTER}"]


def of_return_cell(world: World, place: Place) -> list:
    return ["return", *of_return_line(world, place)]


def of_count_cell(world: World, place: Place) -> list:
    of_round(world, place)
    world.make_area(place.village)
    Operator.objects.get_or_create(code=place.operator, defaults={"name": place.operator})
    return ["counts", f"{place.county}-{QUARTER}-{place.operator}", place.village]


def comment(world: World, place: Place) -> dict:
    return {"act": "comment", "comment": "请核对"}


ROWS = [
    Row("entry:cells", FILLING, of_draft, scoped=True),
    Row("entry:cells", FILLING, of_draft, scoped=True, method="post", answer=400),
    Row("entry:problems", FILLING, of_draft, scoped=True),
    Row("entry:cells", COUNTING, of_counts),
    Row("entry:cells", COUNTING, of_counts, method="post", answer=400),
    Row("entry:problems", COUNTING, of_counts),
    Row("entry:panel", RETURNS, of_return_cell, scoped=True),
    Row("entry:panel", ENTERING | REVIEWING, of_return_cell, scoped=True, method="post", data=comment, answer=302),
    Row("entry:panel", COUNTING | REVIEWING, of_count_cell, scoped=NETWORK),
    Row("entry:panel", COUNTING | REVIEWING, of_count_cell, scoped=NETWORK, method="post", data=comment, answer=302),
    Row("entry:since", FILLING, of_draft, scoped=True, method="post", answer=400),
    Row("entry:since", COUNTING, of_counts, method="post", answer=400),
]
