"""Section 6: the milestones, and the document that ``milestones`` prints."""

from fractions import Fraction

from tests.reference.days import last_day, quarters
from tests.reference.evaluate import (
    ALL,
    DISTRICT,
    NINE_TENTHS,
    PLAN,
    Document,
    capabilities,
    coverage,
    covered,
    outcome,
    outcomes_beneath,
    rate_needed,
    rate_outcome,
    share,
    tally,
)
from tests.reference.model import World, areas_beneath, in_scope, setting, sites_beneath

FIRST_PERIOD = "2017Q1"

# key, due, scope, measure, target
MILESTONES = [
    ("G09", "2017Q4", "district", "covered", Fraction(50, 100)),
    ("T01", "2017Q4", "district", "quarters", Fraction(90, 100)),
    ("T02", "2017Q4", "street", "nominated quarters", 10),
    ("T06", "2017Q4", "district", "natural villages", ALL),
    ("T07", "2017Q4", "town", "nominated natural villages", 10),
    ("T08", "2017Q4", "district", "towns", 3),
    ("T03", "2018Q1", "street", "quarters", Fraction(60, 100)),
    ("T09", "2018Q1", "town", "natural villages", Fraction(40, 100)),
    ("G02", "2018Q2", "district", "streets and towns", 4),
    ("G07", "2018Q2", "street", "coverage", ALL),
    ("G08", "2018Q2", "district", "urban sites of streets", ALL),
    ("T04", "2018Q2", "street", "quarters", ALL),
    ("T10", "2018Q2", "town", "natural villages", Fraction(60, 100)),
    ("G03", "2018Q3", "district", "streets and towns", 6),
    ("G04", "2018Q4", "district", "streets and towns", "all"),
    ("G10", "2018Q4", "district", "natural villages", NINE_TENTHS),
    ("T11", "2018Q4", "town", "natural villages", NINE_TENTHS),
    ("T12", "2019Q1", "town", "natural villages", ALL),
]
UNSCORED = {"T06"}  # "contradicts G09, T09–T12: shown, not scored (A01)"


# Share measures: "Share and rate measures follow sections 3 and 4." -------------------------------------------------


def leaf_shares(world: World, scope: str, measure: str, target: Fraction, period: str, basis: str) -> Document:
    """The achieved share of the quarters, or of the in-scope natural villages, beneath the scope."""
    kind = {"quarters": "quarter", "natural villages": "natural_village"}[measure]
    return share(outcomes_beneath(world, scope, period, basis, kind), target)


# G09: "fibre-covered share of in-scope natural villages"
def covered_share(world: World, scope: str, target: Fraction, period: str) -> Document:
    areas = areas_beneath(world, scope, last_day(period))
    return share([covered(world, area, period) for area in areas if area.kind == "natural_village"], target)


# G08: "capable share of the urban-setting sites beneath its streets"
def urban_sites_of_streets(world: World, scope: str, target: Fraction, period: str) -> Document:
    members = []
    for street in areas_beneath(world, scope, last_day(period)):
        if street.kind == "street":
            sites = sites_beneath(world, street.code, last_day(period))
            members += capabilities(world, [site for site in sites if setting(world, site) == "urban"], period)
    return share(members, target)


# "For G07 `passed` and `total` are the rate's numerator and denominator, `unknown` is returns_missing, `failed` is
# total less passed, `needed` is ceil(target * denominator)."
def coverage_rate(world: World, scope: str, target: Fraction, period: str, basis: str) -> Document:
    rate = coverage(world, world.areas[scope], period, basis)
    needed = rate_needed(rate, target)
    return {
        "outcome": rate_outcome(rate, target),
        "passed": rate["numerator"],
        "failed": rate["denominator"] - rate["numerator"],
        "unknown": rate["returns_missing"],
        "total": rate["denominator"],
        "needed": needed,
        "missing": max(0, needed - rate["numerator"]),
    }


# Count measures -----------------------------------------------------------------------------------------------------


# "count the members (T02: nominated quarters; T07: nominated in-scope natural villages; T08: towns; G02–G04: streets
# and towns) whose outcome is not `not_applicable`"
def counted_members(world: World, scope: str, measure: str, period: str, basis: str) -> list[str]:
    """The outcomes of the members."""
    kinds = {
        "nominated quarters": ("quarter",),
        "nominated natural villages": ("natural_village",),
        "towns": ("town",),
        "streets and towns": ("street", "town"),
    }[measure]
    areas = [area for area in areas_beneath(world, scope, last_day(period)) if area.kind in kinds]
    if measure.startswith("nominated"):
        areas = [area for area in areas if area.demonstration]
    outcomes = [outcome(world, area, period, basis) for area in areas]
    return [member for member in outcomes if member != "not_applicable"]


