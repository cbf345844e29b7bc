"""What a task of the plan counts in each area of a district in a quarter, from the ledgers of standing verdicts."""

from collections.abc import Iterable

import numpy as np

from acceptance.models import Basis, Verdict
from acceptance.rules.ledger import WIDTH, Ledger
from acceptance.rules.milestones import measure
from acceptance.rules.plan import Milestone
from breakdown.arithmetic import Counted
from common.periods import Quarter


def counted(county: str, milestone: Milestone, quarter: Quarter) -> dict[str, Counted]:
    """By code, of the district, its townships and its villages, on the basis 已审核; one query, empty where nothing is judged."""
    return counted_each(county, [milestone], [quarter]).get((milestone.key, str(quarter)), {})


def counted_each(
    county: str, milestones: Iterable[Milestone], quarters: Iterable[Quarter]
) -> dict[tuple[str, str], dict[str, Counted]]:
    """By task and quarter, and then by code, how many there are of each; one query."""
    wanted = {str(quarter) for quarter in quarters}
    rows = Verdict.objects.standing().filter(county=county, period__in=wanted, basis=Basis.APPROVED)
    found = list(rows.filter(ledger__isnull=False).order_by("area_id").values_list("area_id", "period", "ledger"))
    ledger = Ledger(np.array([counts for *_, counts in found], dtype=np.int64).reshape(-1, WIDTH))
    every: dict[tuple[str, str], dict[str, Counted]] = {}
    for milestone in milestones:
        measured, households = measure(milestone, ledger), ledger.sum("households")
        for row, (code, period, _) in enumerate(found):
            every.setdefault((milestone.key, period), {})[code] = Counted(
                int(measured.passed[row]), int(measured.total[row]), int(measured.needed[row]), int(households[row])
            )
    return every
