"""The standards of section 5 by the criteria of sections 3 and 4, and the document that ``evaluate`` prints."""

from fractions import Fraction
from math import ceil

from tests.reference.days import last_day
from tests.reference.model import (
    Area,
    Figures,
    Site,
    World,
    areas_beneath,
    in_scope,
    own_sites,
    site_verdict,
    sites_beneath,
)

PLAN = "qingcheng-2017"
DISTRICT = "441802"
ALL, NINE_TENTHS, FOUR_FIFTHS = Fraction(1), Fraction(9, 10), Fraction(4, 5)

TITLES = {
    "district": "全光网城区",
    "street": "全光网街道",
    "town": "全光网乡镇",
    "village": "全光网行政村",
    "community": None,
    "natural_village": "全光网自然村",
    "quarter": "全光网小区",
}
PENETRATION_KEYS = {"village": "S15", "town": "S11", "street": "S13", "district": "S09"}
S12_KINDS = ("residence", "estate", "urban_village", "market", "school", "hospital", "office")
S16_KINDS = ("settlement", "school", "hospital")

Document = dict


# Section 3: share criteria ------------------------------------------------------------------------------------------


# "A member's mapping: achieved → passed; not_achieved → failed; undetermined → unknown. Sites: yes → passed, no →
# failed, unknown → unknown." "members with `not_applicable` are left out"
MAPPING = {
    "achieved": "passed",
    "not_achieved": "failed",
    "undetermined": "unknown",
    "yes": "passed",
    "no": "failed",
    "unknown": "unknown",
    "not_applicable": "left out",
}


def tally(members: list[str]) -> dict[str, int]:
    """Members' outcomes counted: passed, failed, unknown."""
    counts = {"passed": 0, "failed": 0, "unknown": 0, "left out": 0}
    for member in members:
        counts[MAPPING[member]] += 1
    del counts["left out"]
    return counts


def share(members: list[str], threshold: Fraction) -> Document:
    """The outcome and figures of a share criterion over its members' outcomes."""
    counts = tally(members)
    passed, failed, unknown = counts["passed"], counts["failed"], counts["unknown"]
    total = passed + failed + unknown  # "`N = P + F + U`"
    needed = ceil(threshold * total)  # "`needed = ceil(threshold * N)` in exact arithmetic"
    if total == 0:  # "`N == 0` → `not_applicable`"
        outcome = "not_applicable"
    elif passed >= needed:  # "`P >= needed` → `met`"
        outcome = "met"
    elif passed + unknown < needed:  # "`P + U < needed` → `short`"
        outcome = "short"
    else:  # "otherwise → `unknown`: missing data could still decide it."
        outcome = "unknown"
    missing = max(0, needed - passed)  # "for every criterion `missing = max(0, needed - P)`"
    return {"outcome": outcome, **counts, "total": total, "needed": needed, "missing": missing}


# Section 4: coverage and penetration --------------------------------------------------------------------------------


# "From the quarterly returns of village-level areas (villages and communities), **approved** returns only (basis
# `approved`; basis `reported` also takes submitted ones, never drafts)"
USABLE = {"approved": ("approved",), "reported": ("approved", "submitted")}


def usable_returns(world: World, area: Area, period: str, basis: str) -> tuple[list[Figures], int]:
    """The usable returns beneath an area, and how many are missing.

    "Sums run over the in-force village-level areas beneath the area. `returns_missing` counts those without a usable
    return."
    """
    usable, missing = [], 0
    for member in areas_beneath(world, area.code, last_day(period)):
        if member.kind not in ("village", "community"):
            continue
        figures = world.returns.get((period, member.code))
        if figures is not None and figures.status in USABLE[basis]:
            usable.append(figures)
        else:
            missing += 1
    return usable, missing


# "coverage rate (光网络覆盖率, hard indicator) = Σ fibre_covered_households / Σ broadband_covered_households"
# "The **full-basis** coverage, Σ fibre_covered_households / Σ households, is shown beside it (A06)."
def coverage(world: World, area: Area, period: str, basis: str) -> Document:
    usable, missing = usable_returns(world, area, period, basis)
    return {
        "numerator": sum(figures.fibre_covered for figures in usable),
        "denominator": sum(figures.broadband_covered for figures in usable),
        "full_denominator": sum(figures.households for figures in usable),
        "returns_missing": missing,
    }


