"""Read tallies from stored verdicts of areas that need not be judged again."""

import json
from collections.abc import Sequence

import numpy as np
from django.db.models import TextField
from django.db.models.functions import Cast

from acceptance.models import Verdict
from acceptance.rules.facts import Facts
from acceptance.rules.ledger import WIDTH, Ledger
from acceptance.rules.milestones import History
from acceptance.rules.plan import SCOPES
from areas.dated import KindsOverTime
from areas.models import Area
from common.periods import Quarter


def elsewhere(facts: Facts, quarters: Sequence[Quarter], bases: Sequence[str]) -> dict[tuple[str, str], Ledger]:
    """For each area at hand what counts beneath it in children that are not, from their standing verdicts."""
    row = {code: place for place, code in enumerate(facts.areas.code)}
    children = Area.objects.filter(parent_id__in=[code for code in row if len(code) < 12]).exclude(code__in=row)
    verdicts = Verdict.objects.standing().filter(
        area__in=children, period__in=[str(quarter) for quarter in quarters], basis__in=bases
    )
    found = {(str(quarter), basis): Ledger.blank(len(row)) for quarter in quarters for basis in bases}
    as_text = Cast("ledger", TextField())
    rows = list(verdicts.order_by().values_list("area_id", "period", "basis", as_text))
    ledgers = np.array(json.loads(f"[{','.join(text for *_, text in rows)}]"), dtype=np.int64)
    for (code, period, basis, _), counts in zip(rows, ledgers, strict=True):
        found[period, basis].counts[row[Area.parent_code(code)]] += counts
    return found


def histories(
    county: str, codes: Sequence[str], quarters: Sequence[Quarter], bases: Sequence[str]
) -> dict[str, dict[str, list[History]]]:
    """By basis and kind, the scopes of milestones among the areas, each with its standing ledger of every quarter.

    An area that changed its kind is a scope of each, in the quarters in which it was of that kind.
    """
    verdicts = Verdict.objects.standing().filter(
        county=county, area_id__in=[code for code in codes if len(code) < 12], basis__in=bases
    )
    found: dict[str, dict[str, list[History]]] = {basis: {kind: [] for kind in SCOPES} for basis in bases}
    ledgers: dict[tuple[str, str, str], dict[str, list[int]]] = {}
    rows = verdicts.order_by("area_id").values_list("area_id", "area__kind", "basis", "period", "ledger")
    for code, kind, basis, period, counts in rows:
        ledgers.setdefault((code, kind, basis), {})[period] = counts
    kinds = KindsOverTime(county)
    for (code, first, basis), by_period in ledgers.items():
        each = [kinds.on(code, first, quarter.last_day) for quarter in quarters]
        for kind in set(each) & set(SCOPES):
            found[basis][kind].append(_history(code, by_period, quarters, [one == kind for one in each]))
    return found


def _history(code: str, by_period: dict[str, list[int]], quarters: Sequence[Quarter], is_kind: list[bool]) -> History:
    counts = np.zeros((len(quarters), WIDTH), dtype=np.int64)
    in_force = [str(quarter) in by_period for quarter in quarters]
    for row, quarter in enumerate(quarters):
        if in_force[row]:
            counts[row] = by_period[str(quarter)]
    of_kind = [stands and fits for stands, fits in zip(in_force, is_kind, strict=True)]
    return History(code, quarters, Ledger(counts), in_force, of_kind)
