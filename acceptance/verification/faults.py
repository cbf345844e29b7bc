"""Do stored verdicts follow from what is stored beside them? Plain functions without Django.

Each verdict is judged again from its own inputs, by the plan of its time; today's facts are never looked at.
A fault is a Chinese sentence that says what is stored and what should be.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from acceptance.rules.capability import OUT_OF_REACH, REASONS, SERVICE_LATE
from acceptance.rules.facts import SETTINGS, URBAN
from acceptance.rules.ledger import FIGURES, SHARES, SUMS, Ledger
from acceptance.rules.plan import Criterion, Plan
from acceptance.rules.shares import (
    ANSWER_WORDS,
    AREA_WORDS,
    CRITERION_WORDS,
    State,
    Tally,
    all_of,
    lacking,
    needed,
    rate_state,
    share_state,
)
from acceptance.rules.standards import COUNTED_AS, COUNTED_AS_DEMONSTRATION, LEAVES, MEMBERS, VILLAGE_LEVEL

ROUNDED_M = 0.005
"""Stored distances are rounded to the centimetre."""

COUNTED = tuple(State)[1:]


@dataclass(frozen=True)
class AreaGiven:
    """What a stored verdict on an area says."""

    code: str
    kind: str
    outcome: str
    reference: str
    covered: str
    criteria: list[dict]
    figures: dict
    inputs: dict
    ledger: list[int] | None


@dataclass(frozen=True)
class SiteGiven:
    """What a stored verdict on a site says."""

    site_id: str
    area_code: str
    capable: str
    reason: str
    reached: bool | None
    operators: list[str]
    nearest_m: float | None
    inputs: dict

    @property
    def is_urban(self) -> bool:
        return self.inputs.get("setting") == SETTINGS[URBAN]


@dataclass(frozen=True)
class Beneath:
    """The verdicts that stand directly beneath an area, and those on the sites at the area itself."""

    areas: list[AreaGiven] = field(default_factory=list)
    sites: list[SiteGiven] = field(default_factory=list)
    sites_of_leaves: list[SiteGiven] = field(default_factory=list)


def differing(what: str, stored: object, due: object) -> Iterator[str]:
    """A fault when what is stored is not what it should be; of dictionaries the entries that differ."""
    if isinstance(stored, Mapping) and isinstance(due, Mapping):
        for name in [*due, *(name for name in stored if name not in due)]:
            yield from differing(f"{what}的 {name}", stored.get(name), due.get(name))
    elif stored != due:
        yield f"{what}存为 {_shown(stored)}，按依据应为 {_shown(due)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)) and value:
        return "、".join(_shown(each) for each in value)
    return "空" if value in (None, "", [], {}) else str(value)


# ---------------------------------------------------------------- areas


def area_faults(plan: Plan, given: AreaGiven, beneath: Beneath, *, within_street: bool) -> Iterator[str]:
    """Where the verdict on an area does not follow: standards, criteria, outcome, figures, and what lies beneath."""
    yield from differing("依据中的标准", given.inputs.get("standards"), standards(plan, given.kind))
    yield from _criteria_faults(plan, given)
    yield from _outcome_faults(given)
    if given.kind in LEAVES:
        yield from _site_list_faults(given, beneath)
    else:
        ledger = _Counts(given.ledger)
        yield from differing("指标", given.figures, figures(ledger))
        yield from _ledger_faults(plan, given, ledger, beneath, within_street)
    if given.kind in VILLAGE_LEVEL:
        in_scope = [[each.code, each.outcome] for each in beneath.areas if _in_scope(plan, each)]
        yield from differing("依据中的自然村", given.inputs.get("natural_villages"), in_scope)


def standards(plan: Plan, kind: str) -> dict:
    """By which thresholds and clauses a kind of area was judged."""
    return {
        each.key: {"threshold": str(each.threshold), "clause": each.source.clause, "role": each.role}
        for each in plan.criteria_of(kind)
    }


class _Counts:
    """A stored ledger, by name."""

    def __init__(self, counts: list[int] | None) -> None:
        blank = Ledger.blank(1)
        sound = isinstance(counts, list) and len(counts) == blank.counts.shape[1]
        self.ledger = Ledger(np.array([counts], dtype=np.int64)) if sound else blank
        self.is_sound = sound

    def share(self, name: str) -> list[int]:
        members = self.ledger.share(name)
        return [int(members.passed[0]), int(members.failed[0]), int(members.unknown[0])]

    def sum(self, name: str) -> int:
        return int(self.ledger.sum(name)[0])


def _in_scope(plan: Plan, given: AreaGiven) -> bool:
    households = given.inputs.get("permanent_households", -1)
    return given.kind == "natural_village" and households >= int(plan.permanent_households.value)


def _criteria_faults(plan: Plan, given: AreaGiven) -> Iterator[str]:
    judged = given.kind != "natural_village" or _in_scope(plan, given)
    due = {each.key: criterion(each, given) for each in plan.criteria_of(given.kind)} if judged else {}
    stored = {each.get("key", ""): each for each in given.criteria}
    yield from differing("标准的编号", list(stored), list(due))
    for key in due.keys() & stored.keys():
        yield from differing(f"标准 {key} ", stored[key], due[key])


def criterion(asked: Criterion, given: AreaGiven) -> dict:
    """The criterion as it follows from the inputs, in the words in which it is stored."""
    found = {"key": asked.key, "role": asked.role}
    if asked.is_rate:
        return found | _rate(asked, _Counts(given.ledger))
    passed, failed, unknown = _members(asked, given)
    members = Tally(*(np.array([number]) for number in (passed, failed, unknown)))
    wanted = needed(asked.threshold, members.total)
    return found | {
        "outcome": CRITERION_WORDS[share_state(members, asked.threshold)[0]],
        "passed": passed,
        "failed": failed,
        "unknown": unknown,
        "total": passed + failed + unknown,
        "needed": int(wanted[0]),
        "missing": int(lacking(wanted, members.passed)[0]),
    }


def _rate(asked: Criterion, counts: _Counts) -> dict:
    names = ("fibre_users", "broadband_users", "returns_missing")
    users, everyone, missing = (np.array([counts.sum(name)]) for name in names)
    wanted = needed(asked.threshold, everyone)
    return {
        "outcome": CRITERION_WORDS[rate_state(users, everyone, missing, asked.threshold)[0]],
        "numerator": int(users[0]),
        "denominator": int(everyone[0]),
        "needed": int(wanted[0]),
        "missing": int(lacking(wanted, users)[0]),
        "returns_missing": int(missing[0]),
    }


def _members(asked: Criterion, given: AreaGiven) -> list[int]:
    """Passed, failed and unknown, with the unknown member that stands for a site not registered."""
    if asked.measure == "own_sites":
        chosen = [(kind, capable) for _, kind, capable, _ in given.inputs.get("sites", []) if kind in asked.site_kinds]
        required = (asked.required_kind,) if asked.required_kind else asked.site_kinds
        counts = _counted((capable for _, capable in chosen), ANSWER_WORDS)
        counts[2] += not any(kind in required for kind, _ in chosen)
        return counts
    if asked.measure == "natural_villages_achieved":
        return _counted((outcome for _, outcome in given.inputs.get("natural_villages", [])), AREA_WORDS)
    counts = _Counts(given.ledger).share(MEMBERS[asked.measure])
    if asked.measure == "sites_beneath" and not any(counts):
        counts[2] = 1
    return counts


def _counted(words: Iterable[str], vocabulary: tuple[str, ...]) -> list[int]:
    """How many passed, failed and are unknown."""
    found = list(words)
    return [found.count(vocabulary[state]) for state in COUNTED]


def _outcome_faults(given: AreaGiven) -> Iterator[str]:
    """Outcome and reference from the criteria that are stored."""
    by_role: dict[str, list[str]] = {"hard": [], "reference": []}
    for each in given.criteria:
        by_role.setdefault(each.get("role", ""), []).append(each.get("outcome", ""))
    hard = [np.array([CRITERION_WORDS.index(word)]) for word in by_role["hard"] if word in CRITERION_WORDS]
    yield from differing("结果", given.outcome, AREA_WORDS[all_of(hard)[0]] if hard else AREA_WORDS[State.LEFT_OUT])
    yield from differing("参考指标", given.reference, by_role["reference"][-1] if by_role["reference"] else "none")
    if given.kind == "natural_village":
        yield from differing("光网覆盖", given.covered, _covered(given))


def _covered(given: AreaGiven) -> str:
    if not given.criteria:
        return ANSWER_WORDS[State.LEFT_OUT]
    reached = [reached for _, kind, _, reached in given.inputs.get("sites", []) if kind == "settlement"]
    if ANSWER_WORDS[State.FAILED] in reached:
        return ANSWER_WORDS[State.FAILED]
    unknown = not reached or ANSWER_WORDS[State.UNKNOWN] in reached
    return ANSWER_WORDS[State.UNKNOWN if unknown else State.PASSED]


def figures(counts: _Counts) -> dict:
    """Coverage and penetration from a ledger."""
    missing = counts.sum("returns_missing")
    return {
        "coverage": {
            "numerator": counts.sum("fibre_covered_households"),
            "denominator": counts.sum("broadband_covered_households"),
            "full_denominator": counts.sum("households"),
            "returns_missing": missing,
        },
        "penetration": {
            "numerator": counts.sum("fibre_users"),
            "denominator": counts.sum("broadband_users"),
            "returns_missing": missing,
        },
    }


def _site_list_faults(given: AreaGiven, beneath: Beneath) -> Iterator[str]:
    """The sites of a leaf, as the verdicts on those sites say."""
    listed = {site_id: (capable, reached) for site_id, _, capable, reached in given.inputs.get("sites", [])}
    due = {each.site_id: (each.capable, _answer(each.reached)) for each in beneath.sites}
    for site_id in sorted(listed.keys() | due.keys()):
        yield from differing(f"依据中的点位 {site_id} ", listed.get(site_id), due.get(site_id))


def _answer(reached: bool | None) -> str:
    return ANSWER_WORDS[State.UNKNOWN if reached is None else State.PASSED if reached else State.FAILED]


# ---------------------------------------------------------------- what counts beneath


def _ledger_faults(
    plan: Plan, given: AreaGiven, counts: _Counts, beneath: Beneath, within_street: bool
) -> Iterator[str]:
    """The ledger is the sum of those beneath, and of what the area itself brings in."""
    if not counts.is_sound:
        yield "汇总缺失或长度不对"
        return
    own = _own(given)
    below = _leaves(plan, beneath) if given.kind in VILLAGE_LEVEL else _sum(each.ledger for each in beneath.areas)
    if within_street:
        urban = [each.capable for each in (*beneath.sites, *beneath.sites_of_leaves) if each.is_urban]
        own["urban_sites"] = _counted(urban, ANSWER_WORDS)
    for name in SHARES:
        stored, due = counts.share(name), _added(below[name], own.get(name, [0, 0, 0]))
        at_most = _added(due, _allowance(name, beneath, below))
        if not all(least <= number <= most for least, number, most in zip(due, stored, at_most, strict=True)):
            yield f"汇总的 {name} 存为 {stored}，与下级之和 {due} 不符"
    for name in SUMS:
        yield from differing(f"汇总的 {name} ", counts.sum(name), below[name] + own.get(name, 0))


def _own(given: AreaGiven) -> dict:
    """What the area itself brings in: its outcome where that counts, and its return."""
    found: dict = {}
    state = AREA_WORDS.index(given.outcome) if given.outcome in AREA_WORDS else State.LEFT_OUT
    for name in COUNTED_AS.get(given.kind, ()):
        found[name] = [int(state == each) for each in COUNTED]
    if given.kind in VILLAGE_LEVEL:
        reported = given.inputs.get("return")
        found |= {name: (reported or {}).get(name, 0) for name in FIGURES}
        found["returns_missing"] = int(reported is None)
    return found


def _sum(ledgers: Iterable[list[int] | None]) -> dict:
    counts = [_Counts(ledger) for ledger in ledgers]
    shares: dict = {
        name: [sum(column) for column in zip(*(each.share(name) for each in counts), strict=True)] for name in SHARES
    }
    return {name: members or [0, 0, 0] for name, members in shares.items()} | {
        name: sum(each.sum(name) for each in counts) for name in SUMS
    }


def _leaves(plan: Plan, beneath: Beneath) -> dict:
    """What the natural villages and compounds beneath bring in, but for their urban sites."""
    found: dict = _sum([])
    found["covered"] = _counted((each.covered for each in beneath.areas), ANSWER_WORDS)
    for kind in LEAVES:
        (share,) = COUNTED_AS[kind]
        found[share] = _counted((each.outcome for each in beneath.areas if each.kind == kind), AREA_WORDS)
    buildings = {kind for each in plan.criteria.values() if each.measure == "sites_beneath" for kind in each.site_kinds}
    sites = [site for each in beneath.areas for site in each.inputs.get("sites", [])]
    found["buildings"] = _counted((capable for _, kind, capable, _ in sites if kind in buildings), ANSWER_WORDS)
    return found


def _allowance(name: str, beneath: Beneath, below: dict) -> list[int]:
    """How much more may stand in a share, since a verdict does not tell the kind of a site nor who is nominated."""
    if name == "buildings":
        return _counted((each.capable for each in beneath.sites), ANSWER_WORDS)
    leaf = next((kind for kind, share in COUNTED_AS_DEMONSTRATION.items() if share == name), "")
    if leaf and any(each.kind in LEAVES for each in beneath.areas):
        return below[COUNTED_AS[leaf][0]]
    return [0, 0, 0]


def _added(one: list[int], other: list[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)]


# ---------------------------------------------------------------- sites


def site_faults(plan: Plan, given: SiteGiven) -> Iterator[str]:
    """Where the verdict on a site does not follow from its evidence."""
    evidence = given.inputs
    urban = evidence.get("setting") == SETTINGS[URBAN]
    radius = plan.capability.radius_urban_m if urban else plan.capability.radius_rural_m
    yield from differing("半径", evidence.get("radius_m"), radius)
    for each in evidence.get("reach", []):
        yield from _reach_faults(each, radius, Fraction(plan.service.on_time_share.value))
    nearest = evidence.get("nearest")
    yield from differing("最近可用接入点的距离", given.nearest_m, nearest and nearest["distance_m"])
    due = _unknown(given) or _judged(plan, evidence)
    for what, name in (
        ("具备能力", "capable"),
        ("原因", "reason"),
        ("有接入点覆盖", "reached"),
        ("运营企业", "operators"),
    ):
        stored = getattr(given, name)
        yield from differing(what, sorted(stored) if name == "operators" else stored, due[name])


def _reach_faults(reach: dict, radius: int, on_time_share: Fraction) -> Iterator[str]:
    counted, late = reach["counted"], reach["late"]
    on_time = counted - late >= needed(on_time_share, np.array([counted]))[0]
    yield from differing(f"运营企业 {reach['operator']} 是否按时", reach["passes"], bool(on_time))
    if reach["distance_m"] > radius + ROUNDED_M:
        yield f"接入点 {reach['ap_id']} 距 {reach['distance_m']} 米，超出半径 {radius} 米"


def _unknown(given: SiteGiven) -> dict | None:
    """Without coordinates nothing is near; what else would be unknown is a fault."""
    near = [given.inputs.get(name) for name in ("reach", "near_miss", "nearest")]
    if given.capable != ANSWER_WORDS[State.UNKNOWN] or any(near):
        return None
    return {"capable": given.capable, "reason": "", "reached": None, "operators": []}


def _judged(plan: Plan, evidence: dict) -> dict:
    reach = evidence.get("reach", [])
    serving = sorted({each["operator"] for each in reach if each["passes"]})
    capable = len(serving) >= int(plan.capability.operators.value)
    missed = evidence.get("near_miss")
    reason = REASONS[SERVICE_LATE] if reach else missed["reason"] if missed else REASONS[OUT_OF_REACH]
    return {
        "capable": ANSWER_WORDS[State.PASSED if capable else State.FAILED],
        "reason": "" if capable else reason,
        "reached": bool(reach),
        "operators": serving if capable else [],
    }