# "penetration (光网用户渗透率, reference indicator) = Σ fibre_users / Σ broadband_users."
def penetration(world: World, area: Area, period: str, basis: str) -> Document:
    usable, missing = usable_returns(world, area, period, basis)
    return {
        "numerator": sum(figures.fibre_users for figures in usable),
        "denominator": sum(figures.broadband_users for figures in usable),
        "returns_missing": missing,
    }


# "As a criterion a rate is the exception to section 3: `unknown` whenever `returns_missing > 0`, even where the
# returns at hand would decide; else `not_applicable` when the denominator is 0 (A29); else `met` or `short` by exact
# comparison."
def rate_outcome(rate: Document, threshold: Fraction) -> str:
    if rate["returns_missing"] > 0:
        return "unknown"
    if rate["denominator"] == 0:
        return "not_applicable"
    return "met" if Fraction(rate["numerator"], rate["denominator"]) >= threshold else "short"


# "for penetration `needed = ceil(0.8 * broadband_users)` and `missing = max(0, needed - fibre_users)`."
def rate_needed(rate: Document, threshold: Fraction) -> int:
    return ceil(threshold * rate["denominator"])


# Section 5: standards -----------------------------------------------------------------------------------------------


def capabilities(world: World, sites: list[Site], period: str) -> list[str]:
    return [site_verdict(world, site, period).capable for site in sites]


# "S16: all its own sites of kind settlement, school, hospital are capable. With no settlement site in force, one
# unknown member is added"
def s16(world: World, area: Area, period: str, basis: str) -> Document:
    sites = [site for site in own_sites(world, area, last_day(period)) if site.kind in S16_KINDS]
    members = capabilities(world, sites, period)
    if not any(site.kind == "settlement" for site in sites):
        members.append("unknown")
    return share(members, ALL)


# "S22: all its own sites are capable … With no site in force, one unknown member"
def s22(world: World, area: Area, period: str, basis: str) -> Document:
    members = capabilities(world, own_sites(world, area, last_day(period)), period)
    return share(members or ["unknown"], ALL)


# "S14: >= 90% of in-scope natural villages beneath it are achieved"
def s14(world: World, area: Area, period: str, basis: str) -> Document:
    return share(outcomes_beneath(world, area.code, period, basis, "natural_village"), NINE_TENTHS)


# "S10: >= 90% of villages (行政村) beneath it are achieved; communities are not counted (A09)"
def s10(world: World, area: Area, period: str, basis: str) -> Document:
    return share(outcomes_beneath(world, area.code, period, basis, "village"), NINE_TENTHS)


# "S12: >= 90% of the sites beneath it of the kinds residence, estate, urban_village, market, school, hospital, office
# are capable (A14). With no such site, one unknown member"
def s12(world: World, area: Area, period: str, basis: str) -> Document:
    sites = [site for site in sites_beneath(world, area.code, last_day(period)) if site.kind in S12_KINDS]
    return share(capabilities(world, sites, period) or ["unknown"], NINE_TENTHS)


# "S08: 100% of streets and towns are achieved"
def s08(world: World, area: Area, period: str, basis: str) -> Document:
    return share(outcomes_beneath(world, area.code, period, basis, "street", "town"), ALL)


HARD = {
    "natural_village": ("S16", s16),
    "quarter": ("S22", s22),
    "village": ("S14", s14),
    "town": ("S10", s10),
    "street": ("S12", s12),
    "district": ("S08", s08),
}


def outcomes_beneath(world: World, code: str, period: str, basis: str, *kinds: str) -> list[str]:
    """The outcomes of the in-force areas of these kinds beneath ``code``.

    An out-of-scope natural village is `not_applicable` and so "left out of every denominator of natural villages".
    """
    members = [area for area in areas_beneath(world, code, last_day(period)) if area.kind in kinds]
    return [outcome(world, area, period, basis) for area in members]


