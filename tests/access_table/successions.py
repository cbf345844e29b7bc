"""Successions: the bureau alone, and only what its county did."""

from accounts.posts import Post, Power
from areas.models import Area
from proposals.models import Proposal
from proposals.vocabulary import Door, ProposalState
from tests.access_table.row import Place, Row, World

POWERS = {Power.RECORD_SUCCESSIONS}


def of_act(world: World, place: Place) -> list:
    if not Area.objects.filter(pk=place.county).exists():
        world.make_area(place.county)
    by = world.make_user(Post.REVIEWER, area=place.area)
    act = Proposal.objects.create(
        county=place.county, area_id=place.county, source=Door.SUCCESSION, state=ProposalState.OPEN, title="撤并", by=by
    )
    return [act.pk]


ROWS = [
    Row("successions:index", POWERS),
    Row("successions:new", POWERS),
    Row("successions:new", POWERS, method="post"),
    Row("successions:act", POWERS, of_act, scoped=True),
    Row("successions:act", POWERS, of_act, scoped=True, method="post", answer=422),
]
