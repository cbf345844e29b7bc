"""What a plan says, in sentences: the answer, what is proven of it, what cannot be built. Plain functions without Django."""

from collections.abc import Mapping

from acceptance.wording import number
from acceptance.wording.figures import listed

_COUNTED = (
    ("new", "新建 {n} 个"),
    ("upgrade", "提速 {n} 个"),
    ("open", "开通 {n} 个"),
)
_ORDERS = "按期办结 {n} 张逾期工单"
_LEAST = {
    "new": "新建接入点不会少于 {n} 个",
    "upgrade": "提速接入点不会少于 {n} 个",
    "open": "开通接入点不会少于 {n} 个",
    "orders": "按期办结逾期工单不会少于 {n} 张",
}

STATUSES = {
    "met": "已达标，无须建设",
    "optimal": "已证明最少",
    "feasible": "可行，尚未证明最少",
    "impossible": "仅靠建设不能达标",
}
STATUS_TONES = {"met": "met", "optimal": "met", "feasible": "late", "impossible": "missed"}

BEYOND = {
    "no_coordinates": "缺坐标的点位：请先核实坐标",
    "no_settlement": "没有登记主要人口聚居地的自然村：请先补登点位",
    "no_site": "没有登记点位的小区：请先补登点位",
    "returns_missing": "缺季报的村居：请先报送季报",
    "penetration": "光网用户渗透率未达标：须发展用户",
    "coverage": "光网络覆盖率未达标：须报送覆盖户数",
    "too_few": "可计的单位少于目标数：须增列",
    "not_applicable": "本目标在该范围不适用",
}
"""Why something is nobody's to build, and what is to be done about it instead."""


def work_words(value: Mapping[str, int]) -> str:
    """What is to be done, in a clause: 新建 9 个、提速 2 个接入点，按期办结 4 张逾期工单; blank when nothing is."""
    points = [words.format(n=number(value[key])) for key, words in _COUNTED if value.get(key)]
    parts = [f"{listed(points)}接入点"] if points else []
    if value.get("orders"):
        parts.append(_ORDERS.format(n=number(value["orders"])))
    return "，".join(parts)


def answer_words(answer: Mapping) -> str:
    """The plan in a sentence, and what is proven of it."""
    status = answer["status"]
    if status == "met":
        return "该目标已达到，无须建设。"
    if status == "impossible":
        return (
            "仅靠建设接入点和办结工单不能达标，尚须先解决下列问题。"
            if answer["beyond_building"]
            else "按所给条件不能达标。"
        )
    cost = answer["value"].get("cost")
    money = f"，投资 {number(cost)} 元" if cost is not None else ""
    return f"{work_words(answer['value'])}即可达标{money}，{proof_words(answer)}。"


def proof_words(answer: Mapping) -> str:
    """Whether less would do: proven, or by how much at most; of what is compared first and is not equal."""
    value, bound = answer["value"], answer["bound"]
    if answer["status"] == "optimal":
        return "已证明投资不能再省" if "cost" in value else "已证明不能再少"
    if "cost" in value:
        return f"尚未证明最省：投资不会少于 {number(bound['cost'])} 元"
    for key, least in _LEAST.items():
        if value[key] != bound[key]:
            return f"尚未证明最少：{least.format(n=number(bound[key]))}"
    return "尚未证明最少"


def change_words(before: Mapping | None, after: Mapping | None) -> str:
    """From how many to how many, and how many are needed: 达到 193 → 205，应达到 205."""
    if not before or not after:
        return ""
    if before["passed"] == after["passed"]:
        return f"已达到 {number(after['passed'])}，应达到 {number(after['needed'])}"
    return f"已达到 {number(before['passed'])} → {number(after['passed'])}，应达到 {number(after['needed'])}"
