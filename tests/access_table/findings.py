"""The findings on the register."""

from collections.abc import Callable
from datetime import UTC, datetime

from accounts.posts import Power
from findings.models import RegisterFinding
from findings.vocabulary import FindingOwner, FindingState
from tests.access_table.row import NETWORK, Place, Row, World

SEEING = {Power.SEE_NETWORK}


def of_finding(state: FindingState = FindingState.OPEN) -> Callable[[World, Place], list]:
    """A finding on an access point, which the township sees and its operator has to settle."""

    def make(world: World, place: Place) -> list:
        found = RegisterFinding.objects.create(
            county=place.county,
            area_code=place.area,
            township=place.area,
            operator=place.operator,
            owner=FindingOwner.OPERATOR,
            code="point_idle",
            table="access_points",
            key="AP",
            name="AP",
            sentence="久未使用",
            said={},
            matters=False,
            state=state,
            explanation="备用" if state == FindingState.EXPLAINED else "",
            opened_at=datetime(2018, 7, 1, tzinfo=UTC),
        )
        return [found.pk]

    return make


def of_check(world: World, place: Place) -> list:
    return ["sites_close"]


ROWS = [
    Row("findings:index", SEEING),
    Row("findings:finding", SEEING, of_finding(), scoped=NETWORK),
    Row(
        "findings:explain",
        {Power.KEEP_REGISTRY, Power.LOAD_NETWORK},
        of_finding(),
        scoped=NETWORK,
        method="post",
        answer=422,
    ),
    Row(
        "findings:overrule",
        {Power.JUDGE_PROPOSALS},
        of_finding(FindingState.EXPLAINED),
        scoped=True,
        method="post",
        data=lambda world, place: {"version": 0, "reason": "请核对"},
        answer=302,
    ),
    Row("findings:first", {Power.SEE_VERDICTS}),
    Row("findings:checks", SEEING),
    Row("findings:check", {Power.SET_CHECKS}, of_check),
    Row("findings:check", {Power.SET_CHECKS}, of_check, method="post", answer=422),
]
