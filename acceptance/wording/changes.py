"""What turned between two judgements, and because of which fact, in sentences; each cause of ``acceptance.comparison.comparing`` has one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from acceptance.wording.criteria import CRITERION_OUTCOMES, OUTCOMES, headline
from acceptance.wording.figures import listed, metres, number
from acceptance.wording.measures import MEASURES
from acceptance.wording.sites import CAPABLE, REASONS
from common.templatetags.figures import rate

NOT_THERE = "未生效"
"""Of an area or site that is not in force on one side."""
MOST = 5
"""So many are named in a sentence; of the rest it says how many there are."""
COVERED = {"yes": "已覆盖", "no": "未覆盖", "unknown": "覆盖待定", "not_applicable": "不计覆盖"}


@dataclass(frozen=True)
class Names:
    """What things are called, by code or number; what has no name goes by its number."""

    areas: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    operators: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, str] = field(default_factory=dict)
    """The measure of each criterion."""

    def area(self, code: str) -> str:
        return self.areas.get(code, code)

    def site(self, site_id: str) -> str:
        return f"{self.sites[site_id]}（{site_id}）" if site_id in self.sites else site_id

    def operator(self, code: str) -> str:
        return self.operators.get(code, code)


def area_state(verdict: Mapping | None) -> str:
    """达标, 未达标 …; of a natural village also whether it is covered, where that is all that turned."""
    return headline(verdict["outcome"], verdict["reference"]) if verdict else NOT_THERE


def site_state(verdict: tuple[str, str] | None) -> str:
    if verdict is None:
        return NOT_THERE
    capable, reason = verdict
    return f"{CAPABLE[capable]}（{REASONS[reason]}）" if reason else CAPABLE[capable]


def area_turn(name: str, before: Mapping | None, after: Mapping | None) -> str:
    """源潭镇由未达标转为达标; what turned may be the reference indicator or the coverage alone."""
    was, is_now = area_state(before), area_state(after)
    if was != is_now or before is None or after is None:
        return f"{name}由{was}转为{is_now}"
    parts = []
    if before["reference"] != after["reference"]:
        parts.append(f"渗透率由{_reference(before)}转为{_reference(after)}")
    if before.get("covered") != after.get("covered"):
        parts.append(f"光网覆盖由{COVERED[before['covered']]}转为{COVERED[after['covered']]}")
    return f"{name}仍为{is_now}，{'，'.join(parts)}"


def _reference(verdict: Mapping) -> str:
    return CRITERION_OUTCOMES.get(verdict["reference"], "不评")


def site_turn(name: str, before: tuple[str, str] | None, after: tuple[str, str] | None) -> str:
    return f"{name}由{site_state(before)}转为{site_state(after)}"


def because(cause: Mapping, names: Names) -> str:
    """A cause as a clause, without a full stop; KeyError for a cause that nobody has worded."""
    return _CAUSES[cause["what"]](cause, names)


def reasons(causes: Sequence[Mapping], names: Names) -> str:
    """The causes alone, as a sentence."""
    return "；".join(because(cause, names) for cause in causes) + "。" if causes else ""


def explained(turn: str, causes: Sequence[Mapping], names: Names) -> str:
    """A turn with its causes as one sentence."""
    why = reasons(causes, names)
    return f"{turn}：{why}" if why else f"{turn}。"


def some(items: list[str], unit: str) -> str:
    """The first few by name, of the rest the number: a、b 等 7 个."""
    if len(items) <= MOST:
        return listed(items)
    return f"{listed(items[:MOST])} 等 {number(len(items))} {unit}"


# ---------------------------------------------------------------- sites


def _point(cause: Mapping, names: Names) -> str:
    return f"{names.operator(cause['operator'])}接入点 {cause['ap_id']}（距 {metres(cause['distance_m'])}）"


def _mbps(value: float) -> str:
    return f"{value:g} 兆"


def _orders(cause: Mapping, names: Names) -> str:
    return f"{names.operator(cause['operator'])}的工单 {some(cause['orders'], '张')}"


_CAUSES: dict[str, Callable[[Mapping, Names], str]] = {
    "site_counted": lambda cause, names: "点位自此生效，开始计入",
    "site_left": lambda cause, names: "点位已失效，不再计入",
    "site_located": lambda cause, names: "补录了坐标",
    "site_lost": lambda cause, names: "缺坐标",
    "site_moved": lambda cause, names: "坐标改动",
    "site_area": lambda cause, names: f"所属区域由{names.area(cause['from'])}改为{names.area(cause['to'])}",
    "radius": lambda cause, names: f"适用半径由 {number(cause['from'])} 米改为 {number(cause['to'])} 米",
    "point_added": lambda cause, names: f"新增{_point(cause, names)}，{cause['on']} 开通",
    "point_removed": lambda cause, names: f"{_point(cause, names)}撤除",
    "point_moved_in": lambda cause, names: f"{_point(cause, names)}移入半径内",
    "point_moved_out": lambda cause, names: f"{_point(cause, names)}移出半径外",
    "point_opened": lambda cause, names: f"{_point(cause, names)}于 {cause['on']} 开通",
    "point_reopened": lambda cause, names: f"{_point(cause, names)}不再停用（{cause['on']} 开通）",
    "point_closed": lambda cause, names: f"{_point(cause, names)}于 {cause['on']} 停用",
    "point_not_yet": lambda cause, names: f"{_point(cause, names)}到 {cause['on']} 才开通",
    "point_speed": lambda cause, names: (
        f"{_point(cause, names)}下行速率由 {_mbps(cause['from'])}改为 {_mbps(cause['to'])}"
    ),
    "point_operator": lambda cause, names: (
        f"{_point(cause, names)}由{names.operator(cause['from'])}改属{names.operator(cause['to'])}"
    ),
    "point_television": lambda cause, names: f"{_point(cause, names)}改为仅传电视",
    "point_broadband": lambda cause, names: f"{_point(cause, names)}不再仅传电视",
    "late": lambda cause, names: f"{_orders(cause, names)}逾期",
    "still_late": lambda cause, names: f"{_orders(cause, names)}仍然逾期",
    "on_time": lambda cause, names: f"原来逾期的{_orders(cause, names)}不再逾期",
}

# ---------------------------------------------------------------- areas


def _households(cause: Mapping, names: Names) -> str:
    return f"常住户数由 {number(cause['from'])} 户改为 {number(cause['to'])} 户"


def _covered(cause: Mapping, names: Names) -> str:
    sites = some([names.site(site) for site in cause["sites"]], "个")
    return f"光网覆盖转为{COVERED[cause['to']]}" + (f"（{sites}）" if sites else "")


def _criterion(cause: Mapping, names: Names) -> str:
    """A criterion's figures before and after, and who turned it."""
    was, is_now, key = cause["from"], cause["to"], cause["key"]
    turn = f"{key} 由{CRITERION_OUTCOMES[was['outcome']]}转为{CRITERION_OUTCOMES[is_now['outcome']]}"
    if "numerator" in is_now:
        return f"{turn}，{_rates(was, is_now)}{_returns(cause, names)}"
    noun = MEASURES[names.measures[key]]
    figures = f"{noun.done}的{noun.whole} {_tally(was)}→{_tally(is_now)}"
    return f"{turn}，{figures}{_members(cause, names)}"


