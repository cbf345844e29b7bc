"""A build plan in words, line by line."""

from collections.abc import Iterator

from areas.models import Area, Operator
from common.periods import Quarter
from planning.solving.actions import NEW, OPEN, ORDERS, UPGRADE

STATUS = {
    "met": "目标已经达到，不需要建设。",
    "optimal": "方案已证明为最少。",
    "feasible": "方案可行，尚未证明为最少。",
    "impossible": "只靠建设不能达到目标。",
}
MEASURES = {
    NEW: "新建接入点 {} 个",
    UPGRADE: "提速接入点 {} 个",
    OPEN: "开通接入点 {} 个",
    ORDERS: "按期办结工单 {} 张",
}
OUTCOME = {"met": "达到", "short": "未达到", "unknown": "待定", "not_applicable": "不适用"}
WHY = {
    "no_coordinates": "点位 {} 没有坐标",
    "no_settlement": "{} 没有登记居民点",
    "no_site": "{} 没有登记点位",
    "returns_missing": "{} 没有报送季报",
    "penetration": "{} 的光网用户渗透率不足",
    "coverage": "{} 的光网络覆盖率不足",
    "too_few": "{} 可计入的对象少于目标数",
    "not_applicable": "目标不适用于 {}",
}


def amount(value: dict[str, int]) -> str:
    """What is to be done, in numbers: 新建接入点 9 个，提速接入点 2 个."""
    parts = [words.format(value[kind]) for kind, words in MEASURES.items() if value[kind]]
    if "cost" in value:
        parts.append(f"费用 {value['cost']} 元")
    return "，".join(parts) or "无须建设"


def lines(document: dict) -> Iterator[str]:
    """The document for people."""
    target = document["target"]
    area = Area.objects.filter(code=target["area"]).values_list("name", flat=True).first()
    goal = f"里程碑 {target['milestone']}" if "milestone" in target else "达标"
    yield f"{Quarter.parse(document['period']).label} {area}（{target['area']}）{goal}"
    yield f"现状：{_figures(document['before'])}"
    yield STATUS[document["status"]]
    if document["value"] is not None:
        yield f"方案：{amount(document['value'])}"
        if document["status"] == "feasible":
            yield f"下限：{amount(document['bound'])}"
        names = dict(Operator.objects.values_list("code", "name"))
        yield from (_action(each, names) for each in document["actions"])
        yield f"实施后：{_figures(document['after'])}"
    for each in document["beyond_building"]:
        yield WHY[each["why"]].format(each.get("site_id") or each["area_code"])


def _figures(figures: dict) -> str:
    if "outcome" not in figures:
        return "；".join(f"{key} {_figures(each)}" for key, each in figures.items())
    said = f"{OUTCOME[figures['outcome']]}，已达标 {figures['passed']}，应达标 {figures['needed']}"
    return f"{said}，差 {figures['missing']}" if figures["missing"] else said


def _action(action: dict, names: dict[str, str]) -> str:
    gain = f"增加 {len(action['sites'])} 个点位"
    if action["action"] == NEW:
        return f"  新建 {names[action['operator']]} 接入点，经度 {action['lon']}，纬度 {action['lat']}：{gain}"
    if action["action"] == ORDERS:
        who = names[action["operator"]]
        return f"  {who} 在 {action['area_code']} 的 {len(action['orders'])} 张超期工单按期办结：{gain}"
    return f"  {'提速' if action['action'] == UPGRADE else '开通'} 接入点 {action['ap_id']}：{gain}"
