"""What is to change in the register: pages of those who propose and of those who decide."""

from collections.abc import Callable

from accounts.posts import Post, Power
from evidence.keeping import keep
from proposals.models import Proof, Proposal
from proposals.vocabulary import Act, ApprovalLevel, Door, ItemState, ProposalAction, ProposalState
from tests.access_table.row import Place, Row, World
from tests.evidence.files import JPEG

READING, KEEPING = {Power.SEE_NETWORK}, {Power.KEEP_REGISTRY, Power.LOAD_NETWORK}


def _proposal(world: World, place: Place, state: str) -> Proposal:
    by = world.make_user(Post.CLERK, area=place.area)
    made = Proposal.objects.create(
        county=place.county, area_id=place.area, by=by, source=Door.PAGE, state=state, title="更正大围"
    )
    made.items.create(
        number=1, table="areas", key=place.area, name="大围", area_code=place.area, act=Act.CORRECT,
        values={"name": ["大围", "大圩"]}, level=ApprovalLevel.BUREAU,
        state=ItemState.RETURNED if state == ProposalState.RETURNED else ItemState.WAITING,
    )  # fmt: skip
    made.moves.create(action=ProposalAction.PROPOSE, to_state=state, by=by, version=1)
    return made


def of_proposal(state: str = ProposalState.OPEN) -> Callable[[World, Place], list]:
    return lambda world, place: [_proposal(world, place, state).pk]


def of_proof(world: World, place: Place) -> list:
    made = _proposal(world, place, ProposalState.OPEN)
    return [Proof.objects.create(proposal=made, by=made.by, **keep(JPEG, "现场.jpg", Proof)).pk]


ROWS = [
    Row("proposals:index", READING),
    Row("proposals:new", KEEPING, answer=404),
    Row("proposals:new", KEEPING, method="post", answer=404),
    Row("proposals:batch", {Power.JUDGE_PROPOSALS}),
    Row("proposals:batch", {Power.JUDGE_PROPOSALS}, method="post", answer=302),
    Row("proposals:policy", KEEPING | {Power.JUDGE_PROPOSALS, Power.SET_CHECKS}),
    Row("proposals:level", {Power.SET_CHECKS}, lambda world, place: ["areas", "name"]),
    Row("proposals:level", {Power.SET_CHECKS}, lambda world, place: ["areas", "row"], method="post", answer=422),
    Row("proposals:denominators", {Power.SEE_REGISTRY}),
    Row("proposals:proposal", READING, of_proposal(), scoped=True),
    Row("proposals:proposal", READING, of_proposal(), scoped=True, method="post", answer=422),
    Row("proposals:revise", KEEPING, of_proposal(), scoped=True, answer=302),
    Row("proposals:revise", KEEPING, of_proposal(), scoped=True, method="post", answer=302),
    Row("proposals:proof", READING, of_proof, scoped=True),
    Row("proposals:original", READING, of_proof, scoped=True),
]