def _tally(figures: Mapping) -> str:
    waiting = f"（待定 {number(figures['unknown'])}）" if figures["unknown"] else ""
    return f"{number(figures['passed'])}/{number(figures['total'])}{waiting}，应达 {number(figures['needed'])}"


def _members(cause: Mapping, names: Names) -> str:
    if cause.get("sites"):
        who = f"（{some([names.site(site) for site in cause['sites']], '个点位')}）"
        facts = [because(each, names) for each in cause.get("facts", ())]
        return f"{who}，因{some(facts, '项')}" if facts else who
    turned = [
        f"{names.area(each['code'])}{OUTCOMES.get(each['from'], NOT_THERE)}→{OUTCOMES.get(each['to'], NOT_THERE)}"
        for each in cause.get("areas", ())
    ]
    return f"（{some(turned, '个')}）" if turned else ""


def _rates(was: Mapping, is_now: Mapping) -> str:
    """The figures of a rate; a side without any return has none, which is not 0."""
    known = [side for side in (was, is_now) if _is_reported(side)]
    if not known:
        return "没有可用的季报"
    users = "→".join(number(side["numerator"]) for side in known)
    all_users = "→".join(number(side["denominator"]) for side in known)
    shares = "→".join(rate(side["numerator"], side["denominator"]) for side in known)
    needed = f"，应达 {number(is_now['needed'])} 户" if _is_reported(is_now) else ""
    figures = f"光网用户 {users} 户，宽带用户 {all_users} 户（{shares}{needed}）"
    if len(known) == 2:
        return figures
    return f"原来{figures}，现缺季报" if known[0] is was else f"原来缺季报，现{figures}"


def _is_reported(figures: Mapping) -> bool:
    return bool(figures["denominator"]) or not figures["returns_missing"]


def _returns(cause: Mapping, names: Names) -> str:
    """Whose returns came or went; of a village alone nothing more need be said than its figures."""
    if [each["code"] for each in cause["returns"]] == [cause.get("area")]:
        return ""
    came = [names.area(each["code"]) for each in cause["returns"] if each["from"] is None]
    went = [names.area(each["code"]) for each in cause["returns"] if each["to"] is None]
    both = [each for each in cause["returns"] if each["from"] and each["to"]]
    moved = [
        f"{names.area(each['code'])}光网用户 {number(each['from']['fibre_users'])}→{number(each['to']['fibre_users'])}"
        for each in sorted(both, key=lambda each: -abs(each["to"]["fibre_users"] - each["from"]["fibre_users"]))
    ]
    missing = cause["from"]["returns_missing"], cause["to"]["returns_missing"]
    parts = [
        f"缺季报的村居 {number(missing[0])}→{number(missing[1])} 个" if missing[0] != missing[1] else "",
        f"{some(came, '个村居')}的季报可用了" if came else "",
        f"{some(went, '个村居')}没有可用的季报" if went else "",
        some(moved, "个村居") if len(cause["returns"]) > 1 else "",
    ]
    return "".join(f"，{part}" for part in parts if part)


_CAUSES |= {
    "area_begun": lambda cause, names: "区域自此生效",
    "area_ended": lambda cause, names: "区域已失效",
    "kind": lambda cause, names: "区域类型改动",
    "households": _households,
    "covered": _covered,
    "criterion": _criterion,
}
