"""The entry engine, asked about a return and about an operator's counts."""

from accounts.posts import Power
from returns.models import ReturnState
from tests.access_table.returns import COUNTING, made_return, of_round
from tests.access_table.row import QUARTER, Place, Row, World

FILLING = {Power.ENTER_RETURNS}


def of_draft(world: World, place: Place) -> list:
    return ["return", made_return(world, place, ReturnState.DRAFT).pk]


def of_counts(world: World, place: Place) -> list:
    of_round(world, place)
    return ["counts", f"{place.county}-{QUARTER}"]


ROWS = [
    Row("entry:cells", FILLING, of_draft, scoped=True),
    Row("entry:cells", FILLING, of_draft, scoped=True, method="post", answer=400),
    Row("entry:problems", FILLING, of_draft, scoped=True),
    Row("entry:cells", COUNTING, of_counts),
    Row("entry:cells", COUNTING, of_counts, method="post", answer=400),
    Row("entry:problems", COUNTING, of_counts),
    Row("entry:since", FILLING, of_draft, scoped=True, method="post", answer=400),
    Row("entry:since", COUNTING, of_counts, method="post", answer=400),
]