# "A count measure is `not_applicable` when there is nothing to count from: no quarter in force (T02), no in-scope
# natural village (T07), no street or town whose outcome is not `not_applicable` (T08, of towns; G02–G04) beneath the
# scope"
def has_nothing_to_count_from(world: World, scope: str, measure: str, period: str, basis: str) -> bool:
    areas = areas_beneath(world, scope, last_day(period))
    if measure == "nominated quarters":
        return not any(area.kind == "quarter" for area in areas)
    if measure == "nominated natural villages":
        return not any(area.kind == "natural_village" and in_scope(area) for area in areas)
    return not counted_members(world, scope, measure, period, basis)


# "`needed` = target, for "all" the number of those members; `missing = max(0, needed - passed)`; passed >= needed →
# met; passed + unknown < needed → short; else unknown." "its counts are then 0 and `needed` and `missing` the target
# (0 for "all")."
def count(world: World, scope: str, measure: str, target: int | str, period: str, basis: str) -> Document:
    members = counted_members(world, scope, measure, period, basis)
    counts = tally(members)
    needed = len(members) if target == "all" else target
    if has_nothing_to_count_from(world, scope, measure, period, basis):
        found = "not_applicable"
    elif counts["passed"] >= needed:
        found = "met"
    elif counts["passed"] + counts["unknown"] < needed:
        found = "short"
    else:
        found = "unknown"
    missing = max(0, needed - counts["passed"])
    return {"outcome": found, **counts, "total": len(members), "needed": needed, "missing": missing}


def measured(world: World, scope: str, measure: str, target: Fraction | int | str, period: str, basis: str) -> Document:
    """The outcome and figures of a measure in a period: o(period) is its "outcome"."""
    if measure in ("quarters", "natural villages"):
        return leaf_shares(world, scope, measure, target, period, basis)
    if measure == "covered":
        return covered_share(world, scope, target, period)
    if measure == "urban sites of streets":
        return urban_sites_of_streets(world, scope, target, period)
    if measure == "coverage":
        return coverage_rate(world, scope, target, period, basis)
    return count(world, scope, measure, target, period, basis)


# "The status is the first that fits"
def status(outcomes: dict[str, str], due: str, viewed: str) -> str:
    """``outcomes``: o(q) for every q from the plan's first period to ``viewed``."""
    # "V before D: `not_applicable` when o(V) is; `met` when o(V) is met; else `pending`."
    if viewed < due:
        return {"not_applicable": "not_applicable", "met": "met"}.get(outcomes[viewed], "pending")
    # "V at or after D: `not_applicable` when o(D) is; `met` when o(D) is met; `met_late` when o(q) is met for some q
    # with D < q <= V; `undetermined` when o(D) is unknown; else `missed`."
    if outcomes[due] in ("not_applicable", "met"):
        return outcomes[due]
    if any(found == "met" for period, found in outcomes.items() if due < period <= viewed):
        return "met_late"
    return "undetermined" if outcomes[due] == "unknown" else "missed"


# "Scopes are the streets and towns in force in V"; dated-changes.md: ""Each street", "each town": the areas that are of
# that kind and in force on the as-of date of the period viewed, V."
def scopes(world: World, district: str, kind: str, period: str) -> list[str]:
    """The district itself, or its streets or towns in force."""
    if kind == "district":
        return [district]
    on = last_day(period)
    return [area.code for area in areas_beneath(world.as_of(on), district, on) if area.kind == kind]


def milestones(world: World, viewed: str, area: str = DISTRICT, basis: str = "approved") -> Document:
    """The document of the command ``milestones``, keys in their order."""
    entries = []
    for key, due, kind, measure, target in MILESTONES:
        for scope in scopes(world, area[:6], kind, viewed):
            if scope.startswith(area):  # "it keeps the entries whose scope is that area or beneath it."
                entries.append(entry(world, key, due, scope, measure, target, viewed, basis))
    # "ordered by due period, key, scope."
    entries.sort(key=lambda found: (found["due"], found["key"], found["scope"]))
    return {"plan": PLAN, "period": viewed, "basis": basis, "milestones": entries}


def entry(
    world: World, key: str, due: str, scope: str, measure: str, target: Fraction | int | str, viewed: str, basis: str
) -> Document:
    # dated-changes.md: "In an earlier period the measure is taken of the same area as it then was, whatever its kind
    # then (in force or not as before). Counts of towns, streets and villages beneath a scope take each member's kind in
    # that period."
    by_period = {
        period: measured(world.as_of(last_day(period)), scope, measure, target, period, basis)
        for period in quarters(FIRST_PERIOD, viewed)
    }
    outcomes = {period: found["outcome"] for period, found in by_period.items()}
    # "`first_met` = the earliest q <= V with o(q) met, or null, whatever the status"
    met = [period for period, found in outcomes.items() if found == "met"]
    # "Figures are those of the period viewed."
    figures = dict(by_period[viewed])
    del figures["outcome"]
    return {
        "key": key,
        "scope": scope,
        "due": due,
        "scored": key not in UNSCORED,
        "status": status(outcomes, due, viewed),
        "first_met": min(met) if met else None,
        "held": outcomes[viewed] == "met",  # "`held` = whether o(V) is met."
        **figures,
    }