def criteria(world: World, area: Area, period: str, basis: str) -> list[Document]:
    """ "Criteria: the hard one first." None for a community and for a natural village out of scope."""
    memory_key = "criteria", area.code, period, basis
    if memory_key not in world.memory:
        found = []
        if area.kind != "community" and in_scope(area):
            key, standard = HARD[area.kind]
            found.append({"key": key, "role": "hard", **standard(world, area, period, basis)})
        if area.kind in PENETRATION_KEYS:
            found.append(penetration_criterion(world, area, period, basis))
        world.memory[memory_key] = found
    return world.memory[memory_key]


# "Outcome of an area: any hard criterion short → `not_achieved`; else any hard criterion unknown → `undetermined`; else
# all hard criteria not_applicable → `not_applicable`; else `achieved`."
# "One that is not in scope has outcome `not_applicable`"; "a community, whose `outcome` is `not_applicable`"
def outcome(world: World, area: Area, period: str, basis: str) -> str:
    hard = [found["outcome"] for found in criteria(world, area, period, basis) if found["role"] == "hard"]
    if "short" in hard:
        return "not_achieved"
    if "unknown" in hard:
        return "undetermined"
    return "achieved" if "met" in hard else "not_applicable"


# "`reference` = `met`, `short`, `unknown` or `not_applicable` from its reference criterion, `none` where it has none."
def reference(world: World, area: Area, period: str, basis: str) -> str:
    found = [one["outcome"] for one in criteria(world, area, period, basis) if one["role"] == "reference"]
    return found[0] if found else "none"


# "**Fibre-covered** natural village (G09): in scope, and every settlement site is reached: `yes`; any settlement site
# not reached: `no`; otherwise (none in force, or coordinates missing): `unknown`"
def covered(world: World, area: Area, period: str) -> str:
    if not in_scope(area):
        return "not_applicable"
    sites = [site for site in own_sites(world, area, last_day(period)) if site.kind == "settlement"]
    reached = [site_verdict(world, site, period).reached for site in sites]
    if False in reached:
        return "no"
    if None in reached or not reached:
        return "unknown"
    return "yes"


# The document -------------------------------------------------------------------------------------------------------


def evaluate(world: World, period: str, area: str = DISTRICT, basis: str = "approved", sites: bool = False) -> Document:
    """The document of the command ``evaluate``, keys in their order."""
    on = last_day(period)
    world = world.as_of(on)  # dated-changes.md: "`evaluate` prints kinds of the as-of date."
    document = {"plan": PLAN, "period": period, "as_of": on.isoformat(), "basis": basis}
    document["areas"] = [area_entry(world, member, period, basis) for member in areas_beneath(world, area, on)]
    if sites:
        document["sites"] = [site_entry(world, site, period) for site in sites_beneath(world, area, on)]
    return document


def area_entry(world: World, area: Area, period: str, basis: str) -> Document:
    entry = {
        "code": area.code,
        "kind": area.kind,
        "title": TITLES[area.kind],
        "outcome": outcome(world, area, period, basis),
        "reference": reference(world, area, period, basis),
        "criteria": criteria(world, area, period, basis),
    }
    if area.kind == "natural_village":
        entry["covered"] = covered(world, area, period)
    if area.kind not in ("natural_village", "quarter"):
        entry["coverage"] = coverage(world, area, period, basis)
        entry["penetration"] = penetration(world, area, period, basis)
    return entry


# "Role `reference` (S02) never changes the outcome *(reading A04)*; the plan file may set a criterion's role to `hard`."
def penetration_criterion(world: World, area: Area, period: str, basis: str) -> Document:
    """S15, S11, S13, S09: penetration >= 80%."""
    rate = penetration(world, area, period, basis)
    needed = rate_needed(rate, FOUR_FIFTHS)
    return {
        "key": PENETRATION_KEYS[area.kind],
        "role": world.plan.penetration_role,
        "outcome": rate_outcome(rate, FOUR_FIFTHS),
        "numerator": rate["numerator"],
        "denominator": rate["denominator"],
        "needed": needed,
        "missing": max(0, needed - rate["numerator"]),
        "returns_missing": rate["returns_missing"],
    }


def site_entry(world: World, site: Site, period: str) -> Document:
    verdict = site_verdict(world, site, period)
    return {
        "site_id": site.site_id,
        "capable": verdict.capable,
        "reason": verdict.reason,
        "reached": verdict.reached,
        "operators": verdict.operators,
        "nearest_m": verdict.nearest_m,
    }
